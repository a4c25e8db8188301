//! `src/domains/users/events/user_exported.rs`.

use std::fmt::Write as _;

use super::{Scaffold, sample};
use crate::change::Changes;
use crate::names;
use crate::problem::{Problem, Result};
use crate::project::{Field, Project};

/// What was asked for.
#[derive(Debug, Default)]
pub(crate) struct EventAsked {
    /// `users/user.exported`.
    pub(crate) place: String,
    /// `id:i64`.
    pub(crate) fields: Vec<String>,
}

/// A file with an event and its test.
pub(crate) fn event(project: &Project, asked: &EventAsked) -> Result<Scaffold> {
    let (domain, name) = names::place("event", &asked.place, "users/user.exported")?;
    names::event(name)?;
    let fields = fields(&asked.fields)?;
    project.domain_or_new(domain)?;
    let ty = names::pascal(name);
    for known in project.events().values() {
        if known.name == name || known.ty == ty {
            return Err(Problem::new(format!("event `{}` is declared already, as `{}`", known.name, known.ty))
                .help(format!("it is in `{}`; every domain may publish it and hear it", known.path)));
        }
    }
    let mut changes = Changes::below(&project.root);
    let file = names::snake(&name.replace('.', "_"));
    changes.create(format!("{}/domains/{domain}/events/{file}.rs", project.sources()), text(name, &ty, &fields));
    // Until somebody publishes it and somebody hears it, `check` warns.
    let happened = name.rsplit('.').next().unwrap_or(name);
    let next = vec![
        format!("microcore add plugin {domain}/… --post /… --publishes {name}"),
        format!("microcore add plugin {domain}/on_{happened} --on {name}"),
    ];
    Ok(Scaffold { changes, next })
}

fn fields(given: &[String]) -> Result<Vec<Field>> {
    let mut fields: Vec<Field> = Vec::new();
    for one in given {
        let Some((name, ty)) = one.split_once(':') else {
            return Err(
                Problem::new(format!("field `{one}` must have a type")).help(format!("for example `{one}:String`"))
            );
        };
        names::module("field", name)?;
        if sample::value(name, ty).is_none() {
            return Err(Problem::new(format!("field `{name}` has the type `{ty}`, for which no test can be written"))
                .help(format!("write one of {}; any other you put into the file yourself", sample::KNOWN)));
        }
        if fields.iter().any(|known| known.name == name) {
            return Err(Problem::new(format!("field `{name}` stands there twice")).help("give each a name of its own"));
        }
        fields.push(Field { name: name.to_owned(), ty: ty.to_owned() });
    }
    Ok(fields)
}

fn text(name: &str, ty: &str, fields: &[Field]) -> String {
    let said = names::words(name);
    let mut text =
        format!("//! The event `{name}`.\nuse crate::prelude::*;\n\n/// What is told: {said}.\n#[event(\"{name}\")]\n");
    if fields.is_empty() {
        let _ = writeln!(text, "pub struct {ty} {{}}");
    } else {
        let _ = writeln!(text, "pub struct {ty} {{");
        for field in fields {
            let _ = writeln!(text, "    pub {}: {},", names::raw(&field.name), field.ty);
        }
        text.push_str("}\n");
    }
    let value = value(ty, fields).unwrap_or_default();
    let _ = write!(
        text,
        "\n#[cfg(test)]\nmod tests {{\n    use super::*;\n\n    #[microcore::test]\n    async fn arrives_as_it_was_published(bus: Bus) {{\n        \
         bus.publish({value}).await.unwrap();\n        let told = bus.published::<{ty}>();\n        assert_eq!(told.len(), 1);\n"
    );
    for field in fields {
        let name = names::raw(&field.name);
        let expected = sample::value(&field.name, &field.ty).unwrap_or_default();
        let compared =
            if field.ty == "String" { expected.trim_end_matches(".to_owned()").to_owned() } else { expected };
        let line = match field.ty.as_str() {
            "bool" => format!("assert!(told[0].{name});"),
            "f32" | "f64" => format!("assert!((told[0].{name} - {compared}).abs() < 0.001);"),
            _ => format!("assert_eq!(told[0].{name}, {compared});"),
        };
        let _ = writeln!(text, "        {line}");
    }
    text.push_str("    }\n}\n");
    text
}

/// The event with example values; `None` where a field has a type that nothing is known about.
pub(super) fn value(ty: &str, fields: &[Field]) -> Option<String> {
    if fields.is_empty() {
        return Some(format!("{ty} {{}}"));
    }
    let given: Option<Vec<String>> = fields
        .iter()
        .map(|field| Some(format!("{}: {}", names::raw(&field.name), sample::value(&field.name, &field.ty)?)))
        .collect();
    Some(format!("{ty} {{ {} }}", given?.join(", ")))
}
