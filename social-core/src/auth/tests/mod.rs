//! Stands on RFC 6749, 7009, 7636, 8628 and 9207, on a fake platform that rotates tokens as
//! strictly as oidc-provider does, and on what happened elsewhere (the museum's section B).

mod connecting;
mod device;
mod exchanges;
mod health;
mod renewing;
mod secrets;
mod stores;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::json;

use super::*;
use crate::clock::{Clock as _, Timestamp};
use crate::error::Result;
use crate::http::Transport;
use crate::testkit::{Answer, FixedClock, ScriptedVendor};
use crate::{Account, AccountKey, ErrorKind, Tenant};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const REDIRECT: &str = "https://app.example/back";

/// A platform whose refresh tokens work once.
const ROTATING: SignIn =
    SignIn::new("board", "Board", "https://board.example/authorize", "https://api.board.example/token")
        .with_renewal(Renewal::ROTATING)
        .with_settings("BOARD")
        .with_scopes(&[
            ScopeGroup::new(Purpose::PUBLISH, &["write", "media"]),
            ScopeGroup::new(Purpose::INSIGHTS, &["numbers"]),
        ])
        .with_revocation(Revocation::new("https://api.board.example/revoke"));

fn json_error(status: u16, code: &str) -> Answer {
    Answer::json(json!({"error": code})).with_status(StatusCode::from_u16(status).unwrap())
}

/// The server's side of a rotation: reuse of a spent token revokes the whole family.
#[derive(Default)]
struct Family {
    issued: u32,
    spent: BTreeSet<u32>,
    revoked: bool,
    refreshes: u32,
}

/// A platform that rotates refresh tokens, and what it thinks of them.
fn rotating_vendor(life: u64) -> (ScriptedVendor, Arc<Mutex<Family>>) {
    let family = Arc::new(Mutex::new(Family::default()));
    let state = Arc::clone(&family);
    let vendor = ScriptedVendor::new().respond(Method::POST, "/token", move |request| {
        let mut family = state.lock().unwrap();
        if request.form("grant_type").as_deref() == Some("refresh_token") {
            family.refreshes += 1;
            let token = request.form("refresh_token").unwrap();
            let number: u32 = token.strip_prefix("refresh-").unwrap().parse().unwrap();
            if family.revoked || !family.spent.insert(number) || number != family.issued {
                family.revoked = true;
                return json_error(400, "invalid_grant");
            }
        }
        family.issued += 1;
        let number = family.issued;
        Answer::json(json!({
            "access_token": format!("access-{number}"),
            "refresh_token": format!("refresh-{number}"),
            "expires_in": life,
            "scope": "write media",
            "sub": "4711",
        }))
    });
    (vendor, family)
}

fn app() -> OAuthApp {
    OAuthApp::new("test-client", REDIRECT).with_secret("test-secret")
}

fn oauth(sign_in: &SignIn, transport: Arc<dyn Transport>, clock: &Arc<FixedClock>) -> OAuth {
    OAuth::new(sign_in, app(), OAuth::endpoint(sign_in).transport(transport).clock(clock.clone()))
}

/// A person who allows everything: the address that they come back to.
fn come_back(away: &Authorization) -> Callback {
    let state = away.url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    Callback::parse(&format!("{REDIRECT}?code=test-code&state={state}")).unwrap()
}

/// Accounts at one platform, with what a test looks at.
struct Scene {
    clock: Arc<FixedClock>,
    events: Arc<MemoryEvents>,
    oauth: OAuth,
    vault: Vault,
    accounts: Accounts,
    key: AccountKey,
}

impl Scene {
    fn new(sign_in: &SignIn, transport: Arc<dyn Transport>) -> Self {
        Self::with(sign_in, transport, Vault::new(MemoryTokens::new(), Unsealed), RenewalSettings::default())
    }

    fn with(sign_in: &SignIn, transport: Arc<dyn Transport>, vault: Vault, settings: RenewalSettings) -> Self {
        let clock = Arc::new(FixedClock::default());
        let events = Arc::new(MemoryEvents::new());
        let oauth = oauth(sign_in, transport, &clock);
        let accounts = Accounts::builder(vault.clone())
            .platform(oauth.clone())
            .clock(clock.clone())
            .settings(settings)
            .log(events.clone())
            .build();
        let key = AccountKey::new(sign_in.platform, "4711");
        Self { clock, events, oauth, vault, accounts, key }
    }

    /// Another process over the same store.
    fn sibling(&self) -> Accounts {
        let builder = Accounts::builder(self.vault.clone()).platform(self.oauth.clone()).clock(self.clock.clone());
        builder.log(self.events.clone()).build()
    }

    async fn connect(&self) -> Authorized {
        let states = MemoryStates::new();
        let away = self.oauth.authorize(&states, &AuthorizationRequest::new([Purpose::PUBLISH])).await.unwrap();
        let authorized = self.oauth.finish(&states, &Tenant::DEFAULT, &come_back(&away)).await.unwrap();
        self.accounts.connect(self.account(), authorized.clone()).await.unwrap();
        authorized
    }

    /// Connects with this grant, whatever any platform says.
    async fn connect_with(&self, grant: Grant) {
        let authorized = self.oauth.authorized(grant, Tenant::DEFAULT, vec!["write".into()], None);
        self.accounts.connect(self.account(), authorized).await.unwrap();
    }

    fn account(&self) -> Account {
        Account::new(self.key.clone(), "Bakery")
    }

    async fn access(&self) -> Result<String> {
        access(&self.accounts, &self.key).await
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The events so far, without times.
    fn changes(&self) -> Vec<ConnectionChange> {
        self.events.all().into_iter().map(|event| event.what).collect()
    }
}

async fn access(accounts: &Accounts, key: &AccountKey) -> Result<String> {
    use secrecy::ExposeSecret as _;

    accounts.access(key).await.map(|token| token.expose_secret().to_owned())
}
