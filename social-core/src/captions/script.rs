//! What a script asks of lines: how wide its characters are and where they may be parted.

/// A sentence ends behind one of these.
const SENTENCE: &str = ".!?…。！？｡؟۔।॥။។።";
/// A part of a sentence ends behind one of these.
const CLAUSE: &str = ",;:、，；：､،؛၊៖—–";
/// No line begins with one of these.
const CLOSING: &str = ".,;:!?%…‥)]}»›”’。、，．・：；？！｡､）］｝」』】〕〉》〟ー～々ゝゞヽヾ\
    ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶๆฯໆ။၊។៕៖ៗ؟،؛۔।॥—–";
/// No line ends with one of these.
const OPENING: &str = "([{«‹“‘„‚¿¡（［｛「『【〔〈《〝";
/// What may stand behind the end of a sentence.
const QUOTES: &str = ")]}»›”’\"'）］｝」』】〕〉》〟";

/// How good a place is for a break; the better, the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Break {
    /// Somewhere in a text without spaces.
    Inside,
    /// Between words.
    Word,
    /// Behind a part of a sentence.
    Clause,
    /// Behind a sentence.
    Sentence,
}

impl Break {
    /// How good the place between two texts is.
    pub(super) fn between(before: &str, after: &str, space: bool) -> Self {
        let end = before.trim_end_matches(|c| QUOTES.contains(c));
        let Some(last) = end.chars().next_back() else { return Self::Word };
        if SENTENCE.contains(last) && !(last == '.' && is_abbreviation(end, after)) {
            return Self::Sentence;
        }
        // Thai and its kin part sentences with spaces.
        if CLAUSE.contains(last) || space && is_unspaced(last) && !is_wide(last) {
            return Self::Clause;
        }
        let begins_phrase = after.chars().next().is_some_and(|first| is_hiragana(last) && !is_hiragana(first));
        if space || begins_phrase { Self::Word } else { Self::Inside }
    }
}

/// Whether the point at the end belongs to an abbreviation, an initial or an ordinal.
fn is_abbreviation(before: &str, after: &str) -> bool {
    let word = before.trim_end_matches('.');
    let letters = word.chars().rev().take_while(|c| c.is_alphanumeric()).count();
    let is_ordinal = word.ends_with(|c: char| c.is_numeric());
    after.starts_with(char::is_lowercase) || is_ordinal || letters == 1
}

/// Whether no line may begin with this.
pub(super) fn is_closing(text: &str) -> bool {
    !text.contains(char::is_alphanumeric) && text.starts_with(|c| CLOSING.contains(c))
}

/// Whether no line may end with this.
pub(super) fn is_opening(text: &str) -> bool {
    text.chars().all(|c| OPENING.contains(c))
}

/// Whether a text without spaces may be parted between two characters; `next` comes after them.
pub(super) fn may_part(before: char, after: char, next: Option<char>) -> bool {
    if is_mark(after) || before == JOINER || OPENING.contains(before) || CLOSING.contains(after) {
        return false;
    }
    match after {
        _ if is_wide(before) || is_wide(after) => true,
        // A syllable of Thai and Lao begins with its vowel, where that stands first.
        '\u{e40}'..='\u{e44}' | '\u{ec0}'..='\u{ec4}' => is_unspaced(before),
        // A consonant begins one unless it is stacked under another or closes the syllable.
        '\u{1000}'..='\u{1021}' => {
            is_unspaced(before) && before != '\u{1039}' && !matches!(next, None | Some('\u{1039}' | '\u{103a}'))
        }
        '\u{1780}'..='\u{17a2}' => {
            is_unspaced(before) && before != '\u{17d2}' && matches!(next, Some('\u{17b6}'..='\u{17d3}'))
        }
        _ => is_unspaced(before) != is_unspaced(after) && before.is_alphanumeric() && after.is_alphanumeric(),
    }
}

const JOINER: char = '\u{200d}';

/// Characters of scripts that put no space between words.
pub(super) const fn is_unspaced(c: char) -> bool {
    is_wide(c)
        || matches!(c, '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{eff}' | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}' | '\u{1950}'..='\u{19df}' | '\u{1a20}'..='\u{1aad}' | '\u{a9e0}'..='\u{a9ff}'
            | '\u{aa60}'..='\u{aadf}')
}

/// Han, kana, their punctuation and full-width forms.
const fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{312f}' | '\u{3190}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff01}'..='\u{ff9f}' | '\u{20000}'..='\u{3fffd}')
}

const fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7ff}')
}

const fn is_hiragana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{309f}')
}

/// Characters that stand above, below or inside of the one before: the common scripts' marks.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}'..='\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{900}'..='\u{902}' | '\u{93c}'
        | '\u{941}'..='\u{948}' | '\u{94d}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{eb1}'
        | '\u{eb4}'..='\u{ebc}' | '\u{ec8}'..='\u{ece}' | '\u{102d}'..='\u{1030}' | '\u{1032}'..='\u{1037}'
        | '\u{1039}' | '\u{103a}' | '\u{103d}' | '\u{103e}' | '\u{17b7}'..='\u{17bd}' | '\u{17c6}'
        | '\u{17c9}'..='\u{17d3}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{200b}'..='\u{200d}'
        | '\u{20d0}'..='\u{20ff}' | '\u{3099}' | '\u{309a}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e01ef}')
}

/// How much fits into a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    /// The width of a line.
    pub(super) line: usize,
    /// Whether narrow characters are half as wide as the others.
    halves: bool,
}

impl Measure {
    /// The measure of the script in which most of the text is written.
    pub(super) fn of<'a>(texts: impl Iterator<Item = &'a str>, max_chars: Option<u32>) -> Self {
        let (mut kana, mut wide, mut unspaced, mut other) = (0, 0, 0, 0);
        for c in texts.flat_map(str::chars).filter(|c| c.is_alphanumeric()) {
            let count = match c {
                '\u{3041}'..='\u{30ff}' => &mut kana,
                c if is_wide(c) || is_hangul(c) => &mut wide,
                c if is_unspaced(c) => &mut unspaced,
                _ => &mut other,
            };
            *count += 1;
        }
        let halves = kana + wide > unspaced + other;
        let usual = match () {
            () if halves && kana * 5 > wide => 13,
            () if halves => 16,
            () if unspaced > other => 35,
            () => 42,
        };
        let chars = max_chars.unwrap_or(usual).max(1) as usize;
        Self { line: if halves { chars.saturating_mul(2) } else { chars }, halves }
    }

    /// The width of a text, which is never nothing.
    pub(super) fn width(self, text: &str) -> usize {
        let width = |c: char| match c {
            c if is_mark(c) => 0,
            c if self.halves && (is_wide(c) || is_hangul(c)) => 2,
            _ => 1,
        };
        text.chars().map(width).sum::<usize>().max(1)
    }
}
