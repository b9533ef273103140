//! Publishes videos and photos on TikTok, directly or as drafts in the person's inbox.
//!
//! **Environment:** `TIKTOK_ACCESS_TOKEN` and `TIKTOK_OPEN_ID`; `TIKTOK_VERIFIED` names the domains
//! that TikTok may fetch files from; `TIKTOK_UNAUDITED` says that TikTok has not audited the app;
//! `TIKTOK_API_URL` replaces the base URL.
//!
//! **Supported:** a video from a file of any size or from a public address; 1 to 35 photos; drafts
//! of both; who may see the post, comments, duets, stitches, disclosure of advertising and of
//! models; what the account allows, status and readiness. What TikTok alone understands is in
//! [`TikTokOptions`].
//!
//! ```no_run
//! use platform_publishers::tiktok::{PrivacyLevel, TikTok, TikTokOptions};
//! use social_core::media::Media;
//! use social_core::publish::{Approved, Ask, Attachment, AutoApprove, Placement, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example(run: &Run) -> social_core::Result<()> {
//! let tiktok = TikTok::from_env()?;
//! let options = TikTokOptions::new().with_privacy(PrivacyLevel::PublicToEveryone).with_comments();
//! let post = Post::new("Fresh bread #bakery")
//!     .with_placement(Placement::VIDEO)
//!     .with_attachment(Attachment::new(Media::file("bread.mp4")))
//!     .with_options(&options)?;
//! let ask = Ask::for_account(tiktok.account().await?);
//! let approved = Approved::ask(run, post, &ask, &AutoApprove::because("demo")).await?.approved()?;
//! println!("{:?}", tiktok.publish(run, &approved).await?.url());
//! # Ok(()) }
//! ```
//!
//! Before each post the account is asked what it allows (creator info). Who may see a post is
//! never chosen silently: a post without [`privacy`](TikTokOptions::privacy) is refused, and so is
//! one with a level that the account does not offer. Comments, duets and stitches are off unless
//! they are switched on, as TikTok's guidelines demand.
//!
//! A video of this machine is streamed in chunks to the address that TikTok names, which ends after
//! an hour; a chunk that had arrived before a cut is not sent again. The last chunk makes the post,
//! so that it is sent once, and TikTok says what became of it. A video at an address, and photos,
//! are fetched by TikTok: the one request that asks for them makes the post. When its answer is
//! lost, the post is looked for among the account's newest public videos (scope `video.list`);
//! what is not there stays [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown) for a person
//! to look at, because TikTok lists neither private posts nor drafts.
//!
//! The receipt names the `publish_id` as a container, and says what TikTok made of it: published, a
//! draft, still processing, or rejected with TikTok's reason. A public post gets its id and page
//! when moderation has ended, which can take hours: ask for its status again.
//!
//! | what | limit |
//! |---|---|
//! | text of a video | 2200 UTF-16 units |
//! | title and text of photos | 90 and 4000 UTF-16 units |
//! | video | MP4, MOV, WebM; 4 GiB; 3 to 600 seconds, or less as the account allows; 23 to 60 fps |
//! | photos | 1 to 35, JPEG or WebP, 20 MB each |
//! | rate | 6 posts and 30 questions after posts a minute; 5 drafts in 24 hours |
//!
//! **Known limits:** an app that TikTok has not audited posts for private accounts only, and
//! visible to the account only, for about five people a day. Files that TikTok fetches need an
//! HTTPS address without redirects on a domain that was verified in the app's console; photos
//! cannot be sent at all, so those of this machine need a media host. A draft of a video carries no
//! text. Nothing can be deleted or edited by an app: use TikTok. Not offered: sounds, stickers,
//! scheduling, alt texts, covers from a file (a frame can be chosen), photos and video in one post.
//! How many posts an account may make in a day is not told. The TikTok Business API is another
//! product with a review of its own, and not called here. Unconfirmed: what the upload host
//! answers to a wrong chunk or an ended address; whether photos are listed among videos. The
//! journal holds the upload address, which is of use for an hour. What a placement accepts is in
//! [`rules`].
//!
//! **Sources:** developers.tiktok.com, Content Posting API and Display API (November 2026);
//! refusals as products met them, see the table of errors.

mod afterwards;
mod chunks;
mod error;
mod fetched;
mod options;
mod publish;
mod rules;
mod upload;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::all_options;

use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use serde::Serialize;
use serde::de::DeserializeOwned;
use social_core::catalogue::PlatformEntry;
use social_core::host::MediaHost;
use social_core::http::{Auth, Call, Endpoint, EndpointBuilder, FixedToken, Reply, TokenSource};
use social_core::job::PollPolicy;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Error, Result, Tenant};

use crate::sign_in::TIKTOK;
use chunks::Chunks;
pub use options::{PHOTO, PrivacyLevel, TikTokOptions};
pub use rules::{PLACEMENTS, rules};
use wire::{Data, Envelope};

/// The API.
pub const API: &str = "https://open.tiktokapis.com";

const CONSOLE: &str = "https://developers.tiktok.com/apps";

const ACCESS_TOKEN: Setting =
    Setting::new("TIKTOK_ACCESS_TOKEN", "an access token that may publish", CONSOLE, "act.example-0000").secret();
const OPEN_ID: Setting =
    Setting::new("TIKTOK_OPEN_ID", "the account's open_id, which came with the token", CONSOLE, "723f24d7-e717-40f8");
const VERIFIED: Setting = Setting::new(
    "TIKTOK_VERIFIED",
    "domains and URL prefixes that are verified for the app, separated by commas",
    "https://developers.tiktok.com/apps (your app > Manage URL properties)",
    "cdn.example.com",
)
.optional();
const UNAUDITED: Setting =
    Setting::new("TIKTOK_UNAUDITED", "`true` while TikTok has not audited the app", CONSOLE, "true").optional();
const API_URL: Setting = Setting::base_url("TIKTOK_API_URL", API);

/// `tiktok`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [ACCESS_TOKEN, OPEN_ID, VERIFIED, UNAUDITED, API_URL];
    PlatformEntry::new(options::PLATFORM, "TikTok", settings, |settings, parts| {
        Ok(TikTok::from_settings(settings)?.with_tenant(parts.tenant).with_optional_host(parts.host))
    })
    .with_oauth([TIKTOK], |settings, parts, access| {
        let read = Reader::new("tiktok", settings, &[])?;
        let Account { key, label, .. } = access.account;
        let tiktok = TikTok::new(read.endpoint(TikTok::endpoint(), &API_URL), access.tokens, key.id)?;
        Ok(tiktok.with_settings(&read)?.with_tenant(key.tenant).with_label(label).with_optional_host(parts.host))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .fetching_files()
    .with_endpoint(|settings| Reader::new("tiktok", settings, &[])?.endpoint(TikTok::endpoint(), &API_URL).build())
}

/// One account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct TikTok {
    api: Endpoint,
    tokens: Arc<dyn TokenSource>,
    account: Account,
    host: Option<Arc<MediaHost>>,
    verified: Vec<String>,
    unaudited: bool,
    poll: PollPolicy,
    chunks: Chunks,
}

impl TikTok {
    /// The settings of the API; [`API`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("tiktok", API).classify(error::classify)
    }

    /// An account by its `open_id` and its tokens: a [`FixedToken`], or a source that renews them.
    ///
    /// The scopes are `user.info.basic` and `video.publish`; `video.upload` for drafts, and
    /// `video.list` to find out about posts.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(api: EndpointBuilder, tokens: impl TokenSource + 'static, open_id: impl Into<String>) -> Result<Self> {
        let account = Account::from(AccountKey::new(options::PLATFORM, open_id.into()));
        if account.key.id.is_empty() {
            return Err(Error::config("the open_id of the account is missing").with_field("TIKTOK_OPEN_ID"));
        }
        let poll = PollPolicy {
            first: Duration::from_secs(5),
            growth: 1.5,
            longest: Duration::from_secs(30),
            jitter: 0.2,
            deadline: Duration::from_secs(15 * 60),
        };
        let tokens: Arc<dyn TokenSource> = Arc::new(tokens);
        let api = api.auth(Auth::source(tokens.clone())).build()?;
        let (verified, chunks) = (Vec::new(), Chunks::default());
        Ok(Self { api, tokens, account, host: None, verified, unaudited: false, poll, chunks })
    }

    /// The account of `TIKTOK_OPEN_ID` with the token in `TIKTOK_ACCESS_TOKEN`, which is not
    /// renewed; optionally with `TIKTOK_VERIFIED`, `TIKTOK_UNAUDITED` and `TIKTOK_API_URL`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("tiktok", settings, &[ACCESS_TOKEN, OPEN_ID])?;
        let advice = "it lives for 24 hours: set a new TIKTOK_ACCESS_TOKEN, or hand in a TokenSource that renews it";
        let token = FixedToken::new(read.secret(&ACCESS_TOKEN)?).with_advice(advice);
        Self::new(read.endpoint(Self::endpoint(), &API_URL), token, read.text(&OPEN_ID)?)?.with_settings(&read)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    fn with_settings(mut self, read: &Reader<'_>) -> Result<Self> {
        if let Some(verified) = read.optional_text(&VERIFIED) {
            self = self.with_verified(verified.split(',').map(str::trim));
        }
        match read.optional_text(&UNAUDITED).as_deref() {
            Some("true") => Ok(self.with_unaudited()),
            None | Some("false") => Ok(self),
            Some(other) => {
                let message = format!("`{other}` is neither `true` nor `false`");
                Err(Error::config(message).with_field("TIKTOK_UNAUDITED"))
            }
        }
    }

    /// Says for whom the account is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.account.key.tenant = tenant.into();
        self
    }

    /// Says what people know the account by; its id otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.account.label = label.into();
        self
    }

    /// Puts photos where TikTok can fetch them: on a domain that is verified for the app.
    #[must_use]
    pub fn with_host(mut self, host: Arc<MediaHost>) -> Self {
        self.host = Some(host);
        self
    }

    fn with_optional_host(mut self, host: Option<Arc<MediaHost>>) -> Self {
        self.host = host;
        self
    }

    /// Names the domains (`example.com`, with what is below) and URL prefixes
    /// (`https://example.com/media/`) that are verified for the app. With them, files at other
    /// addresses are refused before TikTok is asked.
    #[must_use]
    pub fn with_verified(mut self, places: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.verified = places.into_iter().map(Into::into).filter(|place| !place.is_empty()).collect();
        self
    }

    /// Says that TikTok has not audited the app: posts that others may see are refused.
    #[must_use]
    pub const fn with_unaudited(mut self) -> Self {
        self.unaudited = true;
        self
    }

    /// Waits in another rhythm for posts to be processed.
    #[must_use]
    pub const fn with_poll(mut self, poll: PollPolicy) -> Self {
        self.poll = poll;
        self
    }

    /// A call with a body as TikTok wants it.
    fn post(&self, path: &str, body: &impl Serialize) -> Result<Call<'_>> {
        Ok(self.api.post(path)?.json(body).header(CONTENT_TYPE, JSON))
    }

    /// Reads an answer; a refusal comes with a success status, too.
    fn read<T: DeserializeOwned>(&self, reply: &Reply) -> Result<T> {
        match reply.json::<Envelope>()?.error {
            Some(verdict) if verdict.is_ok() => Ok(reply.json::<Data<T>>()?.data),
            Some(_) => Err(reply.describe(self.api.classify(&reply.failure()))),
            None => Err(reply.unreadable("the answer does not say whether it was a success")),
        }
    }
}

const JSON: &str = "application/json; charset=UTF-8";
