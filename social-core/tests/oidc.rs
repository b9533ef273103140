//! Stands on a real authorization server (oidc-provider: PKCE, rotation with reuse detection,
//! access tokens of 5 seconds) on loopback. Runs only when `SOCIAL_LAB_OIDC` holds its address, for
//! instance
//! `http://127.0.0.1:4300`.

// The helpers of a test are tests, too.
#![allow(clippy::indexing_slicing)]
#![cfg(all(feature = "vault", feature = "reqwest"))]
#![allow(clippy::panic, clippy::print_stdout, clippy::unwrap_used)]

use std::collections::HashMap;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use http::header::{COOKIE, LOCATION, SET_COOKIE};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use social_core::auth::*;
use social_core::clock::{Clock as _, SystemClock};
use social_core::http::{Endpoint, Request, Response, Transport, shared_transport};
use social_core::{Account, AccountKey, ErrorKind, Result, Tenant};
use url::Url;

const REDIRECT: &str = "http://127.0.0.1:4399/cb";
const LAB: SignIn = SignIn::new("lab", "the lab", "https://lab.example/auth", "https://lab.example/token")
    .with_renewal(Renewal::ROTATING)
    .with_authorize_extra(&[("prompt", "consent")])
    .with_push_url("https://lab.example/request")
    .with_revocation(Revocation::new("https://lab.example/token/revocation"))
    .with_scopes(&[ScopeGroup::new(Purpose::PUBLISH, &["openid", "offline_access", "post.write"])]);

fn server() -> Option<String> {
    let server = std::env::var("SOCIAL_LAB_OIDC").ok();
    if server.is_none() {
        println!("skipped: SOCIAL_LAB_OIDC is not set");
    }
    server
}

fn key() -> AccountKey {
    AccountKey::new("lab", "alice")
}

fn oauth(server: &str, sign_in: &SignIn, app: OAuthApp, transport: Arc<dyn Transport>) -> OAuth {
    OAuth::new(sign_in, app, OAuth::endpoint(sign_in).transport(transport))
        .with_addresses(sign_in.addresses().on(server))
}

fn public() -> OAuthApp {
    OAuthApp::new("public", REDIRECT)
}

fn vault(home: &Path) -> (FileTokens, Keyring) {
    let key = VaultKey::new("k1", &"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".into()).unwrap();
    (FileTokens::open(home).unwrap(), Keyring::new(key))
}

/// Accounts over a directory, with a way to die.
fn accounts(server: &str, home: &Path, death: Death) -> Accounts {
    let (store, keyring) = vault(home);
    let dying = Arc::new(Dying { death, sent: AtomicBool::new(false) });
    let transport = Arc::new(DyingTransport(shared_transport().unwrap(), dying.clone()));
    let oauth = oauth(server, &LAB, public(), transport);
    Accounts::builder(Vault::new(DyingStore(store, dying), keyring)).platform(oauth).build()
}

/// Plays the person: follows redirects with cookies until the address to come back to.
async fn browse(url: &Url) -> String {
    let endpoint = Endpoint::builder("browser", url.origin().ascii_serialization()).build().unwrap();
    let (mut url, mut jar) = (url.clone(), HashMap::new());
    for _ in 0..10 {
        let cookies: Vec<_> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let call = endpoint.anonymous(Method::GET, url.clone()).header(COOKIE, &cookies.join("; "));
        let reply = call.also_accept(&[302, 303]).send().await.unwrap();
        for cookie in reply.headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            jar.insert(name.to_owned(), value.to_owned());
        }
        let to = reply.headers[LOCATION].to_str().unwrap();
        if to.starts_with(REDIRECT) {
            return to.to_owned();
        }
        url = url.join(to).unwrap();
    }
    panic!("the server redirects for ever");
}

async fn connect(server: &str, accounts: &Accounts) -> Authorized {
    let oauth = oauth(server, &LAB, public(), shared_transport().unwrap());
    let states = MemoryStates::new();
    let away = oauth.authorize(&states, &AuthorizationRequest::new([Purpose::PUBLISH])).await.unwrap();
    assert!(away.url.as_str().contains("request_uri"), "the request was pushed: {}", away.url);
    let back = Callback::parse(&browse(&away.url).await).unwrap();
    let authorized = oauth.finish(&states, &Tenant::DEFAULT, &back).await.unwrap();
    assert!(authorized.missing.is_empty(), "{:?}", authorized.missing);
    accounts.connect(Account::new(key(), "Alice"), authorized.clone()).await.unwrap();
    authorized
}

/// Whether the server takes an access token.
async fn works(server: &str, access: &str) -> bool {
    let endpoint =
        Endpoint::builder("lab", server).auth(social_core::http::Auth::Bearer(access.into())).build().unwrap();
    match endpoint.get("me").unwrap().send().await {
        Ok(reply) => reply.json::<Value>().unwrap()["sub"] == "alice",
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Auth, "{error}");
            false
        }
    }
}

#[tokio::test]
async fn an_account_is_connected_renewed_past_its_end_and_revoked() {
    let Some(server) = server() else { return };
    let home = tempfile::tempdir().unwrap();
    let accounts = accounts(&server, home.path(), Death::Never);
    connect(&server, &accounts).await;
    let first = accounts.access(&key()).await.unwrap();
    assert!(works(&server, first.expose_secret()).await);
    SystemClock.sleep(Duration::from_secs(6)).await;
    // Access tokens of the lab live 5 seconds; the server itself takes them some seconds longer.
    let second = accounts.access(&key()).await.unwrap();
    assert_ne!(first.expose_secret(), second.expose_secret());
    assert!(works(&server, second.expose_secret()).await);
    assert!(accounts.revoke(&key()).await.unwrap().at_platform);
    assert!(!works(&server, second.expose_secret()).await);
}

#[tokio::test]
async fn every_kind_of_client_is_let_in_and_a_person_may_refuse() {
    let Some(server) = server() else { return };
    let real = || shared_transport().unwrap();
    let secret = |id: &str| OAuthApp::new(id, REDIRECT).with_secret("test-secret");
    for (sign_in, app) in
        [(LAB, public()), (LAB.with_client_auth(ClientAuth::Basic), secret("basic")), (LAB, secret("post"))]
    {
        let oauth = oauth(&server, &sign_in, app, real());
        let states = MemoryStates::new();
        let away = oauth.authorize(&states, &AuthorizationRequest::new([Purpose::PUBLISH])).await.unwrap();
        let back = Callback::parse(&browse(&away.url).await).unwrap();
        let grant = oauth.finish(&states, &Tenant::DEFAULT, &back).await.unwrap().grant;
        let renewed = oauth.refresh(&grant).await.unwrap();
        // A spent token ends the family: that is what the lock is for.
        assert!(oauth.refresh(&grant).await.is_err());
        let error = oauth.refresh(&renewed).await.unwrap_err();
        assert_eq!(sign_in.issue(&error), Some(ConnectionIssue::Revoked), "{error}");
    }
    let oauth = oauth(&server, &LAB, public(), real());
    let states = MemoryStates::new();
    let refusing = AuthorizationRequest::new([Purpose::PUBLISH]).with_login_hint("deny");
    let away = oauth.authorize(&states, &refusing).await.unwrap();
    let back = Callback::parse(&browse(&away.url).await).unwrap();
    let error = oauth.finish(&states, &Tenant::DEFAULT, &back).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Permission, Some("access_denied")));
}

/// Where a process dies in a renewal.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Death {
    Never,
    /// It holds the lock, has noted that it renews, and has sent nothing.
    BeforeAsking,
    /// The server has answered, and nothing is saved: nobody knows the new tokens.
    BeforeSaving,
    /// The new tokens are saved, and it still holds the lock.
    AfterSaving,
}

#[derive(Debug)]
struct Dying {
    death: Death,
    sent: AtomicBool,
}

#[derive(Debug)]
struct DyingTransport(Arc<dyn Transport>, Arc<Dying>);

#[async_trait]
impl Transport for DyingTransport {
    async fn send(&self, request: Request) -> Result<Response> {
        if self.1.death == Death::BeforeAsking {
            std::process::abort();
        }
        let response = self.0.send(request).await;
        self.1.sent.store(true, Ordering::SeqCst);
        response
    }
}

#[derive(Debug)]
struct DyingStore(FileTokens, Arc<Dying>);

#[async_trait]
impl TokenStore for DyingStore {
    fn persists(&self) -> bool {
        self.0.persists()
    }

    async fn load(&self, key: &AccountKey) -> Result<Option<StoredTokens>> {
        self.0.load(key).await
    }

    async fn save(&self, key: &AccountKey, over: Option<u64>, sealed: &[u8]) -> Result<Saved> {
        let asked = self.1.sent.load(Ordering::SeqCst);
        if asked && self.1.death == Death::BeforeSaving {
            std::process::abort();
        }
        let saved = self.0.save(key, over, sealed).await;
        if asked && self.1.death == Death::AfterSaving {
            std::process::abort();
        }
        saved
    }

    async fn remove(&self, key: &AccountKey, version: u64) -> Result<Saved> {
        self.0.remove(key, version).await
    }

    async fn list(&self, tenant: Option<&Tenant>, after: Option<&AccountKey>, limit: usize) -> Result<Vec<AccountKey>> {
        self.0.list(tenant, after, limit).await
    }

    async fn lock(&self, key: &AccountKey) -> Result<Box<dyn RenewalLock>> {
        self.0.lock(key).await
    }
}

fn spawn(home: &Path, death: Death) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "another_process", "--nocapture"]);
    command.env("OIDC_TEST_HOME", home).env("OIDC_TEST_DEATH", format!("{death:?}"));
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap()
}

/// What the processes of the test below do; alone it does nothing.
#[tokio::test]
async fn another_process() {
    let (Ok(home), Ok(death)) = (std::env::var("OIDC_TEST_HOME"), std::env::var("OIDC_TEST_DEATH")) else { return };
    let server = std::env::var("SOCIAL_LAB_OIDC").unwrap();
    let death = [Death::BeforeAsking, Death::BeforeSaving, Death::AfterSaving]
        .into_iter()
        .find(|known| format!("{known:?}") == death)
        .unwrap_or(Death::Never);
    accounts(&server, Path::new(&home), death).refresh(&key()).await.unwrap();
}

#[tokio::test]
async fn two_processes_renew_a_hundred_times_with_kills_and_the_family_lives() {
    let Some(server) = server() else { return };
    let home = tempfile::tempdir().unwrap();
    let here = accounts(&server, home.path(), Death::Never);
    connect(&server, &here).await;
    let mut killed = 0;
    for round in 0..100 {
        let deaths = match round % 4 {
            0 => [Death::Never, Death::BeforeAsking],
            1 => [Death::AfterSaving, Death::Never],
            2 => [Death::BeforeAsking, Death::AfterSaving],
            _ => [Death::Never, Death::Never],
        };
        let mut children = deaths.map(|death| (death, spawn(home.path(), death)));
        for (death, child) in &mut children {
            let status = child.wait().unwrap();
            // Who finds the other one's new tokens asks nothing, and lives.
            assert!(status.success() || *death != Death::Never, "round {round}: {status}");
            killed += usize::from(!status.success());
        }
        let connection = here.connection(&key()).await.unwrap();
        assert_eq!(connection.lost, None, "round {round}: {connection:?}");
    }
    println!("{killed} processes were killed");
    assert!(killed >= 50, "{killed}");
    here.refresh(&key()).await.unwrap();
    SystemClock.sleep(Duration::from_secs(6)).await;
    assert!(works(&server, here.access(&key()).await.unwrap().expose_secret()).await);
}

/// The one death that nothing can mend: the server has rotated, and nobody knows the new tokens.
#[tokio::test]
async fn a_process_that_dies_with_the_answer_in_its_hands_leaves_a_reason() {
    let Some(server) = server() else { return };
    let home = tempfile::tempdir().unwrap();
    let here = accounts(&server, home.path(), Death::Never);
    connect(&server, &here).await;
    assert!(!spawn(home.path(), Death::BeforeSaving).wait().unwrap().success());
    assert!(here.connection(&key()).await.unwrap().renewing.is_some());
    let error = here.refresh(&key()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Auth);
    let lost = here.connection(&key()).await.unwrap().lost.unwrap();
    assert_eq!(lost.issue, ConnectionIssue::AnswerLost);
    // Connected again, all is well.
    connect(&server, &here).await;
    here.refresh(&key()).await.unwrap();
}
