//! Publishes posts and threads on X.
//!
//! **Environment:** `X_ACCESS_TOKEN`. It is an OAuth 2.0 token of a person; with
//! `X_ACCESS_TOKEN_SECRET`, `X_API_KEY` and `X_API_SECRET` it is one of OAuth 1.0a, which does not
//! expire. `X_SUBSCRIPTION` says what the account pays for; `X_API_URL` replaces what is usual.
//!
//! **Supported:** posts with up to 4 images, a GIF or a video, its cover and captions, a poll or a
//! quote; threads, answers; status, deletion, limits and readiness. What X alone understands (who
//! may answer, community, sensitive media, paid partnership) is in [`XOptions`].
//!
//! ```no_run
//! use platform_publishers::x::{ReplySettings, X, XOptions};
//! use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher, ThreadPart};
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let (x, run) = (X::from_env()?, Run::ephemeral());
//! let options = XOptions::new().with_reply_settings(ReplySettings::Following);
//! let post = Post::new("How our bread rises").with_thread_part(ThreadPart::new("First the flour")).with_options(&options)?;
//! println!("{} at X's list prices", X::price(&post).amount);
//! let ask = Ask::for_account(x.account().await?);
//! let answer = Approved::ask(&run, post, &ask, &AutoApprove::because("demo")).await?;
//! let receipt = x.publish(&run, &answer.approved()?).await?;
//! println!("{:?}", receipt.url());
//! # Ok(()) }
//! ```
//!
//! X has no idempotency key. A post whose answer was lost is looked for in the account's list: by
//! the media keys of its files, which stand in one post only, or by its text, in which X replaces
//! every link. What is not listed after half a minute is sent again. That X refuses a text as a
//! duplicate proves nothing: the list decides then, too. Two posts that say the same, and a post
//! that says the same with other links, are doubt, and a person decides.
//!
//! Videos and GIFs go up in chunks of at least 2 MiB, read from the file as they are sent. Each
//! chunk that X has acknowledged stays acknowledged in the run, and a later call goes on behind it.
//! X does not tell which chunks it has, so that the one chunk whose answer was lost is sent again.
//!
//! | what | limit |
//! |---|---|
//! | text | 280 characters as X weighs them, a link 23; 25,000 for subscribers |
//! | image | JPEG, PNG, WebP; 5 MB; 4 of them |
//! | GIF | one; 15 MB, 1280 x 1080 (and 350 frames, 300 million pixels in all: not checked) |
//! | video | one MP4 or MOV of H.264 and AAC; 0.5 to 140 seconds, 512 MB; 125 minutes, 16 GB for subscribers (**unconfirmed**) |
//! | alt text | 1,000 characters, of images and GIFs |
//! | poll | 2 to 4 answers of 25 characters, 5 minutes to 7 days, no files beside it |
//! | requests | 100 posts in 15 minutes an account, 10,000 a day an app; 50 deletions in 15 minutes |
//!
//! **Price:** X charges for each request: 0.015 USD a post, 0.20 USD for one with a link, 0.005 USD
//! an alt text, 0.01 USD a deletion, 0.005 USD a post that is read. [`X::price`] adds it up.
//!
//! **Known limits:** there are no stories and no reels: a video stands in the feed. X does not
//! publish later by itself: publish at the time. It shows a link in the text as a card and takes no
//! other link card. A first comment is not offered: write it as a further part of the thread. An
//! app that pays by use may answer and quote only accounts that mentioned or quoted the account
//! before. Not offered: editing, articles, places, posts for subscribers only.
//!
//! **Unconfirmed:** that a thread's parts are free of the rule about answers; that the limit of one
//! stock symbol holds; the limit of 1920 x 1080 for a video; the form of warnings about sensitive
//! media, which is that of an earlier specification; the headers that tell the day's quota; whether
//! fields are asked for as `tweet.fields` (the documents) or `post.fields` (the specification):
//! where the first is refused, the second is tried.
//!
//! **Sources:** X's OpenAPI 2.167, docs.x.com: media best practices, rate limits, pricing,
//! response codes (August 2026, best practices newer); exchanges recorded by tweepy.

mod afterwards;
mod error;
mod find;
mod media;
mod options;
mod price;
mod publish;
mod quota;
mod rules;
mod same;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::all_options;

use std::sync::Arc;
use std::time::Duration;

use social_core::auth::{OAuth1, OAuth1Tokens};
use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Endpoint, EndpointBuilder, FixedToken, TokenSource};
use social_core::job::PollPolicy;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, Error, Result, Tenant};
use tokio::sync::OnceCell;

use crate::sign_in;
pub use options::{ReplySettings, SensitiveMedia, XOptions};
use quota::Quota;
pub use rules::{PLACEMENTS, Subscription, rules};

/// The API.
pub const API: &str = "https://api.x.com";

const TOKEN_PAGE: &str = "https://console.x.com (your app > Keys and tokens)";
const ACCESS_TOKEN: Setting =
    Setting::new("X_ACCESS_TOKEN", "an access token of the account", TOKEN_PAGE, "x-0000").secret();
const ACCESS_TOKEN_SECRET: Setting =
    Setting::new("X_ACCESS_TOKEN_SECRET", "the secret of a token of OAuth 1.0a", TOKEN_PAGE, "x-secret-0000")
        .secret()
        .optional();
const API_KEY: Setting =
    Setting::new("X_API_KEY", "the app's key, for a token of OAuth 1.0a", TOKEN_PAGE, "x-key-0000").optional();
const API_SECRET: Setting =
    Setting::new("X_API_SECRET", "the app's secret, for a token of OAuth 1.0a", TOKEN_PAGE, "x-key-secret-0000")
        .secret()
        .optional();
const SUBSCRIPTION: Setting = Setting::new(
    "X_SUBSCRIPTION",
    "what the account pays X for: none, basic, premium or premium_plus",
    "https://x.com/settings/account",
    "none",
)
.optional();
const API_URL: Setting = Setting::base_url("X_API_URL", API);

/// `x`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [ACCESS_TOKEN, ACCESS_TOKEN_SECRET, API_KEY, API_SECRET, SUBSCRIPTION, API_URL];
    PlatformEntry::new(options::PLATFORM, "X", settings, |settings, parts| {
        Ok(X::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_oauth([sign_in::X], |settings, _, access| {
        let read = Reader::new("x", settings, &[])?;
        let x = X::new(read.endpoint(X::endpoint(), &API_URL), access.tokens)?;
        Ok(x.with_account(access.account).with_subscription(subscription(&read)?))
    })
    .with_rules(PLACEMENTS.iter().filter_map(|placement| rules(placement, Subscription::None)))
    .with_endpoint(|settings| Reader::new("x", settings, &[])?.endpoint(X::endpoint(), &API_URL).build())
}

/// One account. Cheap to clone; clones share what was read of the account and of its quota.
#[derive(Clone, Debug)]
pub struct X {
    endpoint: Endpoint,
    tenant: Tenant,
    subscription: Subscription,
    poll: PollPolicy,
    account: Arc<OnceCell<Account>>,
    quota: Quota,
}

impl X {
    /// The settings of the API; [`API`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("x", API).classify(error::classify)
    }

    /// The account that a token of OAuth 2.0 belongs to: a [`FixedToken`], which lives two hours,
    /// or a source that renews it. Its scopes are `tweet.read`, `tweet.write`, `users.read` and
    /// `media.write`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(endpoint: EndpointBuilder, tokens: impl TokenSource + 'static) -> Result<Self> {
        Self::authenticated(endpoint, Auth::source(tokens))
    }

    /// The account that a token of OAuth 1.0a belongs to: every request is signed.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn signed(endpoint: EndpointBuilder, tokens: OAuth1Tokens) -> Result<Self> {
        Self::authenticated(endpoint, Auth::signed(OAuth1::new(tokens)))
    }

    fn authenticated(endpoint: EndpointBuilder, auth: Auth) -> Result<Self> {
        let poll = PollPolicy {
            first: Duration::from_secs(1),
            growth: 1.5,
            longest: Duration::from_secs(30),
            jitter: 0.2,
            deadline: Duration::from_secs(60 * 60),
        };
        Ok(Self {
            endpoint: endpoint.auth(auth).build()?,
            tenant: Tenant::DEFAULT,
            subscription: Subscription::None,
            poll,
            account: Arc::default(),
            quota: Quota::default(),
        })
    }

    /// The account of `X_ACCESS_TOKEN`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing, and for a
    /// subscription that is not known.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("x", settings, &[ACCESS_TOKEN])?;
        let token = read.secret(&ACCESS_TOKEN)?;
        let endpoint = read.endpoint(Self::endpoint(), &API_URL);
        let x = match read.optional_secret(&ACCESS_TOKEN_SECRET) {
            Some(secret) => {
                Reader::new("x", settings, &[required(API_KEY), required(API_SECRET)])?;
                let app = OAuth1Tokens::new(read.text(&API_KEY)?, read.secret(&API_SECRET)?);
                Self::signed(endpoint, app.with_token(token, secret))?
            }
            None => {
                let advice = "it lives two hours: connect the account, which renews it, or use a token of OAuth 1.0a";
                Self::new(endpoint, FixedToken::new(token).with_advice(advice))?
            }
        };
        Ok(x.with_subscription(subscription(&read)?))
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

    /// Says which account it is, with its tenant. X charges for the question.
    #[must_use]
    pub fn with_account(mut self, account: Account) -> Self {
        self.tenant = account.key.tenant.clone();
        self.account = Arc::new(OnceCell::new_with(Some(account)));
        self
    }

    /// Says what the account pays X for, which decides how long texts and videos may be.
    #[must_use]
    pub const fn with_subscription(mut self, subscription: Subscription) -> Self {
        self.subscription = subscription;
        self
    }

    /// Waits in another rhythm for files to be processed; X names most pauses itself. The deadline
    /// holds for each file.
    #[must_use]
    pub const fn with_poll(mut self, poll: PollPolicy) -> Self {
        self.poll = poll;
        self
    }
}

fn required(mut setting: Setting) -> Setting {
    setting.required = true;
    setting
}

fn subscription(read: &Reader<'_>) -> Result<Subscription> {
    let Some(word) = read.optional_text(&SUBSCRIPTION) else { return Ok(Subscription::None) };
    Subscription::from_word(&word).ok_or_else(|| {
        let message = format!("`{word}` is not a subscription of X: none, basic, premium or premium_plus");
        Error::config(message).with_vendor("x").with_field("X_SUBSCRIPTION")
    })
}
