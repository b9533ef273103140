use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use url::Url;

use crate::design::Brand;
use crate::error::{Error, Result};

/// What a campaign is about. In a file: TOML or JSON; unknown fields are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brief {
    /// What it is about, in one line.
    pub subject: String,
    /// Facts that the texts may use. Nothing else is claimed.
    #[serde(default)]
    pub facts: Vec<String>,
    /// Who speaks.
    pub brand: Brand,
    /// What the reader should do, for instance `Book a table`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_to_action: Option<String>,
    /// Where they do it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Url>,
    /// The texts' language as a BCP 47 tag; English when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Photos of the real thing, the best one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<Photo>,
    /// Where it goes, as `platform/placement`; the placement is `feed` when missing. Programs read it, the library does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// How long videos play, in seconds.
    #[serde(default, alias = "film_seconds", skip_serializing_if = "Option::is_none")]
    pub video_seconds: Option<u32>,
}

/// A photo that somebody took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Photo {
    /// The file.
    pub file: PathBuf,
    /// What it shows, for people who do not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shows: Option<String>,
}

impl Brief {
    /// Takes relative file names as relative to this folder.
    #[must_use]
    pub fn relative_to(mut self, folder: &Path) -> Self {
        for photo in &mut self.photos {
            photo.file = folder.join(&photo.file);
        }
        if let Some(crate::media::Media::File(logo)) = &mut self.brand.logo {
            *logo = folder.join(&*logo);
        }
        self
    }

    /// Checks what can be checked without opening a file.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) naming the field, the value and what is allowed.
    pub fn validate(&self) -> Result<()> {
        if self.subject.trim().is_empty() {
            return Err(Error::invalid("subject", "the subject is empty; say in one line what the campaign is about"));
        }
        if self.brand.name.trim().is_empty() {
            return Err(Error::invalid("brand.name", "the brand has no name"));
        }
        for (index, colour) in self.brand.colours.iter().enumerate() {
            let digits = colour.strip_prefix('#').unwrap_or_default();
            if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                let field = format!("brand.colours[{index}]");
                return Err(Error::invalid(
                    field,
                    format!("`{colour}` is not a colour; write #rrggbb, for instance #7a1f2b"),
                ));
            }
        }
        if let Some(link) = &self.link
            && !matches!(link.scheme(), "http" | "https")
        {
            return Err(Error::invalid("link", format!("`{link}` is not an http(s) address")));
        }
        if let Some(seconds) = self.video_seconds
            && !(1..=600).contains(&seconds)
        {
            return Err(Error::invalid("video_seconds", format!("{seconds} seconds; allowed are 1 to 600")));
        }
        Ok(())
    }
}
