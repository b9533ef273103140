//! Notices on the Marketplace board, an invented platform, behind [`Publisher`].
//!
//! The board takes a text of at most 120 characters. It lists an account's notices with the
//! reference that their author gave them: that is how a notice whose answer was lost is found
//! again.
//!
//! ```no_run
//! use social_core::campaign::Campaign;
//! use social_core::publish::Placement;
//! # fn example(campaign: Campaign) -> social_core::Result<Campaign> {
//! # Ok(
//! campaign.publish_to(outside_vendor::Board::from_env()?, [Placement::FEED])
//! # )}
//! ```

pub mod aurora;
pub mod easel;

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Failure};
use social_core::publish::{
    self, Approved, Placement, Post, Publisher, PublisherCapabilities, Receipt, ReceiptState, RemotePost, Rules,
    TextRule,
};
use social_core::run::{Found, Run};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::text::Unit;
use social_core::{Account, AccountKey, Effect, Error, ErrorKind, Platform, Result};

const PLATFORM: Platform = Platform::new("marketplace");

/// The board may take this long to take a notice and to list it.
const SETTLE: Duration = Duration::from_secs(10);

/// An account on the board.
#[derive(Clone, Debug)]
pub struct Board {
    endpoint: Endpoint,
    account: Account,
}

const ACCOUNT: Setting =
    Setting::new("MARKETPLACE_ACCOUNT", "the account's number", "https://marketplace.example/settings", "41");
const KEY: Setting =
    Setting::new("MARKETPLACE_KEY", "the API key", "https://marketplace.example/settings", "mp-0000").secret();
const BASE_URL: Setting = Setting::base_url("MARKETPLACE_BASE_URL", "https://api.marketplace.example/v1");

impl Board {
    /// The board's address and its errors, without a key. Change what is different for you.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("marketplace", "https://api.marketplace.example/v1").classify(classify)
    }

    /// An account behind this endpoint, by the name that the board knows it by. Keys are sent as
    /// [`Auth::Bearer`].
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) for an endpoint that cannot be built.
    pub fn new(endpoint: EndpointBuilder, account: impl Into<String>) -> Result<Self> {
        Ok(Self { endpoint: endpoint.build()?, account: AccountKey::new(PLATFORM, account).into() })
    }

    /// The account of `MARKETPLACE_ACCOUNT` with the key in `MARKETPLACE_KEY`.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("marketplace", settings, &[ACCOUNT, KEY])?;
        let endpoint = Self::endpoint().auth(Auth::Bearer(read.secret(&KEY)?));
        Self::new(read.endpoint(endpoint, &BASE_URL), read.text(&ACCOUNT)?)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }
}

/// The board as an entry of a catalogue: registered, `platform_publishers::connect("marketplace")`
/// finds it.
pub fn entry() -> PlatformEntry {
    let settings = [ACCOUNT, KEY, BASE_URL];
    PlatformEntry::new(PLATFORM, "the Marketplace board", settings, |settings, _| Board::from_settings(settings))
        .with_rules([feed()])
}

/// What the board takes, in its only placement.
fn feed() -> Rules {
    let text = TextRule::of([(Unit::Chars, 120)]).required();
    Rules::new(PLATFORM, Placement::FEED).with_text(text)
}

#[derive(Serialize)]
struct NewNotice<'a> {
    text: &'a str,
    reference: &'a str,
}

#[derive(Clone, Serialize, Deserialize)]
struct Notice {
    id: String,
    #[serde(default)]
    reference: Option<String>,
}

#[derive(Deserialize)]
struct Notices {
    notices: Vec<Notice>,
}

#[derive(Deserialize)]
struct Refusal {
    code: String,
    message: String,
}

/// The board's refusals: `{"code", "message"}`.
fn classify(failure: &Failure<'_>) -> Error {
    let by_status = failure.by_status();
    let Some(Refusal { code, message }) = failure.json() else { return by_status };
    let kind = match code.as_str() {
        "board_full" => ErrorKind::QuotaExhausted,
        "busy" => ErrorKind::Unavailable,
        "indecent" => ErrorKind::Rejected,
        _ => by_status.kind(),
    };
    let error = Error::new(kind, message).with_code(code);
    // The board says `busy` before it reads a notice.
    if kind == ErrorKind::Unavailable { error.with_effect(Effect::None) } else { error }
}

#[async_trait]
impl Publisher for Board {
    fn platform(&self) -> Platform {
        PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.account.clone())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new([Placement::FEED]).with_finds_lost_posts(true)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        (*placement == Placement::FEED).then(feed)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        publish::durably(self, run, post, |delivery| async move {
            let reference = run.key("notice");
            let receipt =
                |notice: Notice| delivery.receipt(ReceiptState::Published).with_post(RemotePost::main(notice.id));
            let send = || async {
                let notice = NewNotice { text: &post.text, reference: &reference };
                let reply = self.endpoint.post("notices")?.operation("publish").json(&notice).send().await?;
                reply.json().map(receipt)
            };
            let find = |_| async {
                let call = self.endpoint.get("notices")?.operation("find").query("reference", &reference);
                let mut found = call.send().await?.json::<Notices>()?.notices.into_iter();
                let found = found.find(|notice| notice.reference.as_deref() == Some(&reference));
                // The board lists a notice some seconds after it took it.
                Ok(found.map_or(Found::NotListed { settle: SETTLE }, |notice| Found::Present(receipt(notice))))
            };
            delivery.once(send, find).await
        })
        .await
    }
}
