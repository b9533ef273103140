//! SubRip.

use std::fmt::Write as _;

use super::{Captions, Cue, stamp};

pub(super) fn write(captions: &Captions) -> String {
    let mut file = String::new();
    let shown = captions.cues.iter().filter(|cue| cue.lines().next().is_some());
    for (index, cue) in shown.enumerate() {
        // Writing into a String cannot fail.
        let _ = writeln!(file, "{}", index + 1);
        stamp::write(&mut file, cue.start, ',');
        file.push_str(" --> ");
        stamp::write(&mut file, cue.end, ',');
        file.push('\n');
        for line in cue.lines() {
            file.push_str(line);
            file.push('\n');
        }
        file.push('\n');
    }
    file
}

pub(super) fn read(text: &str) -> Captions {
    let mut captions = Captions::default();
    // Whether the last line belongs to no cue yet: a number may be one.
    let mut in_cue = false;
    let mut number = None;
    for line in text.split(['\n', '\r']).map(str::trim) {
        let is_number = !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit());
        if !in_cue && let Some((start, end)) = stamp::read_line(line) {
            captions.cues.push(Cue::new(start, end, ""));
            in_cue = true;
        } else if line.is_empty() {
            in_cue = captions.cues.last().is_some_and(|cue| in_cue && cue.text.is_empty());
        } else if !in_cue && is_number && number.is_none() {
            number = Some(line);
            continue;
        } else if let Some(cue) = captions.cues.last_mut() {
            // A text may go on behind a blank line, which belongs to no other cue.
            for line in number.filter(|_| !in_cue).into_iter().chain([line]) {
                push_line(&mut cue.text, &plain(line));
            }
            in_cue = true;
        }
        number = None;
    }
    captions
}

pub(super) fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() && !line.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

/// The line without its formatting: `<i>`, `<font color="red">`, `{\an8}`.
fn plain(line: &str) -> String {
    let (mut plain, mut rest) = (String::new(), line);
    while let Some(at) = rest.find(['<', '{']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let behind = behind_format(from);
        if behind.is_none() {
            plain.extend(from.chars().next());
        }
        rest = behind.unwrap_or_else(|| from.get(1..).unwrap_or_default());
    }
    plain.push_str(rest);
    plain.trim().to_owned()
}

fn behind_format(text: &str) -> Option<&str> {
    if let Some(style) = text.strip_prefix("{\\") {
        return Some(style.split_once('}')?.1);
    }
    let (tag, behind) = text.strip_prefix('<')?.split_once('>')?;
    let name = tag.strip_prefix('/').unwrap_or(tag).split(' ').next()?;
    ["b", "i", "u", "s", "font"].iter().any(|known| name.eq_ignore_ascii_case(known)).then_some(behind)
}
