//! Publishes on a Google Business Profile, and keeps its photos, hours and reviews.
//!
//! **Environment:** `GOOGLE_BUSINESS_ACCESS_TOKEN` and `GOOGLE_BUSINESS_LOCATION`;
//! `GOOGLE_BUSINESS_API_URL` replaces what is usual. A token lives an hour: connect the account, or
//! hand in a source that renews it.
//!
//! **Supported:** posts, events and offers with a photo and a button; Google's own publish time;
//! status, deletion and readiness. Besides posts: [locations](GoogleBusiness::locations),
//! [photos](GoogleBusiness::add_photo) of the profile, [opening](GoogleBusiness::opening_hours) and
//! [special hours](GoogleBusiness::special_days), [reviews](GoogleBusiness::reviews) and
//! [replies](GoogleBusiness::reply) to them, which somebody has to approve. What Google alone
//! understands is in [`GoogleBusinessOptions`].
//!
//! ```no_run
//! use platform_publishers::google_business::{Button, EVENT, GoogleBusiness, GoogleBusinessOptions};
//! use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher};
//! use social_core::run::Run;
//!
//! # async fn example(run: &Run) -> social_core::Result<()> {
//! let google = GoogleBusiness::from_env()?;
//! let options = GoogleBusinessOptions::new().with_starts("2026-12-24T18:00").with_ends("2026-12-24T23:00");
//! let post = Post::new("Five courses, one table").with_placement(EVENT).with_title("Christmas Eve dinner");
//! let post = post.with_link("https://41bistro.example/book".parse().unwrap());
//! let post = post.with_options(&options.with_button(Button::Book))?;
//! let ask = Ask::for_account(google.account().await?);
//! let approved = Approved::ask(run, post, &ask, &AutoApprove::because("demo")).await?.approved()?;
//! println!("{:?}", google.publish(run, &approved).await?.state);
//! # Ok(()) }
//! ```
//!
//! The one request that makes the post visible is sent once; when its answer is lost, the
//! location's posts are listed and compared by their words. A post of a photo alone cannot be
//! recognised, and stays [`OutcomeUnknown`](social_core::ErrorKind::OutcomeUnknown). That Google
//! took a post does not say that it shows it: the receipt says what became of it within two
//! minutes, and [`status`](social_core::publish::Publisher::status) what becomes of it later.
//!
//! | what | limit |
//! |---|---|
//! | text | 1,500 characters, without telephone numbers |
//! | title of an event or offer | 58 characters |
//! | photo | 1 JPEG or PNG, 10 kB to 5 MB, at least 250 pixels wide and high |
//! | calls | 300 a minute; 10 changes a minute for each profile |
//!
//! **Known limits:** Google fetches photos itself, so files of this machine need a `MediaHost`.
//! Videos in posts always fail at Google's side and are refused here. Times of events have no time
//! zone: they are the location's. Chains may have no posts; readiness says so. There are no alt
//! texts, stories or comments. Questions and answers have no interface any more: answer them in
//! Google Maps. Numbers of single posts ended in 2023. Alerts and recurring posts are not offered.
//!
//! **Unconfirmed:** limits of texts and calls, and whether the list of special hours is replaced
//! whole (it is read first, so that nothing is lost either way).
//!
//! **Sources:** developers.google.com/my-business (posts, LocalPost of v4, reviews, latest
//! updates), Google's description of the Business Information API v1, support.google.com/business;
//! probes of others (July 2026). As collected in November 2026.

mod afterwards;
mod check;
mod error;
mod find;
mod hours;
mod location;
mod locations;
mod options;
mod photos;
mod publish;
mod reviews;
mod rules;
mod when;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::all_options;

use std::sync::Arc;
use std::time::Duration;

use social_core::catalogue::PlatformEntry;
use social_core::host::MediaHost;
use social_core::http::{Auth, Endpoint, EndpointBuilder, FixedToken, TokenSource};
use social_core::job::PollPolicy;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Account, AccountKey, Result, Tenant};

use crate::sign_in::GOOGLE_BUSINESS;
pub use hours::{OpeningHours, SpecialDay};
use location::Location;
pub use locations::GoogleLocation;
pub use options::{Button, EVENT, GoogleBusinessOptions, OFFER};
pub use photos::{PhotoCategory, ProfilePhoto};
pub use reviews::{GoogleReview, GoogleReviewReply, ReviewReply};
pub use rules::{PLACEMENTS, rules};

/// The API of posts, photos and reviews.
pub const API: &str = "https://mybusiness.googleapis.com";
/// The API of locations and hours.
const INFORMATION: &str = "https://mybusinessbusinessinformation.googleapis.com";
/// The API of accounts.
const ACCOUNTS: &str = "https://mybusinessaccountmanagement.googleapis.com";

const ACCESS_TOKEN: Setting = Setting::new(
    "GOOGLE_BUSINESS_ACCESS_TOKEN",
    "an access token with business.manage, which lives an hour",
    "https://developers.google.com/oauthplayground",
    "ya29.0000",
)
.secret();
const LOCATION: Setting = Setting::new(
    "GOOGLE_BUSINESS_LOCATION",
    "the location, with its account",
    "GET https://mybusinessaccountmanagement.googleapis.com/v1/accounts, then its locations",
    "accounts/123/locations/456",
);
const API_URL: Setting = Setting::base_url("GOOGLE_BUSINESS_API_URL", API);

/// `google_business`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    let settings = [ACCESS_TOKEN, LOCATION, API_URL];
    PlatformEntry::new(options::PLATFORM, "Google Business Profile", settings, |settings, parts| {
        Ok(GoogleBusiness::from_settings(settings)?.with_tenant(parts.tenant).with_host_of(parts.host))
    })
    .with_oauth([GOOGLE_BUSINESS], |settings, parts, access| {
        let read = Reader::new("google_business", settings, &[])?;
        let Account { key, label, .. } = access.account;
        let google = GoogleBusiness::new(read.endpoint(GoogleBusiness::endpoint(), &API_URL), access.tokens, key.id)?;
        Ok(google.with_tenant(key.tenant).with_label(label).with_host_of(parts.host))
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .fetching_files()
    .with_endpoint(|settings| {
        Reader::new("google_business", settings, &[])?.endpoint(GoogleBusiness::endpoint(), &API_URL).build()
    })
}

/// One location. Cheap to clone.
#[derive(Clone, Debug)]
pub struct GoogleBusiness {
    api: Endpoint,
    information: Endpoint,
    location: Location,
    account: Account,
    host: Option<Arc<MediaHost>>,
    poll: PollPolicy,
}

impl GoogleBusiness {
    /// The settings of the API; [`API`] unless its base URL is replaced.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("google_business", API).classify(error::classify)
    }

    /// A location by its name, `accounts/123/locations/456`, and the tokens of a person who manages
    /// it: a source that renews them, or a [`FixedToken`].
    ///
    /// The scope is `https://www.googleapis.com/auth/business.manage`; Google lets a project use
    /// these APIs on request.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used.
    pub fn new(api: EndpointBuilder, tokens: impl TokenSource + 'static, location: impl AsRef<str>) -> Result<Self> {
        let location = Location::parse(location.as_ref())?;
        let api = api.auth(Auth::source(tokens));
        let poll = PollPolicy {
            first: Duration::from_secs(3),
            growth: 2.0,
            longest: Duration::from_secs(30),
            jitter: 0.2,
            deadline: Duration::from_secs(120),
        };
        Ok(Self {
            information: api.clone().base_url(INFORMATION).build()?,
            api: api.build()?,
            account: AccountKey::new(options::PLATFORM, location.name()).into(),
            location,
            host: None,
            poll,
        })
    }

    /// The location of `GOOGLE_BUSINESS_LOCATION` with the token in `GOOGLE_BUSINESS_ACCESS_TOKEN`,
    /// which is not renewed; optionally with `GOOGLE_BUSINESS_API_URL` (instead of [`API`]).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("google_business", settings, &[ACCESS_TOKEN, LOCATION])?;
        let advice = "set a new GOOGLE_BUSINESS_ACCESS_TOKEN, or hand in a TokenSource that renews it";
        let token = FixedToken::new(read.secret(&ACCESS_TOKEN)?).with_advice(advice);
        Self::new(read.endpoint(Self::endpoint(), &API_URL), token, read.text(&LOCATION)?)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// Says for whom the location is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.account.key.tenant = tenant.into();
        self
    }

    /// Says what people know the location by; its name in the API otherwise.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.account.label = label.into();
        self
    }

    /// Puts photos where Google can fetch them.
    #[must_use]
    pub fn with_host(self, host: Arc<MediaHost>) -> Self {
        self.with_host_of(Some(host))
    }

    fn with_host_of(mut self, host: Option<Arc<MediaHost>>) -> Self {
        self.host = host;
        self
    }

    /// Waits in another rhythm for what Google makes of a post.
    #[must_use]
    pub const fn with_poll(mut self, poll: PollPolicy) -> Self {
        self.poll = poll;
        self
    }
}
