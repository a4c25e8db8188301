//! POST /webhooks adds an endpoint and gives its secret, which is never shown again.
use crate::prelude::*;
use base64::prelude::{BASE64_STANDARD, Engine as _};

#[derive(Deserialize, Schema, Validate)]
pub struct NewEndpoint {
    #[validate(length(min = 1, max = 2000))]
    pub url: String,
}

#[derive(Debug, Serialize, Schema)]
pub struct EndpointAdded {
    pub id: String,
    pub secret: String,
}

#[plugin]
pub struct AddEndpoint {
    db: Db,
}

#[plugin]
impl AddEndpoint {
    /// Whoever may call this decides where data go: give it a role of yours.
    #[post("/webhooks", status = 201, tag = "Webhooks")]
    async fn execute(&self, body: NewEndpoint) -> Result<EndpointAdded> {
        if !body.url.starts_with("https://") {
            return Err(Error::unprocessable("an endpoint begins with https://"));
        }
        let (id, secret) = (random(12)?, format!("whsec_{}", random(24)?));
        self.db
            .execute("INSERT INTO webhook_endpoints (id, url, secret) VALUES ($1, $2, $3)", (&id, &body.url, &secret))
            .await?;
        Ok(EndpointAdded { id, secret })
    }
}

/// So many bytes that nobody can guess, as base64.
fn random(bytes: usize) -> Result<String> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|error| Error::internal(error.to_string()))?;
    Ok(BASE64_STANDARD.encode(random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn each_has_a_secret_of_its_own(db: Db) {
        let plugin = AddEndpoint::new(db.clone());
        let add = async |url: &str| plugin.execute(NewEndpoint { url: url.to_owned() }).await;
        let (one, other) = (add("https://a.example").await.unwrap(), add("https://a.example").await.unwrap());
        assert!(one.secret.starts_with("whsec_") && one.secret != other.secret && one.id != other.id);
        assert_eq!(add("http://a.example").await.unwrap_err().status(), 422);
        assert_eq!(db.query_scalar::<i64>("SELECT count(*) FROM webhook_endpoints", ()).await.unwrap(), 2);
    }
}
