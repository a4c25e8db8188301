#![allow(clippy::all)]
#![cfg_attr(all(), allow(unused_variables))]
use crate::prelude::*;

/// A reply of this file.
#[derive(Serialize, Schema)]
#[must_use]
#[cfg_attr(all(), non_exhaustive)]
pub struct Reply {
    pub id: i64,
    /// What was there before.
    #[deprecated]
    pub old: Option<Inner>,
}

#[derive(Serialize, Deserialize, Schema)]
#[allow(dead_code, reason = "to see that it passes")]
pub struct Inner {
    pub id: i64,
}

#[derive(Serialize, Deserialize, Schema, Validate)]
#[doc(hidden)]
pub struct Numbers {
    #[validate(range(max = 9007199254740993))]
    pub signed: i64,
    #[validate(range(min = -9223372036854775808, max = 9223372036854775807))]
    pub whole: Option<i64>,
    #[validate(range(min = 1, max = 18446744073709551615))]
    pub unsigned: u64,
    #[validate(range(min = -170141183460469231731687303715884105728, max = 340282366920938463463374607431768211))]
    pub wide: i128,
    #[validate(range(max = 340282366920938463463374607431768211455))]
    pub widest: u128,
    #[validate(range(min = -128, max = 127))]
    pub small: i8,
    #[validate(range(exclusive_min = 0, exclusive_max = 65535))]
    pub short: u16,
    #[validate(range(min = -0.5, max = 1e300))]
    pub float: f64,
    #[validate(range(max = 4294967296_u64))]
    pub suffixed: u64,
}

/// The same, where serde's and schemars' own derives do the work.
#[derive(Serialize, Deserialize, Schema, Validate)]
#[serde(deny_unknown_fields)]
pub struct Flattened {
    #[validate(range(min = -1.5f32))]
    pub single: f32,
    #[validate(range(max = 9007199254740993))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed: Option<i64>,
    #[validate(range(min = -9223372036854775808, max = 18446744073709551615))]
    pub unsigned: i128,
    #[validate(range(max = 340282366920938463463374607431768211455))]
    pub widest: u128,
}

#[plugin]
pub struct Attributes {
    #[allow(dead_code)]
    logger: Logger,
}

#[plugin]
impl Attributes {
    #[mount("/static")]
    #[deprecated]
    #[allow(dead_code)]
    const STATIC: Folder = Folder::at("src");

    #[deprecated(since = "1", note = "ask `/new`")]
    #[get("/old")]
    async fn old(&self) -> Result<Reply> {
        let reply: Reply = self.made();
        Ok(reply)
    }

    #[get("/new")]
    #[must_use]
    #[doc(hidden)]
    #[allow(clippy::unused_async, deprecated_in_future)]
    #[expect(unused_mut, reason = "to see that it passes")]
    #[cfg_attr(all(), inline)]
    async fn new_one(&self, #[allow(unused)] id: Option<i64>) -> Result<Reply> {
        let mut reply = self.made();
        Ok(reply)
    }

    #[post("/numbers")]
    #[track_caller]
    fn numbers(&self, body: Numbers) -> Numbers {
        body
    }

    #[put("/numbers")]
    async fn flattened(&self, body: Flattened) -> Flattened {
        body
    }

    #[cfg(all())]
    fn made(&self) -> Reply {
        Reply { id: 1, ..Reply::none() }
    }
}

impl Reply {
    #[allow(clippy::needless_update)]
    fn none() -> Self {
        serde_free()
    }
}

fn serde_free() -> Reply {
    unreachable!("not called")
}
