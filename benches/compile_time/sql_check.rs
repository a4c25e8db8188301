//! What the check of SQL adds to `cargo check`: two applications that differ in `sql: unchecked` and nothing else.
//!
//! Each plugin has two statements, one of which is read into a struct, and a table of its own; every tenth has a third
//! statement. *first* is a build of the application and everything below it, once; the others are those of `main.rs`.

use crate::stopwatch::Cost;
use crate::support::build;
use crate::support::package::Workspace;
use crate::{check, measure, microcore};

pub(crate) fn run(sizes: &[usize]) {
    let names = sizes.iter().flat_map(|size| [checked(*size), unchecked(*size)]);
    let profiles = "[profile.dev]\ndebug = \"line-tables-only\"\n";
    let workspace = Workspace::new("sql_check", &names.collect::<Vec<_>>(), profiles);
    for size in sizes {
        microcore::write(&workspace, &checked(*size), *size, "", true);
        microcore::write(&workspace, &unchecked(*size), *size, "sql: unchecked", true);
    }
    let first = |package: &str| {
        let mut clean = build::cargo();
        clean.current_dir(&workspace.root).args(["clean", "--quiet"]);
        clean.env("CARGO_TARGET_DIR", workspace.root.join("target"));
        assert!(clean.status().is_ok_and(|status| status.success()), "{clean:?} failed");
        Cost::of(|| check(&workspace, package))
    };
    if std::env::args().any(|argument| argument == "first") {
        let size = sizes.first().copied().unwrap_or_default();
        println!("| plugins | first, checked |\n|--:|--:|\n| {size} | {} |\n", first(&checked(size)));
    }
    println!("| plugins | clean, unchecked | clean, checked | touch, unchecked | touch, checked | adds (processor) |");
    println!("|--:|--:|--:|--:|--:|--:|");
    for size in sizes {
        let without = measure(&workspace, &unchecked(*size), *size);
        let with = measure(&workspace, &checked(*size), *size);
        let (wall, processor) = (with[1].wall - without[1].wall, with[1].processor - without[1].processor);
        println!(
            "| {size} | {} | {} | {} | {} | {wall:.2} s ({processor:.2} s) |",
            without[0], with[0], without[1], with[1]
        );
    }
}

fn checked(size: usize) -> String {
    format!("checked-{size}")
}

fn unchecked(size: usize) -> String {
    format!("unchecked-{size}")
}
