use std::collections::BTreeSet;

use crate::publish::finding::Finding;
use crate::publish::post::{MediaRole, Post};
use crate::publish::rules::{Rules, TextRule};
use crate::text::{EntityKind, entities, has_reasoning_tags, placeholders};

pub(super) fn check(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    let has_content = post.content().next().is_some();
    if post.text.trim().is_empty() && !has_content && !(rules.link_card && post.link.is_some()) {
        findings.push(Finding::error("post", "the post is empty; give it a text or a file"));
    } else {
        required("text", &rules.text, &post.text, findings);
    }
    text("text", &rules.text, &post.text, findings);
    title(rules, post, findings);
    entity_counts(rules, post, findings);
    link(rules, post, findings);
    languages(rules, post, findings);
    if post.ai_generated && !rules.ai_label {
        let message = format!("{} cannot be told that a model made the post; say so in the text", rules.platform);
        findings.push(Finding::new(super::Severity::Note, "ai_generated", message));
    }
    for (index, attachment) in post.attachments.iter().enumerate().filter(|(_, a)| a.role != MediaRole::Captions) {
        if let Some(alt) = &attachment.alt_text {
            let rule = rules.alt_text.clone().unwrap_or_default();
            text(&format!("attachments[{index}].alt_text"), &rule, alt, findings);
        }
    }
}

fn required(field: &str, rule: &TextRule, text: &str, findings: &mut Vec<Finding>) {
    if rule.required && text.trim().is_empty() {
        findings.push(Finding::error(field, format!("the {field} is missing; it is required")));
    }
}

/// Its length, and what must not be left in it.
fn text(field: &str, rule: &TextRule, text: &str, findings: &mut Vec<Finding>) {
    for measure in rule.measure(text).into_iter().filter(|measure| measure.is_over()) {
        let noun = measure.unit.noun();
        let message = if measure.maximum == 0 {
            "nothing is taken here; leave it empty".to_owned()
        } else {
            format!("it is too long by {}; shorten it", measure.used - measure.maximum)
        };
        findings.push(
            Finding::error(field, message)
                .with_value(format!("{} {noun}", measure.used))
                .with_limit(format!("at most {} {noun}", measure.maximum)),
        );
    }
    if has_reasoning_tags(text) {
        findings
            .push(Finding::error(field, "a model's thinking is left in it; take out the tags and what they enclose"));
    }
    for blank in placeholders(text) {
        findings.push(Finding::error(field, "a blank is not filled in; replace it").with_value(blank));
    }
}

fn title(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    let title = post.title.as_deref().unwrap_or_default();
    match &rules.title {
        Some(rule) => {
            required("title", rule, title, findings);
            text("title", rule, title, findings);
        }
        None if !title.is_empty() => {
            findings.push(Finding::warning("title", "there is no title here; it is not shown").with_value(title));
        }
        None => {}
    }
}

fn entity_counts(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    let found = entities(&post.text, rules.syntax);
    let count = |kind| found.iter().filter(|entity| entity.kind == kind).count();
    let of_text = found.iter().filter(|entity| entity.kind == EntityKind::Link).map(|entity| entity.value.as_str());
    let links: BTreeSet<_> = of_text.chain(post.link.as_ref().map(url::Url::as_str)).map(same_link).collect();
    let counts = [
        ("hashtags", count(EntityKind::Hashtag), rules.max_hashtags),
        ("mentions", count(EntityKind::Mention), rules.max_mentions),
        ("stock symbols", count(EntityKind::Cashtag), rules.max_cashtags),
        ("different links", links.len(), rules.max_links),
    ];
    for (name, count, maximum) in counts {
        if let Some(maximum) = maximum.filter(|maximum| count > *maximum) {
            let finding = Finding::error("text", format!("there are too many {name}; take out {}", count - maximum));
            findings
                .push(finding.with_value(format!("{count} {name}")).with_limit(format!("at most {maximum} {name}")));
        }
    }
}

/// A link as it is compared with others.
fn same_link(address: &str) -> String {
    url::Url::parse(address).map_or_else(|_| address.to_owned(), String::from)
}

fn link(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    let Some(link) = &post.link else { return };
    if !rules.link_card && !post.text.contains(link.as_str()) {
        let message = "a link is not shown as a card here; write it into the text";
        findings.push(Finding::warning("link", message).with_value(link.as_str()));
    }
    if !matches!(link.scheme(), "http" | "https") {
        findings.push(Finding::error("link", "only web addresses can be linked").with_value(link.as_str()));
    }
    let length = link.as_str().chars().count();
    if let Some(maximum) = rules.max_link_length.filter(|maximum| length > *maximum) {
        let finding = Finding::error("link", "the address is too long; use a shorter one");
        findings.push(
            finding.with_value(format!("{length} characters")).with_limit(format!("at most {maximum} characters")),
        );
    }
}

fn languages(rules: &Rules, post: &Post, findings: &mut Vec<Finding>) {
    let count = post.languages.len();
    if let Some(maximum) = rules.max_languages.filter(|maximum| count > *maximum) {
        let finding = Finding::error("languages", "too many languages are named; leave some out");
        findings
            .push(finding.with_value(format!("{count} languages")).with_limit(format!("at most {maximum} languages")));
    }
    for (index, language) in post.languages.iter().enumerate() {
        let subtag =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !language.split('-').all(subtag) {
            let finding = Finding::error(format!("languages[{index}]"), "this is no BCP 47 tag such as `de-AT`");
            findings.push(finding.with_value(language));
        }
    }
}
