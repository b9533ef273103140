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
