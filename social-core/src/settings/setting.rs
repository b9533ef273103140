//! [`Setting`]: what is known about a setting before it has a value.

use std::borrow::Cow;

/// One setting of a vendor or platform: its name, what it is, where to get it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting {
    /// The name under which sources know it, in upper case: `OPENAI_API_KEY`.
    pub name: Cow<'static, str>,
    /// Further names that count where the first is missing.
    pub also: Vec<Cow<'static, str>>,
    /// What it is, as a phrase: "the API key".
    pub what: Cow<'static, str>,
    /// Where a person finds a value: a URL, or words.
    pub where_to_get: Cow<'static, str>,
    /// A value of the right shape, which opens nothing.
    pub example: Cow<'static, str>,
    /// Whether the value must not be seen.
    pub secret: bool,
    /// Whether nothing works without it.
    pub required: bool,
}

impl Setting {
    /// A required setting that is not secret: its name, what it is, where to get it, and an
    /// example.
    #[must_use]
    pub const fn new(
        name: &'static str,
        what: &'static str,
        where_to_get: &'static str,
        example: &'static str,
    ) -> Self {
        Self {
            name: Cow::Borrowed(name),
            also: Vec::new(),
            what: Cow::Borrowed(what),
            where_to_get: Cow::Borrowed(where_to_get),
            example: Cow::Borrowed(example),
            secret: false,
            required: true,
        }
    }

    /// The same with texts that are known when the program runs.
    #[must_use]
    pub fn named(
        name: impl Into<Cow<'static, str>>,
        what: impl Into<Cow<'static, str>>,
        where_to_get: impl Into<Cow<'static, str>>,
        example: impl Into<Cow<'static, str>>,
    ) -> Self {
        let (name, what) = (name.into(), what.into());
        let (where_to_get, example) = (where_to_get.into(), example.into());
        Self { name, also: Vec::new(), what, where_to_get, example, secret: false, required: true }
    }

    /// An optional setting that replaces the usual base URL: of another region, of a proxy.
    #[must_use]
    pub const fn base_url(name: &'static str, usual: &'static str) -> Self {
        Self::new(name, "another base URL", "the vendor's documentation or your proxy", usual).optional()
    }

    /// Marks the value as secret.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Says that things work without it.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    /// Adds a name that counts where the ones before are missing.
    #[must_use]
    pub fn or_named(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.also.push(name.into());
        self
    }

    /// All names, the first one first.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.name).chain(&self.also).map(|name| &**name)
    }
}
