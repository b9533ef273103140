//! Publishes videos and Shorts on YouTube channels.
//!
//! **Environment:** `YOUTUBE_ACCESS_TOKEN` and `YOUTUBE_CHANNEL_ID`; `YOUTUBE_API_URL` replaces the
//! base URL. An access token lives an hour: an application connects the account instead
//! ([`YOUTUBE`](crate::sign_in::YOUTUBE), [`connect_account`](crate::connect_account)).
//!
//! **Supported:** a video or a Short with title, description, tags, category, privacy, publish
//! time, made for kids, the disclosure of synthetic media, license, embedding and whether
//! subscribers are notified; beside it a thumbnail (the attachment with the role `cover`), caption
//! files and a playlist; status, deletion, limits and readiness of the channel. What YouTube alone
//! understands is in [`YouTubeOptions`].
//!
//! ```no_run
//! use platform_publishers::youtube::{Privacy, YouTube, YouTubeOptions};
//! use social_core::media::Media;
//! use social_core::publish::{Approved, Ask, Attachment, AutoApprove, Placement, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example(run: &Run) -> social_core::Result<()> {
//! let youtube = YouTube::from_env()?;
//! let options = YouTubeOptions::new().with_privacy(Privacy::Unlisted).with_tag("bread");
//! let post = Post::new("How our bread rises.")
//!     .with_placement(Placement::SHORT)
//!     .with_title("Bread in 60 seconds")
//!     .with_attachment(Attachment::new(Media::file("bread.mp4")))
//!     .with_options(&options)?;
//! let ask = Ask::for_account(youtube.account().await?);
//! let approved = Approved::ask(run, post, &ask, &AutoApprove::because("demo")).await?.approved()?;
//! println!("{:?}", youtube.publish(run, &approved).await?.url());
//! # Ok(()) }
//! ```
//!
//! The video goes up by the resumable protocol, streamed, in pieces of 128 MiB
//! ([`with_piece`](YouTube::with_piece)). After a cut YouTube is asked which bytes it has, and only
//! the rest is sent, in the same call or in the next one with the same run. An upload makes one
//! video however often its end is sent, and says which: that is how a lost answer is found out. The
//! address of an upload is kept in the journal. An upload that YouTube has forgotten (404) is
//! looked for in the channel's newest videos by title and description.
//!
//! After the upload the thumbnail, captions and playlist are set, and YouTube is asked until the
//! video is processed, 20 minutes at most; the thumbnail of a Short is set then. What fails of it
//! is a warning in the receipt. A receipt is `Processing` until YouTube has processed the video,
//! `Draft` for a private video and `Scheduled` for one with a publish time.
//!
//! | placement | what | limit |
//! |---|---|---|
//! | both | title | 1 to 100 characters, without `<` and `>` |
//! | both | description | 5000 bytes of UTF-8, without `<` and `>` |
//! | both | tags together | 500 characters, commas and quotes included |
//! | both | file | 256 GiB |
//! | both | thumbnail | JPEG or PNG of 50 MiB |
//! | both | captions | SRT or WebVTT of 100 MiB, one file for each language |
//! | video | length | 12 hours; 15 minutes for a channel that is not verified |
//! | short | length and shape | 3 minutes, square or vertical |
//!
//! There is no flag for Shorts: YouTube makes one of every video of such length and shape, and
//! `check` says so of a `video`. What a project may do in a day, and what a post costs of it, is
//! [`quota_cost`]; YouTube does not say how much of it is left.
//!
//! **Scopes:** `youtube.upload` to publish and `youtube.readonly` to find, read and wait; `youtube`
//! also to delete and for playlists; `youtube.force-ssl` for captions.
//!
//! **Known limits:** the video must be on this machine. Not offered: community posts and stories
//! (there is no API; use a `short`), live broadcasts, premieres, first comments, cards and end
//! screens (set them in YouTube Studio), editing of a published video. Service accounts have no
//! channel.
//!
//! **Unconfirmed:** how long an upload's address lives; the units of captions and playlists; how
//! soon a video is listed.
//!
//! **Sources:** developers.google.com/youtube/v3 (October 2026), its revision history of November
//! 2026, and the API's specification, revision 20261104.

mod afterwards;
mod attempt;
mod beside;
mod channel;
mod error;
mod options;
mod publish;
mod quota;
mod rules;
mod upload;
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
use social_core::{Account, AccountKey, Error, Result, Tenant};

use crate::sign_in;
#[cfg(test)]
pub(crate) use options::MAX_TAGS_LENGTH;
pub use options::{License, Privacy, YouTubeOptions};
pub use quota::{QuotaCost, UNITS_PER_DAY, UPLOADS_PER_DAY, quota_cost};
pub use rules::{PLACEMENTS, rules};

/// The API.
pub const API: &str = "https://youtube.googleapis.com";
/// The API by its other name, which it gives to uploads.
const UPLOADS: &str = "https://www.googleapis.com";

const CONSOLE: &str = "https://console.cloud.google.com/apis/credentials";

const ACCESS_TOKEN: Setting = Setting::new(
    "YOUTUBE_ACCESS_TOKEN",
    "an access token with the scopes youtube.upload and youtube.readonly",
    CONSOLE,
    "ya29.0000",
)
.secret();
const CHANNEL_ID: Setting = Setting::new(
    "YOUTUBE_CHANNEL_ID",
    "the id of the channel",
    "https://www.youtube.com/account_advanced",
    "UC_x5XG1OV2P6uZZ5FSM9Ttw",
);
const API_URL: Setting = Setting::base_url("YOUTUBE_API_URL", API);

/// `youtube`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    PlatformEntry::new(options::PLATFORM, "YouTube channels", [ACCESS_TOKEN, CHANNEL_ID, API_URL], |settings, parts| {
        Ok(YouTube::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_oauth([sign_in::YOUTUBE], |settings, _, access| {
        let endpoint = Reader::new("youtube", settings, &[])?.endpoint(YouTube::endpoint(), &API_URL);
        let Account { key, label, .. } = access.account;
        Ok(YouTube::new(endpoint, access.tokens, key.id)?.with_tenant(key.tenant).with_label(label))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| Reader::new("youtube", settings, &[])?.endpoint(YouTube::endpoint(), &API_URL).build())
}

/// One channel. Cheap to clone.
#[derive(Clone, Debug)]
pub struct YouTube {
    api: Endpoint,
    uploads: Endpoint,
    account: Account,
    poll: PollPolicy,
    piece: u64,
}

impl YouTube {
    /// The settings of the API; [`API`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("youtube", API).classify(error::classify)
    }

    /// A channel by its id and the tokens that may publish on it: a [`FixedToken`], or a source
    /// that renews them.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(api: EndpointBuilder, tokens: impl TokenSource + 'static, channel: impl Into<String>) -> Result<Self> {
        let channel = channel.into();
        if channel.is_empty() || !channel.bytes().all(is_of_id) {
            let message = format!("`{channel}` is not the id of a channel, for instance `UC_x5XG1OV2P6uZZ5FSM9Ttw`");
            return Err(Error::config(message).with_field("channel").with_vendor("youtube"));
        }
        let tokens: Arc<dyn TokenSource> = Arc::new(tokens);
        let uploads = api.clone().base_url(UPLOADS).auth(Auth::source(tokens.clone())).build()?;
        let poll = PollPolicy {
            first: Duration::from_secs(5),
            growth: 1.6,
            longest: Duration::from_secs(60),
            jitter: 0.2,
            deadline: Duration::from_secs(20 * 60),
        };
        Ok(Self {
            api: api.auth(Auth::source(tokens)).build()?,
            uploads,
            account: Account::from(AccountKey::new(options::PLATFORM, channel)),
            poll,
            piece: upload::PIECE,
        })
    }

    /// The channel of `YOUTUBE_CHANNEL_ID` with the token in `YOUTUBE_ACCESS_TOKEN`, which is not
    /// renewed; optionally with `YOUTUBE_API_URL` (instead of [`API`]).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("youtube", settings, &[ACCESS_TOKEN, CHANNEL_ID])?;
        let advice = "it lives an hour; set a new YOUTUBE_ACCESS_TOKEN, or connect the account";
        let token = FixedToken::new(read.secret(&ACCESS_TOKEN)?).with_advice(advice);
        Self::new(read.endpoint(Self::endpoint(), &API_URL), token, read.text(&CHANNEL_ID)?)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// Says for whom the channel is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.account.key.tenant = tenant.into();
        self
    }

    /// Says what people know the channel by; its id otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.account.label = label.into();
        self
    }

    /// Waits in another rhythm for videos to be processed. Each question costs one unit of the
    /// project's quota.
    #[must_use]
    pub const fn with_poll(mut self, poll: PollPolicy) -> Self {
        self.poll = poll;
        self
    }

    /// Sends a video in pieces of so many bytes, rounded up to a multiple of 256 KiB; 128 MiB
    /// otherwise. Each piece has an hour.
    #[must_use]
    pub const fn with_piece(mut self, bytes: u64) -> Self {
        self.piece = upload::whole_units(bytes);
        self
    }
}

/// What ids of channels, videos and playlists are made of.
fn is_of_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}
