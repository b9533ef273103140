use std::time::Duration;

use social_core::Platform;
use social_core::media::MediaType;
use social_core::publish::{AudioRule, ImageRule, MediaCount, Placement, Rules, SourceNote, Span, TextRule, VideoRule};
use social_core::text::Unit;

pub(super) const PLATFORM: Platform = Platform::new("instagram");
pub(super) const PLACEMENTS: [Placement; 4] = [Placement::FEED, Placement::CAROUSEL, Placement::REEL, Placement::STORY];

const REFERENCE: &str = "developers.facebook.com, Instagram Platform, ig-user/media, v25.0";
const ERRORS: &str = "developers.facebook.com, Instagram Platform, error codes";

/// What a placement takes; `None` when Instagram has no such placement.
#[must_use]
pub fn rules(placement: Placement) -> Option<Rules> {
    let mut rules = Rules::new(PLATFORM, placement);
    // Instagram does not say what it counts; UTF-16 is never less than what it could mean.
    rules.text = TextRule { limits: vec![(Unit::Utf16, 2200)], required: false };
    rules.max_hashtags = Some(30);
    rules.max_mentions = Some(20);
    rules.needs_public_url = true;
    let alt_text = Some(TextRule { limits: vec![(Unit::Utf16, 1000)], required: false });
    match placement {
        Placement::FEED => {
            rules.media = MediaCount { images: (1, 1), ..MediaCount::default() };
            rules.image = Some(image(Span::of(0.8, 1.91)));
            rules.alt_text = alt_text;
        }
        Placement::CAROUSEL => {
            rules.media = MediaCount { images: (0, 10), videos: (0, 10), together: (2, 10), ..MediaCount::default() };
            rules.image = Some(image(Span::of(0.8, 1.91)));
            rules.video = Some(video(100_000_000, 60));
            rules.alt_text = alt_text;
        }
        Placement::REEL => {
            rules.media = MediaCount { videos: (1, 1), ..MediaCount::default() };
            rules.video = Some(video(300_000_000, 900));
            rules.cover = Some(image(Span::ANY));
        }
        Placement::STORY => {
            rules.text = TextRule { limits: vec![(Unit::Utf16, 0)], required: false };
            rules.media = MediaCount { images: (0, 1), videos: (0, 1), together: (1, 1), ..MediaCount::default() };
            rules.image = Some(image(Span::ANY));
            rules.video = Some(video(100_000_000, 60));
        }
        _ => return None,
    }
    let note = |field: &str, source: &str, confirmed| SourceNote {
        field: field.to_owned(),
        source: source.to_owned(),
        date: "2026-11".to_owned(),
        confirmed,
    };
    rules.sources = vec![
        note("text", REFERENCE, true),
        note("max_hashtags", REFERENCE, true),
        note("max_mentions", REFERENCE, true),
        note("alt_text", REFERENCE, true),
        note("media", ERRORS, true),
        note("image", REFERENCE, true),
        // The page says 8 MB, the error text 8 MiB.
        note("image.max_bytes", ERRORS, true),
        // Those of a video in a carousel are not listed apart; the story's are taken.
        note("video", REFERENCE, placement != Placement::CAROUSEL),
    ];
    Some(rules)
}

/// Images that are too narrow or too wide are scaled, not refused.
fn image(aspect_ratio: Span<f64>) -> ImageRule {
    ImageRule { formats: vec![MediaType::Jpeg], max_bytes: Some(8_000_000), aspect_ratio, ..ImageRule::default() }
}

fn video(max_bytes: u64, seconds: u64) -> VideoRule {
    VideoRule {
        formats: vec![MediaType::Mp4, MediaType::Mov],
        codecs: vec!["h264".to_owned(), "hevc".to_owned()],
        audio: AudioRule {
            codecs: vec!["aac".to_owned()],
            max_sample_rate: Some(48_000),
            max_channels: Some(2),
            ..AudioRule::default()
        },
        max_bytes: Some(max_bytes),
        duration: Span::of(Duration::from_secs(3), Duration::from_secs(seconds)),
        aspect_ratio: Span::of(0.01, 10.0),
        width: Span::up_to(1920),
        frame_rate: Span::of(23.0, 60.0),
        max_bit_rate: Some(25_000_000),
        fast_start: true,
        ..VideoRule::default()
    }
}
