//! Posts texts, links, images, galleries and videos in communities of Reddit.
//!
//! **Environment:** `REDDIT_ACCESS_TOKEN` and `REDDIT_USER_AGENT`; `REDDIT_API_URL` replaces the
//! base URL.
//!
//! **Supported:** a text, a link, one image, a gallery of 2 to 20 images or a video, each with a
//! title and a text; flair, NSFW and spoiler marks; the community's own rules and flairs, read at
//! run time; status, deletion and readiness. What Reddit alone understands is in [`RedditOptions`].
//!
//! ```no_run
//! use platform_publishers::reddit::{Reddit, RedditOptions};
//! use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example(run: &Run) -> social_core::Result<()> {
//! let reddit = Reddit::from_env()?;
//! let post = Post::new("From seven, as every day.")
//!     .with_title("Fresh bread")
//!     .with_options(&RedditOptions::new("Breadit").with_flair("0a1b2c3d"))?;
//! let ask = Ask::for_account(reddit.account().await?);
//! let approved = Approved::ask(run, post, &ask, &AutoApprove::because("demo")).await?.approved()?;
//! println!("{:?}", reddit.publish(run, &approved).await?.url());
//! # Ok(()) }
//! ```
//!
//! The community is an option, [`subreddit`](RedditOptions::subreddit), and so part of what is
//! approved; `u_NAME` is the account's own profile. Before each post the community's rules are
//! read, and what breaks them is refused before a file goes up.
//!
//! Files go to the store that Reddit names, unseen; the one request that submits them is sent once.
//! Reddit names no id for images and videos, so that the post is looked for in the account's list.
//! The same is done when an answer was lost: the post is the one of that time in the same community
//! with the same title, and the same text, link or file.
//!
//! | what | limit |
//! |---|---|
//! | title | 300 characters less a twentieth, required |
//! | text | 40,000 characters less a twentieth, Markdown |
//! | image | JPEG, PNG, GIF, WebP, 20 MB; a gallery has 2 to 20 with captions of 180 characters |
//! | video | MP4, MOV, 1 GB, 15 minutes, with a cover |
//! | rate | 100 requests a minute; a brake of its own for each account's posts |
//!
//! **Known limits:** new apps need Reddit's approval (since November 2025). A community may remove
//! a post at once; its status says so. Titles cannot be edited. Not offered: polls, scheduling, alt
//! texts, crossposts, comments, communities' regular expressions for titles (Reddit checks them).
//! A link that somebody posted before is refused unless
//! [`repost`](RedditOptions::with_repost) is set. Unconfirmed, because Reddit's pages could not be
//! read: all sizes and counts, the interface for files, whether third parties may post videos,
//! that a listed file's address holds the id of the uploaded one. What a placement accepts is in
//! [`rules`].
//!
//! **Sources:** Reddit's archived source (2017), PRAW 8.0.3 (August 2026), reports of products.

mod afterwards;
mod community;
mod error;
mod file;
mod find;
mod options;
mod publish;
mod rules;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::all_options;

use std::sync::Arc;
use std::time::Duration;

use http::header::USER_AGENT;
use serde::de::DeserializeOwned;
use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Endpoint, EndpointBuilder, FixedToken, Reply, TokenSource};
use social_core::job::PollPolicy;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Effect, ErrorKind, Result, Tenant};
use tokio::sync::OnceCell;

use crate::sign_in::REDDIT;
pub use community::{Flair, Requirements};
pub use options::RedditOptions;
#[cfg(test)]
pub(crate) use rules::MAX_TEXTS;
pub use rules::{PLACEMENTS, rules};
use wire::{Answer, Me, Submitted};

/// The API.
pub const API: &str = "https://oauth.reddit.com";

const ACCESS_TOKEN: Setting = Setting::new(
    "REDDIT_ACCESS_TOKEN",
    "an access token with the scopes identity, submit, read, flair, history and edit",
    "https://www.reddit.com/prefs/apps",
    "reddit-token-0000",
)
.secret();
const AGENT: Setting = Setting::new(
    "REDDIT_USER_AGENT",
    "who you are: <platform>:<app id>:<version> (by /u/<name>)",
    "write it yourself; Reddit slows down those of libraries",
    "server:com.example.bakery:1.0 (by /u/bakery)",
);
const API_URL: Setting = Setting::base_url("REDDIT_API_URL", API);

/// `reddit`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [ACCESS_TOKEN, AGENT, API_URL];
    PlatformEntry::new(options::PLATFORM, "Reddit", settings, |settings, parts| {
        Ok(Reddit::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_oauth([REDDIT], |settings, _, access| {
        let read = Reader::new("reddit", settings, &[AGENT])?;
        let api = read.endpoint(Reddit::endpoint(&read.text(&AGENT)?), &API_URL);
        Ok(Reddit::new(api, access.tokens)?.with_account(access.account))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| {
        let read = Reader::new("reddit", settings, &[])?;
        let agent = read.optional_text(&AGENT).unwrap_or_else(|| AGENT.example.clone().into_owned());
        read.endpoint(Reddit::endpoint(&agent), &API_URL).build()
    })
}

/// One account. Cheap to clone; clones share what was read.
#[derive(Clone, Debug)]
pub struct Reddit {
    api: Endpoint,
    tokens: Arc<dyn TokenSource>,
    account: Option<Account>,
    tenant: Tenant,
    poll: PollPolicy,
    me: Arc<OnceCell<Me>>,
}

impl Reddit {
    /// The settings of the API, with the `User-Agent` that Reddit demands: the platform, the app's
    /// id and version, and the name of its maker.
    pub fn endpoint(user_agent: &str) -> EndpointBuilder {
        Endpoint::builder("reddit", API).classify(error::classify).header(USER_AGENT, user_agent)
    }

    /// An account by its tokens: a [`FixedToken`], or a source that renews them.
    ///
    /// The scopes are `identity`, `submit`, `read`, `flair` and `history`; `edit` to delete.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(api: EndpointBuilder, tokens: impl TokenSource + 'static) -> Result<Self> {
        let tokens: Arc<dyn TokenSource> = Arc::new(tokens);
        // Lists are some 30 seconds old.
        let poll = PollPolicy {
            first: Duration::from_secs(5),
            growth: 1.6,
            longest: Duration::from_secs(30),
            jitter: 0.2,
            deadline: Duration::from_secs(150),
        };
        let api = api.auth(Auth::source(tokens.clone())).build()?;
        Ok(Self { api, tokens, account: None, tenant: Tenant::DEFAULT, poll, me: Arc::default() })
    }

    /// The account of `REDDIT_ACCESS_TOKEN`, which is not renewed, with `REDDIT_USER_AGENT`;
    /// optionally at `REDDIT_API_URL`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("reddit", settings, &[ACCESS_TOKEN, AGENT])?;
        let advice = "set a new REDDIT_ACCESS_TOKEN, or hand in a TokenSource that renews it";
        let token = FixedToken::new(read.secret(&ACCESS_TOKEN)?).with_advice(advice);
        Self::new(read.endpoint(Self::endpoint(&read.text(&AGENT)?), &API_URL), token)
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
        self
    }

    /// The account is known already and need not be asked for.
    #[must_use]
    pub fn with_account(mut self, account: Account) -> Self {
        self.account = Some(account);
        self
    }

    /// Waits in another rhythm for an image or video to be listed.
    #[must_use]
    pub const fn with_poll(mut self, poll: PollPolicy) -> Self {
        self.poll = poll;
        self
    }

    async fn known(&self) -> Result<Account> {
        if let Some(account) = &self.account {
            return Ok(account.clone());
        }
        let me = self.me().await?;
        Ok(Account::new(AccountKey::new(options::PLATFORM, &me.id).with_tenant(&self.tenant), me.name.clone()))
    }

    /// Who the token is of, asked once.
    async fn me(&self) -> Result<&Me> {
        self.me.get_or_try_init(|| self.read_me()).await
    }

    async fn read_me(&self) -> Result<Me> {
        self.api.get("api/v1/me")?.operation("read account").send().await?.json()
    }

    /// Reads the answer to a submission; a refusal comes with a success status.
    fn read<T: DeserializeOwned>(&self, reply: &Reply) -> Result<T> {
        let Answer { json } = reply.json::<Answer<T>>()?;
        if let Some(refusal) = json.errors.first() {
            let error = error::refused(refusal, json.ratelimit).with_vendor(self.api.vendor()).with_body(&reply.body);
            return Err(reply.describe(error));
        }
        json.data.ok_or_else(|| reply.unreadable("the answer names neither a post nor an error"))
    }

    /// What became of a submission that was not refused.
    fn submitted(&self, reply: &Reply) -> Result<Submitted> {
        let submitted: Submitted = self.read(reply)?;
        if submitted.fullname().is_none() && submitted.user_submitted_page.is_none() {
            let error = self.api.error(ErrorKind::Protocol, "the answer names no post");
            return Err(reply.describe(error.with_effect(Effect::Unknown)));
        }
        Ok(submitted)
    }
}
