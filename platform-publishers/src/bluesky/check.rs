//! What is checked of a post beyond its rules.

use social_core::media::{MediaInfo, MediaKind};
use social_core::publish::{Finding, FindingCode, MediaRole, Post};

use super::options;
use super::wire::COLLECTION;

/// What a post cannot have here, beyond its rules.
pub(super) fn check(post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let shown = post.content().count();
    let videos = post.content().filter(|(index, _)| facts.get(*index).is_some_and(is_video)).count();
    let mut captions = post.attachments.iter().filter(|attachment| attachment.role == MediaRole::Captions).peekable();
    let has_cover = post.cover().is_some();
    if post.link.is_some() && shown > 0 {
        let message = "a post shows a link card or files, not both; put the link into the text or leave the files out";
        findings.push(Finding::error(FindingCode::MIXED, "link", message));
    }
    if has_cover && post.link.is_none() {
        let message = "a video's cover is made by Bluesky; only a link card has one";
        findings.push(Finding::error(FindingCode::UNSUPPORTED, "attachments", message));
    }
    for (index, _) in post
        .thread
        .iter()
        .enumerate()
        .filter(|(_, part)| part.attachments.iter().any(|file| file.role == MediaRole::Cover))
    {
        let message = "a part of a thread has no link card, so no cover; leave it out";
        findings.push(Finding::error(FindingCode::UNSUPPORTED, format!("thread[{index}].attachments"), message));
    }
    for (field, other) in [("reply_to", &post.reply_to), ("quote", &post.quote)] {
        if let Some(other) = other.as_ref().filter(|other| !is_address(&other.id)) {
            let message = format!("a post is named by its address, at://DID/{COLLECTION}/KEY");
            findings.push(Finding::error(FindingCode::INVALID, field, message).with_value(&other.id));
        }
    }
    let has_captions = captions.peek().is_some();
    let in_no_language = post.languages.is_empty() && captions.any(|captions| captions.language.is_none());
    if has_captions && (videos == 0 || in_no_language) {
        let message = "captions need a video and a language: name theirs or the post's";
        findings.push(Finding::error(FindingCode::MISSING, "attachments", message));
    }
    if post.title.is_some() && post.link.is_none() {
        let message = "only a link card shows a title; it is left out";
        findings.push(Finding::warning(FindingCode::NOT_SHOWN, "title", message));
    }
    options::check(post, &mut findings);
    findings
}

/// Whether a file is a video.
pub(super) fn is_video(info: &MediaInfo) -> bool {
    info.media_type.kind() == MediaKind::Video
}

fn is_address(id: &str) -> bool {
    let mut parts = id.strip_prefix("at://").unwrap_or_default().split('/');
    let mut next = || parts.next().filter(|part| !part.is_empty());
    next().is_some() && next() == Some(COLLECTION) && next().is_some() && next().is_none()
}
