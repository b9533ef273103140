//! Compares the rules with the collected limits of the platforms.
//!
//! Stands on `excerpt.json`, which was taken from `limits.json` and `limits-more.json` of
//! `../shared/vendors` (November 2026) and is compared with them where they lie beside the
//! repository.

use serde_json::{Map, Value, json};
use social_core::publish::{Rules, Span};

use crate::fake::shared;
use crate::rules_of;

/// Platform and placement, the field of its rules, and the limit. Our own number may be below the
/// limit where [`LOWER`] says why.
const COMPARED: &[(&str, &str, &str)] = &[
    ("instagram feed", "text/limits/0/maximum", "instagram/placements/feed_image/caption/max"),
    ("instagram feed", "max_hashtags", "instagram/placements/feed_image/max_hashtags"),
    ("instagram feed", "max_mentions", "instagram/placements/feed_image/max_mentions"),
    ("instagram carousel", "text/limits/0/maximum", "instagram/placements/carousel/caption/max"),
    ("instagram carousel", "max_hashtags", "instagram/placements/carousel/max_hashtags"),
    ("instagram carousel", "max_mentions", "instagram/placements/carousel/max_mentions"),
    ("instagram reel", "text/limits/0/maximum", "instagram/placements/reel/caption/max"),
    ("instagram reel", "max_hashtags", "instagram/placements/reel/max_hashtags"),
    ("instagram reel", "max_mentions", "instagram/placements/reel/max_mentions"),
    ("instagram feed", "alt_text/limits/0/maximum", "instagram/placements/feed_image/alt_text_max"),
    ("instagram feed", "image/formats", "instagram/placements/feed_image/image/formats"),
    ("instagram feed", "image/max_bytes", "instagram/placements/feed_image/image/max_bytes"),
    ("instagram feed", "image/aspect_ratio", "instagram/placements/feed_image/image/aspect_ratio"),
    ("instagram carousel", "alt_text/limits/0/maximum", "instagram/placements/carousel/alt_text_max"),
    ("instagram carousel", "image/formats", "instagram/placements/carousel/image/formats"),
    ("instagram carousel", "image/max_bytes", "instagram/placements/carousel/image/max_bytes"),
    ("instagram carousel", "image/aspect_ratio", "instagram/placements/carousel/image/aspect_ratio"),
    ("instagram feed", "media/images", "instagram/placements/feed_image/images"),
    ("instagram carousel", "media/together", "instagram/placements/carousel/items"),
    ("instagram reel", "cover/max_bytes", "instagram/placements/reel/cover_image/max_bytes"),
    ("instagram story", "image/max_bytes", "instagram/placements/story_image/image/max_bytes"),
    ("instagram carousel", "video/formats", "instagram/placements/carousel/video/containers"),
    ("instagram carousel", "video/codecs", "instagram/placements/carousel/video/video_codecs"),
    ("instagram carousel", "video/audio/codecs", "instagram/placements/carousel/video/audio_codecs"),
    ("instagram carousel", "video/max_bytes", "instagram/placements/carousel/video/max_bytes"),
    ("instagram carousel", "video/duration", "instagram/placements/carousel/video/duration_s"),
    ("instagram carousel", "video/aspect_ratio", "instagram/placements/carousel/video/aspect_ratio"),
    ("instagram carousel", "video/frame_rate", "instagram/placements/carousel/video/fps"),
    ("instagram carousel", "video/width/maximum", "instagram/placements/carousel/video/max_width_px"),
    ("instagram carousel", "video/max_bit_rate", "instagram/placements/carousel/video/max_bitrate_bps"),
    ("instagram reel", "video/formats", "instagram/placements/reel/video/containers"),
    ("instagram reel", "video/codecs", "instagram/placements/reel/video/video_codecs"),
    ("instagram reel", "video/audio/codecs", "instagram/placements/reel/video/audio_codecs"),
    ("instagram reel", "video/max_bytes", "instagram/placements/reel/video/max_bytes"),
    ("instagram reel", "video/duration", "instagram/placements/reel/video/duration_s"),
    ("instagram reel", "video/aspect_ratio", "instagram/placements/reel/video/aspect_ratio"),
    ("instagram reel", "video/frame_rate", "instagram/placements/reel/video/fps"),
    ("instagram reel", "video/width/maximum", "instagram/placements/reel/video/max_width_px"),
    ("instagram reel", "video/max_bit_rate", "instagram/placements/reel/video/max_bitrate_bps"),
    ("instagram story", "video/formats", "instagram/placements/story_video/video/containers"),
    ("instagram story", "video/codecs", "instagram/placements/story_video/video/video_codecs"),
    ("instagram story", "video/audio/codecs", "instagram/placements/story_video/video/audio_codecs"),
    ("instagram story", "video/max_bytes", "instagram/placements/story_video/video/max_bytes"),
    ("instagram story", "video/duration", "instagram/placements/story_video/video/duration_s"),
    ("instagram story", "video/aspect_ratio", "instagram/placements/story_video/video/aspect_ratio"),
    ("instagram story", "video/frame_rate", "instagram/placements/story_video/video/fps"),
    ("instagram story", "video/width/maximum", "instagram/placements/story_video/video/max_width_px"),
    ("instagram story", "video/max_bit_rate", "instagram/placements/story_video/video/max_bitrate_bps"),
    ("bluesky feed", "text/limits/0/maximum", "bluesky/placements/post/caption/max"),
    ("bluesky feed", "text/limits/1/maximum", "bluesky/placements/post/caption_max_bytes"),
    ("bluesky feed", "max_languages", "bluesky/placements/post/langs_max"),
    ("bluesky feed", "media/images/maximum", "bluesky/placements/post/images/1"),
    ("bluesky feed", "image/max_bytes", "bluesky/placements/post/image/max_bytes"),
    ("bluesky feed", "video/formats", "bluesky/placements/post/video/containers"),
    ("bluesky feed", "video/max_bytes", "bluesky/account/pds_blob_max_bytes"),
    ("bluesky feed", "video/duration/maximum", "bluesky/placements/post/video/duration_s/1"),
    ("bluesky feed", "captions/max_files", "bluesky/placements/post/video/captions_max"),
    ("bluesky feed", "cover/max_bytes", "bluesky/placements/post/external_thumb_max_bytes"),
    ("threads feed", "text/limits/0/maximum", "threads/placements/post/caption/max"),
    ("threads feed", "max_links", "threads/placements/post/max_links"),
    ("threads feed", "max_hashtags", "threads/placements/post/max_hashtags"),
    ("threads feed", "alt_text/limits/0/maximum", "threads/placements/post/alt_text_max"),
    ("threads feed", "image/formats", "threads/placements/post/image/formats"),
    ("threads feed", "image/max_bytes", "threads/placements/post/image/max_bytes"),
    ("threads feed", "image/aspect_ratio", "threads/placements/post/image/aspect_ratio"),
    ("threads feed", "video/formats", "threads/placements/post/video/containers"),
    ("threads feed", "video/codecs", "threads/placements/post/video/video_codecs"),
    ("threads feed", "video/audio/codecs", "threads/placements/post/video/audio_codecs"),
    ("threads feed", "video/max_bytes", "threads/placements/post/video/max_bytes"),
    ("threads feed", "video/duration/maximum", "threads/placements/post/video/duration_s/1"),
    ("threads feed", "video/aspect_ratio", "threads/placements/post/video/aspect_ratio"),
    ("threads feed", "video/frame_rate", "threads/placements/post/video/fps"),
    ("threads feed", "video/width/maximum", "threads/placements/post/video/max_width_px"),
    ("threads feed", "video/max_bit_rate", "threads/placements/post/video/max_bitrate_bps"),
    ("threads carousel", "text/limits/0/maximum", "threads/placements/post/caption/max"),
    ("threads carousel", "max_links", "threads/placements/post/max_links"),
    ("threads carousel", "max_hashtags", "threads/placements/post/max_hashtags"),
    ("threads carousel", "alt_text/limits/0/maximum", "threads/placements/post/alt_text_max"),
    ("threads carousel", "image/formats", "threads/placements/post/image/formats"),
    ("threads carousel", "image/max_bytes", "threads/placements/post/image/max_bytes"),
    ("threads carousel", "image/aspect_ratio", "threads/placements/post/image/aspect_ratio"),
    ("threads carousel", "video/formats", "threads/placements/post/video/containers"),
    ("threads carousel", "video/codecs", "threads/placements/post/video/video_codecs"),
    ("threads carousel", "video/audio/codecs", "threads/placements/post/video/audio_codecs"),
    ("threads carousel", "video/max_bytes", "threads/placements/post/video/max_bytes"),
    ("threads carousel", "video/duration/maximum", "threads/placements/post/video/duration_s/1"),
    ("threads carousel", "video/aspect_ratio", "threads/placements/post/video/aspect_ratio"),
    ("threads carousel", "video/frame_rate", "threads/placements/post/video/fps"),
    ("threads carousel", "video/width/maximum", "threads/placements/post/video/max_width_px"),
    ("threads carousel", "video/max_bit_rate", "threads/placements/post/video/max_bitrate_bps"),
    ("threads feed", "media/images/maximum", "threads/placements/post/images/1"),
    ("threads carousel", "media/together", "threads/placements/carousel/items"),
    ("discord message", "text/limits/0/maximum", "discord/placements/message/caption/max"),
    ("discord message", "text/limits/0/maximum", "discord/placements/webhook/caption/max"),
    ("discord message", "alt_text/limits/0/maximum", "discord/placements/message/alt_text_max"),
    ("discord message", "title/limits/0/maximum", "discord/placements/embed/title_max"),
    ("discord message", "media/together/maximum", "discord/placements/message/attachments/1"),
    ("discord message", "image/max_bytes", "discord/placements/message/image/max_bytes"),
    ("discord message", "video/formats", "discord/placements/message/video/containers"),
    ("discord message", "video/max_bytes", "discord/placements/message/video/max_bytes"),
    ("discord message", "document/max_bytes", "discord/placements/message/file_max_bytes"),
    ("slack message", "alt_text/limits/0/maximum", "slack/placements/file/alt_text_max"),
    ("slack message", "image/max_bytes", "slack/placements/file/max_bytes"),
    ("slack message", "image/min_bytes", "slack/placements/file/min_bytes"),
    ("mastodon feed", "text/limits/0/maximum", "mastodon/placements/status/caption/max"),
    ("mastodon feed", "media/images/maximum", "mastodon/placements/status/images/1"),
    ("mastodon feed", "media/videos/maximum", "mastodon/placements/status/video/count"),
    ("mastodon feed", "alt_text/limits/0/maximum", "mastodon/placements/status/alt_text_max"),
    ("mastodon feed", "image/max_bytes", "mastodon/placements/status/image/max_bytes"),
    ("mastodon feed", "image/max_pixels", "mastodon/placements/status/image/max_pixels"),
    ("mastodon feed", "video/max_bytes", "mastodon/placements/status/video/max_bytes"),
    ("mastodon feed", "video/max_pixels", "mastodon/placements/status/video/max_pixels"),
    ("mastodon feed", "video/frame_rate", "mastodon/placements/status/video/fps"),
    ("telegram message", "text/limits/0/maximum", "telegram/placements/text/caption/max"),
    ("telegram message", "text/limits/1/maximum", "telegram/placements/photo/caption/max"),
    ("telegram message", "text/limits/1/maximum", "telegram/placements/video/caption/max"),
    ("telegram message", "image/max_bytes", "telegram/placements/photo/image/max_bytes"),
    ("telegram message", "image/max_width_plus_height", "telegram/placements/photo/image/width_plus_height_max"),
    ("telegram message", "image/aspect_ratio", "telegram/placements/photo/image/aspect_ratio"),
    ("telegram message", "video/formats", "telegram/placements/video/video/containers"),
    ("telegram message", "video/max_bytes", "telegram/placements/video/video/max_bytes"),
    ("telegram message", "media/together/maximum", "telegram/placements/media_group/items/1"),
    ("facebook feed", "text/limits/0/maximum", "facebook/placements/feed/caption/max"),
    ("facebook feed", "media/images/maximum", "facebook/placements/feed/images/1"),
    ("facebook feed", "image/max_bytes", "facebook/placements/feed/image/max_bytes"),
    ("facebook feed", "publish_ahead", "facebook/account/schedule_window_s"),
    ("facebook reel", "publish_ahead", "facebook/account/schedule_window_s"),
    ("facebook video", "publish_ahead", "facebook/account/schedule_window_s"),
    ("facebook reel", "text/limits/0/maximum", "facebook/placements/reel/caption/max"),
    ("facebook reel", "video/formats", "facebook/placements/reel/video/containers"),
    ("facebook reel", "video/duration", "facebook/placements/reel/video/duration_s"),
    ("facebook reel", "video/aspect_ratio", "facebook/placements/reel/video/aspect_ratio"),
    ("facebook reel", "video/frame_rate", "facebook/placements/reel/video/fps"),
    ("facebook reel", "video/codecs", "facebook/placements/reel/video/video_codecs"),
    ("facebook reel", "video/width/minimum", "facebook/placements/reel/video/min_px/0"),
    ("facebook reel", "video/height/minimum", "facebook/placements/reel/video/min_px/1"),
    ("facebook video", "video/max_bytes", "facebook/placements/video/video/max_bytes"),
    ("facebook video", "video/duration", "facebook/placements/video/video/duration_s"),
    ("facebook video", "video/formats", "facebook/placements/video/video/containers"),
    ("facebook story", "image/max_bytes", "facebook/placements/photo_story/image/max_bytes"),
    ("facebook story", "video/duration", "facebook/placements/video_story/video/duration_s"),
    ("facebook story", "video/aspect_ratio", "facebook/placements/video_story/video/aspect_ratio"),
    ("tiktok video", "text/limits/0/maximum", "tiktok/placements/video/caption/max"),
    ("tiktok video", "video/formats", "tiktok/placements/video/video/containers"),
    ("tiktok video", "video/frame_rate", "tiktok/placements/video/video/fps"),
    ("tiktok video", "video/width", "tiktok/placements/video/video/width_px"),
    ("tiktok video", "video/height", "tiktok/placements/video/video/height_px"),
    ("tiktok video", "video/duration", "tiktok/placements/video/video/duration_s"),
    ("tiktok video", "video/max_bytes", "tiktok/placements/video/video/max_bytes"),
    ("tiktok photo", "title/limits/0/maximum", "tiktok/placements/photo/title/max"),
    ("tiktok photo", "text/limits/0/maximum", "tiktok/placements/photo/caption/max"),
    ("tiktok photo", "media/images", "tiktok/placements/photo/images"),
    ("tiktok photo", "image/formats", "tiktok/placements/photo/image/formats"),
    ("tiktok photo", "image/max_bytes", "tiktok/placements/photo/image/max_bytes"),
    ("whapi message", "text/limits/1/maximum", "whapi/placements/message/caption/max"),
    ("whapi message", "image/max_bytes", "whapi/placements/message/image/max_bytes"),
    ("whapi message", "video/max_bytes", "whapi/placements/message/video/max_bytes"),
    ("google_business feed", "text/limits/0/maximum", "google_business/placements/local_post/caption/max"),
    ("google_business event", "title/limits/0/maximum", "google_business/placements/local_post/event_title/max"),
    ("google_business feed", "media/images/maximum", "google_business/placements/local_post/images/1"),
    ("google_business feed", "image/formats", "google_business/placements/local_post/image/formats"),
    ("google_business feed", "image/min_bytes", "google_business/placements/local_post/image/min_bytes"),
    ("google_business feed", "image/max_bytes", "google_business/placements/local_post/image/max_bytes"),
    ("google_business feed", "image/width/minimum", "google_business/placements/local_post/image/min_px/0"),
    ("google_business feed", "image/height/minimum", "google_business/placements/local_post/image/min_px/1"),
    ("linkedin feed", "text/limits/0/maximum", "linkedin/placements/post/caption/max"),
    ("linkedin feed", "alt_text/limits/0/maximum", "linkedin/placements/post/alt_text_max"),
    ("linkedin feed", "media/images/maximum", "linkedin/placements/multi_image/images/1"),
    ("linkedin feed", "image/formats", "linkedin/placements/post/image/formats"),
    ("linkedin feed", "image/max_pixels", "linkedin/placements/post/image/max_pixels"),
    ("linkedin feed", "video/formats", "linkedin/placements/post/video/containers"),
    ("linkedin feed", "video/min_bytes", "linkedin/placements/post/video/min_bytes"),
    ("linkedin feed", "video/max_bytes", "linkedin/placements/post/video/max_bytes"),
    ("linkedin feed", "video/duration", "linkedin/placements/post/video/duration_s"),
    ("linkedin feed", "document/max_bytes", "linkedin/placements/document/max_bytes"),
    ("forem article", "title/limits/0/maximum", "forem/placements/article/title/max"),
    ("forem article", "text/limits/0/maximum", "forem/placements/article/caption/max"),
    ("forem article", "max_mentions", "forem/placements/article/max_mentions"),
    ("ghost article", "title/limits/0/maximum", "ghost/placements/post/title/max"),
    ("ghost article", "publish_ahead/minimum", "ghost/account/schedule_min_ahead_s"),
    ("wordpress article", "publish_ahead/minimum", "wordpress/account/schedule_min_ahead_s"),
    ("wordpress article", "image/formats", "wordpress/placements/media/image/formats"),
    ("wordpress article", "video/formats", "wordpress/placements/media/video/containers"),
    ("youtube video", "title/limits/0/maximum", "youtube/placements/video/title/max"),
    ("youtube video", "text/limits/0/maximum", "youtube/placements/video/caption/max"),
    ("youtube video", "video/max_bytes", "youtube/placements/video/video/max_bytes"),
    ("youtube video", "video/duration/maximum", "youtube/placements/video/video/duration_s/1"),
    ("youtube video", "cover/formats", "youtube/placements/video/thumbnail/formats"),
    ("youtube video", "cover/max_bytes", "youtube/placements/video/thumbnail/max_bytes"),
    ("youtube short", "title/limits/0/maximum", "youtube/placements/short/title/max"),
    ("youtube short", "text/limits/0/maximum", "youtube/placements/short/caption/max"),
    ("youtube short", "video/max_bytes", "youtube/placements/short/video/max_bytes"),
    ("youtube short", "video/duration/maximum", "youtube/placements/short/video/duration_s/1"),
    ("youtube short", "video/aspect_ratio", "youtube/placements/short/video/aspect_ratio"),
    ("nostr feed", "text/limits/0/maximum", "nostr/placements/note/caption/max"),
    ("lemmy feed", "title/limits/0/maximum", "lemmy/placements/post/title/max"),
    ("lemmy feed", "text/limits/0/maximum", "lemmy/placements/post/caption/max"),
    ("lemmy feed", "alt_text/limits/0/maximum", "lemmy/placements/post/alt_text_max"),
    ("lemmy feed", "max_link_length", "lemmy/placements/post/url_max"),
    ("lemmy feed", "media/images/maximum", "lemmy/placements/post/images/1"),
    ("x feed", "text/limits/0/maximum", "x/placements/post/caption/max"),
    ("x feed", "max_cashtags", "x/placements/post/max_cashtags"),
    ("x feed", "media/images/maximum", "x/placements/post/images/1"),
    ("x feed", "alt_text/limits/0/maximum", "x/placements/post/alt_text_max"),
    ("x feed", "image/max_bytes", "x/placements/post/image/max_bytes"),
    ("x feed", "animation/max_bytes", "x/placements/post/gif/max_bytes"),
    ("x feed", "animation/width/maximum", "x/placements/post/gif/max_px/0"),
    ("x feed", "animation/height/maximum", "x/placements/post/gif/max_px/1"),
    ("x feed", "media/videos/maximum", "x/placements/post/video/count"),
    // Its pixels are those of a page that is newer.
    ("x feed", "video/max_bytes", "x/placements/post/video/max_bytes"),
    ("x feed", "video/duration/maximum", "x/placements/post/video/duration_s/1"),
    ("x feed", "video/formats", "x/placements/post/video/containers"),
    ("x feed", "video/codecs", "x/placements/post/video/video_codecs"),
    ("x feed", "video/aspect_ratio", "x/placements/post/video/aspect_ratio"),
    ("x feed", "video/width/minimum", "x/placements/post/video/min_px/0"),
    ("x feed", "video/height/minimum", "x/placements/post/video/min_px/1"),
    ("x feed", "video/frame_rate", "x/placements/post/video/fps"),
    ("x feed", "poll/choices", "x/placements/post/poll/options"),
    ("x feed", "poll/choice/limits/0/maximum", "x/placements/post/poll/option_max"),
    ("pinterest pin", "text/limits/0/maximum", "pinterest/placements/pin/caption/max"),
    ("pinterest pin", "title/limits/0/maximum", "pinterest/placements/pin/title/max"),
    ("pinterest pin", "alt_text/limits/0/maximum", "pinterest/placements/pin/alt_text_max"),
    ("pinterest pin", "max_link_length", "pinterest/placements/pin/link_max"),
    ("pinterest pin", "image/formats", "pinterest/placements/pin/image/formats"),
    ("pinterest pin", "image/max_bytes", "pinterest/placements/pin/image/max_bytes"),
    ("pinterest pin", "video/max_bytes", "pinterest/placements/pin/video/max_bytes"),
    ("pinterest pin", "video/duration", "pinterest/placements/pin/video/duration_s"),
    ("pinterest carousel", "media/images", "pinterest/placements/carousel/images"),
    ("reddit feed", "media/images/maximum", "reddit/placements/gallery/images/1"),
    ("reddit feed", "image/formats", "reddit/placements/image/image/formats"),
    ("reddit feed", "image/max_bytes", "reddit/placements/image/image/max_bytes"),
    ("reddit feed", "image/max_bytes", "reddit/placements/gallery/image/max_bytes"),
    ("reddit feed", "video/formats", "reddit/placements/video/video/containers"),
    ("reddit feed", "video/max_bytes", "reddit/placements/video/video/max_bytes"),
    ("reddit feed", "video/duration", "reddit/placements/video/video/duration_s"),
    ("reddit feed", "cover_required", "reddit/placements/video/poster_required"),
    ("tumblr feed", "text/limits/0/maximum", "tumblr/placements/post/caption/max"),
    ("tumblr feed", "alt_text/limits/0/maximum", "tumblr/placements/post/alt_text_max"),
    ("tumblr feed", "max_mentions", "tumblr/placements/post/max_mentions"),
    ("tumblr feed", "media/images/maximum", "tumblr/placements/post/images/1"),
    ("tumblr feed", "media/videos/maximum", "tumblr/placements/post/uploaded_videos/1"),
    ("tumblr feed", "image/formats", "tumblr/placements/post/image/formats"),
    ("tumblr feed", "image/max_bytes", "tumblr/placements/post/image/max_bytes"),
    ("tumblr feed", "video/formats", "tumblr/placements/post/video/containers"),
    ("tumblr feed", "video/max_bytes", "tumblr/placements/post/video/max_bytes"),
    ("tumblr feed", "video/duration", "tumblr/placements/post/video/duration_s"),
];

/// Fields that are lower than the limit on purpose.
const LOWER: &[(&str, &str)] = &[("image/max_bytes", "Instagram's page says 8 MB, its error text 8 MiB")];

fn excerpt() -> Map<String, Value> {
    serde_json::from_str(include_str!("excerpt.json")).unwrap()
}

/// The limit under a path, whose last number is the place in a range.
fn limit(excerpt: &Map<String, Value>, path: &str) -> Value {
    match path.rsplit_once('/') {
        Some((range, place)) if excerpt.contains_key(range) => excerpt[range][place.parse::<usize>().unwrap()].clone(),
        _ => excerpt.get(path).unwrap_or_else(|| panic!("{path} is not in the excerpt")).clone(),
    }
}

/// A field as the limits write it: a range for a span, seconds for a duration.
fn written(value: &Value) -> Value {
    let number = |value: &Value| match value.get("secs") {
        Some(seconds) => seconds.clone(),
        None => value.clone(),
    };
    match serde_json::from_value::<Span<Value>>(value.clone()) {
        Ok(span) if value.get("maximum").is_some() => {
            json!([span.minimum.as_ref().map(number), span.maximum.as_ref().map(number)])
        }
        _ => number(value),
    }
}

fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| same(ours, theirs))
        }
        _ => ours == theirs || (ours.is_number() && ours.as_f64() == theirs.as_f64()),
    }
}

#[test]
fn rules_are_those_of_the_collected_limits() {
    let excerpt = excerpt();
    let all: Vec<Rules> = crate::catalogue().own().flat_map(|entry| entry.rules.clone()).collect();
    for (of, field, path) in COMPARED {
        let rules = all.iter().find(|rules| format!("{} {}", rules.platform, rules.placement) == *of);
        let rules = serde_json::to_value(rules.unwrap_or_else(|| panic!("no rules for {of}"))).unwrap();
        let ours = rules.pointer(&format!("/{field}")).unwrap_or_else(|| panic!("{of} has no {field}"));
        let (ours, theirs) = (written(ours), limit(&excerpt, path));
        let lower = LOWER.iter().any(|(name, _)| name == field) && ours.as_f64() <= theirs.as_f64();
        assert!(lower || same(&ours, &theirs), "{of}: {field} is {ours}, {path} is {theirs}");
    }
    assert_eq!(json!(crate::make::MAX_BODY_BYTES), excerpt["make_webhook/account/max_body_bytes"]);
    assert_eq!(json!(crate::discord::MAX_REQUEST_BYTES), excerpt["discord/account/request_max_bytes"]);
    let cut_at = excerpt["slack/placements/message/caption/max"].as_u64().unwrap() as usize;
    assert_eq!(crate::slack::MAX_TEXT, cut_at / 20 * 19, "a twentieth is kept free");
    let forem = [crate::forem::MAX_TAGS, crate::forem::MAX_TAG, crate::forem::MAX_TAGS_LENGTH].map(Value::from);
    let theirs = ["max_hashtags", "tag_max_chars", "tags_joined_max"];
    assert_eq!(forem, theirs.map(|name| excerpt[&format!("forem/placements/article/{name}")].clone()));
    let theirs = ["slug_max", "tag_name_max", "alt_text_max", "excerpt_max", "canonical_url_max"];
    let name = crate::ghost::MAX_NAME;
    let ghost = [name, name, name, crate::ghost::MAX_EXCERPT, crate::ghost::MAX_ADDRESS].map(Value::from);
    assert_eq!(ghost, theirs.map(|name| excerpt[&format!("ghost/placements/post/{name}")].clone()));
    assert_eq!(json!(crate::wordpress::MAX_SLUG), excerpt["wordpress/placements/post/slug_max"]);
    let youtube = [crate::youtube::UPLOADS_PER_DAY, crate::youtube::UNITS_PER_DAY].map(Value::from);
    let theirs = ["uploads_per_day", "other_units_per_day"];
    assert_eq!(youtube, theirs.map(|name| excerpt[&format!("youtube/account/{name}")].clone()));
    assert_eq!(json!(crate::youtube::MAX_TAGS_LENGTH), excerpt["youtube/placements/video/tags_total"]);
    let placement = "reddit/placements/self";
    let counted =
        ["title", "caption"].map(|name| excerpt[&format!("{placement}/{name}/max")].as_u64().unwrap() as usize);
    assert_eq!(crate::reddit::MAX_TEXTS, counted.map(|maximum| maximum / 20 * 19), "a twentieth is kept free");
    assert_eq!(json!(crate::bluesky::MAX_TAGS), excerpt["bluesky/placements/post/extra_tags"]);
    let instagram = [crate::instagram::MAX_COLLABORATORS, crate::instagram::MAX_USER_TAGS];
    let theirs = ["collaborators_max", "user_tags_max"];
    assert_eq!(
        instagram.map(Value::from),
        theirs.map(|name| excerpt[&format!("instagram/placements/feed_image/{name}")].clone())
    );
}

#[test]
fn the_excerpt_is_what_was_collected() {
    let [Some(limits), Some(more)] = ["limits", "limits-more"].map(|name| shared(&format!("vendors/{name}.json")))
    else {
        println!("NOT COMPARED: ../shared/vendors/limits*.json are not here; the excerpt may be old");
        return;
    };
    for (path, value) in excerpt() {
        let pointer = format!("/platforms/{path}/value");
        let collected = limits.pointer(&pointer).or_else(|| more.pointer(&pointer));
        assert_eq!(collected, Some(&value), "{path}");
    }
}

/// Every source is about a field that the rules have, and every option that they list is one of the
/// options type.
#[test]
fn sources_and_options_name_what_there_is() {
    let known = |platform: &str| -> Vec<String> {
        let all = match platform {
            "bluesky" => json!(crate::bluesky::BlueskyOptions::new().with_label("x").with_tag("x")),
            "instagram" => json!(
                crate::instagram::InstagramOptions::new()
                    .with_share_to_feed(true)
                    .with_cover_offset_ms(1)
                    .with_collaborator("x")
                    .with_location_id("1")
                    .with_user_tag(crate::instagram::UserTag::new("x"))
            ),
            "facebook" => json!(crate::facebook::FacebookOptions::new().with_place("1").with_draft()),
            "threads" => json!(
                crate::threads::ThreadsOptions::new()
                    .with_reply_control(crate::threads::ReplyControl::Everyone)
                    .with_topic_tag("x")
                    .with_location_id("1")
                    .with_spoiler()
            ),
            "discord" => json!(crate::discord::all_options()),
            "linkedin" => json!(crate::linkedin::all_options()),
            "mastodon" => json!(crate::mastodon::all_options()),
            "slack" => json!(crate::slack::all_options()),
            "google_business" => json!(crate::google_business::all_options()),
            "pinterest" => json!(crate::pinterest::all_options()),
            "telegram" => json!(crate::telegram::all_options()),
            "tiktok" => json!(crate::tiktok::all_options()),
            "reddit" => json!(crate::reddit::all_options()),
            "tumblr" => json!(crate::tumblr::all_options()),
            "whapi" => json!(crate::whapi::all_options()),
            "forem" => json!(crate::forem::all_options()),
            "ghost" => json!(crate::ghost::all_options()),
            "wordpress" => json!(crate::wordpress::all_options()),
            "youtube" => json!(crate::youtube::all_options()),
            "nostr" => json!(crate::nostr::all_options()),
            "lemmy" => json!(crate::lemmy::all_options()),
            "x" => json!(crate::x::all_options()),
            _ => json!({}),
        };
        all.as_object().unwrap().keys().cloned().collect()
    };
    for platform in crate::platforms().iter().map(social_core::Platform::as_str) {
        let mut listed = std::collections::BTreeSet::new();
        for rules in rules_of(platform).unwrap() {
            let fields = serde_json::to_value(&rules).unwrap();
            for note in &rules.sources {
                let pointer = format!("/{}", note.field.replace('.', "/"));
                assert!(fields.pointer(&pointer).is_some(), "{platform} {}: {}", rules.placement, note.field);
            }
            listed.extend(rules.options.into_iter().map(|option| option.name));
        }
        assert_eq!(listed.into_iter().collect::<Vec<_>>(), known(platform), "{platform}");
    }
}
