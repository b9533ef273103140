//! Where a link begins and ends in a text: one scanner for all syntaxes, linear in the text.

use std::ops::Range;

use super::domain::{Domains, can_be_resolved, host_length, is_invalid, latin_domains};
use super::tail::{path_length, port_length, query_length, scheme_length, seen_length};

/// A longer address is text, not a link.
const LONGEST_LINK: usize = 4096;
/// An address of t.co with a longer name is not one.
const LONGEST_SHORT_NAME: usize = 40;

/// Which addresses are links, and where they end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// By the rules of twitter-text 3.1: with a known top-level domain, with or without a scheme.
    Usual,
    /// Of those the ones with a scheme.
    WithScheme,
    /// As a reader sees them: any host behind a scheme, letters of all scripts in a path; without
    /// the Markdown around.
    AsSeen,
}

/// The links, in order. Each step moves on in the text, so the time is that of reading it.
pub(super) fn links(text: &str, reading: Reading) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let last_dot = text.rfind('.');
    let last = if reading == Reading::AsSeen { last_dot.max(text.rfind("://")) } else { last_dot };
    let Some(last) = last else { return found };
    let mut domains = Domains::new(text);
    let (mut from, mut before) = (0, None);
    while let Some(c) = text.get(from..).filter(|_| from < last).and_then(|rest| rest.chars().next()) {
        let may_start = before.is_none_or(may_precede);
        match may_start.then(|| Candidate::at(text, from, before, reading, &mut domains)).flatten() {
            Some(candidate) => {
                candidate.push_links(text, before, reading, &mut found);
                from = candidate.end;
                // The next link starts after another character than the last of this one.
                before = Some('a');
            }
            None => {
                from += c.len_utf8();
                before = Some(c);
            }
        }
    }
    found
}

/// What looks like a link, before its parts are judged.
struct Candidate {
    start: usize,
    domain: Range<usize>,
    end: usize,
}

impl Candidate {
    fn at(text: &str, start: usize, before: Option<char>, reading: Reading, domains: &mut Domains<'_>) -> Option<Self> {
        let scheme = scheme_length(text.get(start..)?);
        let from = start + scheme;
        let any_host = reading == Reading::AsSeen && scheme > 0;
        let known = domains.end_of(from).filter(|end| !any_host || !goes_on(text, *end));
        let host = || text.get(from..).map(host_length).filter(|length| any_host && *length > 0);
        let end_of_domain = known.or_else(|| host().map(|length| from + length))?;
        let mut end = end_of_domain;
        end += port_length(text.get(end..)?);
        if reading == Reading::AsSeen {
            end += seen_length(text.get(end..)?, before, LONGEST_LINK);
        } else {
            end += path_length(text.get(end..)?);
            end += query_length(text.get(end..)?);
        }
        Some(Self { start, domain: from..end_of_domain, end })
    }

    fn push_links(&self, text: &str, before: Option<char>, reading: Reading, found: &mut Vec<Range<usize>>) {
        let Some(domain) = text.get(self.domain.clone()) else { return };
        if self.end - self.start > LONGEST_LINK {
            return;
        }
        match reading {
            _ if self.start < self.domain.start => {
                let end = Some(self.end).filter(|_| can_be_resolved(domain));
                let short = end.and_then(|end| {
                    if reading == Reading::AsSeen { Some(end) } else { self.end_of_short_link(text, domain) }
                });
                found.extend(short.map(|end| self.start..end));
            }
            Reading::WithScheme => {}
            Reading::Usual if before.is_some_and(|c| "-_./".contains(c)) || !can_be_resolved(domain) => {}
            Reading::AsSeen if before.is_some_and(|c| "-./".contains(c)) || follows_word(text, self.start) => {}
            Reading::Usual => {
                let count = found.len();
                found.extend(latin_domains(domain).into_iter().map(|range| self.shifted(range)));
                if found.len() > count
                    && let Some(last) = found.last_mut()
                    && text.get(self.domain.end..self.end).is_some_and(|tail| tail.starts_with('/'))
                {
                    last.end = self.end;
                }
            }
            Reading::AsSeen => found.extend(latin_domains(domain).into_iter().filter_map(|range| {
                let name = domain.get(range.clone())?;
                let mut link = self.shifted(range);
                let is_last = link.end == self.domain.end;
                let whole = can_be_resolved(name) && !goes_on(text, link.end);
                link.end = if is_last { self.end } else { link.end };
                whole.then_some(link)
            })),
        }
    }

    const fn shifted(&self, range: Range<usize>) -> Range<usize> {
        self.domain.start + range.start..self.domain.start + range.end
    }

    /// Where the link ends: t.co addresses are known to have no more than a name and a query.
    /// `None` when it is not one.
    fn end_of_short_link(&self, text: &str, domain: &str) -> Option<usize> {
        let name = text.get(self.domain.end..self.end).and_then(|tail| tail.strip_prefix('/'));
        let (true, Some(name)) = (domain.eq_ignore_ascii_case("t.co"), name) else { return Some(self.end) };
        match name.bytes().take_while(u8::is_ascii_alphanumeric).count() {
            0 => Some(self.end),
            length if length > LONGEST_SHORT_NAME => None,
            length => {
                let end = self.domain.end + 1 + length;
                Some(end + query_length(text.get(end..self.end)?))
            }
        }
    }
}

/// Whether a further label follows, so that this is not the whole name.
fn goes_on(text: &str, end: usize) -> bool {
    let label = text.get(end..).and_then(|rest| rest.strip_prefix('.'));
    label.is_some_and(|label| label.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Whether an underscore joins this to a word. Else it is Markdown's.
fn follows_word(text: &str, start: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.strip_suffix('_'));
    before.is_some_and(|before| before.trim_end_matches('_').ends_with(char::is_alphanumeric))
}

fn may_precede(c: char) -> bool {
    !(c.is_ascii_alphanumeric() || matches!(c, '@' | '＠' | '$' | '#' | '＃') || is_invalid(c))
}
