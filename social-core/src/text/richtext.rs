//! The rich text of the AT Protocol, as its reference client detects it.

use std::ops::Range;

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

use super::entity::{Entity, EntityKind};
use super::link::is_top_level_domain;

/// Longer tags are text; in UTF-16 units, as the reference client counts.
const LONGEST_TAG: usize = 64;

pub(super) fn entities(text: &str) -> Vec<Entity> {
    let mut found = Vec::new();
    for (start, _) in text.char_indices() {
        let (Some(before), Some(rest)) = (text.get(..start), text.get(start..)) else { continue };
        let before = before.chars().next_back();
        let starts_word = before.is_none_or(is_space);
        if !starts_word && before != Some('(') {
            continue;
        }
        let detected = match rest.chars().next() {
            Some('@') => mention(rest),
            Some('#' | '＃') if starts_word => tag(rest),
            Some('$') => cashtag(rest),
            _ => link(rest),
        };
        if let Some((kind, length, value)) = detected {
            found.push(Entity { kind, range: shift(start, length), value });
        }
    }
    found
}

type Detected = Option<(EntityKind, usize, String)>;

const fn shift(start: usize, length: usize) -> Range<usize> {
    start..start + length
}

fn mention(text: &str) -> Detected {
    let handle = text.get(1..)?;
    let handle = handle.get(..run_length(handle, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')))?;
    let handle = handle.trim_end_matches(['.', '-']);
    (ends_in_top_level_domain(handle) || handle.ends_with(".test"))
        .then(|| (EntityKind::Mention, 1 + handle.len(), handle.to_owned()))
}

fn link(text: &str) -> Detected {
    let word = text.get(..run_length(text, |c| !is_space(c)))?;
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| word.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)));
    let bare = match scheme {
        Some(scheme) if word.len() > scheme.len() => false,
        Some(_) => return None,
        None => {
            if !ends_in_top_level_domain(bare_domain(word)?) {
                return None;
            }
            true
        }
    };
    let mut address = word.strip_suffix(['.', ',', ';', ':', '!', '?']).unwrap_or(word);
    if !address.contains('(') {
        address = address.strip_suffix(')').unwrap_or(address);
    }
    let value = if bare { format!("https://{address}") } else { address.to_owned() };
    Some((EntityKind::Link, address.len(), value))
}

/// Letters and digits with dots between them, at the start of a word.
fn bare_domain(word: &str) -> Option<&str> {
    let mut end = None;
    let mut at = run_length(word, |c| c.is_ascii_alphanumeric());
    while word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.get(at..)?.starts_with('.') {
        match run_length(word.get(at + 1..)?, |c| c.is_ascii_alphanumeric()) {
            0 => break,
            length => at += 1 + length,
        }
        end = Some(at);
    }
    word.get(..end?)
}

fn ends_in_top_level_domain(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, last)| is_top_level_domain(last))
}

fn tag(text: &str) -> Detected {
    let sign = text.chars().next()?.len_utf8();
    let body = text.get(sign..)?;
    let run = body.get(..run_length(body, |c| !is_space(c) && !ends_tag(c)))?;
    if body.starts_with('\u{FE0F}') || run.chars().all(|c| c.is_ascii_digit() || is_punctuation(c)) {
        return None;
    }
    let tag = run.trim_end_matches(is_punctuation);
    (1..=LONGEST_TAG)
        .contains(&tag.encode_utf16().count())
        .then(|| (EntityKind::Hashtag, sign + tag.len(), tag.to_owned()))
}

fn cashtag(text: &str) -> Detected {
    const LONGEST: usize = 5;
    let body = text.get(1..)?;
    let symbol = body.get(..run_length(body, |c| c.is_ascii_alphanumeric()))?;
    let ends = |c: char| is_space(c) || ".,;:!?)\"'\u{2019}".contains(c);
    let rest = body.get(symbol.len()..)?;
    (symbol.starts_with(|c: char| c.is_ascii_alphabetic())
        && symbol.len() <= LONGEST
        && (rest.is_empty() || rest.starts_with(ends)))
    .then(|| (EntityKind::Cashtag, 1 + symbol.len(), symbol.to_ascii_uppercase()))
}

const fn ends_tag(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{2060}' | '\u{200A}'..='\u{200D}' | '\u{20E2}')
}

fn is_punctuation(c: char) -> bool {
    c.general_category_group() == GeneralCategoryGroup::Punctuation
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}'
}

fn run_length(text: &str, accept: impl Fn(char) -> bool) -> usize {
    text.find(|c| !accept(c)).unwrap_or(text.len())
}
