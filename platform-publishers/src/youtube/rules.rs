//! What YouTube accepts.

use std::time::Duration;

use social_core::media::{MediaInfo, MediaType};
use social_core::publish::{
    Appearance, CaptionRule, Habits, ImageRule, Placement, Rules, Span, TextRule, Tone, VideoRule,
};
use social_core::text::Unit;

use super::options::{self, PLATFORM};

/// The placements that it offers.
pub const PLACEMENTS: [Placement; 2] = [Placement::VIDEO, Placement::SHORT];

/// The maximum length of a Short.
const SHORT: Duration = Duration::from_secs(180);
/// The maximum length of a video.
const LONGEST: Duration = Duration::from_secs(12 * 3600);
/// The maximum length of a video on a channel that is not verified.
pub(super) const UNVERIFIED: Duration = Duration::from_secs(15 * 60);

const VIDEOS: &str = "developers.google.com/youtube/v3/docs/videos";
const SPEC: &str = "specification of the API, revision 20261104";
const HELP: &str = "support.google.com/youtube/answer/15424877 and 71673";

/// What a placement accepts; `None` when YouTube has no such placement for apps.
#[must_use]
pub fn rules(placement: &Placement) -> Option<Rules> {
    if !PLACEMENTS.contains(placement) {
        return None;
    }
    let is_short = *placement == Placement::SHORT;
    let video = VideoRule::new()
        .with_formats([MediaType::Mp4, MediaType::Mov, MediaType::Webm, MediaType::Mkv])
        .with_max_bytes(274_877_906_944)
        .with_duration(Span::up_to(if is_short { SHORT } else { LONGEST }))
        .with_aspect_ratio(if is_short { Span::up_to(1.0) } else { Span::ANY });
    let thumbnail = ImageRule::new().with_formats([MediaType::Jpeg, MediaType::Png]).with_max_bytes(52_428_800);
    let mut rules = Rules::new(PLATFORM, placement.clone())
        .with_text(TextRule::of([(Unit::Bytes, 5000)]))
        .with_title(TextRule::of([(Unit::Chars, 100)]).required())
        .with_videos(Span::of(1, 1), video)
        .with_max_languages(1)
        .with_habits(Habits::new(Tone::Visual).with_hashtags(Span::up_to(3)))
        .with_appearance(Appearance::new("YouTube").with_accent("#ff0000").with_signs(["thumb", "speech", "share"]));
    rules.cover = Some(thumbnail);
    rules.captions = Some(CaptionRule::new([MediaType::Srt, MediaType::Vtt]).with_max_bytes(104_857_600));
    rules.publish_ahead = Some(Span::ANY);
    rules.ai_label = true;
    let sources = [
        ("text", VIDEOS),
        ("title", VIDEOS),
        ("video.max_bytes", SPEC),
        ("video.duration", HELP),
        ("video.aspect_ratio", HELP),
        ("cover", SPEC),
        ("captions", SPEC),
        ("publish_ahead", VIDEOS),
        ("ai_label", SPEC),
        ("options", VIDEOS),
    ];
    let rules =
        sources.into_iter().fold(rules, |rules, (field, source)| rules.with_source(field, source, "2026-11", true));
    Some(options::list(rules))
}

/// Whether YouTube makes a Short of it.
pub(super) fn is_short(info: &MediaInfo) -> bool {
    info.duration.is_some_and(|duration| duration <= SHORT) && info.aspect_ratio().is_some_and(|ratio| ratio <= 1.0)
}

/// What to use instead of what apps cannot make.
pub(super) fn instead(placement: &Placement) -> Option<&'static str> {
    Some(match placement.as_str() {
        "reel" | "story" => "a short vertical video is a `short`",
        "feed" | "message" | "article" | "carousel" | "community" => {
            "community posts are written in YouTube Studio; publish a `video` or a `short`"
        }
        "live" => "a live broadcast is begun in YouTube Studio; publish a recording as `video`",
        "igtv" => "a long video is a `video`",
        _ => return None,
    })
}
