use std::path::Path;
use std::time::Duration;

use crate::error::{ErrorKind, Result};
use crate::media::{Media, MediaInfo, MediaKind, MediaType};
use crate::publish::finding::Finding;
use crate::publish::post::{Attachment, MediaRole, Post};
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

pub(super) fn check(rules: &Rules, post: &Post, facts: &[Result<MediaInfo>], findings: &mut Vec<Finding>) {
    counts(rules, post, facts, findings);
    for (index, attachment) in post.attachments.iter().enumerate() {
        let mut file = File { field: format!("attachments[{index}]"), findings };
        match facts.get(index) {
            Some(Ok(info)) => file.check(rules, attachment, info),
            Some(Err(error)) if error.kind() == ErrorKind::Unsupported && rules.needs_public_url => {
                file.findings.push(Finding::warning(file.field, "the file is elsewhere and was not looked at"));
            }
            Some(Err(error)) => file.findings.push(Finding::error(file.field, error.message())),
            None => file.findings.push(Finding::error(file.field, "the file was not looked at")),
        }
    }
}

fn counts(rules: &Rules, post: &Post, facts: &[Result<MediaInfo>], findings: &mut Vec<Finding>) {
    let kinds: Vec<_> =
        post.content().filter_map(|(index, _)| Some(kind_of(rules, facts.get(index)?.as_ref().ok()?))).collect();
    let count = |wanted: &[Kind]| kinds.iter().filter(|kind| wanted.contains(kind)).count();
    let (images, videos) = (count(&[Kind::Image]), count(&[Kind::Video, Kind::Animation]));
    let documents = count(&[Kind::Document]);
    // What could not be looked at is one of the kinds: it must not be reported as missing.
    let unknown = post.content().count() - kinds.len();
    for (name, count, (minimum, maximum)) in [
        ("images", images, rules.media.images),
        ("videos", videos, rules.media.videos),
        ("documents", documents, rules.media.documents),
        ("files", images + videos + documents, rules.media.together),
    ] {
        let message = if count > maximum {
            format!("there are too many {name}; take out {}", count - maximum)
        } else if count + unknown < minimum {
            format!("there are too few {name}; add {}", minimum - count)
        } else {
            continue;
        };
        let limit = match (minimum, maximum) {
            (_, usize::MAX) => format!("at least {minimum} {name}"),
            _ if minimum == maximum => format!("{minimum} {name}"),
            _ => format!("{minimum} to {maximum} {name}"),
        };
        findings.push(Finding::error("attachments", message).with_value(format!("{count} {name}")).with_limit(limit));
    }
    let several = [images, videos, documents].into_iter().filter(|count| *count > 0).count() > 1;
    if several && !rules.media.mixed {
        let value = format!("{images} images, {videos} videos, {documents} documents");
        let message = "several kinds of files cannot stand in one post; keep to one kind";
        findings.push(Finding::error("attachments", message).with_value(value).with_limit("one kind of files"));
    }
    let with_role = |role| post.attachments.iter().filter(move |attachment| attachment.role == role).count();
    let covers = with_role(MediaRole::Cover);
    if rules.cover_required && videos > 0 && covers == 0 {
        findings.push(Finding::error("attachments", "the video has no cover; attach an image with the role `cover`"));
    }
    for (name, count, maximum) in [
        ("covers", covers, rules.cover.as_ref().map(|_| 1)),
        ("caption files", with_role(MediaRole::Captions), rules.captions.map(|captions| captions.maximum)),
    ] {
        match maximum {
            Some(maximum) if count > maximum => findings.push(
                Finding::error("attachments", format!("there are too many {name}; take out {}", count - maximum))
                    .with_value(format!("{count} {name}"))
                    .with_limit(format!("at most {maximum} {name}")),
            ),
            None if count > 0 => {
                findings
                    .push(Finding::warning("attachments", format!("{name} are not taken here; they are not shown")));
            }
            _ => {}
        }
    }
}

/// One file under examination.
struct File<'a> {
    field: String,
    findings: &'a mut Vec<Finding>,
}

impl File<'_> {
    fn check(&mut self, rules: &Rules, attachment: &Attachment, info: &MediaInfo) {
        self.name(attachment, info);
        match attachment.role {
            MediaRole::Cover => self.cover(rules, info),
            MediaRole::Captions => self.captions(rules, info),
            MediaRole::Content => match kind_of(rules, info) {
                Kind::Image => self.described(rules, attachment).image(rules.image.as_ref(), info),
                Kind::Animation => self.described(rules, attachment).image(rules.animation.as_ref(), info),
                Kind::Video => self.video(rules.video.as_ref(), info),
                Kind::Document => self.document(rules.document.as_ref(), info),
                Kind::Audio => self.error("media_type", "audio files are not taken", info.media_type.as_mime(), None),
            },
        }
    }

    fn error(&mut self, field: &str, message: &str, value: impl Into<String>, limit: Option<String>) {
        let mut finding = Finding::error(format!("{}.{field}", self.field), message).with_value(value);
        finding.limit = limit;
        self.findings.push(finding);
    }

    /// The bytes decide what a file is; a name that says otherwise is worth a word.
    fn name(&mut self, attachment: &Attachment, info: &MediaInfo) {
        let Media::File(path) = &attachment.media else { return };
        if let Some(named) = named_type(path).filter(|named| *named != info.media_type) {
            let message = format!("the name says {}, the bytes say otherwise and count", named.as_mime());
            let field = format!("{}.media_type", self.field);
            self.findings.push(Finding::warning(field, message).with_value(info.media_type.as_mime()));
        }
    }

    fn described(&mut self, rules: &Rules, attachment: &Attachment) -> &mut Self {
        let empty = attachment.alt_text.as_deref().is_none_or(|text| text.trim().is_empty());
        let field = format!("{}.alt_text", self.field);
        match &rules.alt_text {
            Some(rule) if empty && rule.required => {
                self.findings.push(Finding::error(field, "the alt text is missing; it is required"));
            }
            Some(_) if empty => self.findings.push(Finding::warning(
                field,
                "the alt text is missing; say what the image shows, for people who do not see it",
            )),
            None if !empty => {
                self.findings.push(Finding::warning(field, "alt texts are not taken here; it is dropped"))
            }
            _ => {}
        }
        self
    }

    fn image(&mut self, rule: Option<&ImageRule>, info: &MediaInfo) {
        let Some(rule) = rule else {
            return self.error("media_type", "images are not taken", info.media_type.as_mime(), None);
        };
        self.format(&rule.formats, info);
        self.bytes(rule.min_bytes, rule.max_bytes, info);
        self.pixels(rule.width, rule.height, rule.max_pixels, info);
        self.aspect_ratio(rule.aspect_ratio, info);
        if let (Some(maximum), (Some(width), Some(height))) = (rule.max_width_plus_height, (info.width, info.height)) {
            let sum = u64::from(width) + u64::from(height);
            if sum > maximum {
                let limit = format!("at most {maximum} pixels");
                self.error(
                    "width",
                    "width and height together are too much; shrink it",
                    format!("{sum} pixels"),
                    Some(limit),
                );
            }
        }
    }

    fn video(&mut self, rule: Option<&VideoRule>, info: &MediaInfo) {
        let Some(rule) = rule else {
            return self.error("media_type", "videos are not taken", info.media_type.as_mime(), None);
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
            None => self.findings.push(Finding::error(format!("{}.video", self.field), "the video has no video track")),
        }
        self.audio(&rule.audio, info);
        if let (Some(maximum), Some(duration)) = (rule.max_bit_rate, info.duration.filter(|d| !d.is_zero())) {
            let rate = (info.bytes as f64 * 8.0 / duration.as_secs_f64()).round();
            let limit = format!("at most {maximum} bits per second");
            if rate > maximum as f64 {
                self.error(
                    "bit_rate",
                    "it has too many bits per second; compress it",
                    format!("{rate} bits per second"),
                    Some(limit),
                );
            }
        }
        if rule.fast_start && info.fast_start == Some(false) {
            let message = "its index stands at the end; write it in front (fast start)";
            self.findings.push(Finding::error(format!("{}.fast_start", self.field), message));
        }
    }

    fn audio(&mut self, rule: &AudioRule, info: &MediaInfo) {
        let Some(audio) = &info.audio else {
            if rule.required {
                self.findings
                    .push(Finding::error(format!("{}.audio", self.field), "the video has no audio; it is required"));
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
            return self.error("media_type", "documents are not taken", info.media_type.as_mime(), None);
        };
        self.format(&rule.formats, info);
        self.bytes(None, rule.max_bytes, info);
    }

    fn cover(&mut self, rules: &Rules, info: &MediaInfo) {
        if info.media_type.kind() != MediaKind::Image {
            let mime = info.media_type.as_mime();
            return self.error("media_type", "a cover is an image", mime, Some("an image".to_owned()));
        }
        if rules.cover.is_some() {
            self.image(rules.cover.as_ref(), info);
        }
    }

    fn captions(&mut self, rules: &Rules, info: &MediaInfo) {
        self.format(&[MediaType::Vtt], info);
        self.bytes(None, rules.captions.and_then(|captions| captions.max_bytes), info);
    }

    fn format(&mut self, formats: &[MediaType], info: &MediaInfo) {
        if !formats.is_empty() && !formats.contains(&info.media_type) {
            let limit = formats.iter().map(|format| format.as_mime()).collect::<Vec<_>>().join(", ");
            self.error("media_type", "this format is not taken; convert it", info.media_type.as_mime(), Some(limit));
        }
    }

    fn codec(&mut self, field: &str, codecs: &[String], codec: &str) {
        if !codecs.is_empty() && !codecs.iter().any(|allowed| allowed.eq_ignore_ascii_case(codec)) {
            self.error(field, "this codec is not taken; convert it", codec, Some(codecs.join(", ")));
        }
    }

    fn bytes(&mut self, minimum: Option<u64>, maximum: Option<u64>, info: &MediaInfo) {
        let advice =
            if maximum.is_some_and(|maximum| info.bytes > maximum) { "compress it" } else { "use a better one" };
        self.within("bytes", Span { minimum, maximum }, Some(info.bytes), "bytes", advice);
    }

    fn pixels(&mut self, width: Span<u32>, height: Span<u32>, maximum: Option<u64>, info: &MediaInfo) {
        self.within("width", width, info.width, "pixels", "resize it");
        self.within("height", height, info.height, "pixels", "resize it");
        if let (Some(maximum), Some(width), Some(height)) = (maximum, info.width, info.height) {
            let pixels = u64::from(width) * u64::from(height);
            if pixels > maximum {
                let value = format!("{width} x {height} = {pixels} pixels");
                self.error(
                    "width",
                    "it has too many pixels; shrink it",
                    value,
                    Some(format!("at most {maximum} pixels")),
                );
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
        self.error("aspect_ratio", "its shape (width / height) is not taken; crop it", value, Some(limits(span, "")));
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
                let side = if span.maximum.is_some_and(|maximum| value > maximum) { "much" } else { "little" };
                let message = format!("it is too {side}; {advice}");
                self.error(field, &message, format!("{value} {unit}"), Some(limits(span, unit)));
            }
            None if span.minimum.is_some() || span.maximum.is_some() => self.unknown(field),
            _ => {}
        }
    }

    fn unknown(&mut self, field: &str) {
        let message = "the file does not say it; whether it is allowed was not checked";
        self.findings.push(Finding::warning(format!("{}.{field}", self.field), message));
    }
}

/// Whether the shape is taken, within a pixel: no whole number of pixels has a ratio of 1.91 exactly.
pub(in crate::publish) fn fits_shape(span: Span<f64>, info: &MediaInfo) -> bool {
    if span.minimum.is_none() && span.maximum.is_none() {
        return true;
    }
    let (Some(width), Some(height)) = (info.width.map(f64::from), info.height.map(f64::from)) else { return false };
    height > 0.0
        && span.minimum.is_none_or(|minimum| (width + 1.0) / height >= minimum)
        && span.maximum.is_none_or(|maximum| (width - 1.0) / height <= maximum)
}

fn limits<T: PartialOrd + Copy + std::fmt::Display>(span: Span<T>, unit: &str) -> String {
    let text = match (span.minimum, span.maximum) {
        (Some(minimum), Some(maximum)) if minimum == maximum => format!("{minimum} {unit}"),
        (Some(minimum), Some(maximum)) => format!("{minimum} to {maximum} {unit}"),
        (Some(minimum), None) => format!("at least {minimum} {unit}"),
        (None, Some(maximum)) => format!("at most {maximum} {unit}"),
        (None, None) => "anything".to_owned(),
    };
    text.trim_end().to_owned()
}

fn named_type(path: &Path) -> Option<MediaType> {
    MediaType::from_name(path.file_name()?.to_str()?)
}
