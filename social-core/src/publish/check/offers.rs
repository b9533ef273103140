//! Whether what a post asks for is offered: title, link card, thread, poll, times, other posts,
//! options.

use std::collections::BTreeSet;

use serde_json::Value;

use super::words;
use crate::clock::Timestamp;
use crate::publish::finding::{Finding, FindingCode};
use crate::publish::post::Post;
use crate::publish::rules::{Rules, Span};
use crate::text::is_language_tag;

pub(super) fn check(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    title(rules, post, findings);
    link(rules, post, findings);
    languages(rules, post, findings);
    thread(rules, post, findings);
    first_comment(rules, post, findings);
    poll(rules, post, findings);
    options(rules, post, findings);
    hidden_in_values(post, findings);
    for (field, asked, offered, what) in [
        ("publish_at", post.publish_at.is_some(), rules.publish_ahead.is_some(), "a publish time"),
        ("quote", post.quote.is_some(), rules.quotes, "quoting another post"),
        ("reply_to", post.reply_to.is_some(), rules.replies, "answering another post"),
    ] {
        if asked && !offered {
            findings.push(unsupported(rules, field, what));
        }
    }
    if post.ai_generated && !rules.ai_label {
        let message = format!("{} has no label for what a model made; the text has to say it", rules.platform_name());
        findings.push(Finding::note(FindingCode::UNLABELLED, "ai_generated", message));
    }
}

fn unsupported(rules: &Rules, field: &str, what: &str) -> Finding {
    let message = format!("{} does not offer {what} here; take it out", rules.platform_name());
    Finding::error(FindingCode::UNSUPPORTED, field, message)
}

fn title(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    let title = post.title.as_deref().unwrap_or_default();
    match &rules.title {
        Some(rule) => {
            words::required("title", rule, title, findings);
            words::text("title", rule, title, post.content().next().is_some(), findings);
            words::line_breaks("title", title, findings);
        }
        None if !title.is_empty() => {
            let finding = Finding::warning(FindingCode::NOT_SHOWN, "title", "there is no title here; it is not shown");
            findings.push(finding.with_value(title));
            words::controls("title", title, findings);
        }
        None => {}
    }
}

fn link(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    let Some(link) = &post.link else { return };
    if !rules.link_card && !post.text.contains(link.as_str()) {
        let message = "a link is not shown as a card here; write it into the text";
        findings.push(Finding::warning(FindingCode::NOT_SHOWN, "link", message).with_value(link.as_str()));
    }
    if !matches!(link.scheme(), "http" | "https") {
        let finding = Finding::error(FindingCode::INVALID, "link", "only web addresses can be linked");
        findings.push(finding.with_value(link.as_str()));
    }
    let length = link.as_str().chars().count();
    if let Some(maximum) = rules.max_link_length.filter(|maximum| length > *maximum) {
        let finding = Finding::error(FindingCode::TOO_LONG, "link", "the address is too long; use a shorter one");
        findings.push(
            finding.with_value(format!("{length} characters")).with_limit(format!("at most {maximum} characters")),
        );
    }
}

fn languages(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    let count = post.languages.len();
    if rules.max_languages == Some(0) && count > 0 {
        let message = format!("{} is not told the language", rules.platform_name());
        findings.push(Finding::note(FindingCode::NOT_SHOWN, "languages", message));
    } else if let Some(maximum) = rules.max_languages.filter(|maximum| count > *maximum) {
        let finding =
            Finding::error(FindingCode::TOO_MANY, "languages", "too many languages are named; leave some out");
        findings
            .push(finding.with_value(format!("{count} languages")).with_limit(format!("at most {maximum} languages")));
    }
    let named = post.languages.iter().enumerate().map(|(index, tag)| (format!("languages[{index}]"), tag));
    let files = post.attachments.iter().enumerate();
    let of_files =
        files.filter_map(|(index, file)| Some((format!("attachments[{index}].language"), file.language.as_ref()?)));
    for (field, language) in named.chain(of_files) {
        if !is_language_tag(language) {
            let finding = Finding::error(FindingCode::INVALID, field, "this is not a BCP 47 tag such as `de-AT`");
            findings.push(finding.with_value(language));
        }
    }
}

fn thread(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    let count = post.thread.len();
    match &rules.thread {
        None if count > 0 => findings.push(unsupported(rules, "thread", "threads")),
        Some(rule) => {
            if let Some(maximum) = rule.max_parts.filter(|maximum| count > *maximum) {
                let message = format!("the thread has too many further parts; take out {}", count - maximum);
                let finding = Finding::error(FindingCode::TOO_MANY, "thread", message);
                findings
                    .push(finding.with_value(format!("{count} parts")).with_limit(format!("at most {maximum} parts")));
            }
        }
        None => {}
    }
}

fn first_comment(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    let Some(comment) = &post.first_comment else { return };
    match &rules.first_comment {
        None => findings.push(unsupported(rules, "first_comment", "a first comment")),
        Some(_) if comment.trim().is_empty() => {
            findings.push(Finding::error(
                FindingCode::EMPTY,
                "first_comment",
                "the first comment is empty; take it out",
            ));
        }
        Some(rule) => words::text("first_comment", rule, comment, false, findings),
    }
}

fn poll(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    let Some(poll) = &post.poll else { return };
    let Some(rule) = &rules.poll else { return findings.push(unsupported(rules, "poll", "polls")) };
    let count = poll.choices.len();
    let wrong = |code, message| {
        let limit = words::in_words(rule.choices, "answers");
        Finding::error(code, "poll.choices", message).with_value(format!("{count} answers")).with_limit(limit)
    };
    if rule.choices.is_above(count) {
        findings.push(wrong(FindingCode::TOO_MANY, "there are too many answers; take some out"));
    } else if rule.choices.is_below(count.max(1)) || count < 2 {
        findings.push(wrong(FindingCode::TOO_FEW, "there are too few answers; add some"));
    }
    for (index, choice) in poll.choices.iter().enumerate() {
        let field = format!("poll.choices[{index}]");
        if choice.trim().is_empty() {
            findings.push(Finding::error(FindingCode::EMPTY, field, "the answer is empty; write one or take it out"));
        } else {
            words::text(&field, &rule.choice, choice, false, findings);
            words::line_breaks(&field, choice, findings);
        }
    }
    if let Some(time) = poll.open_for
        && !rule.open_for.contains(time)
    {
        let code = if rule.open_for.is_above(time) { FindingCode::TOO_LONG } else { FindingCode::TOO_SHORT };
        let seconds = |time: std::time::Duration| time.as_secs();
        let span = Span { minimum: rule.open_for.minimum.map(seconds), maximum: rule.open_for.maximum.map(seconds) };
        let finding =
            Finding::error(code, "poll.open_for", "the poll cannot be open for that long; choose another time");
        findings.push(
            finding.with_value(format!("{} seconds", time.as_secs())).with_limit(words::in_words(span, "seconds")),
        );
    }
    if poll.multiple && !rule.multiple {
        findings.push(unsupported(rules, "poll.multiple", "polls with several answers"));
    }
    if !rule.with_files && post.content().next().is_some() {
        let message = "a poll and files cannot stand in one post; take out one of them";
        findings.push(Finding::error(FindingCode::MIXED, "poll", message));
    }
}

/// Texts of options, tags among them, and ids go out as they are.
fn hidden_in_values(post: &Post, findings: &mut Vec<Finding>) {
    for (platform, name, value) in post.options.iter() {
        let mut waiting = vec![(format!("options.{platform}.{name}"), value)];
        while let Some((field, value)) = waiting.pop() {
            match value {
                Value::String(text) => {
                    words::controls(&field, text, findings);
                    words::line_breaks(&field, text, findings);
                }
                Value::Array(items) => {
                    waiting.extend(items.iter().enumerate().rev().map(|(at, item)| (format!("{field}[{at}]"), item)));
                }
                Value::Object(fields) => {
                    waiting.extend(fields.iter().rev().map(|(name, value)| (format!("{field}.{name}"), value)));
                }
                _ => {}
            }
        }
    }
    for (field, other) in [("quote", &post.quote), ("reply_to", &post.reply_to)] {
        if let Some(other) = other {
            words::controls(field, &other.id, findings);
        }
    }
}

/// Options are refused by name: what is not understood would be dropped.
fn options(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    if rules.any_options {
        return;
    }
    let mut strangers = BTreeSet::new();
    for (platform, name, _) in post.options.iter() {
        if *platform != rules.platform {
            strangers.insert(platform);
        } else if !rules.options.iter().any(|option| option.name == name) {
            let known: Vec<_> = rules.options.iter().map(|option| option.name.as_str()).collect();
            let message = format!("{} does not know this option in a {}; take it out", rules.platform, rules.placement);
            let limit = if known.is_empty() { "no options".to_owned() } else { known.join(", ") };
            let field = format!("options.{platform}.{name}");
            findings
                .push(Finding::error(FindingCode::UNKNOWN_OPTION, field, message).with_value(name).with_limit(limit));
        }
    }
    for platform in strangers {
        let message = format!(
            "{} does not understand options of `{platform}`; take them out of this post",
            rules.platform_name()
        );
        findings.push(Finding::error(FindingCode::UNKNOWN_OPTION, format!("options.{platform}"), message));
    }
}

/// Whether the platform can be told to publish at the post's time.
pub(super) fn publish_time(rules: &Rules, post: &Post, now: Timestamp) -> Option<Finding> {
    let (time, span) = (post.publish_at?, rules.publish_ahead?);
    let ahead = time.duration_since(now);
    let (code, message) = match std::time::Duration::try_from(ahead) {
        Ok(ahead) if span.contains(ahead) => return None,
        Ok(ahead) if span.is_above(ahead) => (FindingCode::TOO_LONG, "the publish time is too far away"),
        Ok(_) => (FindingCode::TOO_SHORT, "the publish time is too near"),
        Err(_) => (FindingCode::TOO_SHORT, "the publish time is over"),
    };
    let seconds = |time: std::time::Duration| time.as_secs();
    let span = Span { minimum: span.minimum.map(seconds), maximum: span.maximum.map(seconds) };
    let finding = Finding::error(code, "publish_at", format!("{message}; choose another time"));
    Some(
        finding
            .with_value(format!("{} seconds ahead", ahead.as_secs()))
            .with_limit(words::in_words(span, "seconds ahead")),
    )
}
