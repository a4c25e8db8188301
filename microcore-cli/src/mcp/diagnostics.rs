//! The compiler's errors as data: with the framework's code and advice taken out of the text.

use serde_json::{Value, json};

use super::actions::Answer;
use crate::cargo::cargo;
use crate::problem::{Problem, Result};
use crate::project::Project;

/// `cargo check`, and the application's own `check` where that is possible.
pub(super) fn check(project: &Project) -> Result<Answer> {
    let words = ["check", "--all-targets", "--message-format=json", "--quiet"];
    let output = cargo().current_dir(&project.root).args(words).output();
    let output = output.map_err(|error| Problem::new(format!("cargo can't be started: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut found: Vec<Value> = Vec::new();
    for one in
        text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).filter_map(|line| diagnostic(&line))
    {
        // The library and its tests say the same.
        if !found.contains(&one) {
            found.push(one);
        }
    }
    let compiles = output.status.success();
    if !compiles && found.is_empty() {
        return Err(Problem::new(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    let mut said: String = found.iter().map(shown).collect();
    let mut findings = Vec::new();
    if compiles {
        let checked = cargo().current_dir(&project.root).args(["run", "--quiet", "--", "check"]).output();
        let err = checked.map(|output| String::from_utf8_lossy(&output.stderr).into_owned()).unwrap_or_default();
        let lines = err.lines().filter(|line| line.starts_with("error: ") || line.starts_with("warning: "));
        findings = lines.map(str::to_owned).collect();
        said.extend(findings.iter().map(|line| format!("{line}\n")));
        said += if findings.is_empty() { "it compiles, and nothing is odd\n" } else { "it compiles\n" };
    }
    let data = json!({ "compiles": compiles, "diagnostics": found, "findings": findings });
    Ok(Answer { text: said, data: Some(data) })
}

/// One message of cargo; `None`: it is none of the compiler's, or only counts others.
pub(super) fn diagnostic(line: &Value) -> Option<Value> {
    let message = line.get("message").filter(|_| line["reason"] == "compiler-message")?;
    let level = message["level"].as_str().filter(|level| ["error", "warning"].contains(level))?;
    let text = message["message"].as_str()?;
    let spans = message["spans"].as_array()?;
    let span = spans.iter().find(|span| span["is_primary"] == true)?;
    let mut parts = text.split("\nhelp: ");
    let said = parts.next().unwrap_or_default();
    let mut help: Vec<String> = parts.map(str::to_owned).collect();
    let children = message["children"].as_array().into_iter().flatten();
    help.extend(
        children
            .filter(|child| child["level"] == "help")
            .filter_map(|child| child["message"].as_str())
            .map(str::to_owned),
    );
    let ours =
        said.rsplit_once(" [MC").map(|(said, code)| (said.to_owned(), format!("MC{}", code.trim_end_matches(']'))));
    let (said, code) = match ours {
        Some((said, code)) => (said, Value::from(code)),
        None => (said.to_owned(), message["code"]["code"].clone()),
    };
    Some(json!({
        "level": level, "code": code, "message": said, "help": help,
        "file": span["file_name"], "line": span["line_start"], "column": span["column_start"]
    }))
}

fn shown(one: &Value) -> String {
    let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
    let code = one["code"].as_str().map(|code| format!(" [{code}]")).unwrap_or_default();
    let help = one["help"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let help: String = help.map(|help| format!("  help: {help}\n")).collect();
    format!(
        "{}: {}{code}\n  at {}:{}:{}\n{help}",
        text("level"),
        text("message"),
        text("file"),
        one["line"],
        one["column"]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_and_advice_of_the_framework_are_data() {
        let line = json!({ "reason": "compiler-message", "message": {
            "level": "error", "message": "route `GET /` is already served by `a.b` [MC0307]\nhelp: give one of the two another path",
            "code": null, "children": [], "spans": [
                { "is_primary": false, "file_name": "x", "line_start": 1, "column_start": 1 },
                { "is_primary": true, "file_name": "src/a.rs", "line_start": 20, "column_start": 12 }
            ] } });
        assert_eq!(
            diagnostic(&line).unwrap(),
            json!({ "level": "error", "code": "MC0307", "message": "route `GET /` is already served by `a.b`",
                "help": ["give one of the two another path"], "file": "src/a.rs", "line": 20, "column": 12 })
        );
        assert_eq!(diagnostic(&json!({ "reason": "build-finished", "success": false })), None);
    }
}
