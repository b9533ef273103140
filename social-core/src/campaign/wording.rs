//! A post's text: what the writer wrote, the owner's words behind it, and hashtags.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};
use url::Url;

use super::answers::{Concept, TargetText};
use super::brief::Brief;
use crate::publish::{Finding, FindingCode, Rules};
use crate::text::{self, EntityKind, Removed, Syntax, Unit, entities, fit_keeping, is_blank};

/// What the owner says in every post, whatever the writer wrote: it survives every shortening.
#[derive(Clone, Copy, Debug)]
pub(super) struct OwnWords<'a> {
    call: Option<&'a str>,
    link: Option<&'a Url>,
}

/// A text that is put together.
#[derive(Debug)]
pub(super) struct Wording {
    pub(super) text: String,
    pub(super) removed: Vec<Removed>,
    pub(super) findings: Vec<Finding>,
}

impl<'a> OwnWords<'a> {
    /// The call to action, and the link where it can be followed. `card` shows the link apart.
    pub(super) fn of(brief: &'a Brief, rules: &Rules, card: bool) -> Self {
        let call = brief.call_to_action.as_deref().map(str::trim).filter(|call| !call.is_empty());
        let link = brief.link.as_ref().filter(|_| rules.habits.links_work && !card);
        Self { call, link }
    }

    /// What of it a text lacks.
    fn missing_in(self, text: &str) -> Self {
        Self { call: self.call.filter(|call| !says(text, call)), link: self.link.filter(|link| !leads_to(text, link)) }
    }

    /// As it stands behind the writer's text.
    pub(super) fn in_words(self) -> String {
        match (self.call, self.link) {
            (Some(call), Some(link)) => format!("{}: {link}", call.trim_end_matches(['.', ':', '!', ' '])),
            (Some(call), None) => call.to_owned(),
            (None, Some(link)) => link.to_string(),
            (None, None) => String::new(),
        }
    }

    /// How much a writer may write in front of it.
    pub(super) fn room(self, unit: Unit, maximum: usize) -> usize {
        let words = self.in_words();
        if words.is_empty() { maximum } else { maximum.saturating_sub(unit.count(&format!("\n\n{words}"))) }
    }
}

/// Whether a text says these words, in any case.
fn says(text: &str, words: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    plain(text).contains(plain(words).trim_end_matches(['.', '!', ':']))
}

/// Whether a link of the text leads there.
pub(super) fn leads_to(text: &str, link: &Url) -> bool {
    let links = entities(text, Syntax::AtProtocol).into_iter().filter(|entity| entity.kind == EntityKind::Link);
    links.into_iter().any(|entity| Url::parse(&entity.value).is_ok_and(|url| url == *link))
}

/// The text without its links to there.
fn without_link(text: &str, link: &Url) -> String {
    let (mut kept, mut from) = (String::new(), 0);
    for entity in entities(text, Syntax::AtProtocol) {
        if entity.kind == EntityKind::Link && Url::parse(&entity.value).is_ok_and(|url| url == *link) {
            kept.push_str(text.get(from..entity.range.start).unwrap_or_default().trim_end_matches([' ', '\n']));
            from = entity.range.end;
        }
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    kept.trim().to_owned()
}

/// Puts a post's text together and shortens it until it fits: hashtags and the writer's words go,
/// the owner's stay.
pub(super) fn compose(text: &TargetText, own: OwnWords<'_>, limits: &[(Unit, usize)]) -> Wording {
    let body = text.text.trim();
    let tags = hashtags(text);
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    let fitted = |body: &str, own: OwnWords<'_>| {
        let fitted = fit_keeping(body, &own.in_words(), &tags, limits)?;
        let missing = own.missing_in(&fitted.text);
        (missing.call.is_none() && missing.link.is_none()).then_some(fitted)
    };
    // What the writer wrote of it counts; where that would be cut off, it goes behind the text.
    let as_written = fit_keeping(body, &own.missing_in(body).in_words(), &tags, limits).filter(|fitted| {
        let missing = own.missing_in(&fitted.text);
        missing.call.is_none() && missing.link.is_none()
    });
    let behind = || {
        let body = own.link.map_or_else(|| body.to_owned(), |link| without_link(body, link));
        fitted(&body, own).or_else(|| fitted(&body, OwnWords { call: None, ..own }))
    };
    let found = as_written.or_else(behind);
    let (text, removed) = match found {
        Some(fitted) => (fitted.text, fitted.removed),
        // Nothing of it fits; the check says so.
        None => {
            let tags: Vec<String> = tags.iter().map(|tag| format!("#{tag}")).collect();
            let parts = [body.to_owned(), own.missing_in(body).in_words(), tags.join(" ")];
            (parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n"), Vec::new())
        }
    };
    Wording { text, removed, findings: if is_blank(body) { vec![empty()] } else { Vec::new() } }
}

fn empty() -> Finding {
    Finding::error(FindingCode::EMPTY, "text", "the writer wrote nothing; write a text, or have it made again")
}

/// Says what of the owner's words is not in a text.
pub(super) fn lost(text: &str, own: OwnWords<'_>) -> Vec<Finding> {
    let missing = own.missing_in(text);
    let call = missing.call.map(|call| {
        let message = "the call to action has no room and was left out; shorten it";
        Finding::warning(FindingCode::LEFT_OUT, "text", message).with_value(call)
    });
    let link = missing.link.map(|link| {
        let message = "the link has no room and would be left out; use a shorter one";
        Finding::error(FindingCode::LEFT_OUT, "text", message).with_value(link.as_str())
    });
    call.into_iter().chain(link).collect()
}

/// The hashtags without their signs, each once.
fn hashtags(text: &TargetText) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    let mut tags = Vec::new();
    for tag in &text.hashtags {
        let tag: String = tag.chars().filter(|c| is_tag_char(*c)).collect();
        let key = tag.to_lowercase();
        if !tag.is_empty() && !seen.contains(&key) && !text.text.contains(&format!("#{tag}")) {
            seen.push(key);
            tags.push(tag);
        }
    }
    tags
}

/// Letters with their marks, digits and underscores.
fn is_tag_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c.general_category_group() == GeneralCategoryGroup::Mark
}

/// Why an answer cannot be used as a text, in words for the writer.
pub(super) fn fault_of_text(text: &TargetText, own: OwnWords<'_>, limits: &[(Unit, usize)]) -> Option<String> {
    if is_blank(&text.text) {
        return Some("the text is empty".to_owned());
    }
    if let Some(fault) = fault_of_words([("text", text.text.as_str())].into_iter()) {
        return Some(fault);
    }
    let body = text.text.trim();
    let words = own.missing_in(body).in_words();
    let whole = if words.is_empty() { body.to_owned() } else { format!("{body}\n\n{words}") };
    let over = limits.iter().find(|(unit, maximum)| unit.count(&whole) > *maximum)?;
    let (used, room) = (over.0.count(body), own.missing_in(body).room(over.0, over.1));
    Some(format!("the text is too long: it has {used} {}, and there is room for {room}", over.0.noun()))
}

/// Why an idea cannot be used.
pub(super) fn fault_of_concept(concept: &Concept) -> Option<String> {
    if is_blank(&concept.headline) {
        return Some("the headline is empty".to_owned());
    }
    let Concept { headline, subline, call_to_action, alt_text, image_prompt, video_prompt } = concept;
    let fields = [
        ("headline", headline),
        ("subline", subline),
        ("call_to_action", call_to_action),
        ("alt_text", alt_text),
        ("image_prompt", image_prompt),
        ("video_prompt", video_prompt),
    ];
    fault_of_words(fields.into_iter().map(|(name, text)| (name, text.as_str())))
}

fn fault_of_words<'a>(mut fields: impl Iterator<Item = (&'a str, &'a str)>) -> Option<String> {
    fields.find_map(|(name, text)| {
        let (_, c) = text::controls(text).into_iter().next()?;
        Some(format!("`{name}` holds the control character U+{:04X}; write it without", u32::from(c)))
    })
}
