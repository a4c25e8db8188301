//! What every backend must do, as cases over a [`Bench`]. A crate with a backend of its own mounts them with
//! [`battery!`](crate::battery!).
//!
//! In: a way to open the backend and to see what arrived. Out: one test per case.
#![allow(clippy::missing_panics_doc, reason = "a case that does not hold panics")]

use std::future::Future;

use mailparse::{MailHeaderMap, ParsedMail, parse_mail};
use microcore::lifecycle::Boot;
use microcore::settings::{Environment, Settings};

use super::{Backend, Mail, MailError, Message};

/// A backend under test, and the place where its mails arrive.
pub trait Bench: Sized {
    /// The backend.
    type Backend: Backend;

    /// Begins with a place where nothing has arrived; `None` where the machine lacks what it needs, and the case is
    /// skipped.
    fn begin() -> impl Future<Output = Option<Self>>;

    /// The settings with which mails go there.
    fn environment(&self) -> Environment;

    /// The mails that have arrived, in any order, one per mail and not per recipient.
    fn arrived(&self) -> impl Future<Output = Vec<Vec<u8>>>;
}

/// Runs a case on a runtime of its own.
pub fn run(case: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
    runtime.block_on(case);
}

/// Mounts every case as a test: `microcore_mail::battery!(MyBench);` in a module of an integration test.
#[macro_export]
macro_rules! battery {
    ($bench:ty) => {
        $crate::battery!(@cases $bench:
            gives_a_mail_to_everybody_and_hides_the_blind_copies
            keeps_text_html_and_files_as_they_are
            keeps_lines_that_mean_something_to_a_protocol
            a_repetition_is_the_same_mail
            refuses_what_would_add_a_header
            refuses_what_is_no_mail
            is_healthy_and_stops
        );
    };
    (@cases $bench:ty: $($case:ident)+) => {$(
        #[test]
        fn $case() {
            $crate::battery::run($crate::battery::$case::<$bench>());
        }
    )+};
}

async fn open<B: Bench>(bench: &B) -> Mail<B::Backend> {
    let environment = bench.environment();
    let settings = <B::Backend as Backend>::Settings::load(&environment).unwrap_or_else(|wrong| panic!("{wrong}"));
    Mail::setup(settings, &Boot::new(environment)).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn send<B: Bench>(mail: &Mail<B::Backend>, message: Message) -> String {
    mail.send(message).await.unwrap_or_else(|error| panic!("{error:?}")).id
}

/// The one mail that has arrived.
async fn one<B: Bench>(bench: &B) -> Vec<u8> {
    let arrived = bench.arrived().await;
    assert_eq!(arrived.len(), 1, "one mail");
    arrived.into_iter().next().unwrap_or_default()
}

fn read(bytes: &[u8]) -> ParsedMail<'_> {
    parse_mail(bytes).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(bytes)))
}

fn header(mail: &ParsedMail<'_>, name: &str) -> String {
    mail.headers.get_first_value(name).unwrap_or_default()
}

fn body(mail: &ParsedMail<'_>) -> String {
    mail.get_body().unwrap_or_default().replace("\r\n", "\n")
}

/// A case.
pub async fn gives_a_mail_to_everybody_and_hides_the_blind_copies<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let mail = open(&bench).await;
    let message = Message::to("Ada <ada@example.com>").and_to("bob@example.com").cc("Zoë <zoe@example.com>");
    let message = message.bcc("eve@example.com").reply_to("desk@example.com").from("Shop <shop@example.com>");
    let id = send::<B>(&mail, message.subject("Grüße aus Köln").text("Hello").header("List-Id", "news")).await;
    let bytes = one(&bench).await;
    let arrived = read(&bytes);
    assert_eq!(header(&arrived, "From"), "Shop <shop@example.com>");
    assert!(header(&arrived, "To").contains("ada@example.com") && header(&arrived, "To").contains("bob@example.com"));
    assert!(header(&arrived, "Cc").contains("Zoë"), "{}", header(&arrived, "Cc"));
    assert_eq!(header(&arrived, "Reply-To"), "desk@example.com");
    assert_eq!(header(&arrived, "Subject"), "Grüße aus Köln");
    assert_eq!(header(&arrived, "List-Id"), "news");
    assert_eq!(header(&arrived, "Message-ID"), id);
    assert!(id.starts_with('<') && id.ends_with("@example.com>"), "{id}");
    assert!(!header(&arrived, "Date").is_empty());
    assert!(!String::from_utf8_lossy(&bytes).contains("eve@"), "the blind copy is in the mail");
}

/// A case.
pub async fn keeps_text_html_and_files_as_they_are<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let mail = open(&bench).await;
    let file: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    let message = Message::to("ada@example.com").subject("All").text("Grüße, 你好").html("<p>Grüße</p>");
    send::<B>(&mail, message.attach("Rechnung März.pdf", "application/pdf", file.clone())).await;
    let bytes = one(&bench).await;
    let arrived = read(&bytes);
    let [texts, attached] = &arrived.subparts[..] else { panic!("{} parts", arrived.subparts.len()) };
    assert_eq!(body(&texts.subparts[0]).trim_end(), "Grüße, 你好");
    assert_eq!(body(&texts.subparts[1]).trim_end(), "<p>Grüße</p>");
    assert_eq!(attached.ctype.mimetype, "application/pdf");
    assert_eq!(
        attached.get_content_disposition().params.get("filename").map(String::as_str),
        Some("Rechnung März.pdf")
    );
    assert!(attached.get_body_raw().unwrap_or_default() == file, "the file is another one");
}

/// A case.
pub async fn keeps_lines_that_mean_something_to_a_protocol<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let mail = open(&bench).await;
    let text = format!(".\n..\nQUIT\nFrom ada\n.hidden\n\n{}\n=3D\nend", "long ".repeat(2_000));
    send::<B>(&mail, Message::to("ada@example.com").subject("Dots").text(text.clone())).await;
    let bytes = one(&bench).await;
    assert_eq!(body(&read(&bytes)).trim_end(), text);
    let longest = bytes.split(|byte| *byte == b'\n').map(<[u8]>::len).max().unwrap_or_default();
    assert!(longest <= 1_000, "RFC 5321, 4.5.3.1.6: a line of {longest}");
}

/// A case.
pub async fn a_repetition_is_the_same_mail<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let mail = open(&bench).await;
    let message = || Message::to("ada@example.com").subject("Invoice").text("42");
    let first = send::<B>(&mail, message().key("invoice-42")).await;
    let again = send::<B>(&mail, message().key("invoice-42")).await;
    assert_eq!(first, again);
    assert_ne!(first, send::<B>(&mail, message().key("invoice-43")).await);
    assert_ne!(send::<B>(&mail, message()).await, send::<B>(&mail, message()).await, "nothing says they are one");
}

/// A case.
pub async fn refuses_what_would_add_a_header<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let mail = open(&bench).await;
    for line in ["\r\nBcc: eve@example.com", "\nBcc: eve@example.com", "\r", "\0", "\u{85}"] {
        let plain = || Message::to("ada@example.com").subject("Hello").text("Hello");
        let with = |text: &str| format!("{text}{line}");
        for message in [
            plain().subject(with("Hello")),
            plain().and_to(with("bob@example.com")),
            plain().cc(with("Bob <bob@example.com>")),
            plain().bcc(with("bob@example.com")),
            plain().from(with("bob@example.com")),
            plain().reply_to(with("bob@example.com")),
            plain().header("X-A", with("a")),
            plain().header(with("X-A"), "a"),
            plain().attach(with("a.txt"), "text/plain", Vec::new()),
            plain().attach("a.txt", with("text/plain"), Vec::new()),
        ] {
            let refused = mail.send(message.clone()).await;
            assert!(matches!(refused, Err(MailError::Invalid(_))), "{message:?}: {refused:?}");
        }
    }
    assert!(bench.arrived().await.is_empty(), "something arrived");
}

/// A case.
pub async fn refuses_what_is_no_mail<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let mail = open(&bench).await;
    let to = |address: &str| Message::to(address).subject("Hello").text("Hello");
    let mut nobody = to("ada@example.com");
    nobody.to.clear();
    for message in [
        nobody,
        to(""),
        to("ada"),
        to("ada@example.com, bob@example.com"),
        to("ada@exa mple.com"),
        to("ada@example.com").header("Bcc", "eve@example.com"),
        to("ada@example.com").header("message-id", "<1@example.com>"),
        to("ada@example.com").header("X A", "a"),
        to("ada@example.com").header("", "a"),
        to("ada@example.com").attach("a", "no type", Vec::new()),
    ] {
        let refused = mail.send(message.clone()).await;
        assert!(matches!(refused, Err(MailError::Invalid(_))), "{message:?}: {refused:?}");
    }
    assert!(bench.arrived().await.is_empty(), "something arrived");
}

/// A case.
pub async fn is_healthy_and_stops<B: Bench>() {
    let Some(bench) = B::begin().await else { return };
    let mail = open(&bench).await;
    mail.health_check().await.unwrap_or_else(|error| panic!("{error}"));
    let clone = mail.clone();
    drop(mail);
    send::<B>(&clone, Message::to("ada@example.com").subject("Late").text("Hello")).await;
    assert_eq!(bench.arrived().await.len(), 1);
}
