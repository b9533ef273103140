//! Finds links, mentions, hashtags and stock symbols in a text.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory as _};

use super::domain::is_accented_latin;
use super::entity::{Entity, EntityKind, Syntax};
use super::link::{Reading, links as find_links};
use super::richtext;

/// Everything that the syntax knows, in order and without overlaps: what starts first wins, then
/// links.
#[must_use]
pub fn entities(text: &str, syntax: Syntax) -> Vec<Entity> {
    let mut found = match syntax {
        Syntax::AtProtocol => richtext::entities(text),
        Syntax::Usual | Syntax::Federated => {
            let reading = if syntax == Syntax::Usual { Reading::Usual } else { Reading::WithScheme };
            let mut found: Vec<_> = find_links(text, reading)
                .into_iter()
                .filter_map(|range| {
                    let value = text.get(range.clone())?.to_owned();
                    Some(Entity { kind: EntityKind::Link, range, value })
                })
                .collect();
            found.extend(signed(text, syntax));
            found
        }
    };
    found.sort_by_key(|entity| entity.range.start);
    let mut end = 0;
    found.retain(|entity| {
        let free = entity.range.start >= end;
        if free {
            end = entity.range.end;
        }
        free
    });
    found
}

/// The links, by the usual rules.
#[must_use]
pub fn links(text: &str) -> Vec<Entity> {
    of_kind(text, EntityKind::Link)
}

/// The hashtags, by the usual rules.
#[must_use]
pub fn hashtags(text: &str) -> Vec<Entity> {
    of_kind(text, EntityKind::Hashtag)
}

/// The mentions, by the usual rules.
#[must_use]
pub fn mentions(text: &str) -> Vec<Entity> {
    of_kind(text, EntityKind::Mention)
}

fn of_kind(text: &str, kind: EntityKind) -> Vec<Entity> {
    entities(text, Syntax::Usual).into_iter().filter(|entity| entity.kind == kind).collect()
}

/// Hashtags, mentions and cashtags.
fn signed(text: &str, syntax: Syntax) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    for (start, sign) in text.char_indices() {
        // What is part of the one before does not start another.
        if found.last().is_some_and(|last| start < last.range.end) {
            continue;
        }
        let (Some(before), Some(after)) = (text.get(..start), text.get(start + sign.len_utf8()..)) else { continue };
        let (kind, length) = match sign {
            '#' | '＃' => (EntityKind::Hashtag, hashtag_length(before, after)),
            '@' | '＠' if syntax == Syntax::Federated => (EntityKind::Mention, federated_length(before, after)),
            '@' | '＠' => (EntityKind::Mention, mention_length(before, after)),
            '$' => (EntityKind::Cashtag, cashtag_length(before, after)),
            _ => continue,
        };
        if let Some(value) = after.get(..length).filter(|value| !value.is_empty()) {
            let range = start..start + sign.len_utf8() + length;
            found.push(Entity { kind, range, value: value.to_owned() });
        }
    }
    found
}

fn hashtag_length(before: &str, after: &str) -> usize {
    let boundary = before
        .chars()
        .next_back()
        .is_none_or(|c| matches!(c, '\u{FE0E}' | '\u{FE0F}') || !(is_hashtag_char(c) || c == '&'));
    if !boundary || after.starts_with(['\u{FE0F}', '\u{20E3}']) {
        return 0;
    }
    let length = run_length(after, is_hashtag_char);
    let (tag, rest) = after.split_at_checked(length).unwrap_or_default();
    let another = rest.starts_with(['#', '＃']) || rest.starts_with("://");
    if tag.chars().any(is_letter_or_mark) && !another { length } else { 0 }
}

fn is_hashtag_char(c: char) -> bool {
    // Marks that words of some languages are spelled with.
    const INSIDE: &str = "_\u{200C}\u{200D}\u{A67E}\u{5BE}\u{5F3}\u{5F4}\u{FF5E}\u{301C}\u{309B}\u{309C}\u{30A0}\u{30FB}\
                          \u{3003}\u{F0B}\u{F0C}\u{B7}";
    is_letter_or_mark(c) || c.general_category() == GeneralCategory::DecimalNumber || INSIDE.contains(c)
}

fn is_letter_or_mark(c: char) -> bool {
    matches!(c.general_category_group(), GeneralCategoryGroup::Letter | GeneralCategoryGroup::Mark)
}

const fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn mention_length(before: &str, after: &str) -> usize {
    const LONGEST: usize = 20;
    let taken = |c: char| is_name_char(c) || "!#$%&*@＠".contains(c);
    if before.chars().next_back().is_some_and(taken) && !follows_retweet(before) {
        return 0;
    }
    let length = run_length(after, is_name_char).min(LONGEST);
    let rest = after.get(length..).unwrap_or_default();
    let spoilt = rest.starts_with(['@', '＠']) || rest.starts_with(is_accented_latin) || rest.starts_with("://");
    if spoilt { 0 } else { length }
}

/// `RT@name` is a mention although a letter stands before the sign.
fn follows_retweet(before: &str) -> bool {
    let before = before.strip_suffix(':').unwrap_or(before);
    let head = before.len().checked_sub(2).and_then(|at| before.split_at_checked(at));
    head.is_some_and(|(head, tail)| {
        tail.eq_ignore_ascii_case("rt")
            && !head.chars().next_back().is_some_and(|c| is_name_char(c) || "+~.-".contains(c))
    })
}

/// `name` or `name@server.example`.
fn federated_length(before: &str, after: &str) -> usize {
    if before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || "_/@".contains(c)) {
        return 0;
    }
    let trimmed = |text: &str, accept: fn(char) -> bool| {
        let run = text.get(..run_length(text, accept)).unwrap_or_default();
        run.trim_end_matches(['.', '-']).len()
    };
    let user = trimmed(after, |c| is_name_char(c) || matches!(c, '.' | '-'));
    let Some(server) = after.get(user..).and_then(|rest| rest.strip_prefix('@')) else { return user };
    let host = trimmed(server, |c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'));
    if user == 0 || host == 0 { user } else { user + 1 + host }
}

fn cashtag_length(before: &str, after: &str) -> usize {
    if before.chars().next_back().is_some_and(|c| !c.is_whitespace()) {
        return 0;
    }
    let mut length = run_length(after, |c| c.is_ascii_alphabetic());
    if !(1..=6).contains(&length) {
        return 0;
    }
    if let Some(class) = after.get(length..).and_then(|rest| rest.strip_prefix(['.', '_'])) {
        let extra = run_length(class, |c| c.is_ascii_alphabetic());
        if (1..=2).contains(&extra) {
            length += 1 + extra;
        }
    }
    let ends = |c: char| c.is_whitespace() || c.is_ascii_punctuation();
    if after.get(length..).is_some_and(|rest| rest.is_empty() || rest.starts_with(ends)) { length } else { 0 }
}

fn run_length(text: &str, accept: impl Fn(char) -> bool) -> usize {
    text.find(|c| !accept(c)).unwrap_or(text.len())
}
