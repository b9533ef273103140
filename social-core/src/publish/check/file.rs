//! One file: what it must be by its role and kind.

use std::path::Path;
use std::time::Duration;

use super::words::in_words;
use crate::media::{Media, MediaInfo, MediaKind, MediaType};
use crate::publish::attachment::{Attachment, MediaRole};
use crate::publish::finding::{Finding, FindingCode};
use crate::publish::rules::{AudioRule, DocumentRule, ImageRule, Rules, Span, VideoRule};

/// What an attachment counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::publish) enum Kind {
    Image,
    /// An animated image that has rules of its own.
    Animation,
    Video,
    Document,
    Audio,
}

pub(in crate::publish) fn kind_of(rules: &Rules, info: &MediaInfo) -> Kind {
    match info.media_type.kind() {
        MediaKind::Image if info.animated && rules.animation.is_some() => Kind::Animation,
        MediaKind::Image => Kind::Image,
        MediaKind::Video => Kind::Video,
        MediaKind::Document => Kind::Document,
        MediaKind::Audio => Kind::Audio,
    }
}

/// One file under examination.
pub(super) struct File<'a> {
    pub(super) field: String,
    pub(super) findings: &'a mut Vec<Finding>,
}

impl File<'_> {
    pub(super) fn check(&mut self, rules: &Rules, attachment: &Attachment, info: &MediaInfo) {
        self.name(attachment, info);
        for warning in &info.warnings {
            self.findings.push(Finding::warning(FindingCode::UNTIDY, self.field.clone(), warning));
        }
        match attachment.role {
            MediaRole::Cover => self.cover(rules, info),
            MediaRole::Captions => self.captions(rules, info),
            MediaRole::Content => match kind_of(rules, info) {
                Kind::Image => self.described(rules, attachment).image(rules.image.as_ref(), info),
                Kind::Animation => self.described(rules, attachment).image(rules.animation.as_ref(), info),
                Kind::Video => self.video(rules.video.as_ref(), info),
                Kind::Document => self.document(rules.document.as_ref(), info),
                Kind::Audio => self.refuse("audio files are not accepted", info),
            },
        }
    }

    fn error(
        &mut self,
        code: FindingCode,
        field: &str,
        message: &str,
        value: impl Into<String>,
        limit: impl Into<Option<String>>,
    ) {
        let mut finding = Finding::error(code, format!("{}.{field}", self.field), message).with_value(value);
        finding.limit = limit.into();
        self.findings.push(finding);
    }

    /// A kind of file that is not accepted at all.
    fn refuse(&mut self, message: &str, info: &MediaInfo) {
        self.error(FindingCode::UNSUPPORTED, "media_type", message, info.media_type.as_mime(), None);
    }

    /// The bytes decide what a file is; a name that says otherwise is worth a word.
    fn name(&mut self, attachment: &Attachment, info: &MediaInfo) {
        let Media::File(path) = &attachment.media else { return };
        if let Some(named) = named_type(path).filter(|named| *named != info.media_type) {
            let message = format!("the name says {}, the bytes say otherwise and count", named.as_mime());
            let field = format!("{}.media_type", self.field);
            let finding = Finding::warning(FindingCode::MISNAMED, field, message);
            self.findings.push(finding.with_value(info.media_type.as_mime()));
        }
    }

    fn described(&mut self, rules: &Rules, attachment: &Attachment) -> &mut Self {
        let empty = attachment.alt_text.as_deref().is_none_or(|text| text.trim().is_empty());
        let field = format!("{}.alt_text", self.field);
        match &rules.alt_text {
            Some(rule) if empty && rule.required => {
                let message = "the alt text is missing; it is required";
                self.findings.push(Finding::error(FindingCode::MISSING, field, message));
            }
            Some(_) if empty => {
                let message = "the alt text is missing; say what the image shows, for people who do not see it";
                self.findings.push(Finding::warning(FindingCode::UNDESCRIBED, field, message));
            }
            None if !empty => {
                let message = "alt texts are not accepted here; it is dropped";
                self.findings.push(Finding::warning(FindingCode::NOT_SHOWN, field, message));
            }
            _ => {}
        }
        self
    }

    fn image(&mut self, rule: Option<&ImageRule>, info: &MediaInfo) {
        let Some(rule) = rule else {
            return self.refuse("images are not accepted", info);
        };
        self.format(&rule.formats, info);
        self.bytes(rule.min_bytes, rule.max_bytes, info);
        self.pixels(rule.width, rule.height, rule.max_pixels, info);
        self.aspect_ratio(rule.aspect_ratio, info);
        if let (Some(maximum), (Some(width), Some(height))) = (rule.max_width_plus_height, (info.width, info.height)) {
            let sum = u64::from(width) + u64::from(height);
            if sum > maximum {
                let message = "width and height together are too much; shrink it";
                let limit = format!("at most {maximum} pixels");
                self.error(FindingCode::TOO_LARGE, "width", message, format!("{sum} pixels"), limit);
            }
        }
    }

    fn video(&mut self, rule: Option<&VideoRule>, info: &MediaInfo) {
        let Some(rule) = rule else {
            return self.refuse("videos are not accepted", info);
        };
        self.format(&rule.formats, info);
        self.bytes(rule.min_bytes, rule.max_bytes, info);
        self.pixels(rule.width, rule.height, rule.max_pixels, info);
        self.aspect_ratio(rule.aspect_ratio, info);
        self.duration(rule.duration, info);
        match &info.video {
            Some(video) => {
                self.codec("video.codec", &rule.codecs, &video.codec);
                // 23.976 and 59.94 are called 24 and 60.
                let rate = video.frame_rate.map(|rate| (rate * 100.0).round() / 100.0);
                self.within("video.frame_rate", rule.frame_rate, rate, "frames per second", "convert it");
            }
            None => {
                let field = format!("{}.video", self.field);
                self.findings.push(Finding::error(FindingCode::MISSING, field, "the video has no video track"));
            }
        }
        self.audio(&rule.audio, info);
        if let (Some(maximum), Some(duration)) = (rule.max_bit_rate, info.duration.filter(|d| !d.is_zero())) {
            let rate = (info.bytes as f64 * 8.0 / duration.as_secs_f64()).round();
            if rate > maximum as f64 {
                let message = "it has too many bits per second; compress it";
                let limit = format!("at most {maximum} bits per second");
                self.error(FindingCode::TOO_LARGE, "bit_rate", message, format!("{rate} bits per second"), limit);
            }
        }
        if rule.fast_start && info.fast_start == Some(false) {
            let message = "its index stands at the end; write it in front (fast start)";
            let field = format!("{}.fast_start", self.field);
            self.findings.push(Finding::error(FindingCode::SLOW_START, field, message));
        }
    }

    fn audio(&mut self, rule: &AudioRule, info: &MediaInfo) {
        let Some(audio) = &info.audio else {
            if rule.required {
                let field = format!("{}.audio", self.field);
                let message = "the video has no audio; it is required";
                self.findings.push(Finding::error(FindingCode::MISSING, field, message));
            }
            return;
        };
        self.codec("audio.codec", &rule.codecs, &audio.codec);
        if let (Some(maximum), Some(rate)) = (rule.max_sample_rate, audio.sample_rate) {
            self.within("audio.sample_rate", Span::up_to(maximum), Some(rate), "Hz", "convert it");
        }
        if let (Some(maximum), Some(channels)) = (rule.max_channels, audio.channels) {
            self.within("audio.channels", Span::up_to(maximum), Some(channels), "channels", "convert it");
        }
    }

    fn document(&mut self, rule: Option<&DocumentRule>, info: &MediaInfo) {
        let Some(rule) = rule else {
            return self.refuse("documents are not accepted", info);
        };
        self.format(&rule.formats, info);
        self.bytes(None, rule.max_bytes, info);
    }

    fn cover(&mut self, rules: &Rules, info: &MediaInfo) {
        if info.media_type.kind() != MediaKind::Image {
            let mime = info.media_type.as_mime();
            let limit = "an image".to_owned();
            return self.error(FindingCode::WRONG_FORMAT, "media_type", "a cover is an image", mime, limit);
        }
        if rules.cover.is_some() {
            self.image(rules.cover.as_ref(), info);
        }
    }

    fn captions(&mut self, rules: &Rules, info: &MediaInfo) {
        // That captions are not accepted at all is said once for all of them.
        let Some(rule) = &rules.captions else { return };
        self.format(&rule.formats, info);
        self.bytes(None, rule.max_bytes, info);
    }

    fn format(&mut self, formats: &[MediaType], info: &MediaInfo) {
        if !formats.is_empty() && !formats.contains(&info.media_type) {
            let limit = formats.iter().map(|format| format.as_mime()).collect::<Vec<_>>().join(", ");
            let message = "this format is not accepted; convert it";
            self.error(FindingCode::WRONG_FORMAT, "media_type", message, info.media_type.as_mime(), limit);
        }
    }

    fn codec(&mut self, field: &str, codecs: &[String], codec: &str) {
        if !codecs.is_empty() && !codecs.iter().any(|allowed| allowed.eq_ignore_ascii_case(codec)) {
            let message = "this codec is not accepted; convert it";
            self.error(FindingCode::WRONG_FORMAT, field, message, codec, codecs.join(", "));
        }
    }

    fn bytes(&mut self, minimum: Option<u64>, maximum: Option<u64>, info: &MediaInfo) {
        let span = Span { minimum, maximum };
        let advice = if span.is_above(info.bytes) { "compress it" } else { "use a better one" };
        self.within("bytes", span, Some(info.bytes), "bytes", advice);
    }

    fn pixels(&mut self, width: Span<u32>, height: Span<u32>, maximum: Option<u64>, info: &MediaInfo) {
        self.within("width", width, info.width, "pixels", "resize it");
        self.within("height", height, info.height, "pixels", "resize it");
        if let (Some(maximum), Some(width), Some(height)) = (maximum, info.width, info.height) {
            let pixels = u64::from(width) * u64::from(height);
            if pixels > maximum {
                let value = format!("{width} x {height} = {pixels} pixels");
                let limit = format!("at most {maximum} pixels");
                self.error(FindingCode::TOO_LARGE, "width", "it has too many pixels; shrink it", value, limit);
            }
        }
    }

    fn aspect_ratio(&mut self, span: Span<f64>, info: &MediaInfo) {
        if fits_shape(span, info) {
            return;
        }
        let value = match (info.width, info.height) {
            (Some(width), Some(height)) => format!("{width}:{height} = {:.3}", info.aspect_ratio().unwrap_or_default()),
            _ => return self.unknown("aspect_ratio"),
        };
        let message = "its shape (width / height) is not accepted; crop it";
        self.error(FindingCode::WRONG_SHAPE, "aspect_ratio", message, value, in_words(span, ""));
    }

    fn duration(&mut self, span: Span<Duration>, info: &MediaInfo) {
        let seconds =
            Span { minimum: span.minimum.map(|d| d.as_secs_f64()), maximum: span.maximum.map(|d| d.as_secs_f64()) };
        let value = info.duration.map(|duration| (duration.as_secs_f64() * 1000.0).round() / 1000.0);
        self.within("duration", seconds, value, "seconds", "cut another one");
    }

    fn within<T: PartialOrd + Copy + std::fmt::Display>(
        &mut self,
        field: &str,
        span: Span<T>,
        value: Option<T>,
        unit: &str,
        advice: &str,
    ) {
        match value {
            Some(value) if !span.contains(value) => {
                let above = span.is_above(value);
                let code = match (field, above) {
                    ("duration", true) => FindingCode::TOO_LONG,
                    ("duration", false) => FindingCode::TOO_SHORT,
                    (_, true) => FindingCode::TOO_LARGE,
                    (_, false) => FindingCode::TOO_SMALL,
                };
                let message = format!("it is too {}; {advice}", if above { "much" } else { "little" });
                self.error(code, field, &message, format!("{value} {unit}"), in_words(span, unit));
            }
            None if span.minimum.is_some() || span.maximum.is_some() => self.unknown(field),
            _ => {}
        }
    }

    fn unknown(&mut self, field: &str) {
        let message = "the file does not say it; whether it is allowed was not checked";
        self.findings.push(Finding::warning(FindingCode::NOT_CHECKED, format!("{}.{field}", self.field), message));
    }
}

/// Whether the shape is accepted, within a pixel: no whole number of pixels has a ratio of 1.91
/// exactly.
pub(in crate::publish) fn fits_shape(span: Span<f64>, info: &MediaInfo) -> bool {
    if span.minimum.is_none() && span.maximum.is_none() {
        return true;
    }
    let (Some(width), Some(height)) = (info.width.map(f64::from), info.height.map(f64::from)) else { return false };
    height > 0.0
        && span.minimum.is_none_or(|minimum| (width + 1.0) / height >= minimum)
        && span.maximum.is_none_or(|maximum| (width - 1.0) / height <= maximum)
}

fn named_type(path: &Path) -> Option<MediaType> {
    MediaType::from_name(path.file_name()?.to_str()?)
}
