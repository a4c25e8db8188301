//! Which tools there are: each has one name, one type and one place, and what `app!` says of it can be.

use proc_macro2::Span;

use super::listing::conditional;
use crate::discover::Listing;
use crate::errors::Errors;
use crate::expand::app::{BUILT_IN, RESERVED};
use crate::parse::{AppItem, backends_of};

pub(crate) fn check(app: &AppItem, listing: &Listing, errors: &mut Errors) {
    let is_chosen = |name: &str| app.tools.iter().any(|choice| choice.name == name);
    for tool in &listing.tools {
        if tool.contents.is_marked && tool.contents.is_conditional {
            conditional(&format!("src/tools/{}.rs", tool.name), errors);
        } else if !tool.contents.is_marked {
            errors.add_at(
                Span::call_site(),
                "MC0003",
                format!("`src/tools/{}.rs` declares no tool", tool.name),
                "put `#[tool]` on the impl in it, or move it: each file in `src/tools/` is one tool",
            );
        } else if tool.contents.is_generic && !tool.contents.has_slot && !is_chosen(&tool.name) {
            errors.add_at(
                Span::call_site(),
                "MC0206",
                format!(
                    "tool `{0}` in `src/tools/` has backends and no `slot` that says which is the default",
                    tool.name
                ),
                "add `pub mod slot;` with `pub type Tool<B = super::Folder> = super::Mail<B>;` and `pub mod backends`",
            );
        } else if BUILT_IN.contains(&tool.name.as_str()) && !is_chosen(&tool.name) {
            errors.add_at(
                Span::call_site(),
                "MC0204",
                format!("tool `{0}` is provided twice: by the framework and by `src/tools/{0}.rs`", tool.name),
                format!("rename the file, or choose yours: `app! {{ {0}: crate::tools::{0}::YourType }}`", tool.name),
            );
        }
    }
    for tool in listing.tools.iter().filter(|tool| RESERVED.contains(&tool.name.as_str())) {
        errors.add_at(
            Span::call_site(),
            "MC0205",
            format!("tool `{}` must not have this name: generated code and tests use it", tool.name),
            "rename the file; the file's name is the tool's name",
        );
    }
    for choice in app.tools.iter().filter(|choice| RESERVED.iter().any(|name| choice.name == name)) {
        errors.add(
            &choice.name,
            "MC0205",
            format!("tool `{}` must not have this name: generated code and tests use it", choice.name),
            "choose another name; plugins and tests will use it too",
        );
    }
    for choice in app.tools.iter().filter(|choice| backends_of(&choice.name.to_string()).is_none()) {
        let listed = listing.tools.iter().find(|tool| choice.name == tool.name && !tool.contents.has_slot);
        if let (Some(word), Some(tool)) = (choice.word(), listed) {
            errors.add(
                word,
                "MC0005",
                format!(
                    "tool `{0}` in `src/tools/` has no `slot`, so `{word}` can't be one of its backends",
                    tool.name
                ),
                format!("delete `{0}: {word}`, or add `pub mod slot;` to the tool, with `pub mod backends`", tool.name),
            );
        }
    }
    for (index, choice) in app.tools.iter().enumerate() {
        if app.tools[..index].iter().any(|earlier| earlier.name == choice.name) {
            errors.add(
                &choice.name,
                "MC0204",
                format!("tool `{}` is provided twice", choice.name),
                "one name, one tool: delete one of the two lines",
            );
        }
    }
}
