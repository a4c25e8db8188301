//! The handler of a plugin's route, its types and its tests.

use std::fmt::Write as _;

use super::parts::sentence;
use super::{Parts, RouteParts};
use crate::names::{pascal, raw, words};
use crate::project::Field;
use crate::scaffold::sample;

impl RouteParts {
    /// What the reply gives back, each with the expression for it.
    fn reply(&self) -> Vec<(Field, String)> {
        let text = |name: &str| Field { name: name.to_owned(), ty: "String".to_owned() };
        let has = |name: &str| self.parameters.iter().any(|field| field.name == name);
        let mut reply: Vec<(Field, String)> =
            self.parameters.iter().map(|field| (field.clone(), raw(&field.name))).collect();
        if self.has_body && !has("name") {
            reply.push((text("name"), "body.name".to_owned()));
        }
        if self.auth && !has("asked_by") {
            reply.push((text("asked_by"), "claims.sub".to_owned()));
        }
        if reply.is_empty() {
            reply.push((Field { name: "done".to_owned(), ty: "bool".to_owned() }, "true".to_owned()));
        }
        reply
    }

    pub(super) fn types(&self, ty: &str) -> String {
        let mut text = String::new();
        if self.has_body {
            let _ = write!(
                text,
                "/// What is sent.\n#[derive(Deserialize, Schema, Validate)]\npub struct {ty}Body {{\n    \
                 #[validate(length(min = 1, max = 200))]\n    pub name: String,\n}}\n\n"
            );
        }
        if self.auth {
            text.push_str("/// What the token says about its owner.\n#[derive(Deserialize)]\npub struct Claims {\n    pub sub: String,\n}\n\n");
        }
        let _ = write!(text, "/// What is replied.\n#[derive(Serialize, Schema)]\npub struct {ty}Reply {{\n");
        for (field, _) in self.reply() {
            let _ = writeln!(text, "    pub {}: {},", raw(&field.name), field.ty);
        }
        text.push_str("}\n\n");
        text
    }

    pub(super) fn handler(&self, parts: &Parts) -> String {
        let ty = &parts.ty;
        let mut inputs: Vec<String> =
            self.parameters.iter().map(|field| format!("{}: {}", raw(&field.name), field.ty)).collect();
        if self.has_body {
            inputs.push(format!("body: {ty}Body"));
        }
        if self.auth {
            inputs.push("claims: Claims".to_owned());
        }
        let inputs: String = inputs.iter().map(|input| format!(", {input}")).collect();
        let reply = self.reply();
        // What is moved into the event is cloned: the reply has it too.
        let at_hand: Vec<(Field, String)> = reply
            .iter()
            .map(|(field, expression)| {
                let clone = if sample::is_copied(&field.ty) { "" } else { ".clone()" };
                (field.clone(), format!("{expression}{clone}"))
            })
            .collect();
        let publication = parts.publication(&at_hand).unwrap_or_default();
        let given = reply.iter().map(|(field, expression)| {
            let name = raw(&field.name);
            if name == *expression { name } else { format!("{name}: {expression}") }
        });
        // A parameter `name` beside a body would leave the body unread.
        let unread = self.has_body && self.parameters.iter().any(|field| field.name == "name");
        let unread = if unread { format!("        let {ty}Body {{ name: _ }} = body;\n") } else { String::new() };
        let tools = parts.unused();
        let status = if self.method == "post" { ", status = 201" } else { "" };
        format!(
            "    /// {}.\n    #[{}(\"{}\"{status}, tag = \"{}\")]\n    async fn execute(&self{inputs}) -> Result<{ty}Reply> {{\n\
             {tools}{unread}{publication}        Ok({ty}Reply {{ {} }})\n    }}\n",
            sentence(&words(&parts.name)),
            self.method,
            self.path,
            pascal(&parts.domain),
            given.collect::<Vec<_>>().join(", ")
        )
    }

    pub(super) fn tests(&self, parts: &Parts) -> String {
        let (taken, built) = parts.built();
        let mut given: Vec<String> =
            self.parameters.iter().filter_map(|field| sample::value(&field.name, &field.ty)).collect();
        if self.has_body {
            given.push(format!("{}Body {{ name: \"Ana\".into() }}", parts.ty));
        }
        if self.auth {
            given.push("Claims { sub: \"ana@example.com\".into() }".to_owned());
        }
        let mut asserts = String::new();
        for (field, expression) in self.reply() {
            let name = raw(&field.name);
            let line = match (field.ty.as_str(), expression.as_str()) {
                ("bool", _) => format!("assert!(reply.{name});"),
                ("i64", _) => format!("assert_eq!(reply.{name}, 7);"),
                (_, "claims.sub") => format!("assert_eq!(reply.{name}, \"ana@example.com\");"),
                (_, "body.name") => format!("assert_eq!(reply.{name}, \"Ana\");"),
                _ => format!("assert_eq!(reply.{name}, \"{}\");", sample::text(&field.name)),
            };
            let _ = writeln!(asserts, "        {line}");
        }
        if let Some(event) = &parts.publishes {
            let _ = writeln!(asserts, "        assert_eq!(bus.published::<{}>().len(), 1);", event.ty);
        }
        let mut text = format!(
            "    #[microcore::test]\n    async fn replies_to_whoever_asks({taken}) {{\n        let plugin = {built};\n        \
             let reply = plugin.execute({}).await.unwrap();\n{asserts}    }}\n",
            given.join(", ")
        );
        if parts.has_json || !self.has_body {
            text.push_str(&self.test_over_http());
        }
        text
    }

    /// What the function alone does not show: the path, the rules of the body, the token.
    fn test_over_http(&self) -> String {
        let mut path = self.path.replace("{*", "{");
        for field in &self.parameters {
            let value = if field.ty == "i64" { "7" } else { "ana" };
            path = path.replace(&format!("{{{}}}", field.name), value);
        }
        let (name, status, why) = match (self.auth, self.has_body) {
            (true, _) => ("nobody_comes_in_without_a_token", 401, "no token"),
            (_, true) => ("a_name_that_is_empty_is_refused", 422, "`name` has a rule"),
            _ => ("is_served_at_its_path", 200, "it is routed"),
        };
        let sent = match self.method.as_str() {
            "get" | "delete" => format!("app.{}(\"{path}\")", self.method),
            method => format!("app.{method}(\"{path}\", serde_json::json!({{ \"name\": \"\" }}))"),
        };
        format!(
            "\n    #[microcore::test]\n    async fn {name}(app: microcore::testing::Running<crate::App>) {{\n        \
             assert_eq!({sent}.await.status, {status}, \"{why}\");\n        app.stop().await;\n    }}\n"
        )
    }
}
