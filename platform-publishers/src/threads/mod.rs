//! Publishes texts, images, videos, carousels and threads of posts on Threads.
//!
//! **Environment:** `THREADS_ACCESS_TOKEN` and `THREADS_USER_ID`; `THREADS_API_URL` and
//! `THREADS_API_VERSION` replace what is usual.
//!
//! **Supported:** in the feed a text, an image or a video; 2 to 20 images and videos as a carousel;
//! further parts of a thread, a first comment, a link card, a poll, quotes and answers; the day's
//! quota, status and deletion afterwards, readiness. What Threads alone understands is in
//! [`ThreadsOptions`].
//!
//! ```no_run
//! use std::sync::Arc;
//! use platform_publishers::threads::{ReplyControl, Threads, ThreadsOptions};
//! use social_core::host::MediaHost;
//! use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher, ThreadPart};
//! use social_core::run::Run;
//!
//! # async fn example(host: Arc<MediaHost>, run: &Run) -> social_core::Result<()> {
//! let threads = Threads::from_env()?.with_host(host);
//! let options = ThreadsOptions::new().with_topic_tag("Bakery").with_reply_control(ReplyControl::FollowersOnly);
//! let post = Post::new("How our bread rises").with_thread_part(ThreadPart::new("First the flour")).with_options(&options)?;
//! let ask = Ask::for_account(threads.account().await?);
//! let approved = Approved::ask(run, post, &ask, &AutoApprove::because("demo")).await?.approved()?;
//! println!("{:?}", threads.publish(run, &approved).await?.url());
//! # Ok(()) }
//! ```
//!
//! A post is first a container that is not visible. A container makes one post however often it is
//! published, and it can be asked whether it was: that is how a lost answer is found out. The parts
//! of a thread are posts of their own, each an answer to the one before. A thread that breaks in
//! the middle ends as [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown), and the same run
//! goes on where it broke. A first comment that cannot be made is a warning in the receipt.
//!
//! | what | limit |
//! |---|---|
//! | text | 500 characters, an emoji as its UTF-8 bytes; one hashtag, 5 links |
//! | alt text | 1,000 UTF-16 units |
//! | image | JPEG or PNG, 8 MB, up to 10:1 |
//! | video | MP4 or QuickTime, 1 GB, 5 minutes |
//! | carousel | 2 to 20 images and videos |
//! | poll | 2 to 4 answers of 25 characters |
//!
//! **Known limits:** Threads fetches every file itself, so files of this machine need a
//! [`MediaHost`] whose `robots.txt` lets Meta in. Threads takes no language, no title, no publish
//! time and no label of a model's work. Not offered: GIFs, text attachments and spoilers inside a
//! text (the unit of their offsets is not documented), ghost posts, and reposts of other posts;
//! quote the post instead. Polls stay open for as long as Threads likes. What a placement accepts
//! is in [`rules`].
//!
//! **Sources:** developers.facebook.com, Threads API, pages of July 2026, with its changelog; the
//! request collection of fbsamples/threads_api (January 2026); refusals quoted by those who met
//! them.

mod options;
mod parts;
mod publish;
mod rules;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use social_core::catalogue::PlatformEntry;
use social_core::host::MediaHost;
use social_core::http::{Endpoint, EndpointBuilder, FixedToken, TokenSource};
use social_core::job::PollPolicy;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Result, Tenant};

use crate::graph::{Containers, Graph, Names, error};
use crate::sign_in::THREADS;
pub use options::{ReplyControl, ThreadsOptions};
pub use rules::{PLACEMENTS, rules};

/// The API. `https://graph.threads.com` is the same.
pub const API: &str = "https://graph.threads.net";
/// The version of the API that this module was written for.
pub const VERSION: &str = "v1.0";

const TOKEN_PAGE: &str = "https://developers.facebook.com/apps (your app > Use cases > Threads API > Settings)";

const ACCESS_TOKEN: Setting =
    Setting::new("THREADS_ACCESS_TOKEN", "an access token that may publish", TOKEN_PAGE, "THAA-0000").secret();
const USER_ID: Setting =
    Setting::new("THREADS_USER_ID", "the id of the account, a number", TOKEN_PAGE, "17841400000000000");
const API_URL: Setting = Setting::base_url("THREADS_API_URL", API);
const API_VERSION: Setting =
    Setting::new("THREADS_API_VERSION", "another version of the API", "developers.facebook.com", VERSION).optional();

const NAMES: Names = Names {
    platform: "Threads",
    create: "threads",
    publish: "threads_publish",
    list: "threads",
    text: "text",
    state: "id,status,error_message",
    quota: "threads_publishing_limit",
    quota_fields: "quota_usage,config,reply_quota_usage,reply_config",
};

/// The edge that lists what the account answered.
const REPLIES: &str = "replies";

/// `threads`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [ACCESS_TOKEN, USER_ID, API_URL, API_VERSION];
    PlatformEntry::new(options::PLATFORM, "Threads", settings, |settings, parts| {
        let threads = Threads::from_settings(settings)?.with_tenant(parts.tenant);
        Ok(match parts.host {
            Some(host) => threads.with_host(host),
            None => threads,
        })
    })
    .with_oauth([THREADS], |settings, parts, access| {
        let read = Reader::new("threads", settings, &[])?;
        let Account { key, label, .. } = access.account;
        let threads = Threads::new(read.endpoint(Threads::endpoint(), &API_URL), access.tokens, key.id)?;
        let threads = threads.with_tenant(key.tenant).with_label(label);
        let threads = match read.optional_text(&API_VERSION) {
            Some(version) => threads.with_version(version),
            None => threads,
        };
        Ok(match parts.host {
            Some(host) => threads.with_host(host),
            None => threads,
        })
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .fetching_files()
    .with_endpoint(|settings| Reader::new("threads", settings, &[])?.endpoint(Threads::endpoint(), &API_URL).build())
}

/// One account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Threads {
    containers: Containers,
    host: Option<Arc<MediaHost>>,
}

impl Threads {
    /// The settings of the API; [`API`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("threads", API).classify(error::classify)
    }

    /// An account by its id and the tokens that may publish for it: a [`FixedToken`], or a source
    /// that renews them.
    ///
    /// The scopes are `threads_basic` and `threads_content_publish`; for further parts of a thread,
    /// a first comment, answers and a choice of who may answer also `threads_manage_replies`; to
    /// delete also `threads_delete`; for a place also `threads_location_tagging`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(api: EndpointBuilder, tokens: impl TokenSource + 'static, user: impl Into<String>) -> Result<Self> {
        let account = Account::from(AccountKey::new(options::PLATFORM, user.into()));
        let graph = Graph::new(api, Arc::new(tokens), account, VERSION)?;
        Ok(Self { containers: Containers::new(graph, &NAMES), host: None })
    }

    /// The account of `THREADS_USER_ID` with the token in `THREADS_ACCESS_TOKEN`, which is not
    /// renewed; optionally with `THREADS_API_URL` (instead of [`API`]) and `THREADS_API_VERSION`
    /// (instead of [`VERSION`]).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("threads", settings, &[ACCESS_TOKEN, USER_ID])?;
        let advice = "set a new THREADS_ACCESS_TOKEN, or hand in a TokenSource that renews it";
        let token = FixedToken::new(read.secret(&ACCESS_TOKEN)?).with_advice(advice);
        let threads = Self::new(read.endpoint(Self::endpoint(), &API_URL), token, read.text(&USER_ID)?)?;
        Ok(match read.optional_text(&API_VERSION) {
            Some(version) => threads.with_version(version),
            None => threads,
        })
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
        self.containers.graph.account.key.tenant = tenant.into();
        self
    }

    /// Says what people know the account by; its id otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.containers.graph.account.label = label.into();
        self
    }

    /// Puts images and videos where Threads can fetch them.
    #[must_use]
    pub fn with_host(mut self, host: Arc<MediaHost>) -> Self {
        self.host = Some(host);
        self
    }

    /// Calls another version of the API.
    #[must_use]
    pub fn with_version(mut self, version: impl Into<String>) -> Self {
        self.containers.graph.version = version.into();
        self
    }

    /// Waits in another rhythm for files to be processed. The deadline holds for each container.
    #[must_use]
    pub const fn with_poll(mut self, poll: PollPolicy) -> Self {
        self.containers.poll = poll;
        self
    }
}
