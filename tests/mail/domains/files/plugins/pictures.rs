//! Takes pictures, and shows them to whoever has their address.
use std::time::Duration;

use crate::prelude::*;
use microcore_storage::{Kind, StorageError};

#[plugin]
pub struct Pictures {
    storage: Storage,
}

#[plugin]
impl Pictures {
    /// Keeps a picture, and gives the address by which it is shown for five minutes.
    #[put("/pictures/{name}")]
    async fn keep(&self, name: String, raw: Bytes) -> Result<String> {
        let key = format!("pictures/{name}");
        self.storage.put(&key, Kind::of("image/png"), raw).await.map_err(StorageError::of_client)?;
        Ok(self.storage.presign(&key, Duration::from_secs(300)).await?)
    }

    /// Gives the address at which a picture may be stored within five minutes.
    #[post("/pictures/{name}/upload")]
    async fn offer(&self, name: String) -> Result<String> {
        let key = format!("pictures/{name}");
        self.storage.presign_put(&key, Duration::from_secs(300)).await.map_err(StorageError::of_client)
    }

    /// What that address leads to, where files are in a folder.
    #[put("/files/{*key}")]
    async fn store(&self, key: String, expires: u64, signature: String, raw: Bytes) -> Result<NoContent> {
        let stored = self.storage.put_presigned(&key, expires, &signature, Kind::of("image/png"), raw).await;
        stored.map_err(StorageError::of_client)?.ok_or_else(|| Error::forbidden("this address is none, or too old"))?;
        Ok(NoContent)
    }

    /// What those addresses lead to, where files are in a folder.
    #[get("/files/{*key}")]
    async fn show(&self, key: String, expires: u64, signature: String) -> Result<With<Streamed>> {
        let opened = self.storage.open_presigned(&key, expires, &signature).await?;
        let file = opened.ok_or_else(|| Error::not_found("file"))?;
        // Whatever was uploaded, it is no page of this site.
        let shown = With::new(Streamed::new(file.about.kind.media_type, file.chunks));
        Ok(shown.header("content-security-policy", "sandbox").header("x-content-type-options", "nosniff"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn keeps_a_picture_and_nothing_that_is_none(storage: Storage) {
        let pictures = Pictures { storage: storage.clone() };
        pictures.keep("ada.png".to_owned(), Bytes::from_static(b"png")).await.unwrap();
        assert_eq!(storage.get("pictures/ada.png").await.unwrap().unwrap().bytes, "png");
        let refused = pictures.keep("../../etc/passwd".to_owned(), Bytes::new()).await;
        assert_eq!(refused.unwrap_err().status(), 422);
    }
}
