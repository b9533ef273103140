//! The rich text of the AT Protocol: what its reference client detects, and what a reader sees
//! beside it - behind quotes, Markdown and the punctuation of scripts without spaces.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory as _};

use super::control::is_invisible;
use super::domain::is_spaceless;
use super::entity::{Entity, EntityKind};
use super::link::{Reading, links};
use super::tail::starts_with_scheme;
use super::tld::ends_in_top_level_domain;

/// Longer tags are text; in UTF-16 units, as the reference client counts.
const LONGEST_TAG: usize = 64;
/// So much punctuation behind a tag is looked at, to see whether the tag goes on.
const LONGEST_TAIL: usize = 64;

/// Punctuation beyond ASCII with which words are spelled: middle dots, Hebrew marks, hyphens, the
/// apostrophe.
const JOINING: &str = "\u{B7}\u{5BE}\u{5F3}\u{5F4}\u{2010}\u{2011}\u{2019}\u{30A0}\u{30FB}\u{FF65}";

/// Links first; what starts inside of one is left to the caller to drop.
pub(super) fn entities(text: &str) -> Vec<Entity> {
    let mut found: Vec<Entity> = links(text, Reading::AsSeen)
        .into_iter()
        .filter_map(|range| {
            let address = text.get(range.clone())?;
            let value = if starts_with_scheme(address) { address.to_owned() } else { format!("https://{address}") };
            Some(Entity { kind: EntityKind::Link, range, value })
        })
        .collect();
    let mut end_of_last = 0;
    for (start, sign) in text.char_indices().filter(|(_, c)| matches!(c, '@' | '＠' | '#' | '＃' | '$')) {
        let (Some(before), Some(rest)) = (text.get(..start), text.get(start + sign.len_utf8()..)) else { continue };
        if start < end_of_last {
            continue;
        }
        let detected = match sign {
            '@' | '＠' => mention(before, rest),
            '$' => cashtag(before, rest),
            _ => tag(before, rest),
        };
        if let Some((kind, length, value)) = detected {
            end_of_last = start + sign.len_utf8() + length;
            found.push(Entity { kind, range: start..end_of_last, value });
        }
    }
    found
}

/// How long it is behind its sign, and what it says.
type Detected = Option<(EntityKind, usize, String)>;

/// Whether a sign here is the beginning of something: behind a space, a quote, a bracket, other
/// punctuation, an emoji. Signs of addresses and numbers join it to what stands before.
fn opens(before: &str) -> bool {
    let mut chars = before.chars().rev();
    match chars.next() {
        None => true,
        Some('@' | '＠' | '#' | '＃' | '$' | '&' | '%' | '+' | '=' | '\\') => false,
        Some('_' | '-' | '.' | '/' | '~') => !chars.find(|c| !"_-./~".contains(*c)).is_some_and(char::is_alphanumeric),
        Some(c) => !c.is_alphanumeric(),
    }
}

fn mention(before: &str, rest: &str) -> Detected {
    let in_sentence = before.chars().next_back().is_some_and(is_spaceless);
    if !opens(before) && !in_sentence {
        return None;
    }
    // Names that were copied bring marks along that nobody sees.
    let hidden = run_length(rest, is_invisible);
    let run = rest.get(hidden..)?;
    let run = run.get(..run_length(run, |c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')))?;
    let name = run.trim_end_matches(['.', '-']);
    // `@name@server` is a name of other networks.
    let goes_on = name.len() == run.len() && rest.get(hidden + run.len()..)?.starts_with(['@', '＠']);
    let known = !name.starts_with(['.', '-']) && (ends_in_top_level_domain(name) || name.ends_with(".test"));
    (known && !goes_on).then(|| (EntityKind::Mention, hidden + name.len(), name.to_owned()))
}

fn tag(before: &str, rest: &str) -> Detected {
    if !opens(before) || rest.starts_with('\u{FE0F}') {
        return None;
    }
    let closing = before.chars().next_back().and_then(closing_sign);
    let (mut end, mut units, mut units_to_end) = (0, 0, 0);
    let (mut previous, mut has_word) = (None, false);
    for (at, c) in rest.char_indices() {
        let next = || rest.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
        if is_space(c) || ends_tag(c) || Some(c) == closing || units > units_to_end + LONGEST_TAIL {
            break;
        }
        units += c.len_utf16();
        if is_punctuation(c) {
            // Marks that words are spelled with stay inside; other ones beyond ASCII end it.
            let joins = JOINING.contains(c)
                && previous.is_some_and(char::is_alphanumeric)
                && next().is_some_and(char::is_alphanumeric);
            if !c.is_ascii() && !joins {
                break;
            }
        } else {
            has_word |= !c.is_ascii_digit();
            end = at + c.len_utf8();
            units_to_end = units;
            if units > LONGEST_TAG {
                return None;
            }
        }
        previous = Some(c);
    }
    has_word.then(|| (EntityKind::Hashtag, end, rest.get(..end).unwrap_or_default().to_owned()))
}

/// What ends that which stands behind such a sign, beside punctuation.
const fn closing_sign(sign: char) -> Option<char> {
    match sign {
        '<' => Some('>'),
        '`' | '~' | '|' | '"' => Some(sign),
        _ => None,
    }
}

fn cashtag(before: &str, rest: &str) -> Detected {
    const LONGEST: usize = 5;
    let follows = |c: char| is_space(c) || (is_punctuation(c) && !"/_-.,:;@#&%\\".contains(c));
    let opened = before.chars().next_back().is_none_or(follows);
    let symbol = rest.get(..run_length(rest, |c| c.is_ascii_alphanumeric()))?;
    let ends = |c: char| is_space(c) || ".,;:!?)*\"'".contains(c) || (!c.is_ascii() && is_punctuation(c));
    let behind = rest.get(symbol.len()..)?;
    (opened
        && symbol.starts_with(|c: char| c.is_ascii_alphabetic())
        && symbol.len() <= LONGEST
        && (behind.is_empty() || behind.starts_with(ends)))
    .then(|| (EntityKind::Cashtag, symbol.len(), symbol.to_ascii_uppercase()))
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
