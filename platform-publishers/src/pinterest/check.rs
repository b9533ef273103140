//! What rules as data cannot say about a pin.

use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{Attachment, Finding, FindingCode, MediaRole, Post};

use super::options::PinterestOptions;

/// `board` is that of the account.
pub(super) fn findings(post: &Post, facts: &[MediaInfo], board: Option<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_video = |info: &&MediaInfo| info.media_type.kind() == MediaKind::Video;
    let has_video = facts.iter().any(|info| is_video(&info));
    for (index, (file, info)) in post.files().zip(facts).enumerate() {
        if is_remote(file) && is_video(&info) {
            let message = "Pinterest is sent the bytes of a video; fetch it first";
            findings.push(Finding::error(FindingCode::UNSUPPORTED, format!("attachments[{index}]"), message));
        }
    }
    let shown: Vec<&Attachment> = post.content().map(|(_, file)| file).collect();
    if shown.iter().any(|file| is_remote(file)) && shown.iter().any(|file| !is_remote(file)) {
        let message = "the images of a carousel are all fetched or all sent; fetch those at an address first";
        findings.push(Finding::error(FindingCode::MIXED, "attachments", message));
    }
    if post.cover().is_some() && !has_video {
        let message = "only a video has a cover; take it out";
        findings.push(Finding::error(FindingCode::UNSUPPORTED, "attachments", message));
    }
    let first = post.content().next().map(|(index, _)| index);
    for (index, file) in post.attachments.iter().enumerate().filter(|(index, _)| Some(*index) != first) {
        if let Some(text) = file.alt_text.as_deref().filter(|text| !text.is_empty()) {
            let message = "a pin has one alt text, that of its first image or its video";
            let field = format!("attachments[{index}].alt_text");
            findings.push(Finding::warning(FindingCode::NOT_SHOWN, field, message).with_value(text));
        }
    }
    match post.options.get::<PinterestOptions>() {
        Ok(options) => of_options(post, &options.unwrap_or_default(), has_video, board, &mut findings),
        Err(error) => findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    }
    findings
}

fn of_options(
    post: &Post,
    options: &PinterestOptions,
    has_video: bool,
    board: Option<&str>,
    findings: &mut Vec<Finding>,
) {
    let field = |name: &str| format!("options.pinterest.{name}");
    let named = options.board.as_deref().or(board);
    match (named, &options.board_id) {
        (_, Some(_)) if options.board.is_some() => {
            let message = "a board is named or given by its id; take out one of them";
            findings.push(Finding::error(FindingCode::MIXED, field("board_id"), message));
        }
        (_, Some(_)) => {}
        (Some(name), None) if !name.trim().is_empty() => {}
        _ => {
            let message = "a pin stands on a board; name one, or set PINTEREST_BOARD";
            findings.push(Finding::error(FindingCode::MISSING, field("board"), message));
        }
    }
    if options.secret_board && options.board_id.is_some() {
        let message = "only a board that has to be made can be made secret; name it";
        findings.push(Finding::error(FindingCode::MIXED, field("secret_board"), message));
    }
    for (name, id) in [("board_id", &options.board_id), ("section_id", &options.section_id)] {
        if let Some(id) = id.as_ref().filter(|id| !is_id(id)) {
            let finding = Finding::error(FindingCode::INVALID, field(name), "this is not an id, which is a number");
            findings.push(finding.with_value(id));
        }
    }
    if let Some(color) = options.dominant_color.as_ref().filter(|color| !is_color(color)) {
        let finding = Finding::error(FindingCode::INVALID, field("dominant_color"), "this is not a colour");
        findings.push(finding.with_value(color).with_limit("# and six hexadecimal digits"));
    }
    let has_cover = post.attachments.iter().any(|file| file.role == MediaRole::Cover);
    if options.cover_second.is_some() && (!has_video || has_cover) {
        let message = "this is about a video without a cover of its own; take it out";
        findings.push(Finding::error(FindingCode::MIXED, field("cover_second"), message));
    }
}

pub(super) const fn is_remote(file: &Attachment) -> bool {
    matches!(file.media, Media::Remote(_))
}

pub(super) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
