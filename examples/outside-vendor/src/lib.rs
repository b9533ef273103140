//! Notices on the Marketplace board, an invented platform, behind [`Publisher`].
//!
//! The board takes a text of at most 120 characters. It lists an account's notices with the reference that their author
//! gave them: that is how a notice whose answer was lost is found again.
//!
//! ```no_run
//! use social_core::campaign::Campaign;
//! use social_core::publish::Placement;
//! # fn example(campaign: Campaign) -> social_core::Result<Campaign> {
//! # Ok(
//! campaign.publish_to(outside_vendor::Board::from_env()?, [Placement::FEED])
//! # )}
//! ```

use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use social_core::http::{Auth, Endpoint, EndpointBuilder, Failure};
use social_core::publish::{
    Approved, Placement, Post, Publisher, PublisherCapabilities, Receipt, ReceiptState, Rules, preflight,
};
use social_core::run::{Found, Run};
use social_core::text::Unit;
use social_core::{Effect, Error, ErrorKind, Platform, Result, env};

const PLATFORM: Platform = Platform::new("marketplace");

/// The board may take this long to take a notice and to list it.
const SETTLE: Duration = Duration::from_secs(10);

/// An account on the board.
#[derive(Clone, Debug)]
pub struct Board {
    endpoint: Endpoint,
}

impl Board {
    /// The board's address and its errors. Change what is different for you and build it.
    pub fn endpoint(key: SecretString) -> EndpointBuilder {
        Endpoint::builder("marketplace", "https://api.marketplace.example/v1")
            .auth(Auth::Bearer(key))
            .classify(classify)
    }

    /// An account behind this endpoint.
    pub fn new(endpoint: Endpoint) -> Self {
        Self { endpoint }
    }

    /// The account of `MARKETPLACE_KEY`.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) when the variable is not set.
    pub fn from_env() -> Result<Self> {
        let key = env::secret("MARKETPLACE_KEY", "https://marketplace.example/settings")?;
        Ok(Self::new(Self::endpoint(key).build()?))
    }
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

    fn account(&self) -> Option<String> {
        None
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new([Placement::FEED]).finding_lost_posts()
    }

    fn rules(&self, placement: Placement) -> Option<Rules> {
        let mut rules = Rules::new(PLATFORM, Placement::FEED);
        rules.text.limits = vec![(Unit::Chars, 120)];
        rules.text.required = true;
        (placement == Placement::FEED).then_some(rules)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        preflight(self, post).await?;
        run.bind(&post.approval().digest).await?;
        let reference = run.key("notice");
        let send = || async {
            let notice = NewNotice { text: &post.text, reference: &reference };
            self.endpoint.post("notices")?.operation("publish").json(&notice).send().await?.json::<Notice>()
        };
        let find = |_| async {
            let reply = self.endpoint.get("notices")?.operation("find").query("reference", &reference).send().await?;
            let mut found = reply.json::<Notices>()?.notices.into_iter();
            let found = found.find(|notice| notice.reference.as_deref() == Some(&reference));
            // The board lists a notice some seconds after it took it.
            Ok(found.map_or(Found::NotListed { settle: SETTLE }, Found::Present))
        };
        let notice = run.once("notice", send, find).await?;
        let at = run.step("taken-at", || async { Ok(run.clock().now()) }).await?;
        Ok(Receipt::new(PLATFORM, notice.id, ReceiptState::Published, at))
    }
}
