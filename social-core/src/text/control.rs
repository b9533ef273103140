//! Characters that change what is shown, or hide something: found, made visible, cleaned away.

use std::borrow::Cow;

/// The beginning and end of the tags in the flags of England, Scotland and Wales.
const FLAG: char = '\u{1F3F4}';
const END_OF_TAGS: char = '\u{E007F}';
/// So many characters without a width stand in a row where a language needs them.
const ZERO_WIDTH_IN_A_ROW: usize = 2;

/// Finds characters that must not be published, by byte offset: what stands on a screen is then
/// another text than what goes out, or nobody sees that it goes out.
///
/// These are control characters but for line feed and tab (escape, carriage return, backspace,
/// NUL, C1), line and paragraph separators, overrides of the writing direction, embeddings and
/// isolates that are not closed in their paragraph, tags outside of a flag, variation selectors
/// that select nothing, byte order marks, long runs without a width, noncharacters and what
/// Unicode has deprecated. Joiners, single variation selectors, flags, directional marks and closed
/// isolates are what emoji, Arabic, Hebrew and Indic texts are written with; they are left alone.
///
/// ```
/// use social_core::text::controls;
///
/// assert_eq!(controls("50 % off\u{1b}[8m, not really"), [(8, '\u{1b}')]);
/// assert!(controls("نادي ألفا\u{200f} 👩\u{200d}🍳").is_empty());
/// ```
#[must_use]
pub fn controls(text: &str) -> Vec<(usize, char)> {
    let mut found = Vec::new();
    // What was opened in this paragraph, and is not closed yet.
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut previous = None;
    let mut in_a_row = 0;
    for (at, c) in text.char_indices() {
        in_a_row = if is_zero_width(c) { in_a_row + 1 } else { 0 };
        match c {
            '\n' => found.append(&mut open),
            '\u{202A}' | '\u{202B}' | '\u{2066}'..='\u{2068}' => open.push((at, c)),
            '\u{202C}' if open.last().is_some_and(|(_, c)| !is_isolate(*c)) => drop(open.pop()),
            '\u{2069}' => match open.iter().rposition(|(_, c)| is_isolate(*c)) {
                // Embeddings inside of it end with it, and have no end of their own.
                Some(index) => found.extend(open.drain(index..).skip(1)),
                None => found.push((at, c)),
            },
            '\t' => {}
            _ if is_refused(c) => found.push((at, c)),
            '\u{E0000}'..='\u{E007F}' if !text.get(..at).is_some_and(|before| is_in_flag(before, c)) => {
                found.push((at, c));
            }
            _ if is_selector(c) && !previous.is_some_and(|previous| selects(previous, c)) => found.push((at, c)),
            _ if in_a_row > ZERO_WIDTH_IN_A_ROW => found.push((at, c)),
            _ => {}
        }
        previous = Some(c);
    }
    found.append(&mut open);
    found.sort_unstable();
    found
}

/// The text with everything that [`controls`] finds spelled out, for instance `\u{1b}`: what may go
/// to a terminal or page.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    let found = controls(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut shown, mut from) = (String::new(), 0);
    for (at, c) in found {
        shown.push_str(text.get(from..at).unwrap_or_default());
        shown.extend(c.escape_default());
        from = at + c.len_utf8();
    }
    shown.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(shown)
}

/// As [`visible`], in one line: line feeds and tabs are spelled out, too.
#[must_use]
pub fn visible_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\t']) {
        return visible(text);
    }
    Cow::Owned(visible(text).replace('\n', "\\n").replace('\t', "\\t"))
}

/// Whether there is nothing in the text that a reader sees.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_invisible(c))
}

/// A name as a person meant it: without the spaces, `@` and invisible characters that come along
/// when it is copied.
///
/// ```
/// use social_core::text::typed_name;
///
/// assert_eq!(typed_name(" @\u{202a}alice.bsky.social\u{202c}\n"), "alice.bsky.social");
/// ```
#[must_use]
pub fn typed_name(text: &str) -> String {
    let seen: String = text.chars().filter(|c| !is_invisible(*c) && (!c.is_control() || c.is_whitespace())).collect();
    seen.trim().trim_start_matches(['@', '＠']).trim_start().to_owned()
}

/// Characters that show nothing and are no space.
pub(crate) const fn is_invisible(c: char) -> bool {
    is_zero_width(c)
        || is_selector(c)
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2061}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

const fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

const fn is_isolate(c: char) -> bool {
    matches!(c, '\u{2066}'..='\u{2068}')
}

const fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// What is never right, wherever it stands.
fn is_refused(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{2028}' | '\u{2029}' | '\u{202C}'..='\u{202E}' | '\u{2061}'..='\u{2065}' | '\u{206A}'..='\u{206F}'
            | '\u{FDD0}'..='\u{FDEF}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0001}')
        || (c as u32) & 0xFFFE == 0xFFFE
}

/// Whether a variation selector has something to select of: another one it has not, and the
/// supplementary ones choose among ideographs.
const fn selects(previous: char, selector: char) -> bool {
    let has_base = !is_selector(previous) && !is_zero_width(previous) && !previous.is_whitespace();
    let supplementary = selector as u32 >= 0xE0100;
    has_base
        && (!supplementary
            || matches!(previous, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}'))
}

/// Whether a tag character goes on with a flag: behind the black flag, letters and digits, then the
/// end.
fn is_in_flag(before: &str, tag: char) -> bool {
    const LONGEST: usize = 7;
    let mut tags = 0;
    for c in before.chars().rev().take(LONGEST) {
        match c {
            FLAG => return (tag != END_OF_TAGS && is_letter_tag(tag)) || tags > 0,
            _ if is_letter_tag(c) => tags += 1,
            _ => return false,
        }
    }
    false
}

const fn is_letter_tag(c: char) -> bool {
    matches!(c, '\u{E0030}'..='\u{E0039}' | '\u{E0061}'..='\u{E007A}')
}

#[cfg(test)]
mod tests {
    //! Invented texts; the rules are those of Unicode's annexes 9 and 51.

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_changes_or_hides_what_is_shown_is_found() {
        for (text, found) in [
            ("a\u{1b}[31mb", vec!['\u{1b}']),
            ("free\rpaid", vec!['\r']),
            ("a\r\nb", vec!['\r']),
            ("no\u{8}\u{8}yes", vec!['\u{8}', '\u{8}']),
            ("a\0b\u{7f}c\u{9b}d\u{85}", vec!['\0', '\u{7f}', '\u{85}', '\u{9b}']),
            ("a\u{b}b\u{c}", vec!['\u{b}', '\u{c}']),
            ("one\u{2028}two\u{2029}", vec!['\u{2028}', '\u{2029}']),
            ("only \u{202e}5.99\u{202c} euros", vec!['\u{202c}', '\u{202e}']),
            ("\u{202d}abc", vec!['\u{202d}']),
            ("\u{202a}never closed", vec!['\u{202a}']),
            ("\u{2067}closed in the next\n\u{2069}paragraph", vec!['\u{2067}', '\u{2069}']),
            ("\u{2066}\u{202b}x\u{2069}", vec!['\u{202b}']),
            ("x\u{2069}", vec!['\u{2069}']),
            ("x\u{202c}", vec!['\u{202c}']),
            ("\u{feff}Hello", vec!['\u{feff}']),
            ("a\u{e0068}\u{e0069}", vec!['\u{e0068}', '\u{e0069}']),
            ("👍\u{fe0f}\u{fe01}", vec!['\u{fe01}']),
            ("👍\u{e0101}\u{e0155}", vec!['\u{e0101}', '\u{e0155}']),
            ("a\u{200b}\u{200c}\u{200b}b", vec!['\u{200b}']),
            (
                "x\u{2062}y\u{206e}z\u{fffe}\u{fdd0}\u{fff9}",
                vec!['\u{2062}', '\u{206e}', '\u{fdd0}', '\u{fff9}', '\u{fffe}'],
            ),
        ] {
            let mut seen: Vec<_> = controls(text).into_iter().map(|(_, c)| c).collect();
            seen.sort_unstable();
            assert_eq!(seen, found, "{text:?}");
        }
    }

    #[test]
    fn what_languages_and_emoji_are_written_with_is_left_alone() {
        for text in [
            "Two lines\nand a\ttab",
            "👩\u{200d}❤\u{fe0f}\u{200d}💋\u{200d}👨 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} #\u{fe0f}\u{20e3} ☎\u{fe0e}",
            "مرحبا\u{200f}، ABC\u{200e} بكم \u{61c}12",
            "שלום\u{200f} (abc\u{200e})",
            "اتصل بنا: \u{2066}+49 30 1234\u{2069}",
            "اتصل بنا: \u{202a}+49 30 1234\u{202c}",
            "\u{2067}שלום \u{2066}abc\u{2069}\u{2069} x",
            "می\u{200c}خواهم क\u{94d}\u{200d}ष ක\u{dca}\u{200d}ෂ",
            "ภาษา\u{200b}ไทย",
            "葛\u{e0100}飾区",
            "Donau\u{ad}dampf ½ € …",
        ] {
            assert_eq!(controls(text), [], "{text:?}");
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn what_is_found_is_spelled_out() {
        assert_eq!(visible("a\u{1b}[2Kb\rc\nd\u{202e}"), "a\\u{1b}[2Kb\\rc\nd\\u{202e}");
        assert_eq!(visible_line("a\tb\n\0"), "a\\tb\\n\\u{0}");
    }

    #[test]
    fn a_text_that_shows_nothing_is_blank() {
        for text in ["", " \n", "\u{200b}", "\u{feff}\u{2060} ", "\u{3164}\u{115f}", "\u{2800}", "\u{200e}\u{fe0f}"] {
            assert!(is_blank(text), "{text:?}");
        }
        for text in [".", "👍", "ا"] {
            assert!(!is_blank(text), "{text}");
        }
    }

    #[test]
    fn names_are_cleaned_of_what_came_along() {
        for (typed, meant) in [
            ("alice.bsky.social", "alice.bsky.social"),
            ("\u{202a}alice.bsky.social\u{202c}", "alice.bsky.social"),
            ("@alice.bsky.social ", "alice.bsky.social"),
            ("\u{2068}@alice\u{200b}.bsky.social\u{2069}\u{feff}", "alice.bsky.social"),
            ("\u{a0}＠ alice", "alice"),
            ("two words", "two words"),
            ("\u{200e}", ""),
        ] {
            assert_eq!(typed_name(typed), meant, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_made_visible_has_nothing_to_find(text in any::<String>()) {
            prop_assert!(controls(&visible(&text)).is_empty(), "{:?}", text);
            prop_assert!(controls(&visible_line(&text)).is_empty());
        }
    }
}
