//! Tokens are shown nowhere: not in errors, `Debug`, logs or events, in no encoding.

use std::fmt::Write as _;
use std::io::Write as IoWrite;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::*;
use crate::testkit::{Fault, FaultTransport};

const SECRETS: [&str; 5] =
    ["acc+ess/t0ken=1", "refresh t0ken&1", "cl1ent+secret/0", "c0de+of/the=person", "v3rifier-of-nobody"];

/// A secret as it may turn up: plain, in a URL, in JSON, in base64, in hexadecimal digits.
fn forms(secret: &str) -> Vec<String> {
    let utf8 = |set| percent_encoding::utf8_percent_encode(secret, set).to_string();
    vec![
        secret.to_owned(),
        utf8(percent_encoding::NON_ALPHANUMERIC),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        secret.bytes().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        }),
        pkce::fingerprint(secret),
    ]
}

/// Takes down everything that is logged, of any level.
#[derive(Clone, Default)]
struct Logs(Arc<Mutex<String>>);

impl tracing::Subscriber for Logs {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        let _ = write!(self.0.lock().unwrap(), "{attributes:?}");
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        let _ = write!(self.0.lock().unwrap(), "{values:?}");
    }

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let _ = write!(self.0.lock().unwrap(), "{event:?}");
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

/// A platform that echoes all it gets, in the ways in which platforms do.
fn echo(status: u16) -> impl FnMut(&crate::testkit::Received) -> Answer {
    move |request| {
        let text = format!("cannot use {} {} {:?}", request.url, request.text(), request.header("authorization"));
        let decoded: Vec<String> =
            url::form_urlencoded::parse(&request.body).map(|(_, value)| value.into_owned()).collect();
        Answer::json(json!({"error": "temporarily_unavailable", "error_description": text, "values": decoded}))
            .with_status(StatusCode::from_u16(status).unwrap())
    }
}

async fn everything(sign_in: &SignIn, transport: Arc<dyn Transport>, seen: &mut String) {
    let clock = Arc::new(FixedClock::default());
    let app = OAuthApp::new("test-client", REDIRECT).with_secret(SECRETS[2]);
    let oauth = OAuth::new(sign_in, app, OAuth::endpoint(sign_in).transport(transport).clock(clock.clone()));
    let states = MemoryStates::new();
    let away = oauth.authorize(&states, &AuthorizationRequest::default()).await.unwrap();
    let state = away.url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("code", SECRETS[3]).append_pair("state", &state);
    let back = Callback::parse(&query.finish()).unwrap();
    let events = Arc::new(MemoryEvents::new());
    let vault = Vault::new(MemoryTokens::new(), Unsealed);
    let builder = Accounts::builder(vault.clone()).platform(oauth.clone()).clock(clock.clone()).log(events.clone());
    let accounts = builder.build();
    let finished = oauth.finish(&states, &Tenant::DEFAULT, &back).await;
    let grant = Grant::new(SECRETS[0], clock.now()).with_refresh(SECRETS[1]).with_expires_at(clock.now() + HOUR);
    let key = AccountKey::new(sign_in.platform, "1");
    let authorized = oauth.authorized(grant.clone(), Tenant::DEFAULT, Vec::new(), None);
    let _ = write!(seen, "{finished:?} {authorized:?} {grant:?} {oauth:?} {accounts:?} {states:?} {back:?}");
    let connection = accounts.connect(key.clone().into(), authorized).await.unwrap();
    clock.advance(2 * HOUR);
    for result in [accounts.refresh(&key).await, accounts.revoke(&key).await.map(|_| ())] {
        let _ = write!(seen, "{result:?}");
        if let Err(error) = result {
            let _ = write!(seen, "{error} {error:?} {:?}", crate::error::ErrorReport::from(&error));
        }
    }
    let health = accounts.health(&key, &HealthQuestion::default()).await.unwrap();
    let events: Vec<_> = events.all().iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    let _ = write!(seen, "{connection:?} {health:?} {} {events:?} {vault:?}", serde_json::to_string(&health).unwrap());
}

#[tokio::test]
async fn no_secret_is_shown_in_any_form() {
    let logs = Logs::default();
    let guard = tracing::subscriber::set_default(logs.clone());
    let mut seen = String::new();
    let swap = TokenSwap::new("https://api.board.example/swap", "swap", "access_token").with_client_secret();
    for sign_in in [
        ROTATING,
        ROTATING.with_client_auth(ClientAuth::Basic),
        ROTATING.with_body(BodyFormat::Json),
        ROTATING.with_body(BodyFormat::Query),
        ROTATING.with_renewal(Renewal::Swap(swap)),
        ROTATING
            .with_revocation(Revocation::new("https://api.board.example/revoke").with_style(RevocationStyle::Delete)),
    ] {
        for status in [400, 503] {
            let vendor = ScriptedVendor::new().respond_if("all", |_| true, echo(status));
            everything(&sign_in, vendor.transport(), &mut seen).await;
        }
        for fault in [Fault::CutAfter, Fault::Garbage, Fault::TruncatedBody(9)] {
            let vendor = ScriptedVendor::new().respond_if("all", |_| true, echo(200));
            everything(&sign_in, FaultTransport::from(vendor.transport(), 0, fault), &mut seen).await;
        }
    }
    drop(guard);
    let _ = write!(seen, "{}", logs.0.lock().unwrap());
    assert!(
        seen.contains("temporarily_unavailable") && seen.contains("refresh token"),
        "nothing was looked at: {seen}"
    );
    for secret in SECRETS {
        for form in forms(secret) {
            if let Some(at) = seen.find(&form) {
                panic!("`{form}` is shown: ...{}", seen.get(at.saturating_sub(200)..at + 60).unwrap_or_default());
            }
        }
    }
    std::io::sink().write_all(seen.as_bytes()).unwrap();
}

/// A panic message is made of `Debug` and `Display`, of which the test above sees every one.
#[cfg(feature = "vault")]
#[tokio::test]
async fn what_is_on_the_disk_has_no_secret_in_any_form() {
    let home = tempfile::tempdir().unwrap();
    let key = VaultKey::generate(&crate::clock::SystemRandom);
    let ring = Keyring::new(VaultKey::new("k1", &key).unwrap());
    let vault = Vault::new(FileTokens::open(home.path().join("tokens")).unwrap(), ring.clone());
    let states = FileStates::open(home.path().join("states"), ring).unwrap();
    let clock = Arc::new(FixedClock::default());
    let oauth = oauth(&ROTATING, ScriptedVendor::new().transport(), &clock);
    let log = FileEvents::open(home.path().join("events")).unwrap();
    let accounts = Accounts::builder(vault).platform(oauth.clone()).clock(clock.clone()).log(log).build();
    let grant = Grant::new(SECRETS[0], clock.now()).with_refresh(SECRETS[1]);
    let authorized = oauth.authorized(grant, Tenant::DEFAULT, Vec::new(), None);
    accounts.connect(AccountKey::new("board", "1").into(), authorized).await.unwrap();
    states.put("id", clock.now() + HOUR, SECRETS[4].into()).await.unwrap();
    let mut disk = Vec::new();
    let mut places = vec![home.path().to_owned()];
    while let Some(place) = places.pop() {
        for entry in std::fs::read_dir(&place).unwrap() {
            let path = entry.unwrap().path();
            disk.extend_from_slice(path.to_string_lossy().as_bytes());
            match path.is_dir() {
                true => places.push(path),
                false => disk.extend(std::fs::read(&path).unwrap()),
            }
        }
    }
    let disk = String::from_utf8_lossy(&disk);
    assert!(disk.contains("SCV1") && disk.contains("connected"));
    for secret in SECRETS {
        for form in forms(secret) {
            assert!(!disk.contains(&form), "`{form}` is on the disk");
        }
    }
}
