//! Installs the process-wide subscriber of `tracing`, once.

use std::io::{IsTerminal, stderr};
use std::sync::{Once, OnceLock};

use microcore_runtime::record;
use microcore_runtime::settings::FromSetting as _;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::{MakeWriter, TestWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::reload;
use tracing_subscriber::util::SubscriberInitExt;

use super::json::Json;
use super::keeper::Keeper;
use super::{LogFormat, LogLevel, LoggerSettings};

/// What changes the levels of the process while it runs.
struct Changing {
    set: Box<dyn Fn(Targets) -> bool + Send + Sync>,
    /// What the settings say.
    usual: Targets,
}

static CHANGING: OnceLock<Changing> = OnceLock::new();

/// Other levels for a while, or those of the settings again.
fn change(levels: Option<&str>) -> Result<(), String> {
    let changing = CHANGING.get().ok_or("changes nothing: the log is not this application's own")?;
    let targets = match levels {
        None => changing.usual.clone(),
        Some(text) => LogLevel::from_setting(text).ok_or_else(|| format!("must be {}", LogLevel::EXPECTS))?.targets(),
    };
    if (changing.set)(targets) { Ok(()) } else { Err("changes nothing: the log has ended".to_owned()) }
}

/// The levels of the settings, and how they are changed.
fn levels<S: Subscriber>(settings: &LoggerSettings) -> reload::Layer<Targets, S> {
    let (layer, handle) = reload::Layer::new(settings.level.targets());
    let changing =
        Changing { set: Box::new(move |targets| handle.reload(targets).is_ok()), usual: settings.level.targets() };
    let _ = CHANGING.set(changing);
    layer
}

/// A second installation, of another application in one test process, changes nothing.
pub(super) fn install(settings: &LoggerSettings, test: bool) {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // Whoever embeds the application may have installed a subscriber of its own: theirs stays.
        let _ = match settings.format {
            // The test harness shows the lines of a test that fails.
            _ if test => texts(settings, false, TestWriter::default()).try_init(),
            LogFormat::Text => texts(settings, stderr().is_terminal(), stderr).try_init(),
            LogFormat::Json => objects(settings, stderr).try_init(),
        };
        record::levels_by(change);
    });
}

/// Lines for people.
fn texts<W>(settings: &LoggerSettings, colours: bool, writer: W) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_target(false);
    lines.with_ansi(colours).with_writer(writer).finish().with(Keeper).with(levels(settings))
}

/// Lines for machines.
fn objects<W>(settings: &LoggerSettings, writer: W) -> impl Subscriber + Send + Sync + use<W>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_target(false);
    let lines = lines.json().flatten_event(true).map_event_format(Json);
    lines.with_writer(writer).finish().with(Keeper).with(levels(settings))
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use microcore_runtime::settings::{Environment, Settings};
    use serde_json::{Value, json};

    use super::super::Logger;
    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is written under these settings.
    pub(in super::super) fn written(level: &str, format: &str, say: impl FnOnce(&Logger)) -> String {
        let environment = Environment::of([("LOG_LEVEL", level), ("LOG_FORMAT", format)]);
        let settings = LoggerSettings::load(&environment).unwrap();
        let kept = Kept::default();
        let writer = kept.clone();
        let logger = Logger { plugin: "shop.pay" };
        let say = || say(&logger);
        match settings.format {
            LogFormat::Text => tracing::subscriber::with_default(texts(&settings, false, move || writer.clone()), say),
            LogFormat::Json => tracing::subscriber::with_default(objects(&settings, move || writer.clone()), say),
        }
        String::from_utf8(std::mem::take(&mut kept.0.lock().unwrap())).unwrap()
    }

    #[test]
    fn fields_are_values_in_json() {
        let lines = written("info", "json", |logger| {
            let order = logger.with("order", 7).with("items", ["soup", "\"bread\"\n"]).with("note", None::<&str>);
            order.info(format_args!("paid \"{}\"", 3));
            logger.warn("late");
            tracing::info!(fields = "of others", "elsewhere");
        });
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0]["fields"], json!({ "order": 7, "items": ["soup", "\"bread\"\n"], "note": null }));
        assert_eq!((&lines[0]["message"], &lines[0]["level"]), (&json!("paid \"3\""), &json!("INFO")));
        assert_eq!(lines[0]["plugin"], "shop.pay");
        assert!(lines[0]["timestamp"].as_str().unwrap().ends_with('Z'), "{}", lines[0]);
        assert_eq!((&lines[1]["fields"], &lines[1]["message"]), (&Value::Null, &json!("late")));
        assert_eq!(lines[2]["fields"], "of others");
    }

    #[test]
    fn what_is_written_while_something_is_handled_has_the_ids_of_its_trace_in_json_only() {
        use microcore_runtime::context::{Context, Id, scope_sync};
        let context = Context::request(Id::adopt("4bf92f3577b34da6a3ce929d0e0e4736").unwrap());
        let span = context.span_id();
        let say = |logger: &Logger| {
            scope_sync(&context, || {
                logger.with("order", 7).info("paid");
                tracing::warn!(name = "of others }", "elsewhere");
            });
        };
        for line in written("info", "json", say).lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(
                (&line["trace_id"], &line["span_id"]),
                (&json!("4bf92f3577b34da6a3ce929d0e0e4736"), &json!(span))
            );
        }
        assert!(!written("info", "text", say).contains("trace_id"));
        assert!(!written("info", "json", |logger| logger.info("outside")).contains("trace_id"));
    }

    #[test]
    fn fields_stand_behind_the_message_in_text() {
        let lines = written("info", "text", |logger| logger.with("order", 7).with("dish", "soup").info("paid"));
        assert!(lines.ends_with("INFO paid plugin=\"shop.pay\" fields={\"order\":7,\"dish\":\"soup\"}\n"), "{lines}");
    }

    #[test]
    fn levels_hold_for_plugins_and_modules() {
        let say = |logger: &Logger| {
            logger.info("told");
            logger.debug("not told");
            tracing::debug!(target: "hyper::proto", "told");
            tracing::trace!(target: "hyper::proto", "not told");
        };
        let lines = written("info,hyper=debug", "text", say);
        assert_eq!((lines.matches("told").count(), lines.matches("not told").count()), (2, 0), "{lines}");
        assert_eq!(written("off", "text", say), "");
    }

    #[test]
    fn what_is_no_level_is_a_problem_of_its_setting() {
        let problems = LoggerSettings::load(&Environment::of([("LOG_LEVEL", "inof")])).unwrap_err().to_string();
        let expected = "LOG_LEVEL must be off, error, warn, info, debug or trace, and others for modules as in \
                        info,hyper=debug, not `inof`";
        assert_eq!(problems, expected);
    }
}
