//! What follows the host of an address: port, path, query, fragment.

use super::domain::is_accented_latin;

/// Brackets inside brackets inside an address; deeper ones end it.
const DEEPEST: usize = 2;

pub(super) fn port_length(text: &str) -> usize {
    let digits = text.strip_prefix(':').map_or(0, |rest| run_length(rest, |c| c.is_ascii_digit()));
    if digits == 0 { 0 } else { digits + 1 }
}

/// The path by the rules of twitter-text.
pub(super) fn path_length(text: &str) -> usize {
    if !text.starts_with('/') {
        return 0;
    }
    let (mut at, mut end) = (1, 1);
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        if c == '(' {
            match parentheses_length(text.get(at..).unwrap_or_default()) {
                0 => break,
                length => at += length,
            }
            end = at;
        } else if is_path_char(c) {
            at += c.len_utf8();
            if may_end_path(c) {
                end = at;
            }
        } else {
            break;
        }
    }
    end
}

/// Balanced parentheses with path characters in them, nested at most once.
fn parentheses_length(text: &str) -> usize {
    let inner = |from: usize| run_length(text.get(from..).unwrap_or_default(), is_path_char);
    let is = |at: usize, c: char| text.get(at..).is_some_and(|rest| rest.starts_with(c));
    let first = 1 + inner(1);
    if is(first, ')') {
        return if first > 1 { first + 1 } else { 0 };
    }
    if !is(first, '(') {
        return 0;
    }
    let nested = first + 1 + inner(first + 1);
    let last = nested + 1 + inner(nested + 1);
    if nested > first + 1 && is(nested, ')') && is(last, ')') { last + 1 } else { 0 }
}

/// The query by the rules of twitter-text.
pub(super) fn query_length(text: &str) -> usize {
    let Some(query) = text.strip_prefix('?') else { return 0 };
    let chars = query.char_indices();
    let allowed = chars.take_while(|(_, c)| c.is_ascii_alphanumeric() || "!?*'@();:&=+$/%#[]-_.,~|".contains(*c));
    let ends = allowed.filter(|(_, c)| c.is_ascii_alphanumeric() || "-_&=#/".contains(*c));
    ends.last().map_or(0, |(at, c)| 1 + at + c.len_utf8())
}

/// Path, query and fragment as a reader sees them: without the quotes, Markdown and punctuation
/// around, with brackets that close, and with letters of any script where a part begins with one.
/// `before` stands in front of the address.
pub(super) fn seen_length(text: &str, before: Option<char>, longest: usize) -> usize {
    if !text.starts_with(['/', '?', '#']) {
        return 0;
    }
    let mut end = 0;
    let mut open = Vec::new();
    let mut previous = '/';
    for (at, c) in text.char_indices().take_while(|(at, _)| *at < longest) {
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        let mut ends_here = may_end_path(c);
        match c {
            '(' if open.len() < DEEPEST => open.push(')'),
            '[' if open.len() < DEEPEST => open.push(']'),
            ')' | ']' if open.last() == Some(&c) => {
                open.pop();
                ends_here = true;
            }
            '\'' if before == Some('\'') || ends_word(rest) => break,
            ',' | ';' | '|' if starts_with_scheme(rest) => break,
            '?' => {}
            '[' | ']' => break,
            _ if is_path_char(c) => {}
            _ if is_foreign(c) && (is_foreign(previous) || ("/=-_".contains(previous) && !is_hiragana(c))) => {
                ends_here = true;
            }
            _ => break,
        }
        previous = c;
        if ends_here && open.is_empty() {
            end = at + c.len_utf8();
        }
    }
    match (before, text.get(..end)) {
        (Some('_'), Some(tail)) => tail.trim_end_matches('_').len(),
        _ => end,
    }
}

/// What follows an apostrophe that is not a part of the address: nothing of it, or `s`.
fn ends_word(rest: &str) -> bool {
    let mut rest = rest.chars();
    let more = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match rest.next() {
        Some('s' | 'S') => !more(rest.next()),
        next => !more(next),
    }
}

pub(super) fn starts_with_scheme(text: &str) -> bool {
    scheme_length(text) > 0
}

/// The length of `https://` or `http://` at the start; else 0.
pub(super) fn scheme_length(text: &str) -> usize {
    let is = |scheme: &&str| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    ["https://", "http://"].iter().find(|scheme| is(scheme)).map_or(0, |scheme| scheme.len())
}

fn run_length(text: &str, accept: impl Fn(char) -> bool) -> usize {
    text.find(|c| !accept(c)).unwrap_or(text.len())
}

fn is_path_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!*';:=+,.$/%#[]-\u{2013}_~@|&".contains(c) || is_cyrillic(c) || is_accented_latin(c)
}

fn may_end_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+-=_#/".contains(c) || is_cyrillic(c) || is_accented_latin(c)
}

const fn is_cyrillic(c: char) -> bool {
    matches!(c, '\u{400}'..='\u{4FF}')
}

/// Letters and digits that twitter-text knows in no address.
fn is_foreign(c: char) -> bool {
    !c.is_ascii() && c.is_alphanumeric() && !is_cyrillic(c) && !is_accented_latin(c)
}

/// Words that join sentences rather than name things.
const fn is_hiragana(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{309F}')
}
