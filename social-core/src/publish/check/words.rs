//! Texts: their length, what must not be left in them, hashtags, mentions and links.

use std::collections::BTreeSet;
use std::fmt::Display;

use super::Part;
use crate::publish::attachment::MediaRole;
use crate::publish::finding::{Finding, FindingCode};
use crate::publish::rules::{Rules, Span, TextRule};
use crate::text::{self, EntityKind, entities, has_reasoning_tags, is_blank, placeholders};

pub(super) fn check(rules: &Rules, part: &Part<'_>, findings: &mut Vec<Finding>) {
    let beside = part.is_first() && ((rules.link_card && part.post.link.is_some()) || part.post.quote.is_some());
    let field = part.field("text");
    if is_blank(part.text) && !part.shows_files() && !beside {
        let field = if part.is_first() { "post".to_owned() } else { part.prefix.trim_end_matches('.').to_owned() };
        findings.push(Finding::error(FindingCode::EMPTY, field, "the post is empty; give it a text or a file"));
    } else if is_blank(part.text) && !part.text.trim().is_empty() {
        let message = "nothing in the text can be seen; write one, or take it out";
        findings.push(Finding::error(FindingCode::EMPTY, &field, message));
    } else {
        required(&field, &rules.text, part.text, findings);
    }
    text(&field, &rules.text, part.text, part.shows_files(), findings);
    entity_counts(rules, part, findings);
    let files = part.attachments.iter().enumerate();
    for (index, attachment) in files.filter(|(_, file)| file.role != MediaRole::Captions) {
        if let Some(alt) = &attachment.alt_text {
            let rule = rules.alt_text.clone().unwrap_or_default();
            text(&part.field(&format!("attachments[{index}].alt_text")), &rule, alt, true, findings);
        }
    }
}

pub(super) fn required(field: &str, rule: &TextRule, text: &str, findings: &mut Vec<Finding>) {
    if rule.required && is_blank(text) {
        findings.push(Finding::error(FindingCode::MISSING, field, format!("the {field} is missing; it is required")));
    }
}

/// Its length, and what must not be left in it. `files` says whether it stands beside files.
pub(super) fn text(field: &str, rule: &TextRule, text: &str, files: bool, findings: &mut Vec<Finding>) {
    for measure in rule.measure(text, files).into_iter().filter(|measure| measure.is_over()) {
        let (code, message) = match measure.maximum {
            0 => (FindingCode::UNSUPPORTED, "there is no text here; leave it empty".to_owned()),
            maximum => (FindingCode::TOO_LONG, format!("it is too long by {}; shorten it", measure.used - maximum)),
        };
        findings.push(
            Finding::error(code, field, message)
                .with_value(format!("{} {}", measure.used, measure.noun))
                .with_limit(format!("at most {} {}", measure.maximum, measure.noun)),
        );
    }
    controls(field, text, findings);
    if has_reasoning_tags(text) {
        let message = "a model's thinking is left in it; take out the tags and what they enclose";
        findings.push(Finding::error(FindingCode::REASONING, field, message));
    }
    for blank in placeholders(text) {
        let finding = Finding::error(FindingCode::PLACEHOLDER, field, "a blank is not filled in; replace it");
        findings.push(finding.with_value(blank));
    }
}

/// Characters that change or hide what is shown. Nothing with one of them is approved or sent.
pub(super) fn controls(field: &str, text: &str, findings: &mut Vec<Finding>) {
    const NAMED: usize = 3;
    let found = text::controls(text);
    if found.is_empty() {
        return;
    }
    let name = |(at, c): &(usize, char)| {
        let place = text.get(..*at).unwrap_or_default().chars().count() + 1;
        format!("U+{:04X} at character {place}", *c as u32)
    };
    let mut named: Vec<_> = found.iter().take(NAMED).map(name).collect();
    if let Some(more) = found.len().checked_sub(NAMED).filter(|more| *more > 0) {
        named.push(format!("and {more} more"));
    }
    let message = "characters that nobody sees change or hide what is shown; take them out";
    findings.push(Finding::error(FindingCode::CONTROL, field, message).with_value(named.join(", ")));
}

/// What stands in one line has no line breaks.
pub(super) fn line_breaks(field: &str, text: &str, findings: &mut Vec<Finding>) {
    if text.contains(['\n', '\t']) {
        let message = "there is a line break or tab in it, and it stands in one line; take it out";
        findings.push(Finding::error(FindingCode::CONTROL, field, message));
    }
}

fn entity_counts(rules: &Rules, part: &Part<'_>, findings: &mut Vec<Finding>) {
    let found = entities(part.text, rules.syntax);
    let count = |kind| found.iter().filter(|entity| entity.kind == kind).count();
    let of_text = found.iter().filter(|entity| entity.kind == EntityKind::Link).map(|entity| entity.value.as_str());
    let card = part.post.link.as_ref().filter(|_| part.is_first());
    let links: BTreeSet<_> = of_text.chain(card.map(url::Url::as_str)).map(same_link).collect();
    let counts = [
        ("hashtags", count(EntityKind::Hashtag), rules.max_hashtags),
        ("mentions", count(EntityKind::Mention), rules.max_mentions),
        ("stock symbols", count(EntityKind::Cashtag), rules.max_cashtags),
        ("different links", links.len(), rules.max_links),
    ];
    for (name, count, maximum) in counts {
        if let Some(maximum) = maximum.filter(|maximum| count > *maximum) {
            let message = format!("there are too many {name}; take out {}", count - maximum);
            let finding = Finding::error(FindingCode::TOO_MANY, part.field("text"), message);
            findings
                .push(finding.with_value(format!("{count} {name}")).with_limit(format!("at most {maximum} {name}")));
        }
    }
}

/// A link as it is compared with others.
fn same_link(address: &str) -> String {
    url::Url::parse(address).map_or_else(|_| address.to_owned(), String::from)
}

/// What is allowed, with its unit.
pub(super) fn in_words<T: PartialOrd + Copy + Display>(span: Span<T>, unit: &str) -> String {
    let text = match (span.minimum, span.maximum) {
        (Some(minimum), Some(maximum)) if minimum == maximum => format!("{minimum} {unit}"),
        (Some(minimum), Some(maximum)) => format!("{minimum} to {maximum} {unit}"),
        (Some(minimum), None) => format!("at least {minimum} {unit}"),
        (None, Some(maximum)) => format!("at most {maximum} {unit}"),
        (None, None) => "anything".to_owned(),
    };
    text.trim_end().to_owned()
}
