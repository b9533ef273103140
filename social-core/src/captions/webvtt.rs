//! WebVTT.

use super::srt::push_line;
use super::{Captions, Cue, stamp};

/// References of HTML that WebVTT names, and what they stand for.
const REFERENCES: [(&str, char); 6] =
    [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&nbsp;", '\u{a0}'), ("&lrm;", '\u{200e}'), ("&rlm;", '\u{200f}')];

pub(super) fn write(captions: &Captions) -> String {
    let mut file = "WEBVTT\n".to_owned();
    for cue in captions.cues.iter().filter(|cue| cue.lines().next().is_some()) {
        file.push('\n');
        stamp::write(&mut file, cue.start, '.');
        file.push_str(" --> ");
        stamp::write(&mut file, cue.end, '.');
        file.push('\n');
        for line in cue.lines() {
            for c in line.chars() {
                match c {
                    '&' => file.push_str("&amp;"),
                    '<' => file.push_str("&lt;"),
                    '>' => file.push_str("&gt;"),
                    c => file.push(c),
                }
            }
            file.push('\n');
        }
    }
    file
}

pub(super) fn read(text: &str) -> Captions {
    let mut captions = Captions::default();
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for block in text.split("\n\n") {
        // Before the times there may be the name of the cue; notes, styles and regions have none.
        let mut lines = block.trim_start_matches('\n').split('\n').skip_while(|line| !line.contains("-->"));
        let Some((start, end)) = lines.next().and_then(stamp::read_line) else { continue };
        let mut text = String::new();
        lines.for_each(|line| push_line(&mut text, plain(line).trim()));
        captions.cues.push(Cue::new(start, end, text));
    }
    captions
}

/// The line without its tags and with its references resolved.
fn plain(line: &str) -> String {
    let (mut plain, mut rest) = (String::new(), line);
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let reference = REFERENCES.iter().find_map(|(name, c)| Some((*c, from.strip_prefix(name)?)));
        rest = match (reference, from.strip_prefix('<')) {
            (Some((c, behind)), _) => {
                plain.push(c);
                behind
            }
            (None, Some(tag)) => tag.split_once('>').map_or("", |(_, behind)| behind),
            (None, None) => {
                plain.push('&');
                from.get(1..).unwrap_or_default()
            }
        };
    }
    plain.push_str(rest);
    plain
}
