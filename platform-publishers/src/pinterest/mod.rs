//! Publishes pins, carousels and video pins on Pinterest, on boards that are found or made.
//!
//! **Environment:** `PINTEREST_ACCESS_TOKEN`; `PINTEREST_BOARD` names the board of pins that name
//! none; `PINTEREST_API_URL` replaces what is usual ([`SANDBOX`] for tries).
//!
//! **Supported:** a pin of an image or a video, a carousel of 2 to 5 images; title, description,
//! link, alt text, cover of a video; boards by name or id; status, deletion and readiness. What
//! Pinterest alone understands is in [`PinterestOptions`].
//!
//! ```no_run
//! use platform_publishers::pinterest::{PIN, Pinterest, PinterestOptions};
//! use social_core::media::Media;
//! use social_core::publish::{Approved, Ask, Attachment, AutoApprove, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example(run: &Run) -> social_core::Result<()> {
//! let pinterest = Pinterest::from_env()?;
//! let bread = Attachment::new(Media::file("bread.jpg")).with_alt_text("a loaf of rye bread");
//! let post = Post::new("How we bake it").with_placement(PIN).with_title("Rye bread").with_attachment(bread);
//! let post = post.with_options(&PinterestOptions::new().with_board("Autumn menu"))?;
//! let ask = Ask::for_account(pinterest.account().await?);
//! let approved = Approved::ask(run, post, &ask, &AutoApprove::because("demo")).await?.approved()?;
//! println!("{:?}", pinterest.publish(run, &approved).await?.url());
//! # Ok(()) }
//! ```
//!
//! A board is looked for by its name, capital or small, and made when the account has none: once,
//! also when an answer is lost. A video goes up before anybody can see it. The one request that
//! makes the pin visible is sent once; when its answer is lost, the account's newest pins are
//! compared by board, title, description and link. A pin that has none of these texts cannot be
//! recognised, and stays [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown) for a person to
//! look at.
//!
//! | what | limit |
//! |---|---|
//! | title, description | 100, 800 characters |
//! | link, alt text | 2,048, 500 characters |
//! | image | JPEG or PNG, 20 MB; 2:3 is shown whole |
//! | carousel | 2 to 5 images |
//! | video | MP4 or MOV, H.264 or HEVC, 2 GiB, 4 seconds to 15 minutes |
//!
//! **Known limits:** Pinterest's upload of a video is one request, which cannot go on where it
//! broke: it is sent again, unless Pinterest says that it arrived. A carousel has one alt text,
//! that of its first image. Images are fetched from public addresses where all of them have one,
//! and sent otherwise. Not offered: comments, idea pins, tags of products, scheduling, the label
//! of a model's work (its field is not documented). Apps with Trial access make pins that their
//! creator alone sees: say so with [`Pinterest::with_trial_access`], and every receipt does, too.
//!
//! **Unconfirmed:** sizes of files, lengths of videos, the numbers of refusals, and whether the
//! newest pins are listed first.
//!
//! **Sources:** Pinterest's description of its API 5.23.0 (github.com/pinterest/api-description),
//! help.pinterest.com; requests of Pinterest-Generated-Client 0.1.10; refusals quoted by those who
//! met them. As collected in November 2026.

mod afterwards;
mod board;
mod check;
mod error;
mod find;
mod options;
mod publish;
mod rules;
mod video;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::all_options;

use std::sync::Arc;
use std::time::Duration;

use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Endpoint, EndpointBuilder, FixedToken, TokenSource};
use social_core::job::PollPolicy;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, Result, Tenant};
use tokio::sync::{Mutex, OnceCell};

use crate::sign_in::PINTEREST;
pub use board::PinterestBoard;
pub use options::PinterestOptions;
pub use rules::{PIN, PLACEMENTS, rules};

/// The API.
pub const API: &str = "https://api.pinterest.com";
/// Where apps try things out; its tokens are not those of [`API`].
pub const SANDBOX: &str = "https://api-sandbox.pinterest.com";

const ACCESS_TOKEN: Setting = Setting::new(
    "PINTEREST_ACCESS_TOKEN",
    "an access token with boards:read, boards:write, pins:read, pins:write and user_accounts:read",
    "https://developers.pinterest.com/apps (your app > Configure > Generate access token)",
    "pina_0000",
)
.secret();
const BOARD: Setting = Setting::new(
    "PINTEREST_BOARD",
    "the name of the board of pins that name none",
    "your profile on Pinterest, or a new name",
    "Our menu",
)
.optional();
const API_URL: Setting = Setting::base_url("PINTEREST_API_URL", API);

/// `pinterest`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    PlatformEntry::new(options::PLATFORM, "Pinterest", [ACCESS_TOKEN, BOARD, API_URL], |settings, parts| {
        Ok(Pinterest::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_oauth([PINTEREST], |settings, _, access| {
        let read = Reader::new("pinterest", settings, &[])?;
        let mut pinterest = Pinterest::new(read.endpoint(Pinterest::endpoint(), &API_URL), access.tokens)?;
        pinterest.account = Arc::new(OnceCell::new_with(Some(access.account)));
        Ok(pinterest.with_board_of(&read))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| {
        Reader::new("pinterest", settings, &[])?.endpoint(Pinterest::endpoint(), &API_URL).build()
    })
}

/// One account. Cheap to clone; clones share what was read of the account, and make no board twice.
#[derive(Clone, Debug)]
pub struct Pinterest {
    api: Endpoint,
    tokens: Arc<dyn TokenSource>,
    tenant: Tenant,
    account: Arc<OnceCell<Account>>,
    board: Option<String>,
    /// Held while a board is looked for and made.
    boards: Arc<Mutex<()>>,
    trial: bool,
    poll: PollPolicy,
}

impl Pinterest {
    /// The settings of the API; [`API`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("pinterest", API).classify(error::classify)
    }

    /// The account that a token belongs to: a [`FixedToken`], or a source that renews it.
    ///
    /// The scopes are `boards:read`, `boards:write`, `pins:read`, `pins:write` and
    /// `user_accounts:read`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(api: EndpointBuilder, tokens: impl TokenSource + 'static) -> Result<Self> {
        let tokens: Arc<dyn TokenSource> = Arc::new(tokens);
        let poll = PollPolicy {
            first: Duration::from_secs(3),
            growth: 1.6,
            longest: Duration::from_secs(30),
            jitter: 0.2,
            deadline: Duration::from_secs(30 * 60),
        };
        Ok(Self {
            api: api.auth(Auth::source(tokens.clone())).build()?,
            tokens,
            tenant: Tenant::DEFAULT,
            account: Arc::default(),
            board: None,
            boards: Arc::default(),
            trial: false,
            poll,
        })
    }

    /// The account of `PINTEREST_ACCESS_TOKEN`, which is not renewed; optionally with
    /// `PINTEREST_BOARD` and `PINTEREST_API_URL` (instead of [`API`]).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("pinterest", settings, &[ACCESS_TOKEN])?;
        let advice = "set a new PINTEREST_ACCESS_TOKEN, or hand in a TokenSource that renews it";
        let token = FixedToken::new(read.secret(&ACCESS_TOKEN)?).with_advice(advice);
        Ok(Self::new(read.endpoint(Self::endpoint(), &API_URL), token)?.with_board_of(&read))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// Says for whom the account is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.tenant = tenant.into();
        self.account = Arc::default();
        self
    }

    /// Names the board of pins that name none.
    #[must_use]
    pub fn with_board(mut self, name: impl Into<String>) -> Self {
        self.board = Some(name.into());
        self
    }

    fn with_board_of(mut self, read: &Reader<'_>) -> Self {
        self.board = read.optional_text(&BOARD);
        self
    }

    /// Says that the app has Trial access: what it publishes is seen by its creator alone, which
    /// every receipt then says.
    #[must_use]
    pub const fn with_trial_access(mut self) -> Self {
        self.trial = true;
        self
    }

    /// Waits in another rhythm for videos to be processed. The deadline holds for each video.
    #[must_use]
    pub const fn with_poll(mut self, poll: PollPolicy) -> Self {
        self.poll = poll;
        self
    }
}
