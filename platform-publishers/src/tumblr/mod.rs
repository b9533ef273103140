//! Posts texts, links, images and videos on blogs of Tumblr.
//!
//! **Environment:** `TUMBLR_ACCESS_TOKEN`, `TUMBLR_BLOG` and `TUMBLR_USER_AGENT`; `TUMBLR_API_URL`
//! replaces the base URL.
//!
//! **Supported:** a text with a title and a link card, up to 30 images with alt texts, a video;
//! tags, private posts, drafts, the queue, Tumblr's own publish time; status, deletion, limits and
//! readiness. What Tumblr alone understands is in [`TumblrOptions`].
//!
//! ```no_run
//! use platform_publishers::tumblr::{Tumblr, TumblrOptions};
//! use social_core::media::Media;
//! use social_core::publish::{Approved, Ask, Attachment, AutoApprove, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example(run: &Run) -> social_core::Result<()> {
//! let tumblr = Tumblr::from_env()?;
//! let post = Post::new("From seven, as every day.")
//!     .with_title("Fresh bread")
//!     .with_attachment(Attachment::new(Media::file("bread.jpg")).with_alt_text("A loaf of rye"))
//!     .with_options(&TumblrOptions::new().with_tag("bakery").with_tag("rye bread"))?;
//! let ask = Ask::for_account(tumblr.account().await?);
//! let approved = Approved::ask(run, post, &ask, &AutoApprove::because("demo")).await?.approved()?;
//! println!("{:?}", tumblr.publish(run, &approved).await?.url());
//! # Ok(()) }
//! ```
//!
//! A post becomes an unpublished draft first; then the one request that shows it names the
//! draft, so that Tumblr can be asked what became of it. When the answer to the draft is lost, a
//! draft may be left unpublished. A video, which Tumblr works on after it took it, and a post
//! that stays a draft are made by one request; when its answer is lost the post is looked for in
//! the blog's lists by its text, and one without a text stays
//! [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown).
//!
//! Tags are an option: hashtags in the text stay text. Links in the text are marked as links.
//!
//! | what | limit |
//! |---|---|
//! | text, title | 4096 characters (code points) each |
//! | images | 30, 10 MB each, alt texts of 4096 characters |
//! | video | 1, MP4 or MOV, 500 MB, 10 minutes |
//! | rate | 250 posts, 250 images, 20 videos, 60 minutes of video a day; 1000 requests an hour |
//!
//! **Known limits:** the `User-Agent` must stay the same: changing it can suspend the app. One
//! video is worked on at a time. Not offered: audio, polls, reblogs, threads, several videos,
//! formats of a text other than links. Unconfirmed: the sizes of files, which are those of the
//! older interface; that a draft's images may be named by their addresses when it is published;
//! changes since the documentation of October 2024. What a placement accepts is in [`rules`].
//!
//! **Sources:** tumblr/docs (October 2024), NPF and API v2; reports of products.

mod afterwards;
mod content;
mod error;
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

use http::header::USER_AGENT;
use serde::de::DeserializeOwned;
use social_core::catalogue::PlatformEntry;
use social_core::http::{Auth, Endpoint, EndpointBuilder, FixedToken, Reply, TokenSource};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Error, Result, Tenant};

use crate::sign_in::TUMBLR;
pub use options::TumblrOptions;
pub use rules::{PLACEMENTS, rules};
use wire::Envelope;

/// The API.
pub const API: &str = "https://api.tumblr.com/v2";

const ACCESS_TOKEN: Setting = Setting::new(
    "TUMBLR_ACCESS_TOKEN",
    "an access token with the scopes basic and write",
    "https://www.tumblr.com/oauth/apps",
    "tumblr-token-0000",
)
.secret();
const BLOG: Setting = Setting::new("TUMBLR_BLOG", "the blog's name", "the blog's address, NAME.tumblr.com", "bakery");
const AGENT: Setting = Setting::new(
    "TUMBLR_USER_AGENT",
    "who you are, always the same",
    "write it yourself; changing it can suspend the app",
    "bakery-app/1.0",
);
const API_URL: Setting = Setting::base_url("TUMBLR_API_URL", API);

/// `tumblr`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [ACCESS_TOKEN, BLOG, AGENT, API_URL];
    PlatformEntry::new(options::PLATFORM, "Tumblr", settings, |settings, parts| {
        Ok(Tumblr::from_settings(settings)?.with_tenant(parts.tenant))
    })
    .with_oauth([TUMBLR], |settings, _, access| {
        let read = Reader::new("tumblr", settings, &[AGENT])?;
        let Account { key, label, .. } = access.account;
        let api = read.endpoint(Tumblr::endpoint(&read.text(&AGENT)?), &API_URL);
        Ok(Tumblr::new(api, access.tokens, key.id)?.with_tenant(key.tenant).with_label(label))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .with_endpoint(|settings| {
        let read = Reader::new("tumblr", settings, &[])?;
        let agent = read.optional_text(&AGENT).unwrap_or_else(|| AGENT.example.clone().into_owned());
        read.endpoint(Tumblr::endpoint(&agent), &API_URL).build()
    })
}

/// One blog. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Tumblr {
    api: Endpoint,
    account: Account,
}

impl Tumblr {
    /// The settings of the API, with the `User-Agent` that Tumblr demands, always the same.
    pub fn endpoint(user_agent: &str) -> EndpointBuilder {
        Endpoint::builder("tumblr", API).classify(error::classify).header(USER_AGENT, user_agent)
    }

    /// A blog by its name, and the tokens of somebody who may post there: a [`FixedToken`], or a
    /// source that renews them.
    ///
    /// The scopes are `basic` and `write`; `offline_access` to renew tokens.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(api: EndpointBuilder, tokens: impl TokenSource + 'static, blog: impl Into<String>) -> Result<Self> {
        let blog = blog.into();
        let name = blog.strip_suffix(".tumblr.com").unwrap_or(&blog);
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte)) {
            let message = format!("`{blog}` is not the name of a blog of Tumblr");
            return Err(Error::config(message).with_field("TUMBLR_BLOG"));
        }
        let account = Account::from(AccountKey::new(options::PLATFORM, name));
        let api = api.auth(Auth::source(Arc::new(tokens) as Arc<dyn TokenSource>)).build()?;
        Ok(Self { api, account })
    }

    /// The blog of `TUMBLR_BLOG` with the token in `TUMBLR_ACCESS_TOKEN`, which is not renewed, and
    /// `TUMBLR_USER_AGENT`; optionally at `TUMBLR_API_URL`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("tumblr", settings, &[ACCESS_TOKEN, BLOG, AGENT])?;
        let advice = "it lives for 42 minutes: set a new TUMBLR_ACCESS_TOKEN, or hand in a TokenSource that renews it";
        let token = FixedToken::new(read.secret(&ACCESS_TOKEN)?).with_advice(advice);
        Self::new(read.endpoint(Self::endpoint(&read.text(&AGENT)?), &API_URL), token, read.text(&BLOG)?)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// Says for whom the blog is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.account.key.tenant = tenant.into();
        self
    }

    /// Says what people know the blog by; its name otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.account.label = label.into();
        self
    }

    /// A path of the blog.
    fn path(&self, rest: &str) -> String {
        format!("blog/{}/{rest}", self.account.key.id)
    }

    /// The path of a post.
    fn post_path(&self, id: &str) -> Result<String> {
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::invalid("receipt", format!("`{id}` is not the id of a post of Tumblr")));
        }
        Ok(self.path(&format!("posts/{id}")))
    }
}

/// Reads an answer; what is there on a success is not there, or an empty list, otherwise.
fn read<T: DeserializeOwned>(reply: &Reply) -> Result<T> {
    Ok(reply.json::<Envelope<T>>()?.response)
}
