//! Stores keep to their contract, and what is sealed opens only where it belongs.

use super::*;

async fn keeps_to_the_contract(store: &dyn TokenStore) {
    let key = AccountKey::new("board", "a/b c").with_tenant("Bäckerei / 1");
    let other = AccountKey::new("board", "z").with_tenant("other");
    assert_eq!(store.load(&key).await.unwrap(), None);
    assert_eq!(store.save(&key, Some(1), b"x").await.unwrap(), Saved::Changed);
    assert_eq!(store.save(&key, None, b"one").await.unwrap(), Saved::As(1));
    assert_eq!(store.save(&key, None, b"x").await.unwrap(), Saved::Changed);
    assert_eq!(store.save(&key, Some(1), b"two\nlines\n").await.unwrap(), Saved::As(2));
    assert_eq!(store.save(&key, Some(1), b"x").await.unwrap(), Saved::Changed);
    assert_eq!(store.load(&key).await.unwrap(), Some(StoredTokens::new(2, b"two\nlines\n".to_vec())));
    assert_eq!(store.save(&other, None, b"").await.unwrap(), Saved::As(1));
    // A rehearsal is another account.
    assert_eq!(store.load(&key.clone().rehearsal()).await.unwrap(), None);

    assert_eq!(store.list(Some(&key.tenant), None, 9).await.unwrap(), std::slice::from_ref(&key));
    let all = store.list(None, None, 9).await.unwrap();
    assert_eq!(all.len(), 2);
    assert_eq!(store.list(None, None, 1).await.unwrap(), all[..1]);
    assert_eq!(store.list(None, Some(&all[0]), 9).await.unwrap(), all[1..]);
    assert!(store.list(Some(&"nobody".into()), None, 9).await.unwrap().is_empty());

    assert_eq!(store.remove(&key, 1).await.unwrap(), Saved::Changed);
    assert_eq!(store.remove(&key, 2).await.unwrap(), Saved::As(2));
    assert_eq!(store.load(&key).await.unwrap(), None);
}

#[tokio::test]
async fn stores_keep_to_their_contract() {
    keeps_to_the_contract(&MemoryTokens::new()).await;
    let home = tempfile::tempdir().unwrap();
    keeps_to_the_contract(&FileTokens::open(home.path().join("not/yet")).unwrap()).await;
}

#[tokio::test]
async fn of_many_changes_at_the_same_time_one_is_saved() {
    let home = tempfile::tempdir().unwrap();
    let stores: [Arc<dyn TokenStore>; 2] =
        [Arc::new(MemoryTokens::new()), Arc::new(FileTokens::open(home.path()).unwrap())];
    for store in stores {
        let key = AccountKey::new("board", "1");
        store.save(&key, None, b"0").await.unwrap();
        let mut saving = tokio::task::JoinSet::new();
        for number in 0..16 {
            let (store, key) = (store.clone(), key.clone());
            saving.spawn(async move { store.save(&key, Some(1), format!("{number}").as_bytes()).await.unwrap() });
        }
        let all = saving.join_all().await;
        assert_eq!(all.iter().filter(|saved| **saved == Saved::As(2)).count(), 1);
    }
}

#[tokio::test]
async fn a_lock_keeps_others_out_until_it_is_dropped() {
    let home = tempfile::tempdir().unwrap();
    let stores: [Arc<dyn TokenStore>; 2] =
        [Arc::new(MemoryTokens::new()), Arc::new(FileTokens::open(home.path()).unwrap())];
    for store in stores {
        let (key, other) = (AccountKey::new("board", "1"), AccountKey::new("board", "2"));
        let lock = store.lock(&key).await.unwrap();
        drop(store.lock(&other).await.unwrap());
        let waiting = tokio::spawn({
            let (store, key) = (store.clone(), key.clone());
            async move { store.lock(&key).await.map(drop) }
        });
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        assert!(!waiting.is_finished());
        drop(lock);
        waiting.await.unwrap().unwrap();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_may_read_files() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = tempfile::tempdir().unwrap();
    let store = FileTokens::open(home.path().join("tokens")).unwrap();
    store.save(&AccountKey::new("board", "1"), None, b"x").await.unwrap();
    let mut seen = 0;
    let mut places = vec![home.path().join("tokens")];
    while let Some(place) = places.pop() {
        for entry in std::fs::read_dir(&place).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                places.push(path);
            } else if path.extension().is_some_and(|extension| extension == "tokens") {
                seen += 1;
                assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
            }
        }
        assert_eq!(std::fs::metadata(&place).unwrap().permissions().mode() & 0o077, 0, "{}", place.display());
    }
    assert_eq!(seen, 1);
}

#[cfg(feature = "vault")]
mod sealed {
    use secrecy::{ExposeSecret as _, SecretString};

    use super::*;
    use crate::settings::MapSettings;
    use crate::testkit::FixedRandom;

    fn key(id: &str, byte: u8) -> VaultKey {
        use base64::Engine as _;

        let text = base64::engine::general_purpose::STANDARD.encode([byte; 32]);
        VaultKey::new(id, &text.into()).unwrap()
    }

    // Museum B13.
    #[tokio::test]
    async fn b13_what_is_sealed_opens_with_its_key_at_its_place_and_unchanged_only() {
        let ring = Keyring::new(key("k1", 1));
        let text = SecretString::from("the access token");
        let sealed = ring.seal("account:a", &text).await.unwrap();
        assert_eq!(ring.open("account:a", &sealed).await.unwrap().expose_secret(), "the access token");
        assert_ne!(ring.seal("account:a", &text).await.unwrap(), sealed, "each has a nonce of its own");
        let refused = |ring: Keyring, place: &'static str, sealed: Vec<u8>| async move {
            let error = ring.open(place, &sealed).await.unwrap_err();
            assert!(is_sealed(&error) && error.kind() == ErrorKind::Auth, "{error:?}");
            assert!(!error.to_string().contains("the access token"));
        };
        refused(ring.clone(), "account:b", sealed.clone()).await;
        refused(Keyring::new(key("k1", 2)), "account:a", sealed.clone()).await;
        refused(Keyring::new(key("k2", 1)), "account:a", sealed.clone()).await;
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            refused(ring.clone(), "account:a", changed).await;
        }
        for length in 0..sealed.len() {
            refused(ring.clone(), "account:a", sealed[..length].to_vec()).await;
        }
        // No plain text is taken for a sealed one, in either direction.
        refused(ring, "account:a", Unsealed.seal("account:a", &text).await.unwrap()).await;
        assert!(is_sealed(&Unsealed.open("account:a", &sealed).await.unwrap_err()));
    }

    #[test]
    fn b13_a_key_that_is_none_is_refused_before_anything_is_sealed() {
        for (id, text) in [
            ("", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            ("a:b", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            ("k1", "AAAA"),
            ("k1", "not base64 at all"),
            ("k1", ""),
        ] {
            assert_eq!(VaultKey::new(id, &text.into()).unwrap_err().kind(), ErrorKind::Config);
        }
        let generated = VaultKey::generate(&FixedRandom::default());
        VaultKey::new("k1", &generated).unwrap();
        let text = format!("k2:{}", generated.expose_secret());
        let settings = MapSettings::new().with("SOCIAL_VAULT_KEY", text.clone());
        Keyring::from_settings(&settings).unwrap();
        Keyring::from_settings(&settings.with("SOCIAL_VAULT_FORMER_KEYS", format!("{text}, {text}"))).unwrap();
        let error = Keyring::from_settings(&MapSettings::new().with("SOCIAL_VAULT_KEY", "k1")).unwrap_err();
        assert!(error.message().contains("ID:BASE64"), "{error}");
        assert_eq!(Keyring::from_settings(&MapSettings::new()).unwrap_err().field(), Some("SOCIAL_VAULT_KEY"));
    }

    #[tokio::test]
    async fn a_row_that_was_swapped_is_an_error_and_an_issue() {
        let home = tempfile::tempdir().unwrap();
        let store = Arc::new(FileTokens::open(home.path()).unwrap());
        let seal = Keyring::new(key("k1", 1));
        let vault = Vault::new(FileTokens::open(home.path()).unwrap(), seal);
        let (vendor, _) = rotating_vendor(7200);
        let scene = Scene::with(&ROTATING, vendor.transport(), vault, RenewalSettings::default());
        scene.connect().await;
        let victim = AccountKey::new("board", "victim");
        let stolen = store.load(&scene.key).await.unwrap().unwrap().sealed;
        store.save(&victim, None, &stolen).await.unwrap();
        let error = scene.accounts.access(&victim).await.unwrap_err();
        assert!(is_sealed(&error), "{error}");
        let health = scene.accounts.health(&victim, &HealthQuestion::default()).await.unwrap();
        assert_eq!(health.issues[0].issue, ConnectionIssue::Sealed);
        // The others are not disturbed by it.
        scene.clock.advance(3 * HOUR);
        assert_eq!(scene.accounts.due_for_refresh(None).await.unwrap(), std::slice::from_ref(&scene.key));
    }

    #[tokio::test]
    async fn a_key_is_changed_while_everything_goes_on() {
        let home = tempfile::tempdir().unwrap();
        let vault = |ring: Keyring| Vault::new(FileTokens::open(home.path()).unwrap(), ring);
        let (vendor, _) = rotating_vendor(7200);
        let old = Keyring::new(key("k1", 1));
        let scene = Scene::with(&ROTATING, vendor.transport(), vault(old), RenewalSettings::default());
        scene.connect().await;
        // The new key is known everywhere before it seals anything.
        let both = Keyring::new(key("k1", 1)).with_former(key("k2", 2));
        let turned = Keyring::new(key("k2", 2)).with_former(key("k1", 1));
        let both = Scene::with(&ROTATING, vendor.transport(), vault(both), RenewalSettings::default());
        let turned = Scene::with(&ROTATING, vendor.transport(), vault(turned), RenewalSettings::default());
        assert_eq!(both.access().await.unwrap(), "access-1");
        turned.accounts.refresh(&turned.key).await.unwrap();
        both.clock.advance(Duration::from_secs(300));
        assert_eq!(both.access().await.unwrap(), "access-2", "sealed with the new key by another process");
        both.accounts.refresh(&both.key).await.unwrap();
        assert_eq!(turned.vault.reseal().await.unwrap(), 1);
        assert_eq!(turned.vault.reseal().await.unwrap(), 0);
        let new = Keyring::new(key("k2", 2));
        let new = Scene::with(&ROTATING, vendor.transport(), vault(new), RenewalSettings::default());
        assert_eq!(new.access().await.unwrap(), "access-3");
    }
}
