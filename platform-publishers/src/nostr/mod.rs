//! Publishes notes on Nostr, through any number of relays.
//!
//! **Environment:** `NOSTR_SECRET_KEY` (`nsec1…`) and `NOSTR_RELAYS`, the addresses of relays with
//! commas between them.
//!
//! **Supported:** notes (kind 1) with a text, a link, images and videos by address, as threads, as
//! answers and with a quoted note; status, deletion, limits and readiness. What Nostr alone
//! understands (content warning, expiry) is in [`NostrOptions`]. Relays that ask who writes are
//! answered (NIP-42).
//!
//! ```no_run
//! use platform_publishers::nostr::{Nostr, NostrOptions};
//! use social_core::publish::{Approved, Ask, AutoApprove, Post, Publisher, ThreadPart};
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let (nostr, run) = (Nostr::from_env()?, Run::ephemeral());
//! let options = NostrOptions::new().with_content_warning("raw dough");
//! let post = Post::new("Fresh bread from seven. #bread").with_options(&options)?;
//! let post = post.with_thread_part(ThreadPart::new("And rolls from eight."));
//! let ask = Ask::for_account(nostr.account().await?);
//! let answer = Approved::ask(&run, post, &ask, &AutoApprove::because("demo")).await?;
//! let receipt = nostr.publish(&run, &answer.approved()?).await?;
//! println!("{} {:?}", receipt.id(), receipt.warnings);
//! # Ok(()) }
//! ```
//!
//! A note is named by the hash of what it says and when, so sending the same note again does no
//! harm. All notes of a post are signed once, before the first is sent, and kept in the journal;
//! whatever breaks, the same notes are sent again or found by their ids. A post is out when one
//! relay has taken it. Relays that refused it or were not reached stand in the receipt's warnings,
//! and [`Nostr::spread`] offers it to them again.
//!
//! | what | limit |
//! |---|---|
//! | text | 8,196 characters, unless a relay says otherwise; [`limits`](social_core::publish::Publisher::limits) asks all |
//! | images and videos | 10 together, by their public address; clients show what they know |
//! | alt text | any length |
//! | time | now; relays refuse notes of the future |
//!
//! **Known limits:** relays store no files: those of this machine need a media host
//! ([`Nostr::with_host`]). A note cannot be changed, and its deletion is a request that relays and
//! clients may ignore. There are no polls, stories and scheduling: publish at the time. Articles
//! (kind 30023), picture and video events (kinds 20 to 22) and uploads to Blossom servers are not
//! offered. Relays that ask for proof of work (NIP-13) or payment refuse: use others. A key cannot
//! be replaced when it was stolen, and remote signers (NIP-46) are not offered. Only relays at
//! public addresses are called, unless the transport permits others.
//!
//! **Unconfirmed:** the limit of the text is that of an example in NIP-11.
//!
//! **Sources:** nostr-protocol/nips (2026-07-22): 01, 09, 10, 11, 18, 19, 21, 36, 40, 42, 92;
//! BIP-340.

mod afterwards;
mod error;
mod event;
mod key;
mod names;
mod note;
mod options;
mod publish;
mod relay;
mod rules;
mod wire;

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use tests::all_options;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use social_core::catalogue::PlatformEntry;
use social_core::host::MediaHost;
use social_core::http::{Endpoint, EndpointBuilder, Timeouts};
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Error, Result, Tenant};

use key::Key;
pub use options::NostrOptions;
use relay::Relay;
pub use rules::{PLACEMENTS, rules};

const SECRET_KEY: Setting =
    Setting::new("NOSTR_SECRET_KEY", "the account's secret key", "your client, Settings, Keys", EXAMPLE_KEY).secret();
const RELAYS: Setting = Setting::new(
    "NOSTR_RELAYS",
    "the relays that get the notes, with commas between them",
    "your client, Settings, Relays",
    "wss://relay.damus.io,wss://nos.lol",
);
/// The secret key of the example in NIP-19.
const EXAMPLE_KEY: &str = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5";
/// Stands in for the address until the relay's own is known.
const BASE_URL: &str = "https://relay.damus.io";

/// `nostr`, as an entry of the catalogue.
pub(crate) fn entry() -> PlatformEntry {
    PlatformEntry::new(options::PLATFORM, "Nostr, any relays", [SECRET_KEY, RELAYS], |settings, parts| {
        let nostr = Nostr::from_settings(settings)?.with_tenant(parts.tenant);
        Ok(match parts.host {
            Some(host) => nostr.with_host(host),
            None => nostr,
        })
    })
    .with_rules(PLACEMENTS.iter().filter_map(rules))
    .fetching_files()
    .with_endpoint(|settings| Reader::new("nostr", settings, &[])?.endpoint(Nostr::endpoint(), None).build())
}

/// One key and the relays that get its notes. Cheap to clone.
#[derive(Clone)]
pub struct Nostr {
    endpoint: Endpoint,
    key: Arc<Key>,
    relays: Arc<[Relay]>,
    tenant: Tenant,
    host: Option<Arc<MediaHost>>,
}

impl fmt::Debug for Nostr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nostr").field("key", &self.key).field("relays", &self.relays).finish_non_exhaustive()
    }
}

impl Nostr {
    /// The settings of every relay: transport, clock, time limits. Its base URL is not used. Only
    /// public addresses are called.
    pub fn endpoint() -> EndpointBuilder {
        let timeouts = Timeouts::default().with_response(Duration::from_secs(15)).with_idle(Duration::from_secs(20));
        Endpoint::builder("nostr", BASE_URL).timeouts(timeouts).public_only()
    }

    /// The account of a secret key (`nsec1…`, or 64 hexadecimal digits) on these relays
    /// (`wss://…`).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for a key or an address that cannot be used, and
    /// when there is no relay.
    pub fn new(
        endpoint: EndpointBuilder,
        secret_key: &SecretString,
        relays: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self> {
        let key = Arc::new(Key::parse(secret_key)?);
        let endpoint = endpoint.secret(secret_key).build()?;
        let relays = relays.into_iter().map(|relay| Relay::new(&endpoint, &key, relay.as_ref()));
        let relays: Arc<[Relay]> = relays.collect::<Result<_>>()?;
        if relays.is_empty() {
            return Err(Error::config("there is no relay; name at least one")
                .with_vendor("nostr")
                .with_field("relays"));
        }
        Ok(Self { endpoint, key, relays, tenant: Tenant::DEFAULT, host: None })
    }

    /// The account of `NOSTR_SECRET_KEY` on the relays in `NOSTR_RELAYS`.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("nostr", settings, &[SECRET_KEY, RELAYS])?;
        let relays = read.text(&RELAYS)?;
        let relays = relays.split(',').map(str::trim).filter(|relay| !relay.is_empty());
        Self::new(read.endpoint(Self::endpoint(), None), &read.secret(&SECRET_KEY)?, relays)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// Gives files of this machine a public address, at which clients find them.
    #[must_use]
    pub fn with_host(mut self, host: Arc<MediaHost>) -> Self {
        self.host = Some(host);
        self
    }

    /// Says for whom the account is; [`Tenant::DEFAULT`] otherwise.
    #[must_use]
    pub fn with_tenant(mut self, tenant: impl Into<Tenant>) -> Self {
        self.tenant = tenant.into();
        self
    }
}
