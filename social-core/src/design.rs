//! Words, colours and a photo, to be set as a poster or a slide.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::media::Media;

/// How a brand looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// Its name.
    pub name: String,
    /// Its colours as `#rrggbb`, the leading one first. Up to three are used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub colours: Vec<String>,
    /// How it speaks, for instance `warm, a little cheeky`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<String>,
    /// Its page or address, set small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// Its logo. In a brief: the path of the file.
    #[serde(default, deserialize_with = "logo", skip_serializing_if = "Option::is_none")]
    pub logo: Option<Media>,
}

/// A logo as people write it, a path, or as [`Media`] is written.
fn logo<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Media>, D::Error> {
    struct Logo;
    impl<'de> Visitor<'de> for Logo {
        type Value = Option<Media>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the path of an image file, for instance \"photos/logo.png\"")
        }

        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
            from.deserialize_any(self)
        }

        fn visit_str<E>(self, path: &str) -> Result<Self::Value, E> {
            Ok(Some(Media::file(path)))
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            Media::deserialize(MapAccessDeserializer::new(map)).map(Some)
        }
    }
    from.deserialize_any(Logo)
}

/// What is set on an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Design {
    /// The large words.
    pub headline: String,
    /// The smaller words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subline: Option<String>,
    /// What the reader should do, for instance `Book a table`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_to_action: Option<String>,
    /// The brand.
    #[serde(default)]
    pub brand: Brand,
    /// The photo that it stands on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<Media>,
    /// What must stay in the frame when the photo is cut; found by looking where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<Focus>,
    /// The language of its words (BCP 47), for capitals, line breaks and the forms of letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What shares one look, for instance the images and videos of a campaign: a renderer chooses
    /// layout, fonts and missing colours by it. Without it, by the brand and the headline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<String>,
}

/// A place in a photo, in per cent of its width and height from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Focus {
    /// From the left edge, 0 to 100.
    pub x: u8,
    /// From the upper edge, 0 to 100.
    pub y: u8,
}

impl Focus {
    /// This place, in per cent.
    #[must_use]
    pub const fn new(x: u8, y: u8) -> Self {
        Self { x, y }
    }
}

impl Design {
    /// The photo and the logo.
    pub(crate) fn files_mut(&mut self) -> impl Iterator<Item = &mut Media> {
        self.photo.iter_mut().chain(&mut self.brand.logo)
    }

    /// The design as words for a model.
    #[must_use]
    pub fn to_prompt(&self) -> String {
        let mut lines = vec![format!("Set this headline on it, spelled exactly so: \"{}\".", self.headline)];
        if let Some(subline) = &self.subline {
            lines.push(format!("Below it, smaller: \"{subline}\"."));
        }
        if let Some(call) = &self.call_to_action {
            lines.push(format!("As a button or badge: \"{call}\"."));
        }
        if !self.brand.name.is_empty() {
            lines.push(format!("The brand is {}.", self.brand.name));
        }
        if !self.brand.colours.is_empty() {
            lines.push(format!("Use the brand's colours {}.", self.brand.colours.join(", ")));
        }
        lines.join("\n")
    }
}
