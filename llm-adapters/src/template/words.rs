//! The built-in sentences, per language.
//!
//! Subjects and facts come in any form, from a word to a sentence. So templates never build them
//! into a sentence of their own: they stand alone, made whole by the filter `sentence`, or follow a
//! colon.

use social_core::publish::Tone;

/// A limit below which every text is one breath, whatever the platform.
const SHORT: usize = 320;

/// The templates that suit a platform's tone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// One breath: microblogs.
    Short,
    /// Under an image or video.
    Visual,
    /// For work.
    Professional,
    /// In a channel or a chat.
    Message,
}

impl Style {
    /// By the platform's tone; a small limit wins.
    pub(super) fn of(tone: Tone, limit: usize) -> Self {
        match tone {
            _ if limit <= SHORT => Self::Short,
            Tone::Brief => Self::Short,
            Tone::Professional => Self::Professional,
            Tone::Personal => Self::Message,
            _ => Self::Visual,
        }
    }

    /// How many facts it bears.
    pub(super) fn facts(self) -> usize {
        match self {
            Self::Short => 2,
            Self::Visual | Self::Message => 4,
            Self::Professional => 5,
        }
    }
}

/// What one language needs.
#[derive(Debug)]
pub(super) struct Language {
    pub(super) code: &'static str,
    pub(super) short: &'static [&'static str],
    pub(super) visual: &'static [&'static str],
    pub(super) professional: &'static [&'static str],
    pub(super) message: &'static [&'static str],
    /// Said when the brief calls to nothing.
    pub(super) calls: &'static [&'static str],
    pub(super) alt_text: &'static str,
    /// The second line of an image, without facts.
    pub(super) subline: &'static str,
    /// Words that make no hashtag.
    pub(super) small_words: &'static [&'static str],
}

impl Language {
    /// The language of a brief: a code (`de-AT`) or a name; English for all that have no texts
    /// here.
    pub(super) fn of(name: &str) -> &'static Self {
        let name = name.trim().to_lowercase();
        let german = ["deutsch", "german"].contains(&name.as_str()) || name.split(['-', '_']).next() == Some("de");
        if german { &GERMAN } else { &ENGLISH }
    }

    pub(super) fn texts(&self, style: Style) -> &'static [&'static str] {
        match style {
            Style::Short => self.short,
            Style::Visual => self.visual,
            Style::Professional => self.professional,
            Style::Message => self.message,
        }
    }
}

pub(super) const ALL: [&Language; 2] = [&ENGLISH, &GERMAN];

static ENGLISH: Language = Language {
    code: "en",
    short: &[
        "{{ subject|sentence }} {{ facts|sentences }} {{ call|sentence }} {{ link }}",
        "{% if brand %}{{ brand }}: {% endif %}{{ subject|sentence }} {{ facts|sentences }} {{ call|sentence }} {{ link }}",
        "{% if facts %}{{ facts[0]|sentence }} {% endif %}{{ subject|sentence }} {{ facts[1:]|sentences }} {{ call|sentence }} {{ link }}",
    ],
    visual: &[
        "{{ subject|sentence }}{% if playful %} ✨{% endif %}\n\n{{ facts|sentences }}\n\n{{ call|sentence }} {{ link }}{% if brand %}\n{{ brand }}{% endif %}",
        "{{ subject|sentence }}\n\n{% if facts|length > 1 %}What you should know:\n{% for fact in facts %}{% if playful %}🔸{% else %}•{% endif %} {{ fact|item }}\n{% endfor %}{% else %}{{ facts|sentences }}{% endif %}\n\n{{ call|sentence }} {{ link }}",
        "{% if facts %}{{ facts[0]|sentence }}\n\n{% endif %}{{ subject|sentence }} {{ facts[1:]|sentences }}\n\n{{ call|sentence }} {{ link }}{% if brand %} Your team at {{ brand }}{% if playful %} 💛{% endif %}{% endif %}",
    ],
    professional: &[
        "{{ subject|sentence }}\n\n{% if facts|length > 1 %}The key points:\n{% for fact in facts %}– {{ fact|item }}\n{% endfor %}{% else %}{{ facts|sentences }}{% endif %}\n\n{{ call|sentence }} {{ link }}",
        "News{% if brand %} from {{ brand }}{% endif %}: {{ subject|sentence }}\n\n{{ facts|sentences }}\n\n{{ call|sentence }} {{ link }}",
        "{% if facts %}{{ facts[0]|sentence }} {% endif %}{{ subject|sentence }}\n\n{{ facts[1:]|sentences }}\n\n{{ call|sentence }} {{ link }}",
    ],
    message: &[
        "{% if playful %}📣 {% endif %}{{ subject|sentence }}\n\n{{ facts|sentences }}\n\n{{ call|sentence }} {{ link }}",
        "Good news{% if brand %} from {{ brand }}{% endif %}: {{ subject|sentence }}\n\n{% for fact in facts %}• {{ fact|item }}\n{% endfor %}\n{{ call|sentence }} {{ link }}",
    ],
    calls: &["Come and see for yourself.", "Have a look.", "Tell us what you think.", "We look forward to seeing you."],
    alt_text: "Image: {{ subject|item }}{% if brand %}, {{ brand }}{% endif %}.",
    subline: "{% if brand %}{{ brand }}{% else %}Have a look{% endif %}",
    small_words: &[
        "about", "after", "also", "and", "are", "before", "coming", "every", "for", "from", "have", "here", "into",
        "just", "more", "next", "now", "our", "out", "over", "than", "that", "the", "their", "there", "these", "this",
        "today", "until", "week", "well", "with", "without", "you", "your",
    ],
};

static GERMAN: Language = Language {
    code: "de",
    short: &[
        "{{ subject|sentence }} {{ facts|sentences }} {{ call|sentence }} {{ link }}",
        "{% if brand %}{{ brand }}: {% endif %}{{ subject|sentence }} {{ facts|sentences }} {{ call|sentence }} {{ link }}",
        "{% if facts %}{{ facts[0]|sentence }} {% endif %}{{ subject|sentence }} {{ facts[1:]|sentences }} {{ call|sentence }} {{ link }}",
    ],
    visual: &[
        "{{ subject|sentence }}{% if playful %} ✨{% endif %}\n\n{{ facts|sentences }}\n\n{{ call|sentence }} {{ link }}{% if brand %}\n{{ brand }}{% endif %}",
        "{{ subject|sentence }}\n\n{% if facts|length > 1 %}Gut zu wissen:\n{% for fact in facts %}{% if playful %}🔸{% else %}•{% endif %} {{ fact|item }}\n{% endfor %}{% else %}{{ facts|sentences }}{% endif %}\n\n{{ call|sentence }} {{ link }}",
        "{% if facts %}{{ facts[0]|sentence }}\n\n{% endif %}{{ subject|sentence }} {{ facts[1:]|sentences }}\n\n{{ call|sentence }} {{ link }}{% if brand %} Euer Team von {{ brand }}{% if playful %} 💛{% endif %}{% endif %}",
    ],
    professional: &[
        "{{ subject|sentence }}\n\n{% if facts|length > 1 %}Das Wichtigste in Kürze:\n{% for fact in facts %}– {{ fact|item }}\n{% endfor %}{% else %}{{ facts|sentences }}{% endif %}\n\n{{ call|sentence }} {{ link }}",
        "Neues{% if brand %} von {{ brand }}{% endif %}: {{ subject|sentence }}\n\n{{ facts|sentences }}\n\n{{ call|sentence }} {{ link }}",
        "{% if facts %}{{ facts[0]|sentence }} {% endif %}{{ subject|sentence }}\n\n{{ facts[1:]|sentences }}\n\n{{ call|sentence }} {{ link }}",
    ],
    message: &[
        "{% if playful %}📣 {% endif %}{{ subject|sentence }}\n\n{{ facts|sentences }}\n\n{{ call|sentence }} {{ link }}",
        "Gute Nachrichten{% if brand %} von {{ brand }}{% endif %}: {{ subject|sentence }}\n\n{% for fact in facts %}• {{ fact|item }}\n{% endfor %}\n{{ call|sentence }} {{ link }}",
    ],
    calls: &["Schaut vorbei!", "Wir freuen uns auf euch.", "Sagt uns, was ihr denkt.", "Ein Blick lohnt sich."],
    alt_text: "Bild: {{ subject|item }}{% if brand %}, {{ brand }}{% endif %}.",
    subline: "{% if brand %}{{ brand }}{% else %}Ein Blick lohnt sich{% endif %}",
    small_words: &[
        "aber", "alle", "allem", "allen", "auch", "auf", "aus", "bald", "bei", "beim", "das", "dem", "den", "der",
        "des", "die", "diese", "dieser", "ein", "eine", "einem", "einen", "einer", "endlich", "euch", "für", "fürs",
        "heute", "hier", "ihr", "ihre", "immer", "ist", "jetzt", "mehr", "mit", "nach", "neue", "neuen", "neuer",
        "neues", "nicht", "noch", "oder", "ohne", "sich", "sind", "über", "und", "uns", "unser", "unsere", "unserem",
        "unseren", "vom", "von", "vor", "wieder", "wir", "wird", "zum", "zur",
    ],
};
