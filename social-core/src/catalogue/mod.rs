//! Catalogues: which vendors and platforms there are, what each offers, which settings it reads,
//! and how it is opened.
//!
//! An adapter crate has one [`Catalogue`] of [`VendorEntry`]s or [`PlatformEntry`]s. Everything
//! that goes over all vendors reads it: `connect`, lists of vendors, documentation, tests. A crate
//! written elsewhere joins with [`register`] or [`register_platform`]; after that, every adapter
//! crate's `connect` finds it by its address.
//!
//! ```
//! use social_core::catalogue::{Catalogue, VendorEntry, register};
//! use social_core::settings::{Environment, Reader, Setting};
//! # use social_core::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream};
//! # use social_core::{ModelAddress, Result};
//! # #[derive(Debug)]
//! # struct AuroraChat(ModelAddress);
//! # #[async_trait::async_trait]
//! # impl ChatModel for AuroraChat {
//! #     fn address(&self) -> &ModelAddress { &self.0 }
//! #     fn capabilities(&self) -> ChatCapabilities { ChatCapabilities::text() }
//! #     async fn chat(&self, _: &ChatRequest) -> Result<ChatReply> { unimplemented!() }
//! #     async fn stream(&self, _: &ChatRequest) -> Result<ChatStream> { unimplemented!() }
//! # }
//!
//! const KEY: Setting = Setting::new("AURORA_API_KEY", "the API key", "https://aurora.example/keys", "au-0000").secret();
//!
//! let entry = VendorEntry::new("aurora", "Aurora", [KEY]).with_chat(|settings, model| {
//!     let key = Reader::new("aurora", settings, &[KEY])?.secret(&KEY)?;
//!     # let _ = key;
//!     Ok(AuroraChat(ModelAddress::new("aurora", model)))
//! });
//! register(entry)?;
//!
//! // As `llm_adapters::connect("aurora/dawn")` does it:
//! let catalogue = Catalogue::<VendorEntry>::default();
//! let error = catalogue.connect::<dyn ChatModel>("aurora/dawn", &Environment).unwrap_err();
//! assert_eq!(error.field(), Some("AURORA_API_KEY"));
//! # Ok::<_, social_core::Error>(())
//! ```

mod operation;
#[cfg(feature = "publish")]
mod platform;
mod registry;
mod vendor;

#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::sync::Arc;

pub use operation::Operation;
#[cfg(feature = "publish")]
pub use platform::{Parts, PlatformEntry, register_platform};
pub use vendor::{Capability, Opener, VendorEntry};

use crate::error::{Error, Result};
use crate::settings::Settings;
use crate::{ModelAddress, Vendor};
use registry::Registered;

/// The vendors or platforms of an adapter crate, together with those that other crates registered.
#[derive(Debug)]
pub struct Catalogue<E> {
    own: Vec<Arc<E>>,
}

impl<E> Default for Catalogue<E> {
    fn default() -> Self {
        Self { own: Vec::new() }
    }
}

impl<E> FromIterator<E> for Catalogue<E> {
    fn from_iter<I: IntoIterator<Item = E>>(entries: I) -> Self {
        Self { own: entries.into_iter().map(Arc::new).collect() }
    }
}

impl<E> Catalogue<E> {
    /// The entries of the crate itself, in its order.
    pub fn own(&self) -> impl Iterator<Item = &E> {
        self.own.iter().map(|entry| &**entry)
    }
}

impl<E: Registered> Catalogue<E> {
    /// All entries: those that other crates registered, then those of the crate itself.
    #[must_use]
    pub fn entries(&self) -> Vec<Arc<E>> {
        let mut all = registry::all::<E>();
        all.extend(self.own.iter().map(Arc::clone));
        all
    }
}

impl Catalogue<VendorEntry> {
    /// The vendors that offer `T`, in order, each once.
    #[must_use]
    pub fn vendors<T: Capability + ?Sized>(&self) -> Vec<Vendor> {
        let mut names: Vec<Vendor> = Vec::new();
        for entry in self.entries() {
            if T::opener(&entry).is_some() && !names.contains(&entry.name) {
                names.push(entry.name.clone());
            }
        }
        names
    }

    /// Opens the model of an address, `VENDOR/MODEL`.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for an address without a vendor;
    /// [`Config`](crate::ErrorKind::Config) for a vendor that does not offer `T`, listing those
    /// that do, and for settings that are missing, naming each.
    pub fn connect<T: Capability + ?Sized>(&self, address: &str, settings: &dyn Settings) -> Result<Arc<T>> {
        let ModelAddress { vendor, model } = address.parse()?;
        self.open(&vendor, &model, settings)
    }

    /// Opens what needs no model: a list of models, a media host.
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    pub fn open<T: Capability + ?Sized>(
        &self,
        vendor: &Vendor,
        model: &str,
        settings: &dyn Settings,
    ) -> Result<Arc<T>> {
        let entries = self.entries();
        let opener = entries.iter().filter(|entry| entry.name == *vendor).find_map(|entry| T::opener(entry));
        match opener {
            Some(opener) => opener.open(settings, model),
            None => {
                let known = entries.iter().any(|entry| entry.name == *vendor);
                let what = match known {
                    true => format!("`{vendor}` does not offer `{}`", T::OPERATION),
                    false => format!("no vendor is called `{vendor}` (of `{model}`)"),
                };
                Err(unknown(&what, &self.vendors::<T>()).with_field("address"))
            }
        }
    }
}

fn unknown(what: &str, known: &[impl Display]) -> Error {
    let known: Vec<_> = known.iter().map(ToString::to_string).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Error::config(format!("{what}; known are {known}"))
}

/// Adds a vendor to all catalogues of this process.
///
/// It is found before a vendor of the same name that an adapter crate has, for what it offers.
///
/// # Errors
/// [`Duplicate`](crate::ErrorKind::Duplicate) when a vendor of this name is registered already.
pub fn register(entry: VendorEntry) -> Result<()> {
    registry::add(entry)
}
