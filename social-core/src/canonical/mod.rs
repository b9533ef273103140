//! Digests that survive an upgrade.
//!
//! What is approved, bound to a run or used as a cache key is digested over a canonical form: JSON
//! with sorted keys, fields without a value left out, and every [`Media`] replaced by the SHA-256
//! of its bytes, a remote one by its address. Its [`Digest`] says by which version of these rules
//! it was made.
//!
//! A type keeps its digests when it grows: a field that is added with a default, and not written
//! while it has it (`skip_serializing_if`), changes none. Digests that earlier versions stored are
//! in the tests.
//!
//! ```
//! use social_core::canonical;
//! use social_core::media::Media;
//! use social_core::publish::{Attachment, Post};
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let post = Post::new("Bread").with_attachment(Attachment::new(Media::bytes("pixels")));
//! let digest = canonical::digest(&post).await?;
//! assert!(digest.as_str().starts_with("1:"));
//! # Ok::<_, social_core::Error>(()) }).unwrap();
//! ```

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use crate::media::{Media, NUMBER, numbered};

/// A digest and the version of the rules by which it was made, written `1:` and 64 hexadecimal
/// digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

impl Digest {
    /// The version of the rules of this module.
    pub const VERSION: u32 = 1;

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The version of the rules by which it was made. Digests of different versions say nothing
    /// about each other.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.0.split_once(':').and_then(|(version, _)| version.parse().ok()).unwrap_or(0)
    }

    /// So much of it tells the steps of one name in a run apart.
    #[cfg(feature = "campaign")]
    pub(crate) fn short(&self) -> &str {
        self.hex().get(..12).unwrap_or_default()
    }

    /// The 64 hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, hex)| hex)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Digest {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let is_hex = |hex: &str| hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        match text.split_once(':') {
            Some((version, hex)) if version.parse::<u32>().is_ok_and(|version| version > 0) && is_hex(hex) => {
                Ok(Self(text.to_owned()))
            }
            _ if is_hex(text) => {
                let message = format!("`{text}` has no version: it was made before digests had one");
                Err(Error::invalid("digest", message))
            }
            _ => Err(Error::invalid("digest", format!("`{text}` is not a version, `:` and 64 hexadecimal digits"))),
        }
    }
}

impl TryFrom<String> for Digest {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.0
    }
}

/// The digest of a value, whose media are read.
///
/// # Errors
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a value that has no JSON form;
/// [`Storage`](crate::ErrorKind::Storage) for a file that cannot be read.
pub fn digest<T: Serialize + ?Sized>(value: &T) -> impl Future<Output = Result<Digest>> + Send + use<T> {
    let form = Canonical::of(value);
    async move {
        let form = form?;
        let mut digests = Vec::with_capacity(form.media().len());
        for media in form.media() {
            digests.push(media.sha256().await?);
        }
        Ok(form.digest(&digests))
    }
}

/// A value in its canonical form, before its media are read: for callers that know the digests of
/// the media already.
#[derive(Clone, Debug)]
pub struct Canonical {
    json: Value,
    media: Vec<Media>,
}

impl Canonical {
    /// The form of a value.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a value that has no JSON form.
    pub fn of(value: &(impl Serialize + ?Sized)) -> Result<Self> {
        let (json, media) = numbered(value)
            .map_err(|e| Error::invalid("input", format!("it cannot be written as JSON: {e}")).with_source(e))?;
        Ok(Self { json, media })
    }

    /// The media that the value holds, in the order in which they are met.
    #[must_use]
    pub fn media(&self) -> &[Media] {
        &self.media
    }

    /// The digest, given the SHA-256 of each of the [`media`](Self::media) in hexadecimal digits.
    /// What is given for a remote one does not matter: its address stands for it.
    #[must_use]
    pub fn digest(&self, sha256: &[String]) -> Digest {
        let form = self.written(&self.json, sha256).to_string();
        let hex: String = Sha256::digest(form).iter().map(|byte| format!("{byte:02x}")).collect();
        Digest(format!("{}:{hex}", Digest::VERSION))
    }

    /// Sorts on its own account: an application may switch on `preserve_order` in serde_json for
    /// everybody.
    fn written(&self, value: &Value, sha256: &[String]) -> Value {
        match value {
            Value::Object(fields) => {
                if let Some(number) = fields.get(NUMBER).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()) {
                    return match self.media.get(number) {
                        Some(Media::Remote(remote)) => json!({ "url": remote.url }),
                        _ => json!({ "sha256": sha256.get(number) }),
                    };
                }
                let mut fields: Vec<_> = fields.iter().filter(|(_, value)| !value.is_null()).collect();
                fields.sort_by_key(|(key, _)| *key);
                let written = fields.into_iter().map(|(key, value)| (key.clone(), self.written(value, sha256)));
                Value::Object(Map::from_iter(written))
            }
            Value::Array(items) => Value::Array(items.iter().map(|item| self.written(item, sha256)).collect()),
            other => other.clone(),
        }
    }
}
