//! `src/tools/geo.rs`.

use super::Scaffold;
use crate::change::Changes;
use crate::names;
use crate::problem::{Problem, Result};
use crate::project::Project;

const TEXT: &str = r#"//! The tool `{name}`: what plugins share under this name. A tool never uses another tool.
use microcore::prelude::*;

/// Cheap to clone: each plugin that names `{name}` has a clone.
#[derive(Clone)]
pub struct {Type} {
    greeting: String,
}

/// Keeps a greeting; say here what it does.
#[tool]
impl {Type} {
    pub async fn setup() -> Result<Self> {
        Ok(Self { greeting: "hello".into() })
    }

    /// The greeting for somebody.
    pub fn greet(&self, who: &str) -> String {
        format!("{} {who}", self.greeting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn greets({name}: {Type}) {
        assert_eq!({name}.greet("Ana"), "hello Ana");
    }
}
"#;

/// A file with a tool and its test.
pub(crate) fn tool(project: &Project, name: &str) -> Result<Scaffold> {
    names::module("tool", name)?;
    if names::TAKEN_TOOLS.contains(&name) {
        return Err(Problem::new(format!("tool `{name}` must not have this name: the framework uses it"))
            .help("plugins name their tools; choose the word that they shall write"));
    }
    if let Some(value) = project.app().ok().and_then(|app| app.value(name).map(str::to_owned)) {
        return Err(Problem::new(format!("tool `{name}` is provided already: `app!` has `{name}: {value}`"))
            .help("one name, one tool: choose another name"));
    }
    let ty = names::pascal(name);
    if names::TAKEN_TYPES.contains(&ty.as_str()) || project.events().values().any(|event| event.ty == ty) {
        return Err(Problem::new(format!("tool `{name}` would have the alias `{ty}`, which the prelude has already"))
            .help("choose another name"));
    }
    let mut changes = Changes::below(&project.root);
    let text = TEXT.replace("{name}", &names::raw(name)).replace("{Type}", &ty);
    if project.root.join(format!("{}/tools/{name}", project.sources())).exists() {
        return Err(Problem::new(format!("`src/tools/{name}/` exists already")).help("choose another name"));
    }
    changes.create(format!("{}/tools/{name}.rs", project.sources()), text);
    Ok(Scaffold { changes, next: vec![format!("microcore add plugin <domain>/<name> --get /… --tool {name}")] })
}
