//! Accounts that stay connected: signing people in, keeping tokens sealed, renewing them, and
//! saying what is wrong.
//!
//! | part | what it does |
//! |---|---|
//! | [`SignIn`] | how a platform signs people in, as data |
//! | [`OAuth`] | one application at one platform: sends people away, exchanges codes, renews, revokes |
//! | [`StateStore`] | what is remembered while a person is away: one use, one hour |
//! | [`Loopback`], [`DeviceCode`] | for programs without a web server |
//! | [`Vault`] | connections in a [`TokenStore`], sealed by a [`Seal`] |
//! | [`Accounts`] | connections whose tokens renew themselves; their [`Health`]; events for a log |
//!
//! No password is ever stored: what is kept are tokens, and they are shown nowhere.
//!
//! ```
//! use std::sync::Arc;
//! use social_core::auth::{
//!     Accounts, AuthorizationRequest, Callback, MemoryStates, MemoryTokens, OAuth, OAuthApp, Purpose, ScopeGroup,
//!     SignIn, Unsealed, Vault,
//! };
//! use social_core::http::{Exchange, ReplayTransport};
//! use social_core::{Account, AccountKey, Tenant};
//!
//! // In a platform's room: how it signs people in.
//! const BOARD: SignIn = SignIn::new("board", "Board", "https://board.example/authorize", "https://board.example/token")
//!     .with_scopes(&[ScopeGroup::new(Purpose::PUBLISH, &["write"])]);
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> social_core::Result<()> {
//! # let transport = Arc::new(ReplayTransport::new([Exchange::from_json(
//! #     r#"{"request": {"method": "POST", "path": "/token"},
//! #         "response": {"status": 200, "body": {"access_token": "a-1", "expires_in": 3600, "refresh_token": "r-1"}}}"#,
//! # )?]));
//! // In the application: once.
//! let app = OAuthApp::new("client", "http://127.0.0.1:8017/callback").with_secret("secret");
//! let board = OAuth::new(&BOARD, app, OAuth::endpoint(&BOARD).transport(transport));
//! let states = MemoryStates::new();
//! let accounts = Accounts::builder(Vault::new(MemoryTokens::new(), Unsealed)).platform(board.clone()).build();
//!
//! // For each person: away, and back.
//! let away = board.authorize(&states, &AuthorizationRequest::new([Purpose::PUBLISH])).await?;
//! let state = away.url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
//! let back = Callback::parse(&format!("http://127.0.0.1:8017/callback?code=c-1&state={state}"))?;
//! let authorized = board.finish(&states, &Tenant::DEFAULT, &back).await?;
//! assert!(authorized.missing.is_empty());
//!
//! let key = AccountKey::new("board", "4711");
//! accounts.connect(Account::new(key.clone(), "Bakery"), authorized).await?;
//! accounts.access(&key).await?;
//! # Ok(())
//! # }
//! ```

mod accounts;
mod addresses;
mod answer;
mod app;
mod authorize;
mod callback;
#[cfg(feature = "publish")]
mod connected;
mod connection;
mod device;
mod disk;
mod event;
mod fields;
mod grant;
mod health;
mod issue;
#[cfg(feature = "loopback")]
mod loopback;
mod needs;
mod oauth;
mod pkce;
mod refusal;
mod scope;
mod seal;
mod secret;
mod shown;
mod sign_in;
mod signing;
mod state;
mod store;
#[cfg(test)]
mod tests;
mod vault;

pub use accounts::{AccountAccess, AccountTokens, Accounts, AccountsBuilder, RenewalSettings, Taken};
pub use addresses::Addresses;
pub use app::OAuthApp;
pub use authorize::{Authorization, AuthorizationRequest, Authorized, STATE_LIFE};
pub use callback::Callback;
#[cfg(feature = "publish")]
pub use connected::ConnectedPublisher;
pub use connection::{Connection, Lost, RefreshFailure};
pub use device::DeviceCode;
pub use event::{ConnectionChange, ConnectionEvent, ConnectionLog, FileEvents, MemoryEvents};
pub use grant::Grant;
pub use health::{AppStatus, Health, HealthIssue, HealthQuestion};
pub use issue::ConnectionIssue;
#[cfg(feature = "loopback")]
pub use loopback::Loopback;
pub use oauth::OAuth;
pub use pkce::{same_secret, secret_word};
pub use scope::{Purpose, ScopeGroup};
#[cfg(feature = "vault")]
pub use seal::{Keyring, VaultKey};
pub use seal::{Seal, Unsealed, is_sealed};
pub use sign_in::{
    BodyFormat, ChallengeForm, ClientAuth, Pkce, Renewal, Revocation, RevocationStyle, SignIn, TokenSwap,
};
#[cfg(feature = "signing")]
pub use signing::{DpopSigner, OAuth1, OAuth1Tokens, ProofKey, ServiceAccount};
pub use state::{FileStates, MemoryStates, StateStore};
pub use store::{FileTokens, MemoryTokens, RenewalLock, Saved, StoredTokens, TokenStore};
pub use vault::Vault;
