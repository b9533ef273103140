//! Publishes on LinkedIn, as a member or as an organization.
//!
//! **Environment:** `LINKEDIN_ACCESS_TOKEN` and `LINKEDIN_AUTHOR`; `LINKEDIN_API_URL` and
//! `LINKEDIN_API_VERSION` replace what is usual.
//!
//! **Supported:** in the feed a text, a link card, 1 to 20 images, a video, a PDF document or a
//! poll; mentions, the first comment, deletion and readiness. A member and an organization are
//! accounts of their own, also with one token: [`LinkedIn::organizations`] lists whom a token may
//! publish for, [`LinkedIn::for_author`] opens one. An organization's posts have a status, too.
//! What LinkedIn alone understands is in [`LinkedInOptions`].
//!
//! ```no_run
//! use platform_publishers::linkedin::{LinkedIn, LinkedInOptions};
//! use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example(run: &Run) -> social_core::Result<()> {
//! let linkedin = LinkedIn::from_env()?;
//! let options = LinkedInOptions::new().with_mention("Miller & Sons", "urn:li:organization:2414183");
//! let post = Post::new("Our flour comes from @Miller & Sons #bakery").with_options(&options)?;
//! let ask = Ask::for_account(linkedin.account().await?);
//! let approved = Approved::ask(run, post, &ask, &AutoApprove::because("demo")).await?.approved()?;
//! println!("{:?}", linkedin.publish(run, &approved).await?.url());
//! # Ok(()) }
//! ```
//!
//! Files go up before anybody can see them; a video goes up in the parts that LinkedIn asks for,
//! and a part that arrived is not sent again. The one request that makes the post visible is sent
//! once. When its answer is lost, an organization's posts are listed and compared. A member's
//! cannot be listed: there LinkedIn is asked by the same request, a minute later and within the
//! hour, because it refuses a text that is out already and names its post. A post without a text,
//! or one that was lost longer ago, stays
//! [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown) for a person to look at. A first
//! comment that cannot be made is a warning in the receipt.
//!
//! | what | limit |
//! |---|---|
//! | text | 3,000 UTF-16 units as it is sent: `( ) [ ] { } < > @ \| ~ _ * \ #` count twice |
//! | images | 20 of JPEG, PNG or GIF, 36,152,320 pixels each; alt text 4,086 |
//! | video | 1 MP4, 75 kB to 500 MB, 3 seconds to 30 minutes |
//! | document | 1 PDF with a title, 100 MB |
//! | poll | 2 to 4 answers of 30, a title as its question, open for 1, 3, 7 or 14 days |
//! | calls | 150 a day for each member, 100,000 for each application; LinkedIn tells no rest |
//!
//! **Known limits:** LinkedIn fetches nothing: files must be on this machine, and a link card shows
//! only what the post says. One kind of content stands in a post. Word and PowerPoint files, which
//! LinkedIn takes, cannot be read here; send a PDF. Not offered: scheduling and drafts, threads,
//! reposts, covers and captions of videos, articles of LinkedIn's own editor, events; stories do
//! not exist. The end of a [`VERSION`] is told by readiness.
//!
//! **Unconfirmed:** whether escapes count, the limits of polls and comments, for how long LinkedIn
//! knows a text again, and the shape of polls.
//!
//! **Sources:** learn.microsoft.com, community management (Posts, Images, Videos, Documents,
//! MultiImage, little text format, migrations), as collected in November 2026; requests of
//! linkedin-api-client 0.3.0; refusals quoted by those who met them.

mod afterwards;
mod author;
mod check;
mod comment;
mod error;
mod find;
mod little;
mod media;
mod options;
mod organizations;
mod publish;
mod request;
mod rules;
mod version;
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
use social_core::{Account, AccountKey, Result, Tenant};

use crate::sign_in::LINKEDIN;
use author::Author;
pub use options::{LinkedInMention, LinkedInOptions, Visibility};
pub use organizations::{LinkedInOrganization, LinkedInOrganizations};
pub use rules::{PLACEMENTS, rules};
pub use version::VERSION;

/// The API.
pub const API: &str = "https://api.linkedin.com";
/// Where images and documents are sent with the account's token.
const UPLOADS: &str = "https://www.linkedin.com";

const TOKEN_PAGE: &str = "https://www.linkedin.com/developers/tools/oauth/token-generator";

const ACCESS_TOKEN: Setting = Setting::new(
    "LINKEDIN_ACCESS_TOKEN",
    "an access token with w_member_social, or w_organization_social for an organization",
    TOKEN_PAGE,
    "AQV0000",
)
.secret();
const AUTHOR: Setting = Setting::new(
    "LINKEDIN_AUTHOR",
    "who publishes: a member's id or URN, or an organization's URN",
    "GET https://api.linkedin.com/v2/userinfo (sub), or the number in the address of the page's admin view",
    "urn:li:organization:5583111",
);
const API_URL: Setting = Setting::base_url("LINKEDIN_API_URL", API);
const API_VERSION: Setting = Setting::new(
    "LINKEDIN_API_VERSION",
    "another version of the API, year and month",
    "learn.microsoft.com/linkedin/marketing/integrations/migrations",
    VERSION,
)
.optional();

/// `linkedin`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [ACCESS_TOKEN, AUTHOR, API_URL, API_VERSION];
    PlatformEntry::new(options::PLATFORM, "LinkedIn members and organizations", settings, |settings, parts| {
        Ok(LinkedIn::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_oauth([LINKEDIN], |settings, _, access| {
        let read = Reader::new("linkedin", settings, &[])?;
        let Account { key, label, .. } = access.account;
        let linkedin = LinkedIn::new(read.endpoint(LinkedIn::endpoint(), &API_URL), access.tokens, key.id)?;
        Ok(linkedin.with_tenant(key.tenant).with_label(label).with_version_of(&read))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| Reader::new("linkedin", settings, &[])?.endpoint(LinkedIn::endpoint(), &API_URL).build())
}

/// One member or organization. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LinkedIn {
    api: Endpoint,
    uploads: Endpoint,
    tokens: Arc<dyn TokenSource>,
    author: Author,
    account: Account,
    version: String,
    poll: PollPolicy,
}

impl LinkedIn {
    /// The settings of the API; [`API`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("linkedin", API).classify(error::classify)
    }

    /// An account by its author and the tokens that may publish for it: a [`FixedToken`], or a
    /// source that renews them.
    ///
    /// `author` is a member's id (the `sub` of `/v2/userinfo`), `urn:li:person:ID` or
    /// `urn:li:organization:NUMBER`. The scopes are `w_member_social` for a member, with `openid`
    /// and `profile` for readiness; `w_organization_social` for an organization, with
    /// `r_organization_social` to find lost posts and to be asked about posts, and
    /// `rw_organization_admin` to list organizations.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(api: EndpointBuilder, tokens: impl TokenSource + 'static, author: impl AsRef<str>) -> Result<Self> {
        let author = Author::parse(author.as_ref())?;
        let tokens: Arc<dyn TokenSource> = Arc::new(tokens);
        let api = api.auth(Auth::source(tokens.clone()));
        let poll = PollPolicy {
            first: Duration::from_secs(5),
            growth: 1.6,
            longest: Duration::from_secs(60),
            jitter: 0.2,
            deadline: Duration::from_secs(30 * 60),
        };
        Ok(Self {
            uploads: api.clone().base_url(UPLOADS).build()?,
            api: api.build()?,
            tokens,
            account: AccountKey::new(options::PLATFORM, author.key()).into(),
            author,
            version: VERSION.to_owned(),
            poll,
        })
    }

    /// The account of `LINKEDIN_AUTHOR` with the token in `LINKEDIN_ACCESS_TOKEN`, which is not
    /// renewed; optionally with `LINKEDIN_API_URL` (instead of [`API`]) and `LINKEDIN_API_VERSION`
    /// (instead of [`VERSION`]).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("linkedin", settings, &[ACCESS_TOKEN, AUTHOR])?;
        let advice = "set a new LINKEDIN_ACCESS_TOKEN, or hand in a TokenSource that renews it";
        let token = FixedToken::new(read.secret(&ACCESS_TOKEN)?).with_advice(advice);
        let linkedin = Self::new(read.endpoint(Self::endpoint(), &API_URL), token, read.text(&AUTHOR)?)?;
        Ok(linkedin.with_version_of(&read))
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// The same tokens for another author, as [`new`](Self::new) takes one: an organization that
    /// [`organizations`](Self::organizations) found.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for what is neither a member nor an organization.
    pub fn for_author(&self, author: impl AsRef<str>) -> Result<Self> {
        let author = Author::parse(author.as_ref())?;
        let key = AccountKey::new(options::PLATFORM, author.key()).with_tenant(&self.account.key.tenant);
        Ok(Self { account: key.into(), author, ..self.clone() })
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

    /// Calls another version of the API, year and month: `202609`.
    #[must_use]
    pub fn with_version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    fn with_version_of(self, read: &Reader<'_>) -> Self {
        match read.optional_text(&API_VERSION) {
            Some(version) => self.with_version(version),
            None => self,
        }
    }

    /// Waits in another rhythm for files to be processed. The deadline holds for each file. What a
    /// member's token cannot ask about is given the first pause.
    #[must_use]
    pub const fn with_poll(mut self, poll: PollPolicy) -> Self {
        self.poll = poll;
        self
    }
}
