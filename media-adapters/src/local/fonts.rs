//! The fonts of this crate: which file draws what, and what each script needs around its letters.

/// The fonts of a poster, by their part in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// Fraunces semi-bold: warm headlines.
    Serif,
    /// Inter extra-bold: plain-spoken headlines.
    Grotesk,
    /// Inter medium: sublines and signatures.
    Text,
    /// Inter semi-bold: brand lines and buttons.
    Label,
}

/// A font file and the name that it is found by.
pub(super) struct FontFile {
    pub(super) name: &'static str,
    pub(super) bytes: &'static [u8],
}

macro_rules! files {
    ($($name:literal: $file:literal),* $(,)?) => {
        &[$(FontFile { name: $name, bytes: include_bytes!(concat!("../../assets/fonts/", $file)) }),*]
    };
}

pub(super) const FILES: &[FontFile] = files! {
    "serif": "Fraunces-SemiBold.ttf",
    "grotesk": "Inter-ExtraBold.ttf",
    "text": "Inter-Medium.ttf",
    "label": "Inter-SemiBold.ttf",
    "arabic": "NotoSansArabic-Regular.ttf",
    "arabic-bold": "NotoSansArabic-Bold.ttf",
    "hebrew": "NotoSansHebrew-Regular.ttf",
    "hebrew-bold": "NotoSansHebrew-Bold.ttf",
    "devanagari": "NotoSansDevanagari-Regular.ttf",
    "devanagari-bold": "NotoSansDevanagari-Bold.ttf",
    "thai": "NotoSansThai-Regular.ttf",
    "thai-bold": "NotoSansThai-Bold.ttf",
    "emoji": "NotoEmoji-Bold.ttf",
};

/// Chinese, Japanese and Korean: one weight for every part, as it is large.
#[cfg(feature = "local-cjk")]
pub(super) const CJK_FILES: &[FontFile] = files! { "cjk": "NotoSansCJK-Bold.otf" };
#[cfg(not(feature = "local-cjk"))]
pub(super) const CJK_FILES: &[FontFile] = &[];

impl Face {
    /// The files that draw it: the first that has a character does.
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Serif => {
                &["serif", "grotesk", "arabic-bold", "hebrew-bold", "devanagari-bold", "thai-bold", "cjk", "emoji"]
            }
            Self::Grotesk => &["grotesk", "arabic-bold", "hebrew-bold", "devanagari-bold", "thai-bold", "cjk", "emoji"],
            Self::Text => &["text", "arabic", "hebrew", "devanagari", "thai", "cjk", "emoji"],
            Self::Label => &["label", "arabic-bold", "hebrew-bold", "devanagari-bold", "thai-bold", "cjk", "emoji"],
        }
    }
}

/// How far a script reaches above and below the baseline, and from one baseline to the next, in em.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Reach {
    pub(super) above: f32,
    pub(super) below: f32,
    pub(super) leading: f32,
    /// Its letters hang together: space between them would tear words apart.
    pub(super) joined: bool,
}

impl Reach {
    /// Latin, Greek, Cyrillic and Hebrew capitals; both families are within 0.02 of it.
    pub(super) const CAPITALS: Self = Self { above: 0.72, below: 0.24, leading: 0.0, joined: false };

    /// What all the characters of a text need.
    pub(super) fn of(text: &str) -> Self {
        text.chars().map(Self::of_character).fold(Self::CAPITALS, |all, one| Self {
            above: all.above.max(one.above),
            below: all.below.max(one.below),
            leading: all.leading.max(one.leading),
            joined: all.joined || one.joined,
        })
    }

    fn of_character(c: char) -> Self {
        let reach = |above, below, leading, joined| Self { above, below, leading, joined };
        match c {
            '\u{590}'..='\u{5ff}' => reach(0.74, 0.26, 1.2, false),
            '\u{600}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' => reach(0.92, 0.4, 1.42, true),
            '\u{900}'..='\u{dff}' => reach(0.96, 0.38, 1.4, true),
            '\u{e00}'..='\u{eff}' => reach(1.06, 0.36, 1.46, true),
            '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' => {
                reach(0.86, 0.2, 1.24, false)
            }
            '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}' => reach(0.9, 0.24, 1.18, false),
            _ => Self::CAPITALS,
        }
    }
}
