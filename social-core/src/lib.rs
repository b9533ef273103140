//! placeholder
pub mod chat;
pub mod clock;
pub mod combine;
pub mod design;
pub mod embed;
pub mod enhance;
pub mod env;
pub mod error;
pub mod host;
pub mod http;
pub mod image;
pub mod job;
pub mod media;
pub mod money;
mod name;
pub mod publish;
pub mod render;
pub mod run;
pub mod speech;
#[cfg(any(test, feature = "testkit"))]
pub mod testkit;
pub mod text;
pub mod video;

pub use error::{Effect, Error, ErrorKind, Result, Retry};
pub use name::{ModelAddress, Platform, Vendor};
