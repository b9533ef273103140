//! The limits that an instance says of itself.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use social_core::media::{MediaKind, MediaType};
use social_core::publish::{Placement, Rules, Span, TextRule};
use social_core::text::Unit;

use super::options::QUOTE_POLICY;
use super::rules::rules;

/// `GET /api/v2/instance`, as far as it matters here. What an instance leaves out is as usual.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Instance {
    pub(super) domain: Option<String>,
    pub(super) version: Option<String>,
    configuration: Configuration,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Configuration {
    statuses: Statuses,
    media_attachments: MediaAttachments,
    polls: Polls,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Statuses {
    max_characters: Option<usize>,
    max_media_attachments: Option<usize>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct MediaAttachments {
    supported_mime_types: Vec<String>,
    description_limit: Option<usize>,
    image_size_limit: Option<u64>,
    image_matrix_limit: Option<u64>,
    video_size_limit: Option<u64>,
    video_matrix_limit: Option<u64>,
    video_frame_rate_limit: Option<f64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Polls {
    max_options: Option<usize>,
    max_characters_per_option: Option<usize>,
    min_expiration: Option<u64>,
    max_expiration: Option<u64>,
}

impl Instance {
    /// Quoting came with 4.5; before, a quote would be dropped in silence.
    fn knows_quotes(&self) -> bool {
        let Some(version) = &self.version else { return false };
        let mut numbers = version.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse::<u32>().ok());
        (numbers.next(), numbers.next()) >= (Some(4), Some(5))
    }

    /// What a placement accepts on this instance.
    pub(super) fn rules(&self, placement: &Placement) -> Option<Rules> {
        let mut rules = rules(placement)?;
        let Configuration { statuses, media_attachments: media, polls } = &self.configuration;
        if let Some(maximum) = statuses.max_characters {
            rules.text = TextRule::of([(Unit::Mastodon, maximum)]);
        }
        if let Some(maximum) = statuses.max_media_attachments {
            rules.media.images = Span::up_to(maximum);
        }
        if let Some(maximum) = media.description_limit {
            rules.alt_text = Some(TextRule::of([(Unit::Chars, maximum)]));
        }
        let supported = |kind: MediaKind, usual: &[MediaType]| -> Vec<MediaType> {
            let named = |known: &&MediaType| media.supported_mime_types.iter().any(|name| name == known.as_mime());
            let formats: Vec<_> = usual.iter().filter(named).filter(|known| known.kind() == kind).copied().collect();
            // An instance that names no format of a kind leaves it as usual.
            if formats.is_empty() { usual.to_vec() } else { formats }
        };
        for image in [&mut rules.image, &mut rules.animation, &mut rules.cover].into_iter().flatten() {
            image.formats = supported(MediaKind::Image, &image.formats);
            image.max_bytes = media.image_size_limit.or(image.max_bytes);
            image.max_pixels = media.image_matrix_limit.or(image.max_pixels);
        }
        if let Some(video) = &mut rules.video {
            video.formats = supported(MediaKind::Video, &video.formats);
            video.max_bytes = media.video_size_limit.or(video.max_bytes);
            video.max_pixels = media.video_matrix_limit.or(video.max_pixels);
            video.frame_rate.maximum = media.video_frame_rate_limit.or(video.frame_rate.maximum);
        }
        if let Some(poll) = &mut rules.poll {
            poll.choices.maximum = polls.max_options.or(poll.choices.maximum);
            if let Some(maximum) = polls.max_characters_per_option {
                poll.choice = TextRule::of([(Unit::Chars, maximum)]);
            }
            poll.open_for.minimum = polls.min_expiration.map(Duration::from_secs).or(poll.open_for.minimum);
            poll.open_for.maximum = polls.max_expiration.map(Duration::from_secs).or(poll.open_for.maximum);
        }
        if !self.knows_quotes() {
            rules.quotes = false;
            rules.options.retain(|option| option.name != QUOTE_POLICY);
        }
        Some(rules)
    }
}
