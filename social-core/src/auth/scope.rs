//! [`Purpose`] and the scopes that it needs.

use std::fmt;

/// What somebody wants to do with an account. A platform of its own crate may bring further words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purpose(&'static str);

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Purpose {
    /// A word of a platform's own.
    #[must_use]
    pub const fn new(word: &'static str) -> Self {
        Self(word)
    }

    /// The word, in lower case with underscores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// To know whose account it is.
    pub const IDENTIFY: Self = Self::new("identify");
    /// To publish.
    pub const PUBLISH: Self = Self::new("publish");
    /// To keep a draft where a person finishes the post.
    pub const DRAFT: Self = Self::new("draft");
    /// To read back what was published.
    pub const READ: Self = Self::new("read");
    /// To delete what was published.
    pub const DELETE: Self = Self::new("delete");
    /// To read and answer comments.
    pub const COMMENTS: Self = Self::new("comments");
    /// To read numbers of views and clicks.
    pub const INSIGHTS: Self = Self::new("insights");
    /// To manage advertisements.
    pub const ADS: Self = Self::new("ads");
    /// To list pages that a business owns.
    pub const BUSINESS: Self = Self::new("business");
}

/// The scopes that a purpose needs, all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScopeGroup {
    /// What for.
    pub purpose: Purpose,
    /// The scopes, as the platform spells them.
    pub scopes: &'static [&'static str],
}

impl ScopeGroup {
    /// All of `scopes` are needed for `purpose`.
    #[must_use]
    pub const fn new(purpose: Purpose, scopes: &'static [&'static str]) -> Self {
        Self { purpose, scopes }
    }
}
