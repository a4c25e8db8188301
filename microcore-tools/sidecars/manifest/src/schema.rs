//! The JSON Schemas that a manifest names: files beside it.

use serde_json::Value;

/// What is wrong with the text of a schema, and in which line; `None` where it is one.
///
/// It is looked at as JSON and as what documents can show, and not compiled: the guest reads its bodies by itself.
pub fn schema_mistake(text: &str) -> Option<(usize, String)> {
    match serde_json::from_str(text) {
        Ok(Value::Object(_)) => None,
        Ok(_) => Some((1, "it is no JSON Schema: write an object, such as `{ \"type\": \"object\" }`".to_owned())),
        Err(error) => {
            let said = error.to_string();
            let said = said.split(" at line ").next().unwrap_or_default();
            Some((error.line().max(1), format!("it is not JSON: `{said}`")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_an_object_of_json() {
        assert_eq!(schema_mistake("{ \"type\": \"object\" }"), None);
        let wrong = |text| schema_mistake(text).map(|(line, said)| format!("{line}: {said}")).unwrap_or_default();
        assert_eq!(wrong("{\n\"type\": object }"), "2: it is not JSON: `expected value`");
        assert!(wrong("7").starts_with("1: it is no JSON Schema"));
        assert!(wrong("").starts_with("1: it is not JSON"));
    }
}
