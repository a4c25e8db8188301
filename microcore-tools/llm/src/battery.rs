//! What every backend must do, as cases over a [`Bench`]. A crate with a backend of its own mounts them with
//! [`battery!`](crate::battery!).
//!
//! In: a way to open the backend before a provider that does what a case says. Out: one test per case.
#![allow(clippy::missing_panics_doc, reason = "a case that does not hold panics")]

use std::future::Future;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use microcore::error::Error;
use microcore::lifecycle::Boot;
use microcore::settings::{Environment, Settings};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Ask, Backend, Llm, LlmError, Tools};

/// What the provider does with the next question.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Says this, word by word where it is streamed.
    Say(String),
    /// Calls a tool.
    Call(String, Value),
    /// Answers with a status of failure, so many questions long.
    Fail(u16, u32),
    /// Streams the beginning of an answer and ends as if that were all.
    Truncate,
    /// Streams the beginning of an answer and breaks the connection.
    Disconnect,
    /// Streams what can't be read.
    Garble,
    /// Says nothing for a long time.
    Stall,
}

/// A backend under test.
pub trait Bench: Sized {
    /// The backend.
    type Backend: Backend;

    /// Begins with a provider that does these steps, one per question; `None` where it can't, and the case is skipped.
    fn begin(steps: &[Step]) -> impl Future<Output = Option<Self>>;

    /// The settings with which it is asked.
    fn environment(&self) -> Environment;

    /// How many questions have arrived at the provider; `None` where nobody counts.
    fn arrived(&self) -> impl Future<Output = Option<usize>>;
}

/// Runs a case on a runtime of its own.
pub fn run(case: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
    runtime.block_on(case);
}

/// Mounts every case as a test: `microcore_llm::battery!(MyBench);` in a module of an integration test.
#[macro_export]
macro_rules! battery {
    ($bench:ty) => {
        $crate::battery!(@cases $bench:
            answers_a_question
            gives_an_answer_as_it_comes
            an_answer_that_is_cut_is_an_error
            gives_a_value_of_a_type
            calls_tools_and_goes_on
            a_tool_that_fails_ends_the_question
            tries_again_what_may_go_and_nothing_else
            silence_has_an_end
        );
    };
    (@cases $bench:ty: $($case:ident)+) => {$(
        #[test]
        fn $case() {
            $crate::battery::run($crate::battery::$case::<$bench>());
        }
    )+};
}

async fn open<B: Bench>(bench: &B, settings: &[(&str, &str)]) -> Llm<B::Backend> {
    let environment = settings.iter().fold(bench.environment(), |all, (key, value)| all.with(*key, *value));
    let settings = <B::Backend as Backend>::Settings::load(&environment).unwrap_or_else(|wrong| panic!("{wrong}"));
    Llm::setup(settings, &Boot::new(environment)).await.unwrap_or_else(|error| panic!("{error}"))
}

fn say(text: &str) -> Step {
    Step::Say(text.to_owned())
}

fn ok<T>(result: Result<T, LlmError>) -> T {
    result.unwrap_or_else(|error| panic!("{error:?}"))
}

/// All pieces of an answer, and the failure that ended it.
async fn read<B: Backend>(llm: &Llm<B>) -> (Vec<String>, Option<LlmError>) {
    let mut pieces = Vec::new();
    let mut stream = match llm.stream(Ask::of("Go on")).await {
        Ok(stream) => stream,
        Err(error) => return (pieces, Some(error)),
    };
    while let Some(piece) = stream.next().await {
        match piece {
            Ok(piece) => pieces.push(piece),
            Err(error) => {
                assert!(stream.next().await.is_none(), "an error is the end");
                return (pieces, Some(error));
            }
        }
    }
    (pieces, None)
}

/// A case.
pub async fn answers_a_question<B: Bench>() {
    let Some(bench) = B::begin(&[say("Grüße, \"you\" 🦀\nand you")]).await else { return };
    let llm = open(&bench, &[]).await;
    let ask = Ask::of("Who is there?").model("Me").user("And who else?").system("Be short").most_tokens(50);
    let reply = ok(llm.ask(ask.temperature(0.0)).await);
    assert_eq!((reply.text.as_str(), reply.calls.len()), ("Grüße, \"you\" 🦀\nand you", 0));
    if bench.arrived().await.is_some() {
        assert!(reply.usage.input > 0 && reply.usage.output > 0, "{:?}", reply.usage);
    }
}

/// A case.
pub async fn gives_an_answer_as_it_comes<B: Bench>() {
    let Some(bench) = B::begin(&[say("One, two, drei ☺ and four words and more")]).await else { return };
    let (pieces, failed) = read(&open(&bench, &[]).await).await;
    assert!(failed.is_none(), "{failed:?}");
    assert_eq!(pieces.concat(), "One, two, drei ☺ and four words and more");
    assert!(pieces.len() > 1, "{pieces:?}");
}

/// A case.
pub async fn an_answer_that_is_cut_is_an_error<B: Bench>() {
    for fault in [Step::Truncate, Step::Disconnect, Step::Garble] {
        let Some(bench) = B::begin(std::slice::from_ref(&fault)).await else { return };
        let (pieces, failed) = read(&open(&bench, &[("LLM_RETRIES", "0")]).await).await;
        let failed = failed.unwrap_or_else(|| panic!("{fault:?}: {pieces:?} pass for the whole answer"));
        assert!(matches!(failed, LlmError::Unavailable(_)), "{fault:?}: {failed:?}");
    }
}

#[derive(Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
struct Order {
    dish: String,
    persons: u32,
    wishes: Vec<Wish>,
}

#[derive(Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
struct Wish {
    text: String,
}

/// A case.
pub async fn gives_a_value_of_a_type<B: Bench>() {
    let order = || Order { dish: "soup".to_owned(), persons: 2, wishes: vec![Wish { text: "hot".to_owned() }] };
    let text = serde_json::to_string_pretty(&order()).expect("it is JSON");
    for said in [text.clone(), format!("```json\n{text}\n```\n")] {
        let Some(bench) = B::begin(&[say(&said)]).await else { return };
        assert_eq!(ok(open(&bench, &[]).await.structured::<Order>(Ask::of("Soup for two, hot")).await), order());
    }
    let Some(bench) = B::begin(&[say("{\"dish\": 1}")]).await else { return };
    let failed = open(&bench, &[]).await.structured::<Order>(Ask::of("Soup")).await;
    assert!(matches!(failed, Err(LlmError::Unreadable(_))), "{failed:?}");
}

#[derive(Deserialize, JsonSchema)]
struct Place {
    city: String,
}

/// A case.
pub async fn calls_tools_and_goes_on<B: Bench>() {
    let call = |tool: &str, arguments: Value| Step::Call(tool.to_owned(), arguments);
    let steps = [
        call("weather", json!({"city": "Paris"})),
        call("weather", json!({"town": "Rome"})),
        call("nothing", json!({})),
        say("Rain"),
    ];
    let Some(bench) = B::begin(&steps).await else { return };
    let asked = std::sync::Mutex::new(Vec::new());
    let tools = Tools::new().with("weather", "The weather of a city", |place: Place| {
        asked.lock().expect("nobody panics").push(place.city);
        async { Ok(json!({"sky": "rain"})) }
    });
    let reply = ok(open(&bench, &[]).await.with_tools(Ask::of("How is Paris?"), &tools).await);
    assert_eq!(reply.text, "Rain");
    assert_eq!(*asked.lock().expect("nobody panics"), ["Paris"], "wrong arguments are told to the model");
    assert_eq!(bench.arrived().await, Some(4));
}

/// A case.
pub async fn a_tool_that_fails_ends_the_question<B: Bench>() {
    let again = || Step::Call("weather".to_owned(), json!({"city": "Paris"}));
    let Some(bench) = B::begin(&[again()]).await else { return };
    let llm = open(&bench, &[]).await;
    let tools = Tools::new()
        .with("weather", "The weather", |_: Place| async { Err::<(), _>(Error::unavailable("no weather today")) });
    let failed = llm.with_tools(Ask::of("How is Paris?"), &tools).await.expect_err("the tool failed");
    let failed = Error::from(failed);
    assert_eq!(failed.status(), 503);
    assert!(failed.to_string().contains("no weather today"), "{failed}");
    let Some(bench) = B::begin(&vec![again(); 20]).await else { return };
    let tools = Tools::new().with("weather", "The weather", |_: Place| async { Ok("rain") });
    let failed = open(&bench, &[]).await.with_tools(Ask::of("How is Paris?"), &tools).await;
    assert!(matches!(failed, Err(LlmError::Endless(_))), "{failed:?}");
    assert_eq!(bench.arrived().await, Some(super::MOST_ROUNDS));
}

/// A case.
pub async fn tries_again_what_may_go_and_nothing_else<B: Bench>() {
    for status in [429, 500, 503] {
        let Some(bench) = B::begin(&[Step::Fail(status, 2), say("There")]).await else { return };
        let llm = open(&bench, &[("LLM_RETRIES", "2")]).await;
        assert_eq!(ok(llm.ask(Ask::of("Hello?")).await).text, "There", "{status}");
        assert_eq!(bench.arrived().await, Some(3));
        let Some(bench) = B::begin(&[Step::Fail(status, 1), say("There")]).await else { return };
        let (pieces, failed) = read(&open(&bench, &[("LLM_RETRIES", "2")]).await).await;
        assert!(failed.is_none() && pieces.concat() == "There", "{status}: {failed:?}");
    }
    for status in [400, 401, 404] {
        let Some(bench) = B::begin(&[Step::Fail(status, 9)]).await else { return };
        let llm = open(&bench, &[("LLM_RETRIES", "2")]).await;
        let refused = llm.ask(Ask::of("Hello?")).await.expect_err("it is refused");
        assert!(matches!(refused, LlmError::Refused(_)), "{status}: {refused:?}");
        assert!(Error::from(refused).is_permanent());
        assert_eq!(bench.arrived().await, Some(1), "{status}");
    }
    let Some(bench) = B::begin(&[Step::Fail(503, 9)]).await else { return };
    let failed = open(&bench, &[("LLM_RETRIES", "1")]).await.ask(Ask::of("Hello?")).await;
    assert!(matches!(failed, Err(LlmError::Unavailable(_))), "{failed:?}");
    assert_eq!(bench.arrived().await, Some(2));
}

/// A case.
pub async fn silence_has_an_end<B: Bench>() {
    let Some(bench) = B::begin(&[Step::Stall]).await else { return };
    let llm = open(&bench, &[("LLM_TIMEOUT", "300ms"), ("LLM_RETRIES", "0")]).await;
    let begun = Instant::now();
    let failed = llm.ask(Ask::of("Hello?")).await;
    assert!(matches!(failed, Err(LlmError::Unavailable(_))), "{failed:?}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}
