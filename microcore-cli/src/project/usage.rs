//! Who names an event, a tool or a plugin: by tokens, so that comments and texts do not count.

use std::str::FromStr as _;

use proc_macro2::{TokenStream, TokenTree};

use super::Project;
use crate::names::pascal;

impl Project {
    /// `src/domains/users/plugins/x.rs:12` for each file with a field or a parameter `mail: Mail`.
    pub(crate) fn names_of_tool(&self, tool: &str) -> Vec<String> {
        let alias = pascal(tool);
        self.places(|before, name| name == alias && before.ends_with(&[tool.to_owned(), ":".to_owned()]))
    }

    /// The places of a type's name, but for one file.
    pub(crate) fn names_of_type(&self, ty: &str, except: &str) -> Vec<String> {
        let own = format!("{except}:");
        self.places(|_, name| name == ty).into_iter().filter(|place| !place.starts_with(&own)).collect()
    }

    /// The places of a module below a folder: `plugins::export_users`.
    pub(crate) fn names_of_module(&self, folder: &str, module: &str) -> Vec<String> {
        let path = [folder.to_owned(), ":".to_owned(), ":".to_owned()];
        self.places(|before, name| name == module && before.ends_with(&path))
    }

    /// The first place in each file at which an identifier, with the words before it, is what is looked for.
    fn places(&self, is_meant: impl Fn(&[String], &str) -> bool) -> Vec<String> {
        let mut places = Vec::new();
        for (path, text) in self.rust_files() {
            let Ok(tokens) = TokenStream::from_str(&text) else { continue };
            let mut before = Vec::new();
            if let Some(line) = first(tokens, &mut before, &is_meant) {
                places.push(format!("{path}:{line}"));
            }
        }
        places
    }
}

fn first(tokens: TokenStream, before: &mut Vec<String>, is_meant: &impl Fn(&[String], &str) -> bool) -> Option<usize> {
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                let word = name.to_string().trim_start_matches("r#").to_owned();
                if is_meant(before, &word) {
                    return Some(name.span().start().line);
                }
                before.push(word);
            }
            TokenTree::Punct(sign) => before.push(sign.as_char().to_string()),
            TokenTree::Literal(_) => before.push(String::new()),
            TokenTree::Group(group) => {
                before.push("(".to_owned());
                if let Some(line) = first(group.stream(), before, is_meant) {
                    return Some(line);
                }
                before.push(")".to_owned());
            }
        }
    }
    None
}
