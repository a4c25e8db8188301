//! The tool `state` as guests have it: JSON texts, each guest in a namespace of its own.

use std::time::Duration;

use microcore_runtime::error::Error;
use microcore_runtime::guest::{GuestState, Pending};

use crate::state::{Backend, State};

impl<B: Backend> GuestState for State<B> {
    fn get<'p>(&'p self, space: &'p str, key: &'p str) -> Pending<'p, Option<String>> {
        Box::pin(async move {
            let inside = self.namespace(space);
            let value: Option<serde_json::Value> = inside.get(key).await?;
            Ok(value.map(|value| value.to_string()))
        })
    }

    fn set<'p>(&'p self, space: &'p str, key: &'p str, json: &'p str, ttl: Option<Duration>) -> Pending<'p, ()> {
        Box::pin(async move {
            let value: serde_json::Value = serde_json::from_str(json)
                .map_err(|error| Error::unprocessable(format!("the value of key `{key}` is not JSON: {error}")))?;
            let inside = self.namespace(space);
            match ttl {
                Some(ttl) => inside.set_for(key, &value, ttl).await?,
                None => inside.set(key, &value).await?,
            }
            Ok(())
        })
    }

    fn delete<'p>(&'p self, space: &'p str, key: &'p str) -> Pending<'p, bool> {
        Box::pin(async move { Ok(self.namespace(space).delete(key).await?) })
    }
}
