//! What a model may call: functions with a type of arguments, whose JSON Schema the model reads.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use microcore::error::{Error, Result};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What a call gives: what the model reads.
type Called<'t> = Pin<Box<dyn Future<Output = Result<String>> + Send + 't>>;

/// Functions that a model may call.
#[derive(Default)]
pub struct Tools<'t>(BTreeMap<String, Tool<'t>>);

struct Tool<'t> {
    spec: ToolSpec,
    call: Box<dyn Fn(Value) -> Result<Called<'t>, serde_json::Error> + Send + Sync + 't>,
}

/// What a model reads of a tool.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolSpec {
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The JSON Schema of its arguments.
    pub schema: Value,
}

impl<'t> Tools<'t> {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more. A failure of it ends the question; what the model shall know of a failure is a value.
    #[must_use]
    pub fn with<A, R, F, W>(mut self, name: &str, description: &str, work: W) -> Self
    where
        A: DeserializeOwned + JsonSchema,
        R: Serialize,
        F: Future<Output = Result<R>> + Send + 't,
        W: Fn(A) -> F + Send + Sync + 't,
    {
        let spec = ToolSpec { name: name.to_owned(), description: description.to_owned(), schema: schema_of::<A>() };
        let call = move |arguments: Value| {
            let called = work(serde_json::from_value(arguments)?);
            let called: Called<'t> =
                Box::pin(async move { serde_json::to_string(&called.await?).map_err(Error::from) });
            Ok(called)
        };
        self.0.insert(name.to_owned(), Tool { spec, call: Box::new(call) });
        self
    }

    pub(crate) fn specs(&self) -> Vec<ToolSpec> {
        self.0.values().map(|tool| tool.spec.clone()).collect()
    }

    /// Calls one. A name or arguments that are none are told to the model, which may do better.
    pub(crate) async fn call(&self, name: &str, arguments: Value) -> Result<String> {
        let Some(tool) = self.0.get(name) else { return Ok(format!("error: there is no tool `{name}`")) };
        match (tool.call)(arguments) {
            Ok(called) => called.await,
            Err(error) => Ok(format!("error: the arguments are wrong: {error}")),
        }
    }
}

impl std::fmt::Debug for Tools<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.keys()).finish()
    }
}

/// The schema of a type, without references: not every provider follows them.
pub(crate) fn schema_of<T: JsonSchema>() -> Value {
    let settings =
        schemars::generate::SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    if let Some(object) = schema.as_object_mut() {
        object.remove("$schema");
    }
    schema
}
