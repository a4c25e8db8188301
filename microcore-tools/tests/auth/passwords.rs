//! Hashing and verifying.

use crate::auth;

#[tokio::test]
async fn a_password_is_verified_by_its_own_hash_only() {
    let auth = auth([]).await;
    let long = "é\0".repeat(100);
    for password in ["correct horse", "", &long] {
        let hash = auth.hash_password(password).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(auth.verify_password(password, Some(&hash)).await.unwrap());
        assert!(!auth.verify_password("another", Some(&hash)).await.unwrap());
        assert!(!auth.needs_rehash(&hash));
    }
    let (first, second) = (auth.hash_password("same").await.unwrap(), auth.hash_password("same").await.unwrap());
    assert_ne!(first, second, "each has a salt of its own");
    let last = long.trim_end_matches('\0').to_owned() + "x";
    let hash = auth.hash_password(&long).await.unwrap();
    assert!(!auth.verify_password(&last, Some(&hash)).await.unwrap(), "every byte counts");
}

#[tokio::test]
async fn nobody_has_no_password() {
    let auth = auth([]).await;
    for password in ["", "nobody's password", "x"] {
        assert!(!auth.verify_password(password, None).await.unwrap(), "{password}");
    }
}

#[cfg(not(feature = "auth-bcrypt"))]
#[tokio::test]
async fn a_build_without_bcrypt_says_what_reads_its_hashes() {
    let refused = auth([]).await.verify_password("x", Some("$2b$04$abc")).await.unwrap_err();
    assert!(refused.to_string().ends_with("is read with the feature `auth-bcrypt` of `microcore`"), "{refused}");
}

#[cfg(feature = "auth-bcrypt")]
#[tokio::test]
async fn bcrypt_hashes_are_verified_and_should_be_replaced() {
    let auth = auth([]).await;
    let plain = bcrypt::hash("secret", 4).unwrap();
    // base64 of SHA-256 of "secret", as applications do that know bcrypt's limits.
    let digested = bcrypt::hash("K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=", 4).unwrap();
    for hash in [&plain, &digested] {
        assert!(auth.verify_password("secret", Some(hash)).await.unwrap());
        assert!(!auth.verify_password("Secret", Some(hash)).await.unwrap());
        assert!(auth.needs_rehash(hash));
    }
    assert!(auth.verify_password("x", Some("md5:abc")).await.is_err());
}

#[tokio::test]
async fn the_event_loop_goes_on_while_a_password_is_hashed() {
    let auth = auth([]).await;
    // One thread: were the hash made on it, the counter could not move before the hash is there.
    let hashing = tokio::spawn(async move { auth.hash_password("secret").await });
    let mut turns = 0_u64;
    while !hashing.is_finished() {
        tokio::task::yield_now().await;
        turns += 1;
    }
    assert!(turns > 2, "{turns} turns");
    hashing.await.unwrap().unwrap();
}
