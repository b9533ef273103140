//! A connection that is sealed, kept, read and opened: beside AES-256-GCM over as many bytes by
//! hand.

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs)]

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _, Nonce};
use benches::{compare, growth};
use criterion::{Criterion, criterion_group, criterion_main};
use secrecy::ExposeSecret as _;
use social_core::auth::{Connection, Grant, Keyring, MemoryTokens, Seal as _, Vault, VaultKey};
use social_core::clock::{Clock as _, Random as _, SystemClock, SystemRandom};
use social_core::{Account, AccountKey};

const ACCOUNTS: u32 = 3000;

fn connection(tenant: u32) -> Connection {
    let key = AccountKey::new("instagram", "17841400000000000").with_tenant(format!("tenant-{tenant}"));
    let now = SystemClock.now();
    let grant = Grant::new("IGAA".repeat(50), now).with_refresh("r".repeat(200)).with_scopes(["instagram_basic"]);
    Connection::new(Account::new(key, "41 Bistro"), grant, now)
}

fn vault(criterion: &mut Criterion) {
    let key = VaultKey::new("k1", &VaultKey::generate(&SystemRandom)).expect("a key");
    let keyring = Keyring::new(key);
    let vault = Vault::new(MemoryTokens::new(), keyring.clone());
    let grown = growth(async || {
        for tenant in 0..ACCOUNTS {
            vault.save(&connection(tenant), None).await.expect("a place");
        }
    });
    if let Some(bytes) = grown {
        println!("{ACCOUNTS} sealed connections: {} bytes each", bytes / u64::from(ACCOUNTS));
    }

    let one = connection(0);
    let cipher = Aes256Gcm::new(&[7; 32].into());
    let place = format!("account:{}", one.account.key);
    let bytes = vec![b'x'; 1024];
    let by_hand = async || {
        let mut nonce = [0; 12];
        SystemRandom.fill(&mut nonce);
        let nonce = Nonce::from(nonce);
        let payload = Payload { msg: &bytes, aad: place.as_bytes() };
        let sealed = cipher.encrypt(&nonce, payload).expect("sealed");
        cipher.decrypt(&nonce, Payload { msg: &sealed, aad: place.as_bytes() }).expect("opened");
    };
    let text = "x".repeat(bytes.len()).into();
    let sealed = async || {
        let sealed = keyring.seal(&place, &text).await.expect("sealed");
        std::hint::black_box(keyring.open(&place, &sealed).await.expect("opened").expose_secret());
    };
    compare(criterion, "seal and open 1 KiB", by_hand, sealed);
    let whole = async || {
        let (_, version) = vault.load(&one.account.key).await.expect("read").expect("is there");
        vault.save(&one, Some(version)).await.expect("saved");
    };
    compare(criterion, "load and save a connection", by_hand, whole);
}

criterion_group!(benches, vault);
criterion_main!(benches);
