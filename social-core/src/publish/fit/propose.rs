//! What would make a post keep to rules.

use super::images;
use super::{Fix, Proposal, field_of};
use crate::enhance::Enhancer;
use crate::error::Result;
use crate::media::MediaInfo;
use crate::publish::attachment::{Attachment, MediaRole};
use crate::publish::check::{Kind, facts, kind_of};
use crate::publish::post::Post;
use crate::publish::rules::{Rules, TextRule};
use crate::text::{self, EntityKind, Removed, Unit, entities};

/// What would make a post keep to rules, without doing any of it.
///
/// Surplus hashtags go, texts are shortened as [`text::fit`] does it, surplus files and languages
/// are left out from the end. Images are cropped, shrunk, converted and compressed, where there is
/// an enhancer that offers it. Places, times and camera notes are taken out of every image. Nothing
/// that the rules allow is touched otherwise. Proposals do not hang on each other: any of them can
/// be left.
pub async fn propose(rules: &Rules, post: &Post, enhancer: Option<&Enhancer>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    let facts = facts(post).await;
    let mut rest = facts.as_slice();
    let mut files = Vec::new();
    for (part, (text, attachments)) in post.parts().enumerate() {
        let (facts, others) = rest.split_at_checked(attachments.len()).unwrap_or((rest, &[]));
        rest = others;
        words(rules, part, text, attachments, &mut proposals);
        images::propose(rules, part, attachments, facts, enhancer, &mut files).await;
        surplus(rules, part, attachments, facts, &mut files);
    }
    title(rules, post, &mut proposals);
    languages(rules, post, &mut proposals);
    proposals.extend(files);
    proposals
}

fn words(rules: &Rules, part: usize, text: &str, attachments: &[Attachment], proposals: &mut Vec<Proposal>) {
    let files = attachments.iter().any(|file| file.role == MediaRole::Content);
    let (mut to, mut says) = (text.to_owned(), Vec::new());
    unify_lines(&mut to, &mut says);
    if let Some(maximum) = rules.max_hashtags {
        limit_hashtags(&mut to, maximum, rules, &mut says);
    }
    shorten(&rules.text, files, &mut to, &mut says);
    if !says.is_empty() {
        proposals.push(Proposal::new(field_of(part, "text"), says, Fix::Text { part, to }));
    }
    for (index, attachment) in attachments.iter().enumerate() {
        if let (Some(rule), Some(alt)) = (&rules.alt_text, &attachment.alt_text) {
            let (mut to, mut says) = (alt.clone(), Vec::new());
            unify_lines(&mut to, &mut says);
            shorten(rule, true, &mut to, &mut says);
            if !says.is_empty() {
                let field = field_of(part, &format!("attachments[{index}].alt_text"));
                proposals.push(Proposal::new(field, says, Fix::AltText { part, index, to }));
            }
        }
    }
}

fn title(rules: &Rules, post: &Post, proposals: &mut Vec<Proposal>) {
    if let (Some(rule), Some(title)) = (&rules.title, &post.title) {
        let (mut to, mut says) = (title.clone(), Vec::new());
        shorten(rule, post.content().next().is_some(), &mut to, &mut says);
        if !says.is_empty() {
            proposals.push(Proposal::new("title", says, Fix::Title { to }));
        }
    }
}

fn languages(rules: &Rules, post: &Post, proposals: &mut Vec<Proposal>) {
    let keep = rules.max_languages.unwrap_or(usize::MAX);
    let says: Vec<_> = post.languages.iter().skip(keep).collect();
    if !says.is_empty() {
        let why = match keep {
            0 => format!("{} is not told the language", rules.platform_name()),
            _ => "there are too many".to_owned(),
        };
        let says: Vec<_> = says.iter().map(|tag| format!("`{tag}` left out: {why}")).collect();
        proposals.push(Proposal::new("languages", says, Fix::Languages { keep }));
    }
}

/// Takes out the last hashtags: whole at the end of the text, only the sign where it is a word of a
/// sentence.
fn limit_hashtags(text: &mut String, maximum: usize, rules: &Rules, says: &mut Vec<String>) {
    loop {
        let mut tags = entities(text, rules.syntax);
        tags.retain(|entity| entity.kind == EntityKind::Hashtag);
        let Some(surplus) = tags.get(maximum..).filter(|surplus| !surplus.is_empty()) else { return };
        let mut shorter = String::new();
        let mut from = text.len();
        // From the end on, which is put together backwards.
        let mut behind: Vec<&str> = Vec::new();
        for tag in surplus.iter().rev() {
            let after = text.get(tag.range.end..from).unwrap_or_default();
            let at_the_end = behind.is_empty() && after.trim().is_empty();
            from = tag.range.start;
            if at_the_end {
                says.push(format!("hashtag `#{}` left out: there are too many", tag.value));
            } else {
                says.push(format!("`#{}` is a plain word now: there are too many hashtags", tag.value));
                // A value such as `#a` would be a hashtag again.
                behind.extend([after, tag.value.trim_start_matches(['#', '＃'])]);
            }
        }
        let before = text.get(..from).unwrap_or_default();
        shorter.push_str(if behind.is_empty() { before.trim_end() } else { before });
        shorter.extend(behind.into_iter().rev());
        let ended = shorter.trim_end().len();
        shorter.truncate(ended);
        *text = shorter;
    }
}

/// Windows ends lines with two characters, one of which nobody is shown.
fn unify_lines(text: &mut String, says: &mut Vec<String>) {
    if text.contains("\r\n") {
        *text = text.replace("\r\n", "\n");
        says.push("line breaks of Windows replaced by plain ones".to_owned());
    }
}

fn shorten(rule: &TextRule, files: bool, text: &mut String, says: &mut Vec<String>) {
    let text::Shortened { text: shorter, removed } = text::fit(text, &rule.limits(files));
    says.extend(in_words(removed));
    *text = shorter;
}

/// What was taken out of a text, a sentence each.
pub(crate) fn in_words(removed: Vec<Removed>) -> Vec<String> {
    let said = removed.into_iter().map(|removed| match removed {
        Removed::Hashtag(tag) => format!("hashtag `{tag}` left out: the text is too long"),
        Removed::Link(link) => format!("link `{link}` left out: the text is too long"),
        Removed::Words(words) => {
            let beginning = text::fit(&words, &[(Unit::Graphemes, 60)]).text;
            format!("{} characters cut off the end, from `{beginning}` on", Unit::Graphemes.count(&words))
        }
    });
    said.collect()
}

/// The files that are too many of their kind, the last ones first to go.
fn surplus(
    rules: &Rules,
    part: usize,
    attachments: &[Attachment],
    facts: &[Result<MediaInfo>],
    proposals: &mut Vec<Proposal>,
) {
    let media = &rules.media;
    let (mut images, mut videos, mut documents, mut together) = (0, 0, 0, 0);
    let (mut covers, mut captions) = (0, 0);
    for (index, (attachment, fact)) in attachments.iter().zip(facts).enumerate() {
        let within = |count: &mut usize, maximum: Option<usize>| {
            *count += 1;
            maximum.is_none_or(|maximum| *count <= maximum)
        };
        let fits = match (attachment.role, fact) {
            (MediaRole::Cover, _) => within(&mut covers, rules.cover.as_ref().map(|_| 1)),
            (MediaRole::Captions, _) => within(&mut captions, rules.captions.as_ref().and_then(|rule| rule.max_files)),
            // What cannot be looked at is left for the check to report.
            (MediaRole::Content, Err(_)) => true,
            (MediaRole::Content, Ok(info)) => {
                let of_kind = match kind_of(rules, info) {
                    Kind::Image => within(&mut images, media.images.maximum),
                    Kind::Video | Kind::Animation => within(&mut videos, media.videos.maximum),
                    Kind::Document => within(&mut documents, media.documents.maximum),
                    Kind::Audio => true,
                };
                of_kind && within(&mut together, media.together.maximum)
            }
        };
        if !fits {
            let field = field_of(part, &format!("attachments[{index}]"));
            let says = ["left out: there are too many of its kind".to_owned()];
            proposals.push(Proposal::new(field, says, Fix::LeaveOut { part, index }));
        }
    }
}
