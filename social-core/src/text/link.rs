//! Where a link begins and ends in a text.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// Top-level domains in lower case and native spelling: those that twitter-text 3.1 carries (its
/// `tld_lib.yml`), which come from the root zone database of IANA.
static TOP_LEVEL_DOMAINS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("tlds.txt").split_whitespace().collect());

/// The longest top-level domain in the list, in characters.
const LONGEST_TOP_LEVEL_DOMAIN: usize = 24;
/// A longer address is text, not a link.
const LONGEST_LINK: usize = 4096;
/// DNS: the longest label, after encoding.
const LONGEST_LABEL: usize = 63;
/// An address of t.co with a longer name is not one.
const LONGEST_SHORT_NAME: usize = 40;

/// Whether addresses without a scheme are links too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bare {
    Links,
    Text,
}

pub(super) fn is_top_level_domain(name: &str) -> bool {
    TOP_LEVEL_DOMAINS.contains(name) || TOP_LEVEL_DOMAINS.contains(name.to_lowercase().as_str())
}

/// Links by the rules of twitter-text 3.1, in order.
pub(super) fn links(text: &str, bare: Bare) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let Some(last_dot) = text.rfind('.') else { return found };
    let mut from = 0;
    let mut before = None;
    // No domain starts before this: the run of its characters ends without a dot.
    let mut dotless_until = 0;
    while let Some(rest) = text.get(from..).filter(|_| from < last_dot) {
        let worth_a_look = from >= dotless_until || rest.starts_with(['h', 'H']);
        if worth_a_look
            && before.is_none_or(may_precede)
            && let Some(candidate) = Candidate::at(text, from)
        {
            candidate.push_links(text, before, bare, &mut found);
            from = candidate.end;
            // The next link starts after another character than the last of this one.
            before = Some('a');
        } else if let Some(c) = rest.chars().next() {
            if from >= dotless_until {
                let run = from + run_length(rest, is_label_char);
                dotless_until = if text.get(run..).is_some_and(|rest| rest.starts_with('.')) { from } else { run };
            }
            from += c.len_utf8();
            before = Some(c);
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
    fn at(text: &str, start: usize) -> Option<Self> {
        let rest = text.get(start..)?;
        let scheme = ["https://", "http://"]
            .into_iter()
            .find(|scheme| rest.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
            .map_or(0, str::len);
        let domain = start + scheme..start + scheme + domain_length(rest.get(scheme..)?)?;
        let mut end = domain.end;
        end += port_length(text.get(end..)?);
        end += path_length(text.get(end..)?);
        end += query_length(text.get(end..)?);
        Some(Self { start, domain, end })
    }

    fn push_links(&self, text: &str, before: Option<char>, bare: Bare, found: &mut Vec<Range<usize>>) {
        let Some(domain) = text.get(self.domain.clone()) else { return };
        if self.end - self.start > LONGEST_LINK || !can_be_resolved(domain) {
            return;
        }
        if self.start < self.domain.start {
            if let Some(end) = self.end_of_short_link(text, domain) {
                found.push(self.start..end);
            }
        } else if bare == Bare::Links && !before.is_some_and(|c| "-_./".contains(c)) {
            // Without a scheme only the Latin parts of the run are domains: scripts without spaces
            // run into them.
            let count = found.len();
            let mut from = 0;
            while let Some(range) = latin_domain(domain, from) {
                from = range.end;
                found.push(self.start + range.start..self.start + range.end);
            }
            if found.len() > count
                && let Some(last) = found.last_mut()
                && text.get(self.domain.end..self.end).is_some_and(|tail| tail.starts_with('/'))
            {
                last.end = self.end;
            }
        }
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

/// The longest domain at the start of the text: labels, then a known top-level domain.
fn domain_length(text: &str) -> Option<usize> {
    let (mut found, mut at) = (None, 0);
    let mut before: Option<&str> = None;
    while at <= LONGEST_LINK {
        let rest = text.get(at..)?;
        if before.is_some_and(|name| !name.contains('_')) {
            found = top_level_domain_length(rest).map(|length| at + length).or(found);
        }
        let length = run_length(rest, is_label_char);
        let label = rest.get(..length)?;
        let joins = |c: char| matches!(c, '-' | '_');
        if label.is_empty()
            || label.starts_with(joins)
            || label.ends_with(joins)
            || !rest.get(length..)?.starts_with('.')
        {
            break;
        }
        before = Some(label);
        at += length + 1;
    }
    found
}

/// The first domain of Latin letters, digits and hyphens after `from`.
fn latin_domain(domain: &str, from: usize) -> Option<Range<usize>> {
    let is_latin = |c: char| c == '-' || c.is_ascii_alphanumeric() || is_accented_latin(c);
    let mut start = from;
    loop {
        start += run_length(domain.get(start..)?, |c| !is_latin(c));
        let (mut at, mut found) = (start, None);
        loop {
            let length = run_length(domain.get(at..)?, is_latin);
            if length == 0 || !domain.get(at + length..)?.starts_with('.') {
                break;
            }
            at += length + 1;
            found = top_level_domain_length(domain.get(at..)?).map(|length| at + length).or(found);
        }
        match found {
            Some(end) => return Some(start..end),
            None => start += run_length(domain.get(start..)?, is_latin),
        }
        if start >= domain.len() {
            return None;
        }
    }
}

/// The top-level domain that the text starts with, if what follows ends it.
fn top_level_domain_length(text: &str) -> Option<usize> {
    let punycode = || {
        let head = text.get(..4).filter(|head| head.eq_ignore_ascii_case("xn--"))?;
        let length = run_length(text.get(head.len()..)?, |c| c == '-' || c.is_ascii_alphanumeric());
        (length > 0).then_some(head.len() + length)
    };
    let ends = text.char_indices().take(LONGEST_TOP_LEVEL_DOMAIN).map(|(at, c)| at + c.len_utf8());
    ends.filter(|end| {
        let next = text.get(*end..).and_then(|rest| rest.chars().next());
        !next.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '@' | '+' | '-'))
    })
    .filter(|end| text.get(..*end).is_some_and(is_top_level_domain))
    .last()
    .or_else(punycode)
}

fn port_length(text: &str) -> usize {
    let digits = text.strip_prefix(':').map_or(0, |rest| run_length(rest, |c| c.is_ascii_digit()));
    if digits == 0 { 0 } else { digits + 1 }
}

fn path_length(text: &str) -> usize {
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
    let nested = first + 1 + inner(first + 1);
    let last = nested + 1 + inner(nested + 1);
    if is(first, '(') && nested > first + 1 && is(nested, ')') && is(last, ')') { last + 1 } else { 0 }
}

fn query_length(text: &str) -> usize {
    let Some(query) = text.strip_prefix('?') else { return 0 };
    let chars = query.char_indices();
    let allowed = chars.take_while(|(_, c)| c.is_ascii_alphanumeric() || "!?*'@();:&=+$/%#[]-_.,~|".contains(*c));
    let ends = allowed.filter(|(_, c)| c.is_ascii_alphanumeric() || "-_&=#/".contains(*c));
    ends.last().map_or(0, |(at, c)| 1 + at + c.len_utf8())
}

/// Whether the name server can be asked: every label short enough, after encoding.
fn can_be_resolved(domain: &str) -> bool {
    let short = |domain: &str| domain.split('.').all(|label| label.len() <= LONGEST_LABEL);
    let plain = domain.is_ascii() && !domain.to_ascii_lowercase().contains("xn--");
    if plain { short(domain) } else { url::Host::parse(domain).is_ok_and(|host| short(&host.to_string())) }
}

fn run_length(text: &str, accept: impl Fn(char) -> bool) -> usize {
    text.find(|c| !accept(c)).unwrap_or(text.len())
}

fn may_precede(c: char) -> bool {
    !(c.is_ascii_alphanumeric() || matches!(c, '@' | '＠' | '$' | '#' | '＃') || is_invalid(c))
}

fn is_label_char(c: char) -> bool {
    const PUNCTUATION: &str = "!'#%&()*+,\\./:;<=>?@[]^{|}~$";
    let refused = if c.is_ascii() { PUNCTUATION.contains(c) } else { is_invalid(c) || is_directional_mark(c) };
    !(refused || is_space(c))
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

pub(super) const fn is_accented_latin(c: char) -> bool {
    matches!(c,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{24F}' | '\u{253}' | '\u{254}' | '\u{256}' | '\u{257}'
        | '\u{259}' | '\u{25B}' | '\u{263}' | '\u{268}' | '\u{26F}' | '\u{272}' | '\u{289}' | '\u{2BB}'
        | '\u{300}'..='\u{36F}' | '\u{1E00}'..='\u{1EFF}')
}

const fn is_invalid(c: char) -> bool {
    matches!(c, '\u{FFFE}' | '\u{FEFF}' | '\u{FFFF}')
}

const fn is_directional_mark(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2066}'..='\u{2069}')
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{180E}'
}
