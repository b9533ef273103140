//! Open names: the core knows no vendor and no platform, so anybody's crate may add one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A newtype over a word that anybody may add to.
macro_rules! open_name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(::std::borrow::Cow<'static, str>);

        impl $name {
            /// A name that is known when the program is written.
            #[must_use]
            pub const fn new(name: &'static str) -> Self {
                Self(::std::borrow::Cow::Borrowed(name))
            }

            /// The name, in lower case with underscores by convention.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&'static str> for $name {
            fn from(name: &'static str) -> Self {
                Self::new(name)
            }
        }

        impl From<String> for $name {
            fn from(name: String) -> Self {
                Self(::std::borrow::Cow::Owned(name))
            }
        }

        impl From<::std::borrow::Cow<'static, str>> for $name {
            fn from(name: ::std::borrow::Cow<'static, str>) -> Self {
                Self(name)
            }
        }

        impl From<&$name> for $name {
            fn from(name: &$name) -> Self {
                name.clone()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }
    };
}

open_name! {
    /// Who answers: `openai`, `kling`, `local`.
    Vendor
}

open_name! {
    /// Where a post goes: `instagram`, `bluesky`, `outbox`.
    Platform
}

/// A model and its vendor, written `vendor/model`, for instance `openrouter/z-ai/glm-5`.
///
/// Only the first slash separates: model ids may hold slashes. Nothing guesses a vendor from a
/// model's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelAddress {
    /// The vendor's name.
    pub vendor: Vendor,
    /// The model's id, as the vendor spells it.
    pub model: String,
}

impl ModelAddress {
    /// Joins the two.
    #[must_use]
    pub fn new(vendor: impl Into<Vendor>, model: impl Into<String>) -> Self {
        Self { vendor: vendor.into(), model: model.into() }
    }
}

impl fmt::Display for ModelAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.vendor, self.model)
    }
}
