//! Who stands at the desk.
use crate::prelude::*;

#[derive(Deserialize)]
pub struct Badge {
    sub: String,
}

pub struct Guest {
    pub name: String,
    pub speaks: String,
}

#[extract]
impl Guest {
    async fn extract(journal: &Journal, claims: Badge, speaks: Option<String>, head: &Head) -> Result<Self> {
        journal.note(&format!("{} comes to {}", claims.sub, head.uri.path()));
        if claims.sub == "eve" {
            return Err(Error::forbidden("this guest must not come in"));
        }
        Ok(Self { name: claims.sub, speaks: speaks.unwrap_or_else(|| "en".into()) })
    }
}

/// Somebody, or nobody: never a refusal.
pub struct Maybe(pub Option<String>);

#[extract]
impl Maybe {
    async fn extract(claims: Option<Badge>) -> Result<Self> {
        Ok(Self(claims.map(|badge| badge.sub)))
    }
}

/// Needs what may be off.
pub struct Fragile;

#[extract]
impl Fragile {
    async fn extract(flaky: &Flaky) -> Result<Self> {
        let _ = flaky;
        Ok(Self)
    }
}
