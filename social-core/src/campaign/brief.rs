//! What a campaign is about.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use url::Url;

use crate::canonical::{self, Digest};
use crate::clock::Date;
use crate::design::{Brand, Focus};
use crate::error::{Error, ErrorKind, Result};
use crate::media::{Media, MediaInfo, MediaKind, MediaType};
use crate::text::{controls, is_language_tag, language_named};

/// The maximum number of pixels, and of bytes, that a photo may have: what is larger is not opened.
/// A renderer decodes no more.
const MAX_PHOTO_PIXELS: u64 = 64_000_000;
const MAX_PHOTO_BYTES: u64 = 64 << 20;

/// A text that may be missing, with its field and the maximum of characters.
fn given<'a>(field: &str, text: Option<&'a str>, maximum: usize) -> Option<(String, &'a str, usize)> {
    text.map(|text| (field.to_owned(), text, maximum))
}

/// The maximum number of facts.
const MAX_FACTS: usize = 100;

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
    /// Where it goes, as `platform/placement`; the placement is `feed` when missing. Programs read
    /// it, the library does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// The day that tells this campaign from the next one of the same subject, as `2026-12-03`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
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
    /// What must stay in the frame when it is cut, for instance `{ x = 50, y = 20 }`: in per cent
    /// from the left and from above. A renderer that can finds it by looking where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<Focus>,
}

impl Brief {
    /// Takes relative file names as relative to this folder.
    #[must_use]
    pub fn relative_to(mut self, folder: &Path) -> Self {
        for photo in &mut self.photos {
            photo.file = folder.join(&photo.file);
        }
        if let Some(Media::File(logo)) = &mut self.brand.logo {
            *logo = folder.join(&*logo);
        }
        self
    }

    /// Checks what can be checked without opening a file: missing words, words that are too long or
    /// hold invisible characters, colours, the language, the link.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) naming the field, the value and what is
    /// allowed.
    pub fn validate(&self) -> Result<()> {
        if self.subject.trim().is_empty() {
            return Err(Error::invalid("subject", "the subject is empty; say in one line what the campaign is about"));
        }
        if self.brand.name.trim().is_empty() {
            return Err(Error::invalid("brand.name", "the brand has no name"));
        }
        for (field, text, maximum) in self.words() {
            check_words(field, text, maximum)?;
        }
        if self.facts.len() > MAX_FACTS {
            return Err(Error::invalid("facts", format!("{} facts; the maximum is {MAX_FACTS}", self.facts.len())));
        }
        if let Some(language) = &self.language
            && !is_language_tag(language)
        {
            let write = match language_named(language) {
                Some(tag) => format!("write `{tag}`"),
                None => "write for instance en, de or pt-BR".to_owned(),
            };
            return Err(Error::invalid("language", format!("`{language}` is not a language tag; {write}")));
        }
        if let Some(date) = &self.date
            && date.parse::<Date>().is_err()
        {
            return Err(Error::invalid("date", format!("`{date}` is not a day; write for instance 2026-12-03")));
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
        for (index, photo) in self.photos.iter().enumerate() {
            if let Some(Focus { x, y }) = photo.focus.filter(|focus| focus.x > 100 || focus.y > 100) {
                let field = format!("photos[{index}].focus");
                return Err(Error::invalid(
                    field,
                    format!("{x}, {y} is outside of the photo; allowed are 0 to 100 per cent"),
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

    /// Everything that may be read by people, with its field and the maximum of characters.
    fn words(&self) -> impl Iterator<Item = (String, &str, usize)> {
        let Brand { name, voice, signature, .. } = &self.brand;
        let facts = self.facts.iter().enumerate();
        let photos = self.photos.iter().enumerate();
        let shown = photos
            .filter_map(|(index, photo)| Some((format!("photos[{index}].shows"), photo.shows.as_deref()?, 1_000)));
        [("subject".to_owned(), self.subject.as_str(), 500), ("brand.name".to_owned(), name.as_str(), 100)]
            .into_iter()
            .chain(given("brand.voice", voice.as_deref(), 1_000))
            .chain(given("brand.signature", signature.as_deref(), 200))
            .chain(given("call_to_action", self.call_to_action.as_deref(), 100))
            .chain(facts.map(|(index, fact)| (format!("facts[{index}]"), fact.as_str(), 1_000)))
            .chain(shown)
    }

    /// Reads what the bytes of every photo say.
    ///
    /// # Errors
    /// [`MediaInvalid`](ErrorKind::MediaInvalid) and [`Storage`](ErrorKind::Storage) naming the
    /// photo.
    pub(super) async fn check_photos(&self) -> Result<Vec<MediaInfo>> {
        let mut facts = Vec::new();
        for (index, photo) in self.photos.iter().enumerate() {
            let at_fault = |error: Error| error.with_field(format!("photos[{index}] `{}`", photo.file.display()));
            let info = Media::file(&photo.file).info().await.map_err(at_fault)?;
            if info.media_type.kind() != MediaKind::Image {
                let message = format!("the file is {}, not an image", info.media_type.as_mime());
                return Err(at_fault(Error::new(ErrorKind::MediaInvalid, message)));
            }
            if info.media_type == MediaType::Avif {
                let message = "AVIF is not read here or by the platforms; save the photo as JPEG, PNG or WebP";
                return Err(at_fault(Error::new(ErrorKind::MediaInvalid, message)));
            }
            if info.bytes > MAX_PHOTO_BYTES {
                let message = format!("{} bytes are too many; allowed are {MAX_PHOTO_BYTES}", info.bytes);
                return Err(at_fault(Error::new(ErrorKind::MediaInvalid, message)));
            }
            let (width, height) = (info.width.unwrap_or(0), info.height.unwrap_or(0));
            if u64::from(width) * u64::from(height) > MAX_PHOTO_PIXELS {
                let allowed = MAX_PHOTO_PIXELS / 1_000_000;
                let message = format!("{width} x {height} pixels are too many; allowed are {allowed} million");
                return Err(at_fault(Error::new(ErrorKind::MediaInvalid, message)));
            }
            facts.push(info);
        }
        self.check_logo().await?;
        Ok(facts)
    }

    /// Refuses a logo that cannot be drawn, before anything is paid.
    async fn check_logo(&self) -> Result<()> {
        const WAY_OUT: &str = "save the logo as PNG, at least 400 pixels wide, with a transparent ground";
        let Some(logo) = self.brand.logo.as_ref().filter(|logo| !matches!(logo, Media::Remote(_))) else {
            return Ok(());
        };
        let at_fault = |error: Error| error.with_field("brand.logo");
        let message = match logo.info().await {
            Ok(info) if info.media_type == MediaType::Avif || info.media_type.kind() != MediaKind::Image => {
                format!("the file is {}; {WAY_OUT}", info.media_type.as_mime())
            }
            Err(error) if error.kind() == ErrorKind::MediaInvalid => format!("{}; {WAY_OUT}", error.message()),
            other => return other.map(drop).map_err(at_fault),
        };
        Err(at_fault(Error::new(ErrorKind::MediaInvalid, message)))
    }

    /// What a post is made of: every field that may show in one with or without `files` and
    /// `videos`, and every file by its bytes. The same campaign may go to more places later.
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage) for a file that cannot be read.
    pub(super) async fn basis(&self, files: bool, videos: bool) -> Result<Digest> {
        #[derive(Serialize)]
        struct Basis {
            brief: Brief,
            files: Vec<Media>,
        }
        let mut brief = Self { targets: Vec::new(), date: None, ..self.clone() };
        if !videos {
            brief.video_seconds = None;
        }
        if !files {
            (brief.brand.colours, brief.brand.logo) = (Vec::new(), None);
        }
        let photos = brief.photos.iter_mut().map(|photo| Media::File(std::mem::take(&mut photo.file)));
        let photos: Vec<_> = photos.collect();
        canonical::digest(&Basis { brief, files: if files { photos } else { Vec::new() } }).await
    }
}

fn check_words(field: String, text: &str, maximum: usize) -> Result<()> {
    if let Some((at, c)) = controls(text).into_iter().next() {
        let place = text.get(..at).unwrap_or_default().chars().count() + 1;
        let message = format!("character {place} is U+{:04X}, which is invisible; take it out", u32::from(c));
        return Err(Error::invalid(field, message));
    }
    let length = text.chars().count();
    if length > maximum {
        return Err(Error::invalid(field, format!("{length} characters; the maximum is {maximum}")));
    }
    Ok(())
}
