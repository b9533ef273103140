//! Settings: where adapters get keys, addresses and account ids, and what is told when some are
//! missing.
//!
//! Every adapter is made from a [`Settings`] source: the process [`Environment`], a [`MapSettings`]
//! of a stored account or of a TOML table, a [`Prefixed`] source for a second account, or several
//! of them [`Layered`]. What an adapter reads is declared as a list of [`Setting`]s; the catalogue,
//! the documentation and the error about missing settings use that list.
//!
//! ```
//! use social_core::settings::{Environment, Layered, MapSettings, Prefixed, Reader, Setting};
//!
//! const TOKEN: Setting =
//!     Setting::new("BOARD_TOKEN", "the access token", "https://board.example/settings", "b-0000").secret();
//! const USER: Setting = Setting::new("BOARD_USER_ID", "the account's id", "https://board.example/me", "4711");
//!
//! // As in a file: `[board] token = "b-1234"` and `user_id = 4711`.
//! let account = MapSettings::from_table(&serde_json::json!({"board": {"token": "b-1234", "user_id": 4711}}))?;
//! let read = Reader::new("board", &account, &[TOKEN, USER])?;
//! assert_eq!(read.text(&USER)?, "4711");
//!
//! // A second account in the same environment: `BAKERY_BOARD_TOKEN` before `BOARD_TOKEN`.
//! let bakery = Layered::new(Prefixed::new("BAKERY_", Environment)).over(Environment);
//! let error = Reader::new("board", &bakery, &[TOKEN, USER]).unwrap_err();
//! assert!(error.message().contains("BOARD_TOKEN") && error.message().contains("BOARD_USER_ID"));
//! # Ok::<_, social_core::Error>(())
//! ```

mod layered;
mod map;
mod reader;
mod setting;
mod wired;

#[cfg(test)]
mod tests;

use std::fmt::Debug;
use std::sync::Arc;

use secrecy::SecretString;

pub use layered::{Layered, Prefixed};
pub use map::MapSettings;
pub use reader::Reader;
pub use setting::Setting;
pub use wired::Wired;

use crate::http::EndpointBuilder;

/// A source of settings by name, such as `OPENAI_API_KEY`.
///
/// # Contract
/// - The same name gives the same value, unless somebody changed it at the source.
/// - All values come out as secrets, since a source cannot know which of them are.
/// - A value of nothing but white space counts as missing; [`Reader`] sees to that.
pub trait Settings: Debug + Send + Sync {
    /// The value of this name, or `None` where it is missing.
    fn get(&self, name: &str) -> Option<SecretString>;

    /// How a person has to write this name at the source, for messages about missing settings.
    fn spelled(&self, name: &str) -> String {
        name.to_owned()
    }

    /// Puts in what the application wants on every endpoint: a transport, a clock, a retry policy.
    /// See [`Wired`].
    fn prepare(&self, endpoint: EndpointBuilder) -> EndpointBuilder {
        endpoint
    }
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        #[deny(clippy::missing_trait_methods)]
        impl<S: Settings + ?Sized> Settings for $pointer {
            fn get(&self, name: &str) -> Option<SecretString> {
                (**self).get(name)
            }

            fn spelled(&self, name: &str) -> String {
                (**self).spelled(name)
            }

            fn prepare(&self, endpoint: EndpointBuilder) -> EndpointBuilder {
                (**self).prepare(endpoint)
            }
        }
    )*};
}

forward!(&S, Arc<S>, Box<S>);

/// The environment of the process, read at each question.
#[derive(Clone, Copy, Debug, Default)]
pub struct Environment;

impl Settings for Environment {
    fn get(&self, name: &str) -> Option<SecretString> {
        std::env::var(name).ok().map(SecretString::from)
    }
}
