//! Password → hash, and whether a password has a hash. Slow on purpose, so never on the event loop, and only as many at
//! once as there are cores: each takes 19 MiB.

use std::sync::Arc;
use std::thread::available_parallelism;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use super::AuthError;

/// Hashes passwords with Argon2id, 19 MiB, two passes: the minimum that OWASP recommends.
#[derive(Debug, Clone)]
pub(super) struct Passwords {
    seats: Arc<Semaphore>,
}

/// Nobody's hash, of the same cost as everybody's: it is compared where there is no user.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

impl Passwords {
    pub(super) fn new() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self { seats: Arc::new(Semaphore::new(cores)) }
    }

    pub(super) async fn hash(&self, password: &str) -> Result<String, AuthError> {
        let password = password.to_owned();
        self.off_loop(move || {
            let hash: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|_| AuthError::Hashing)
        })
        .await
    }

    /// With no hash there is nobody; that takes as long and is never true.
    pub(super) async fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool, AuthError> {
        let (password, known) = (password.to_owned(), hash.is_some());
        let hash = hash.unwrap_or(NOBODY).to_owned();
        self.off_loop(move || Ok(verify(&password, &hash)? && known)).await
    }

    async fn off_loop<T, W>(&self, work: W) -> Result<T, AuthError>
    where
        T: Send + 'static,
        W: FnOnce() -> Result<T, AuthError> + Send + 'static,
    {
        let Ok(seat) = self.seats.clone().acquire_owned().await else { return Err(AuthError::Hashing) };
        let work = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(seat);
            done
        });
        work.await.unwrap_or(Err(AuthError::Hashing))
    }
}

fn verify(password: &str, hash: &str) -> Result<bool, AuthError> {
    if !is_bcrypt(hash) {
        let parsed = PasswordHash::new(hash).map_err(|_| AuthError::Hash)?;
        return Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    }
    verify_bcrypt(password, hash)
}

#[cfg(feature = "auth-bcrypt")]
fn verify_bcrypt(password: &str, hash: &str) -> Result<bool, AuthError> {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    // bcrypt reads 72 bytes and stops at a zero, so it is often given a digest: both ways are tried.
    let digest = STANDARD.encode(Sha256::digest(password.as_bytes()));
    let fits = password.len() <= 72 && !password.contains('\0');
    let as_is = fits && bcrypt::verify(password, hash).map_err(|_| AuthError::Hash)?;
    Ok(as_is || bcrypt::verify(digest, hash).map_err(|_| AuthError::Hash)?)
}

#[cfg(not(feature = "auth-bcrypt"))]
fn verify_bcrypt(_: &str, _: &str) -> Result<bool, AuthError> {
    Err(AuthError::Bcrypt)
}

fn is_bcrypt(hash: &str) -> bool {
    ["$2a$", "$2b$", "$2x$", "$2y$"].iter().any(|start| hash.starts_with(start))
}

/// Whether a hash that was verified should be replaced: it is not Argon2id with the cost of today.
pub(super) fn is_outdated(hash: &str) -> bool {
    let costs = argon2::Params::default();
    let cost = format!("$argon2id$v=19$m={},t={},p={}$", costs.m_cost(), costs.t_cost(), costs.p_cost());
    !hash.starts_with(&cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_costs_as_much_as_anybody() {
        assert!(!is_outdated(NOBODY));
        assert!(!verify("x", NOBODY).unwrap(), "it can be read, so it is really compared");
    }
}
