//! `microcore doctor`: what keeps a project from running, each with what to do.
//!
//! In: the project, the machine. Out: one line per check, and whether any is wrong. Everything but the last check works
//! while nothing compiles.

mod build;
mod machine;
mod servers;
mod wiring;

use std::path::Path;

use crate::problem::Problem;
use crate::project::Project;

/// The result of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// What is looked at, or what is wrong.
    said: String,
    /// What to do; `None`: it is right.
    help: Option<String>,
}

impl Finding {
    fn right(said: impl Into<String>) -> Self {
        Self { said: said.into(), help: None }
    }

    fn wrong(said: impl Into<String>, help: impl Into<String>) -> Self {
        Self { said: said.into(), help: Some(help.into()) }
    }
}

impl From<Problem> for Finding {
    fn from(problem: Problem) -> Self {
        let (said, help) = problem.parts();
        Self::wrong(said, help.unwrap_or_else(|| "see above".to_owned()))
    }
}

/// Runs all checks; the text, and whether everything is right.
pub(crate) fn doctor(working: &Path, without_build: bool) -> (String, bool) {
    let mut findings = vec![machine::toolchain(working)];
    match Project::find(working) {
        Err(problem) => findings.push(problem.into()),
        Ok(project) => {
            findings.push(Finding::right(format!("project `{}`", project.root.display())));
            findings.push(wiring::version(&project));
            findings.push(wiring::build_script(&project));
            findings.extend(wiring::words(&project));
            findings.extend(machine::secrets(&project));
            findings.extend(machine::settings(&project));
            findings.push(machine::port(&project));
            findings.extend(servers::answers(&project));
            if !without_build {
                findings.extend(build::check(&project));
            }
        }
    }
    let all_right = findings.iter().all(|finding| finding.help.is_none());
    let mut text = String::new();
    for finding in &findings {
        match &finding.help {
            None => text += &format!("ok     {}\n", finding.said),
            Some(help) => text += &format!("wrong  {}\n       help: {help}\n", finding.said),
        }
    }
    let wrong = findings.iter().filter(|finding| finding.help.is_some()).count();
    text += &match wrong {
        0 => "everything is right\n".to_owned(),
        1 => "1 thing is wrong\n".to_owned(),
        many => format!("{many} things are wrong\n"),
    };
    (text, all_right)
}

#[cfg(test)]
mod tests;
