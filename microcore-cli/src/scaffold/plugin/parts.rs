//! The text of a plugin's file, from its parts.

use std::fmt::Write as _;

use super::Parts;
use crate::names::{pascal, raw, words};
use crate::project::{Declared, Field};
use crate::scaffold::event::value;
use crate::scaffold::sample;

impl Parts {
    pub(super) fn text(&self) -> String {
        let mut text = format!("//! {}\nuse crate::prelude::*;\n\n", self.headline());
        if let Some(route) = &self.route {
            text.push_str(&route.types(&self.ty));
        }
        let ty = &self.ty;
        let tools: String = self.tools().iter().map(|(tool, ty)| format!("    {tool}: {ty},\n")).collect();
        let fields = if tools.is_empty() { "{}".to_owned() } else { format!("{{\n{tools}}}") };
        let _ = write!(text, "#[plugin]\npub struct {ty} {fields}\n\n#[plugin]\nimpl {ty} {{\n");
        let route = self.route.as_ref().map(|route| route.handler(self));
        let heard = self.on.as_ref().map(|event| self.subscription(event));
        text.push_str(&route.into_iter().chain(heard).collect::<Vec<_>>().join("\n"));
        text.push_str("}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n");
        let tests = self.route.as_ref().map(|route| route.tests(self)).into_iter();
        let tests: Vec<String> = tests.chain(self.on.as_ref().map(|event| self.subscription_test(event))).collect();
        text.push_str(&tests.join("\n"));
        text.push_str("}\n");
        text
    }

    fn headline(&self) -> String {
        let served = self.route.as_ref().map(|route| format!("{} {}", route.method.to_uppercase(), route.path));
        let heard = self.on.as_ref().map(|event| format!("hears `{}`", event.name));
        match (served, heard) {
            (Some(served), Some(heard)) => format!("{served}: {}; it {heard}.", words(&self.name)),
            (Some(served), None) => format!("{served}: {}.", words(&self.name)),
            (None, heard) => format!("{}: {}.", sentence(&words(&self.name)), heard.unwrap_or_default()),
        }
    }

    /// Names with their aliases, in the order of the constructor.
    fn tools(&self) -> Vec<(String, String)> {
        let mut names = Vec::new();
        names.extend(self.publishes.as_ref().map(|_| "bus"));
        names.extend(self.on.as_ref().map(|_| "logger"));
        for name in &self.tools {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names.into_iter().map(|name| (raw(name), pascal(name))).collect()
    }

    /// A line for each tool that nothing else uses yet: the compiler warns of a field that is never read.
    pub(super) fn unused(&self) -> String {
        let used = |name: &str| (name == "bus" && self.publishes.is_some()) || (name == "logger" && self.on.is_some());
        let unused = self.tools.iter().filter(|name| !used(name));
        unused.map(|name| format!("        let _ = &self.{}; // say here what it is for\n", raw(name))).collect()
    }

    /// `bus: Bus, logger: Logger` and `bus.clone(), logger`.
    pub(super) fn built(&self) -> (String, String) {
        let taken = self.tools().iter().map(|(tool, ty)| format!("{tool}: {ty}")).collect::<Vec<_>>().join(", ");
        let given =
            self.tools().into_iter().map(|(tool, _)| if tool == "bus" { "bus.clone()".to_owned() } else { tool });
        (taken, format!("{}::new({})", self.ty, given.collect::<Vec<_>>().join(", ")))
    }

    /// The line that publishes: fields by what is at hand under the same name and type, else by an example.
    pub(super) fn publication(&self, at_hand: &[(Field, String)]) -> Option<String> {
        let event = self.publishes.as_ref()?;
        let fields = event.fields.iter().map(|field| {
            let name = raw(&field.name);
            match at_hand.iter().find(|(known, _)| known == field) {
                Some((_, expression)) if *expression == name => name,
                Some((_, expression)) => format!("{name}: {expression}"),
                None => format!("{name}: {}", sample::value(&field.name, &field.ty).unwrap_or_default()),
            }
        });
        let fields = fields.collect::<Vec<_>>().join(", ");
        let value =
            if fields.is_empty() { format!("{} {{}}", event.ty) } else { format!("{} {{ {fields} }}", event.ty) };
        Some(format!("        self.bus.publish({value}).await?;\n"))
    }

    fn subscription(&self, event: &Declared) -> String {
        let logged = event.fields.iter().find(|field| !field.ty.contains('<'));
        let said = match logged {
            Some(field) => format!("format_args!(\"heard {} of {{}}\", event.{})", event.name, raw(&field.name)),
            None => format!("\"heard {}\"", event.name),
        };
        let event_is_used = logged.is_some();
        let at_hand: Vec<(Field, String)> = event
            .fields
            .iter()
            .map(|field| {
                let clone = if sample::is_copied(&field.ty) { "" } else { ".clone()" };
                (field.clone(), format!("event.{}{clone}", raw(&field.name)))
            })
            .collect();
        let publication = if self.route.is_none() { self.publication(&at_hand) } else { None }.unwrap_or_default();
        let unused = if event_is_used || publication.contains("event.") {
            String::new()
        } else {
            format!("        let {} {{ .. }} = event;\n", event.ty)
        };
        let ty = &event.ty;
        let tools = if self.route.is_none() { self.unused() } else { String::new() };
        format!(
            "    /// Hears that this happened: {}.\n    #[on({ty}, retries = 3, backoff = \"500ms\")]\n    \
             async fn hear(&self, event: &{ty}) -> Result<()> {{\n{tools}{unused}        self.logger.info({said});\n{publication}        \
             Ok(())\n    }}\n",
            words(&event.name)
        )
    }

    fn subscription_test(&self, event: &Declared) -> String {
        let (taken, built) = self.built();
        let value = value(&event.ty, &event.fields).unwrap_or_default();
        let told = match (&self.publishes, &self.route) {
            (Some(told), None) => format!("        assert_eq!(bus.published::<{}>().len(), 1);\n", told.ty),
            _ => String::new(),
        };
        format!(
            "    #[microcore::test]\n    async fn hears_of_it({taken}) {{\n        let plugin = {built};\n        let event = {value};\n        \
             plugin.hear(&event).await.unwrap();\n{told}    }}\n"
        )
    }
}

/// With a capital letter.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
