//! Stands on a real data server (the PDS of the AT Protocol's reference implementation, with its
//! OAuth: PAR, DPoP, PKCE, rotation) on loopback. Runs only when `SOCIAL_LAB_PDS` holds its address
//! and `SOCIAL_LAB_BROWSER` the path of `pds_browser.py`, which plays the person.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::print_stdout, clippy::unwrap_used)]

use std::process::Command;

use platform_publishers::bluesky::{self, Bluesky, Directory, SIGN_IN};
use platform_publishers::connect_account_with;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use social_core::auth::*;
use social_core::catalogue::Parts;
use social_core::clock::{Clock as _, SystemClock};
use social_core::http::Endpoint;
use social_core::publish::{Approved, Ask, AutoApprove, Post, ReceiptState};
use social_core::run::Run;
use social_core::settings::MapSettings;
use social_core::{Account, AccountKey, ErrorKind, Tenant};

const PASSWORD: &str = "test-password";
const REDIRECT: &str = "http://127.0.0.1:8017/callback";

struct Lab {
    server: String,
    browser: String,
    handle: String,
}

async fn lab() -> Option<Lab> {
    let (Ok(server), Ok(browser)) = (std::env::var("SOCIAL_LAB_PDS"), std::env::var("SOCIAL_LAB_BROWSER")) else {
        social_core::testkit::did_not_run("SOCIAL_LAB_PDS and SOCIAL_LAB_BROWSER");
        return None;
    };
    let handle = format!("o{}.test", SystemClock.now().as_microsecond());
    let anonymous = Endpoint::builder("lab", &server).build().unwrap();
    let account = json!({"handle": handle, "email": format!("{handle}@example.test"), "password": PASSWORD});
    let call = anonymous.post("xrpc/com.atproto.server.createAccount").unwrap();
    let _: Value = call.json(&account).send().await.unwrap().json().unwrap();
    Some(Lab { server, browser, handle })
}

impl Lab {
    /// The directory of identities is one port further.
    fn directory(&self) -> Directory {
        let mut identities = url::Url::parse(&self.server).unwrap();
        identities.set_port(Some(identities.port().unwrap() + 1)).unwrap();
        Directory::at(self.server.clone(), identities.as_str())
    }

    /// What the person comes back with.
    fn browse(&self, url: &str, more: &[&str]) -> Callback {
        let mut command = Command::new("python3");
        let output = command.arg(&self.browser).args([url, &self.handle, PASSWORD]).args(more).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        Callback::parse(&text).unwrap_or_else(|e| panic!("{e}: {text} {}", String::from_utf8_lossy(&output.stderr)))
    }
}

#[tokio::test]
async fn an_account_is_connected_posts_is_renewed_posts_and_is_revoked() {
    let Some(lab) = lab().await else { return };
    let found = lab.directory().find(&lab.handle, Bluesky::endpoint()).await.unwrap();
    assert_eq!(found.handle, lab.handle);
    let app = bluesky::loopback_app(REDIRECT, &SIGN_IN.scopes_for(&[Purpose::PUBLISH]));
    let oauth = OAuth::new(&SIGN_IN, app, OAuth::endpoint(&SIGN_IN)).with_addresses(found.addresses);
    let states = MemoryStates::new();
    let request = AuthorizationRequest::new([Purpose::PUBLISH]).with_login_hint(&lab.handle).with_subject(&found.did);

    let away = oauth.authorize(&states, &request).await.unwrap();
    let error =
        oauth.finish(&states, &Tenant::DEFAULT, &lab.browse(away.url.as_str(), &["--reject"])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Permission, "{error}");

    let away = oauth.authorize(&states, &request).await.unwrap();
    let back = lab.browse(away.url.as_str(), &[]);
    let authorized = oauth.finish(&states, &Tenant::DEFAULT, &back).await.unwrap();
    assert!(authorized.missing.is_empty(), "{:?}", authorized.missing);
    assert_eq!(authorized.grant.subject.as_deref(), Some(found.did.as_str()));

    let accounts = Accounts::builder(Vault::new(MemoryTokens::new(), Unsealed)).platform(oauth.clone()).build();
    let key = AccountKey::new("bluesky", &found.did);
    accounts.connect(Account::new(key.clone(), &lab.handle), authorized.clone()).await.unwrap();
    let publisher = connect_account_with(&accounts, &key, &MapSettings::new(), Parts::default()).await.unwrap();
    assert!(publisher.readiness(SystemClock.now()).await.unwrap().is_ready());
    let publish = |text: &'static str| {
        let publisher = publisher.clone();
        async move {
            let run = Run::ephemeral();
            let ask = Ask::for_account(publisher.account().await?);
            let post = Approved::ask(&run, Post::new(text), &ask, &AutoApprove::because("test")).await?.approved()?;
            publisher.publish(&run, &post).await
        }
    };
    let receipt = publish("Connected by OAuth").await.unwrap();
    assert_eq!(publisher.status(&receipt).await.unwrap().state, ReceiptState::Published);

    // As if the token had ended: it is renewed, and the post goes out.
    let first = accounts.access(&key).await.unwrap();
    accounts.refresh(&key).await.unwrap();
    let second = accounts.access(&key).await.unwrap();
    assert_ne!(first.expose_secret(), second.expose_secret());
    publish("After a renewal").await.unwrap();
    // A spent refresh token is refused.
    let error = oauth.refresh(&authorized.grant).await.unwrap_err();
    assert_eq!(SIGN_IN.issue(&error), Some(ConnectionIssue::Revoked), "{error}");

    assert!(accounts.revoke(&key).await.unwrap().at_platform);
    let error = publish("After it was revoked").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
    assert!(!publisher.readiness(SystemClock.now()).await.unwrap().is_ready());
}
