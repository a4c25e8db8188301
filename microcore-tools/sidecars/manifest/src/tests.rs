//! Manifests that are right, manifests that are wrong, and any text at all.

use proptest::prelude::*;

use super::*;

const WHOLE: &str = r#"
kind = "process"
command = ["python3", "main.py"]
contract = 1

[[route]]
name = "pdf"
get = "/invoices/{id}/pdf"
path = { id = "integer" }
reply = "application/pdf"

[[route]]
name = "make"
post = "/invoices"

[[on]]
event = "order.paid"
retries = 5
backoff = "50ms"

[publishes]
events = ["invoice.rendered"]

[sql]
invoice = "SELECT id, total FROM invoices WHERE id = $1"

[config]
keys = ["PDF_FONT"]
optional = ["PDF_SIZE"]

[limits]
memory = "64MiB"
time = "2s"
concurrency = 4
body = "512KiB"
"#;

/// What is wrong, as `line: message`.
#[track_caller]
fn wrong(text: &str) -> Vec<String> {
    let problems = Manifest::read("plugin.toml", text).expect_err("something is wrong with it");
    problems.all.iter().map(|problem| format!("{}: {}", problem.line, problem.message)).collect()
}

#[test]
fn everything_is_read() {
    let manifest = Manifest::read("plugin.toml", WHOLE).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(manifest.kind, Kind::Process { command: vec!["python3".to_owned(), "main.py".to_owned()] });
    let [pdf, make] = &manifest.routes[..] else { panic!("{:?}", manifest.routes) };
    assert_eq!((pdf.name.as_str(), pdf.ask, pdf.line), ("pdf", Ask::Get, 8));
    let id = Segment::Parameter { name: "id".to_owned(), is: Parameter::Integer };
    let literal = |text: &str| Segment::Literal(text.to_owned());
    assert_eq!(pdf.segments, [literal("invoices"), id, literal("pdf")]);
    assert_eq!((make.ask, make.reply.as_deref()), (Ask::Post, None));
    assert_eq!((manifest.heard[0].retries, manifest.heard[0].backoff), (5, Duration::from_millis(50)));
    assert_eq!(manifest.publishes, [Named { name: "invoice.rendered".to_owned(), line: 22 }]);
    assert_eq!(manifest.statement("invoice"), Some("SELECT id, total FROM invoices WHERE id = $1"));
    assert_eq!(
        (manifest.settings[0].name.as_str(), manifest.optional_settings[0].name.as_str()),
        ("PDF_FONT", "PDF_SIZE")
    );
    let limits =
        Limits { memory: 64 << 20, time: Duration::from_secs(2), concurrency: 4, body: 512 << 10, reply: 8 << 20 };
    assert_eq!(manifest.limits, limits);
}

#[test]
fn every_mistake_is_told_with_its_line_and_what_to_write() {
    assert_eq!(
        wrong("kind = \"proces\"\ncontract = 2\ncolour = \"red\"\n[http]\nhosts = []"),
        [
            "1: `kind = \"proces\"` is not known here: write `kind = \"process\"`",
            "2: `contract = 2` is not known here: write `contract = 1`",
            "3: the manifest has no `colour`: it may have `kind`, `command`, `contract`, `doc`, `tools`, `route`, `on`, \
             `publishes`, `sql`, `config`, `http` and `limits`",
            "4: `[http]` bounds guests that are sandboxed: a process has the network of its user, so leave it out",
        ]
    );
    assert_eq!(
        wrong(
            "kind = \"process\"\ncommand = \"python3\"\ncontract = 1\n[[route]]\nname = \"A\"\nget = \"/a/{id}\"\n\
             path = { ix = \"integer\", id = \"int\" }\n[[on]]\nretries = -1\n[limits]\ntime = \"2 hours\"\nmemory = \"5\""
        ),
        [
            "2: `command` must be a list of texts, and is string",
            "5: `name = \"A\"` must be of lower-case letters, digits and `_`",
            "7: a parameter can't be `int`: it may be `text`, `integer`, `number`, `boolean` and `uuid`",
            "7: `[path]` has no `ix`: it may have `id`",
            "8: `event` is missing in `[[on]]`: write `event = \"order.paid\"`",
            "9: `retries` must be a number from 0 to 100",
            "11: `time` must be a time of up to an hour, such as \"500ms\", \"2s\" or \"1m\"",
            "12: `memory` must be a size, such as \"512KiB\", \"64MiB\" or \"1GiB\"",
        ]
    );
    assert_eq!(wrong("kind = \"process\"\n[[route]\n")[0], "2: it is not TOML: unclosed array table, expected `]`");
}

#[test]
fn one_request_has_one_route() {
    let text = format!("{WHOLE}\n[[route]]\nname = \"pdf\"\nget = \"/invoices/{{number}}/pdf\"\n");
    assert_eq!(
        wrong(&text),
        ["39: two routes have the name `pdf`", "39: GET /invoices/{number}/pdf is the route `pdf` already"]
    );
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_every_problem_has_a_line_of_the_file(text in "\\PC*|([a-z\\[\\]{}=\"/\n .0-9]{0,80})") {
        if let Err(problems) = Manifest::read("plugin.toml", &text) {
            prop_assert!(!problems.all.is_empty());
            for problem in &problems.all {
                prop_assert!(problem.line >= 1 && problem.line <= text.matches('\n').count() + 1, "{problems}");
            }
        }
    }

    #[test]
    fn a_manifest_with_one_part_cut_out_is_read_or_refused(from in 0..WHOLE.len(), length in 0_usize..60) {
        let to = (from + length).min(WHOLE.len());
        let text = format!("{}{}", &WHOLE[..from], &WHOLE[to..]);
        if let Ok(manifest) = Manifest::read("plugin.toml", &text) {
            let Kind::Process { command } = &manifest.kind;
            prop_assert!(!command.is_empty());
            prop_assert!(manifest.routes.iter().all(|route| route.path.starts_with('/')));
        }
    }
}
