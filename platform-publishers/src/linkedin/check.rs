//! What rules as data cannot say about a post.

use std::time::Duration;

use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{Finding, FindingCode, Poll, Post};

use super::little::{LittleText, places};
use super::options::LinkedInOptions;
use super::rules::{MAX_QUESTION, MAX_TEXT};

const DAY: u64 = 24 * 3600;
/// How long a poll can be open, and what LinkedIn calls it; 7 days where the post does not say.
const DURATIONS: [(u64, &str); 4] =
    [(DAY, "ONE_DAY"), (3 * DAY, "THREE_DAYS"), (7 * DAY, "SEVEN_DAYS"), (14 * DAY, "FOURTEEN_DAYS")];

/// What rules as data cannot say.
pub(super) fn findings(post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut error = |code, field: String, message: &'static str| findings.push(Finding::error(code, field, message));
    for (index, file) in post.files().enumerate() {
        if matches!(file.media, Media::Remote(_)) {
            let message = "LinkedIn is sent the bytes of a file; fetch it first";
            error(FindingCode::UNSUPPORTED, format!("attachments[{index}]"), message);
        }
    }
    let kinds: Vec<_> = post.content().filter_map(|(at, _)| Some(facts.get(at)?.media_type.kind())).collect();
    let title = post.title.as_deref().unwrap_or_default();
    if post.link.is_some() && (!kinds.is_empty() || post.poll.is_some()) {
        let message = "a post shows a link card, files or a poll; write the link into the text or take the others out";
        error(FindingCode::MIXED, "link".to_owned(), message);
    }
    if post.cover().is_some() && post.link.is_none() {
        let message = "only a link card has a cover; LinkedIn makes that of a video";
        error(FindingCode::UNSUPPORTED, "attachments".to_owned(), message);
    }
    if kinds.contains(&MediaKind::Document) && title.is_empty() {
        error(FindingCode::MISSING, "title".to_owned(), "a document needs a title");
    }
    if let Some(poll) = &post.poll {
        if title.is_empty() {
            let message = "a poll has a question beside the text; set the title to it";
            error(FindingCode::MISSING, "title".to_owned(), message);
        }
        if duration(poll).is_none() {
            let message = "a poll is open for 1, 3, 7 or 14 days; choose one of them";
            error(FindingCode::INVALID, "poll.open_for".to_owned(), message);
        }
        let length = title.encode_utf16().count();
        if length > MAX_QUESTION {
            let finding = Finding::error(FindingCode::TOO_LONG, "title", "the question of the poll is too long");
            let limit = format!("at most {MAX_QUESTION} UTF-16 units");
            findings.push(finding.with_value(format!("{length} UTF-16 units")).with_limit(limit));
        }
    }
    let has_title = post.link.is_some() || post.poll.is_some() || kinds.iter().any(|kind| *kind != MediaKind::Image);
    if post.title.is_some() && !has_title {
        let message = "link cards, videos, documents and polls have a title; it is not shown here";
        findings.push(Finding::warning(FindingCode::NOT_SHOWN, "title", message));
    }
    options(post, &mut findings);
    findings
}

/// What LinkedIn calls the time for which a poll is open; `None` where it has no such time.
pub(super) fn duration(poll: &Poll) -> Option<&'static str> {
    let seconds = poll.open_for.unwrap_or(Duration::from_secs(7 * DAY)).as_secs();
    DURATIONS.iter().find(|(known, _)| *known == seconds).map(|(_, word)| *word)
}

fn options(post: &Post, findings: &mut Vec<Finding>) {
    let options = match post.options.get::<LinkedInOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    if options.card_description.is_some() && post.link.is_none() {
        let message = "only a link card has a description; add the link or take it out";
        findings.push(Finding::error(FindingCode::MISSING, "options.linkedin.card_description", message));
    }
    for (index, mention) in options.mentions.iter().enumerate() {
        let field = |name: &str| format!("options.linkedin.mentions[{index}].{name}");
        if places(&post.text, mention).next().is_none() {
            let message = "the text does not have this name behind an @; write it there";
            findings.push(Finding::error(FindingCode::NOT_SHOWN, field("name"), message).with_value(&mention.name));
        }
        if !is_mentionable(&mention.urn) {
            let finding = Finding::error(
                FindingCode::INVALID,
                field("urn"),
                "this is not the URN of a member or an organization, which can be mentioned",
            );
            let limit = "urn:li:person:ID or urn:li:organization:NUMBER";
            findings.push(finding.with_value(&mention.urn).with_limit(limit));
        }
    }
    // The rules count the text without its mentions' URNs.
    let length = LittleText::new(&post.text, &options.mentions).length();
    if !options.mentions.is_empty() && length > MAX_TEXT {
        let finding =
            Finding::error(FindingCode::TOO_LONG, "text", "with its mentions the text is too long; shorten it");
        let (value, limit) = (format!("{length} UTF-16 units"), format!("at most {MAX_TEXT} UTF-16 units"));
        findings.push(finding.with_value(value).with_limit(limit));
    }
}

fn is_mentionable(urn: &str) -> bool {
    let id = urn.strip_prefix("urn:li:person:").or_else(|| urn.strip_prefix("urn:li:organization:"));
    id.is_some_and(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)))
}
