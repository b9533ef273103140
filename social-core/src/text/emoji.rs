//! Where an emoji begins and ends (UTS 51).

use unicode_properties::{EmojiStatus, UnicodeEmoji as _};

const TEXT_STYLE: char = '\u{FE0E}';
const EMOJI_STYLE: char = '\u{FE0F}';
const JOINER: char = '\u{200D}';
const KEYCAP: char = '\u{20E3}';

/// The flags of England, Scotland and Wales: the only tag sequences that are recommended for
/// interchange (UTS 51).
const SUBDIVISION_FLAGS: [&str; 3] = [
    "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}",
    "\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}",
    "\u{1F3F4}\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}",
];

/// How many bytes at the start of the text are one emoji; 0 when it starts with something else.
pub(super) fn emoji_at(text: &str) -> usize {
    let mut rest = text.chars();
    let Some(first) = rest.next() else { return 0 };
    if first.is_ascii() {
        return keycap(first, rest.as_str());
    }
    if is_regional_indicator(first) {
        return match rest.next() {
            Some(second) if is_regional_indicator(second) => first.len_utf8() + second.len_utf8(),
            _ => 0,
        };
    }
    if let Some(flag) = SUBDIVISION_FLAGS.iter().find(|flag| text.starts_with(**flag)) {
        return flag.len();
    }
    let mut length = element(text, first);
    // A joiner only joins what has a common image; elsewhere it shows several.
    while length > 0
        && let Some(joined) = text.get(length..).and_then(|rest| rest.strip_prefix(JOINER))
        && let Some(next) = joined.chars().next().filter(|next| is_joined(*next))
    {
        length += match element(joined, next) {
            0 => break,
            more => JOINER.len_utf8() + more,
        };
    }
    length
}

/// An emoji without joiners: its base, and a skin tone or a variation selector.
fn element(text: &str, base: char) -> usize {
    use EmojiStatus as Status;
    let mut length = base.len_utf8();
    let after = text.get(length..).and_then(|rest| rest.chars().next());
    let status = base.emoji_status();
    if !base.is_emoji_char() || after == Some(TEXT_STYLE) {
        return 0;
    }
    // These four are letters and signs unless they are asked to be emoji.
    if matches!(base, '©' | '®' | '™' | '\u{265F}') && after != Some(EMOJI_STYLE) {
        return 0;
    }
    let takes_tone = matches!(status, Status::EmojiModifierBase | Status::EmojiPresentationAndModifierBase);
    match after {
        Some(tone @ '\u{1F3FB}'..='\u{1F3FF}') if takes_tone => length += tone.len_utf8(),
        Some(EMOJI_STYLE) => length += EMOJI_STYLE.len_utf8(),
        _ => {}
    }
    length
}

fn keycap(first: char, rest: &str) -> usize {
    let after = rest.strip_prefix(EMOJI_STYLE).unwrap_or(rest);
    if matches!(first, '0'..='9' | '#' | '*') && after.starts_with(KEYCAP) {
        return first.len_utf8() + (rest.len() - after.len()) + KEYCAP.len_utf8();
    }
    0
}

const fn is_regional_indicator(c: char) -> bool {
    matches!(c, '\u{1F1E6}'..='\u{1F1FF}')
}

/// What stands after a joiner in the sequences of UTS 51 (`emoji-zwj-sequences.txt`, Emoji 16).
const fn is_joined(c: char) -> bool {
    matches!(
        c,
        // people, kisses, hands, hair
        '👦' | '👧' | '👨' | '👩' | '🧑' | '🧒' | '\u{2764}' | '💋' | '🤝' | '\u{1FAF2}' | '\u{1F9B0}'
            ..='\u{1F9B3}'
        // sexes, directions
        | '\u{2640}' | '\u{2642}' | '\u{26A7}' | '\u{2194}' | '\u{2195}' | '\u{27A1}'
        // work and tools
        | '\u{2695}' | '\u{2696}' | '\u{2708}' | '🌾' | '🍳' | '🍼' | '🎓' | '🎤' | '🎨' | '🏫' | '🏭' | '💻' | '💼'
        | '🔧' | '🔬' | '🚀' | '🚒' | '🎄' | '\u{1F9AF}' | '\u{1F9BC}' | '\u{1F9BD}' | '\u{1FA70}'
        // flags, animals, hearts, faces, food
        | '🌈' | '\u{2620}' | '\u{1F9BA}' | '\u{2744}' | '\u{2B1B}' | '🔥' | '\u{1FA79}' | '💨' | '💫' | '\u{1F32B}'
        | '\u{1F5E8}' | '💥' | '\u{1F7E9}' | '\u{1F7EB}'
    )
}
