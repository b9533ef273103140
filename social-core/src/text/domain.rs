//! Domains in a text, found in one pass: each run of labels and dots is read once.

use std::ops::Range;

use super::tld::top_level_domain_length;

/// DNS: the longest label, after encoding.
const LONGEST_LABEL: usize = 63;
/// DNS: the longest name. An encoded name has at least as many characters as it shows.
const LONGEST_NAME: usize = 253;

/// Where domains end, for starts that are asked about in order.
#[derive(Debug)]
pub(super) struct Domains<'a> {
    text: &'a str,
    /// What was read last.
    run: Range<usize>,
    labels: Vec<Label>,
}

/// What stands between two dots of a run.
#[derive(Debug)]
struct Label {
    range: Range<usize>,
    last_underscore: Option<usize>,
    /// Where the top-level domain ends that it starts with.
    top_level: Option<usize>,
    /// Where the longest domain ends that this whole label is a part of, but not the last.
    onward: Option<usize>,
}

impl<'a> Domains<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, run: 0..0, labels: Vec::new() }
    }

    /// Where the longest domain ends that starts here: labels, then a known top-level domain.
    pub(super) fn end_of(&mut self, start: usize) -> Option<usize> {
        if !self.run.contains(&start) {
            self.read(start);
        }
        let index = self.labels.partition_point(|label| label.range.end < start);
        let label = self.labels.get(index)?;
        is_label(self.text.get(start..label.range.end)?).then_some(())?;
        self.labels.get(index + 1)?.end_behind(label.last_underscore.is_some_and(|at| at >= start))
    }

    /// Reads the run that starts here.
    fn read(&mut self, start: usize) {
        self.labels.clear();
        let rest = self.text.get(start..).unwrap_or_default();
        let length = rest.find(|c| c != '.' && !is_label_char(c)).unwrap_or(rest.len());
        self.run = start..start + length;
        let Some(run) = rest.get(..length).filter(|run| run.contains('.')) else { return };
        let mut at = start;
        for text in run.split('.') {
            let range = at..at + text.len();
            let top_level = if at == start { None } else { self.top_level(at) };
            let last_underscore = text.rfind('_').map(|place| at + place);
            at = range.end + 1;
            self.labels.push(Label { range, last_underscore, top_level, onward: None });
        }
        let mut behind: Option<(Option<usize>, Option<usize>)> = None;
        for label in self.labels.iter_mut().rev() {
            let text = self.text.get(label.range.clone()).unwrap_or_default();
            if let Some((onward, top_level)) = behind.filter(|_| is_label(text)) {
                label.onward = onward.or(top_level.filter(|_| label.last_underscore.is_none()));
            }
            behind = Some((label.onward, label.top_level));
        }
    }

    fn top_level(&self, at: usize) -> Option<usize> {
        Some(at + top_level_domain_length(self.text.get(at..)?)?)
    }
}

impl Label {
    /// Where the domain ends of which this is a further label. A name with an underscore has no
    /// top-level domain right behind it.
    fn end_behind(&self, underscore: bool) -> Option<usize> {
        self.onward.or(self.top_level.filter(|_| !underscore))
    }
}

fn is_label(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(['-', '_']) && !text.ends_with(['-', '_'])
}

pub(super) fn is_label_char(c: char) -> bool {
    const PUNCTUATION: &str = "!'#%&()*+,\\./:;<=>?@[]^{|}~$";
    let refused = if c.is_ascii() { PUNCTUATION.contains(c) } else { is_invalid(c) || is_directional_mark(c) };
    !(refused || c.is_whitespace() || c == '\u{180E}')
}

pub(super) const fn is_invalid(c: char) -> bool {
    matches!(c, '\u{FFFE}' | '\u{FEFF}' | '\u{FFFF}')
}

const fn is_directional_mark(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2066}'..='\u{2069}')
}

/// The domains of Latin letters, digits and hyphens in a domain: scripts without spaces run into
/// them.
pub(super) fn latin_domains(domain: &str) -> Vec<Range<usize>> {
    let is_latin = |c: char| c == '-' || c.is_ascii_alphanumeric() || is_accented_latin(c);
    let run = |from: usize, latin: bool| {
        let rest = domain.get(from..).unwrap_or_default();
        rest.find(|c| is_latin(c) != latin).unwrap_or(rest.len())
    };
    let mut found = Vec::new();
    let mut start = 0;
    while start < domain.len() {
        start += run(start, false);
        let (mut at, mut end) = (start, None);
        loop {
            let length = run(at, true);
            if length == 0 || !domain.get(at + length..).is_some_and(|rest| rest.starts_with('.')) {
                at += length;
                break;
            }
            at += length + 1;
            end = domain.get(at..).and_then(top_level_domain_length).map(|length| at + length).or(end);
        }
        // A chain of labels in which none ends a domain has no other start that does better.
        found.extend(end.map(|end| start..end));
        start = end.unwrap_or(at);
    }
    found
}

pub(super) const fn is_accented_latin(c: char) -> bool {
    matches!(c,
        '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{24F}' | '\u{253}' | '\u{254}' | '\u{256}' | '\u{257}'
        | '\u{259}' | '\u{25B}' | '\u{263}' | '\u{268}' | '\u{26F}' | '\u{272}' | '\u{289}' | '\u{2BB}'
        | '\u{300}'..='\u{36F}' | '\u{1E00}'..='\u{1EFF}')
}

/// Whether the name server can be asked: name and labels short enough, after encoding.
pub(super) fn can_be_resolved(domain: &str) -> bool {
    let short = |domain: &str| domain.split('.').all(|label| label.len() <= LONGEST_LABEL);
    if domain.chars().nth(LONGEST_NAME).is_some() {
        return false;
    }
    let plain = domain.is_ascii() && !domain.to_ascii_lowercase().contains("xn--");
    if plain { short(domain) } else { url::Host::parse(domain).is_ok_and(|host| short(&host.to_string())) }
}

/// How long the host is at the start of an address with a scheme, whatever its top-level domain.
pub(super) fn host_length(text: &str) -> usize {
    let (mut end, mut spaceless, mut label_is_empty) = (0, false, true);
    for (at, c) in text.char_indices().take(LONGEST_NAME) {
        match c {
            '.' if label_is_empty => break,
            '.' => label_is_empty = true,
            '-' | '_' => label_is_empty = false,
            _ if !c.is_alphanumeric() => break,
            // A sentence that runs into the name is not a part of it.
            _ if is_spaceless(c) && !spaceless && !label_is_empty => break,
            _ => {
                spaceless = if label_is_empty { is_spaceless(c) } else { spaceless };
                label_is_empty = false;
                end = at + c.len_utf8();
            }
        }
    }
    end
}

/// Letters of scripts that are written without spaces: Thai, Lao, Burmese, Khmer, kana, Han.
pub(super) const fn is_spaceless(c: char) -> bool {
    matches!(c,
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}' | '\u{20000}'..='\u{3FFFF}')
}
