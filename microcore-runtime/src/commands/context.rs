//! `context`: writes `AI_CONTEXT.md`, or tells whether it is stale.
//!
//! In: the manifest, the tables, the file as it is. Out: the file as it must be; it is touched only when it changes.

use std::io;
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::{Exit, Surroundings};
use crate::application::Application;
use crate::error::Result;
use crate::manifest::{context_document, context_of};

const FILE: &str = "AI_CONTEXT.md";

pub(super) fn run<A: Application>(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let name = options.get_one::<String>("name");
    let text = A::tables().map(|tables| match name {
        Some(name) => context_of(const { &A::MANIFEST }, &tables, name).ok_or(name),
        None => Ok(context_document(const { &A::MANIFEST }, &tables)),
    });
    let document = match text {
        Ok(Ok(text)) if name.is_some() => return surroundings.result(&text),
        Ok(Ok(text)) => text,
        Ok(Err(name)) => {
            surroundings.error(format_args!("`{name}` is no domain and no tool of this application"));
            return Exit::Failed;
        }
        Err(error) => {
            surroundings.error(format_args!("the migrations can't be read: {error}"));
            return Exit::Failed;
        }
    };
    if options.get_flag("stdout") {
        return surroundings.result(&document);
    }
    let file = surroundings.folder.join(FILE);
    if options.get_flag("check") {
        return check(&file, &document, surroundings);
    }
    match refresh(&file, &document) {
        Ok(true) => surroundings.result(&format!("{} is written\n", file.display())),
        Ok(false) => surroundings.result(&format!("{} is fresh\n", file.display())),
        Err(error) => {
            surroundings.error(format_args!("{} can't be written: {error}", file.display()));
            Exit::Failed
        }
    }
}

/// Where the document goes: the package, or where the program runs without its sources.
pub(super) fn folder(package: &str) -> PathBuf {
    let package = Path::new(package);
    if !package.as_os_str().is_empty() && package.is_dir() { package.to_owned() } else { PathBuf::from(".") }
}

/// Refreshes the document on the way to serving; whatever prevents it is a warning.
pub(super) fn refresh_quietly<A: Application>(surroundings: &mut Surroundings<'_>) {
    let file = surroundings.folder.join(FILE);
    let written = document::<A>().and_then(|document| Ok(refresh(&file, &document)?));
    if let Err(error) = written {
        surroundings.warning(format_args!("{} is not refreshed: {}", file.display(), error));
    }
}

fn document<A: Application>() -> Result<String> {
    Ok(context_document(const { &A::MANIFEST }, &A::tables()?))
}

fn check(file: &Path, document: &str, surroundings: &mut Surroundings<'_>) -> Exit {
    let state = match std::fs::read_to_string(file) {
        Ok(known) if same(&known, document) => return surroundings.result(&format!("{} is fresh\n", file.display())),
        Ok(_) => "is stale".to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => "is missing".to_owned(),
        Err(error) => format!("can't be read: {error}"),
    };
    surroundings.error(format_args!("{} {state}; refresh it with `cargo run -- context`", file.display()));
    Exit::Failed
}

/// Writes where the content changed, and tells whether it did. Readers see the old file or the new one, never half.
fn refresh(file: &Path, document: &str) -> io::Result<bool> {
    if std::fs::read_to_string(file).is_ok_and(|known| same(&known, document)) {
        return Ok(false);
    }
    // Two processes may refresh at once.
    let draft = file.with_file_name(format!(".{FILE}.{}", std::process::id()));
    let written = std::fs::write(&draft, document).and_then(|()| std::fs::rename(&draft, file));
    if written.is_err() {
        // What failed is told; that the draft may stay behind adds nothing.
        let _ = std::fs::remove_file(&draft);
    }
    written.map(|()| true)
}

/// Git may have turned line ends around.
fn same(known: &str, document: &str) -> bool {
    known.replace("\r\n", "\n") == document
}
