//! What every renderer has: a name and fonts.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use social_core::error::{Effect, Error, ErrorKind, Result};
use social_core::http::ByteStream;
use social_core::make::Made;
use social_core::money::{Cost, MicroDollars, Usage};
use social_core::{ModelAddress, Vendor};

/// The vendor's name in addresses.
pub(super) const VENDOR: Vendor = Vendor::new("local");

/// The renderer's address, and fonts beside those of this crate.
#[derive(Clone)]
pub(super) struct Renderer {
    pub(super) address: ModelAddress,
    pub(super) fonts: Vec<Arc<Vec<u8>>>,
}

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {} more fonts", self.address, self.fonts.len())
    }
}

impl Renderer {
    pub(super) fn new(name: &str) -> Self {
        Self { address: ModelAddress::new(VENDOR, name), fonts: Vec::new() }
    }

    /// The renderer `name`, if that is the one asked for.
    pub(super) fn asked(name: &str, model: &str) -> Result<Self> {
        if model == name {
            return Ok(Self::new(name));
        }
        Err(Error::config(format!("`{model}` is no local renderer, only `{name}`")).with_field("address"))
    }

    pub(super) fn with_font(mut self, font: impl Into<Vec<u8>>) -> Self {
        self.fonts.push(Arc::new(font.into()));
        self
    }
}

/// What was made here: no model had a part in it, and it costs nothing.
pub(super) fn made<T>(address: &ModelAddress, value: T, usage: Usage) -> Made<T> {
    let cost = Cost { amount: MicroDollars(0), priced: "local".to_owned() };
    Made::new(address.clone(), value).without_model().with_usage(usage).with_cost(cost)
}

/// Runs drawing off the asynchronous threads.
pub(super) async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(stopped) => Err(Error::new(ErrorKind::Cancelled, "the drawing was stopped").with_source(stopped)),
    }
}

/// Nothing was sent to anybody.
pub(super) fn without_effect(error: Error) -> Error {
    error.with_effect(Effect::None)
}

/// Bytes as a stream of one piece.
pub(super) fn one_piece(bytes: Vec<u8>) -> ByteStream {
    Box::pin(futures_util::stream::once(async move { Ok(Bytes::from(bytes)) }))
}
