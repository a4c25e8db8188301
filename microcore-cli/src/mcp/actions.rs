//! What each tool does: the program's own parts, or a command of the application.

use std::ffi::OsStr;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::diagnostics;
use crate::cargo;
use crate::outcome::Outcome;
use crate::pack::PackAsked;
use crate::problem::{Problem, Result};
use crate::project::Project;
use crate::scaffold::{self, EventAsked, PluginAsked, Scaffold};

/// A text, and the same as data where that says more.
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) data: Option<Value>,
}

impl From<String> for Answer {
    fn from(text: String) -> Self {
        Self { text, data: None }
    }
}

/// What a call was given.
struct Given<'a>(&'a Map<String, Value>);

impl Given<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn required(&self, name: &str) -> Result<String> {
        self.text(name)
            .ok_or_else(|| Problem::new(format!("`{name}` is missing")).help("the tool's schema says what it takes"))
    }

    fn list(&self, name: &str) -> Vec<String> {
        let all = self.0.get(name).and_then(Value::as_array);
        all.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or_default()
    }
}

/// Does what a tool of this name does.
pub(super) fn call(working: &Path, name: &str, given: &Map<String, Value>) -> Result<Answer> {
    let given = Given(given);
    match name {
        "context" => match given.text("name") {
            Some(name) => application(working, &["context", &name]),
            None => application(working, &["context", "--stdout"]),
        },
        "explain" => crate::explain::explain(&given.required("code")?).map(|page| page.to_owned().into()),
        "routes" | "schema" | "errors" => application(working, &[name]),
        "trace" => {
            let id = given.text("id");
            let logs = given.flag("logs").then_some("--logs");
            let words: Vec<&str> = ["trace", "--sql"].into_iter().chain(logs).chain(id.as_deref()).collect();
            application(working, &words)
        }
        "check" => diagnostics::check(&Project::find(working)?),
        "doctor" => Ok(crate::doctor::doctor(working, true).0.into()),
        _ => add(working, name, &given),
    }
}

fn application(working: &Path, words: &[&str]) -> Result<Answer> {
    let project = Project::find(working)?;
    let words: Vec<&OsStr> = ["run", "--quiet", "--"].iter().chain(words).map(OsStr::new).collect();
    let output = cargo::run(&project.root, &words)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned().into())
}

fn add(working: &Path, name: &str, given: &Given<'_>) -> Result<Answer> {
    let project = Project::find_to_change(working)?;
    if name == "add_pack" {
        let asked = PackAsked {
            name: given.required("name")?,
            word: given.text("word"),
            copy: given.flag("copy"),
            instance: given.text("instance"),
            no_check: false,
            dry_run: given.flag("dry_run"),
        };
        return Ok(written(&crate::pack::add(&project, &asked, working)?));
    }
    let Scaffold { changes, next } = match name {
        "add_plugin" => {
            let route = given.text("path").map(|path| (given.text("method").unwrap_or_else(|| "get".to_owned()), path));
            let asked = PluginAsked {
                place: given.required("place")?,
                route,
                publishes: given.text("publishes"),
                on: given.text("on"),
                auth: given.flag("auth"),
                tools: given.list("tools"),
            };
            scaffold::plugin(&project, &asked)?
        }
        "add_event" => {
            scaffold::event(&project, &EventAsked { place: given.required("place")?, fields: given.list("fields") })?
        }
        "add_tool" => scaffold::tool(&project, &given.required("name")?)?,
        "add_domain" => scaffold::domain(&project, &given.required("domain")?)?,
        _ => scaffold::migration(&project, &given.required("domain")?, &given.required("name")?)?,
    };
    let mut outcome = changes.carry_out(given.flag("dry_run"))?;
    outcome.next = next;
    Ok(written(&outcome))
}

fn written(outcome: &Outcome) -> Answer {
    let paths: Vec<&str> = outcome.changed.iter().map(|changed| changed.path.as_str()).collect();
    let data = json!({ "paths": paths, "written": !outcome.dry_run });
    Answer { text: outcome.to_string(), data: Some(data) }
}
