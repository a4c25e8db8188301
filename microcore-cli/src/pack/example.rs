//! The settings of a pack in `.env.example`: a block of lines, put there and taken away whole.

use super::snapshot;
use crate::problem::Result;
use crate::project::Project;

const FILE: &str = ".env.example";

/// The block, without the settings that are in the file already.
fn block(name: &str, env: &[String], text: &str) -> String {
    let has = |key: &str| text.lines().any(|line| line.trim_start_matches(['#', ' ']).split('=').next() == Some(key));
    let lines: String = env.iter().filter(|key| !has(key)).map(|key| format!("# {key}=\n")).collect();
    if lines.is_empty() { lines } else { format!("\n# {name}\n{lines}") }
}

/// Writes the block at the end.
pub(super) fn append(project: &Project, name: &str, env: &[String]) -> Result<()> {
    let text = project.read(FILE)?;
    let known = text.clone().unwrap_or_default();
    let block = block(name, env, &known);
    if block.is_empty() {
        return Ok(());
    }
    let joined = if text.is_none() { block.trim_start().to_owned() } else { known + &block };
    snapshot::write(project, FILE, &joined)
}

/// Takes the block away, as far as it stands there as it was written.
pub(super) fn take(project: &Project, name: &str, env: &[String]) -> Result<()> {
    let Some(text) = project.read(FILE)? else { return Ok(()) };
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let head = format!("# {name}\n");
    let Some(start) = lines.iter().position(|line| *line == head) else { return Ok(()) };
    let is_ours = |line: &&&str| env.iter().any(|key| **line == format!("# {key}=\n"));
    let end = start + 1 + lines[start + 1..].iter().take_while(is_ours).count();
    let blank = usize::from(start > 0 && lines[start - 1] == "\n");
    lines.drain(start - blank..end);
    let rest = lines.concat();
    if rest.is_empty() { snapshot::delete(project, FILE) } else { snapshot::write(project, FILE, &rest) }
}
