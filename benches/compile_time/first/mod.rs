//! What a user waits for at first, and at each edit: the template, copied as a user copies it, beside an application of
//! the same reach on axum (`axum/`). In: nothing. Out: a table.
//!
//! *first* is `cargo build` with an empty target folder, the packages downloaded before. *edit* is a change in the body
//! of one handler, to a program that can be run. *crates* are all that are compiled, for the application and for macros
//! and build scripts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::TOUCH_RUNS;
use crate::stopwatch::Cost;
use crate::support::build;

/// A copy of an application in a folder of its own.
struct Application {
    folder: PathBuf,
    /// What is edited: a file, and a text in it that is a number.
    edited: (&'static str, &'static str),
}

impl Application {
    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = build::cargo();
        cargo.current_dir(&self.folder).args(arguments).env("CARGO_TARGET_DIR", self.folder.join("target"));
        cargo
    }

    fn run(&self, arguments: &[&str]) {
        let mut cargo = self.cargo(arguments);
        assert!(cargo.status().is_ok_and(|status| status.success()), "{cargo:?} failed");
    }

    /// How many packages `cargo build` compiles.
    fn crates(&self) -> usize {
        let tree = self.cargo(&["tree", "--edges", "normal,build", "--prefix", "none", "--no-dedupe"]).output();
        let tree = String::from_utf8(tree.expect("cargo runs this bench").stdout).expect("cargo writes UTF-8");
        let mut packages: Vec<&str> = tree.lines().filter(|line| !line.is_empty()).collect();
        packages.sort_unstable();
        packages.dedup();
        packages.len()
    }

    fn first(&self) -> Cost {
        self.run(&["fetch", "--quiet"]);
        // Absent at the first run.
        let _ = fs::remove_dir_all(self.folder.join("target"));
        Cost::of(|| self.run(&["build", "--quiet"]))
    }

    fn edit(&self) -> Cost {
        let path = self.folder.join(self.edited.0);
        let text = fs::read_to_string(&path).expect("the application has this file");
        let (before, after) = text.split_once(self.edited.1).expect("the file has this number");
        let edits = (0..TOUCH_RUNS).map(|run| {
            fs::write(&path, format!("{before}{}{after}", run + 200)).expect("it is a copy of ours");
            Cost::of(|| self.run(&["build", "--quiet"]))
        });
        let least = edits.reduce(Cost::least).expect("there is a run");
        fs::write(&path, text).expect("it is a copy of ours");
        least
    }
}

/// The template, with its dependency on this repository, and the application on axum.
fn applications() -> [(&'static str, Application); 2] {
    let (repository, root) = (build::repository(), build::scratch("first"));
    let of = |name: &str, edited| Application { folder: root.join(name), edited };
    let ours = of("microcore", ("src/domains/users/plugins/get_user.rs", "100"));
    copy(&repository.join("app-template"), &ours.folder);
    let manifest = ours.folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).expect("the template has a manifest");
    fs::write(&manifest, text.replace("path = \"..\"", &format!("path = {:?}", repository.display().to_string())))
        .expect("it is a copy of ours");
    let theirs = of("axum", ("src/users.rs", "100"));
    copy(&repository.join("benches/compile_time/first/axum"), &theirs.folder);
    fs::rename(theirs.folder.join("Cargo.toml.template"), theirs.folder.join("Cargo.toml")).expect("it was copied");
    [("microcore, the template", ours), ("axum, tower-http, deadpool-sqlite, utoipa, validator", theirs)]
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target folder can be written to");
    for entry in fs::read_dir(from).expect("the repository has this folder").map(|entry| entry.expect("it can be read"))
    {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("the target folder can be written to");
        }
    }
}

pub(crate) fn run() {
    println!("| application | crates | first, wall (processor) | edit, wall (processor) |");
    println!("|---|--:|--:|--:|");
    let costs = applications().map(|(name, application)| {
        let (crates, first, edit) = (application.crates(), application.first(), application.edit());
        println!("| {name} | {crates} | {first} | {edit} |");
        (first, edit)
    });
    let [(first, edit), (their_first, their_edit)] = costs;
    let ratios = (first.processor / their_first.processor, edit.processor / their_edit.processor);
    println!("| ratio of processor time | | {:.2} | {:.2} |", ratios.0, ratios.1);
}
