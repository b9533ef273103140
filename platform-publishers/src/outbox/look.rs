//! How platforms look, as data. A platform more is a record more; one without a record gets [`GENERIC`].

use social_core::Platform;
use social_core::publish::Placement;
use social_core::text::Syntax;

/// The image beside the author's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Avatar {
    Round,
    Ringed,
    Square,
}

impl Avatar {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Round => "round",
            Self::Ringed => "ringed",
            Self::Square => "square",
        }
    }
}

/// Where the text of a feed post stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextPlace {
    /// Above the images.
    Above,
    /// Below the images, with the author's name in front.
    Below,
}

/// How a post looks in the feed of a platform.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    platform: &'static str,
    name: &'static str,
    /// The colour that people know it by, for a small dot.
    pub(super) accent: &'static str,
    pub(super) avatar: Avatar,
    pub(super) text: TextPlace,
    /// How tall a single image may be, in percent of its width.
    pub(super) tallest: u16,
    /// Several images are swiped through; otherwise they stand side by side.
    pub(super) swipes: bool,
    /// How its texts are read.
    pub(super) syntax: Syntax,
    /// The row of signs below the post: ids of the page's symbols.
    pub(super) signs: &'static [&'static str],
}

const GENERIC: Look = Look {
    platform: "",
    name: "",
    accent: "#6e6a65",
    avatar: Avatar::Round,
    text: TextPlace::Above,
    tallest: 125,
    swipes: false,
    syntax: Syntax::Usual,
    signs: &["heart", "speech", "share"],
};

const LOOKS: &[Look] = &[
    Look {
        platform: "instagram",
        name: "Instagram",
        accent: "#d6336c",
        avatar: Avatar::Ringed,
        text: TextPlace::Below,
        swipes: true,
        signs: &["heart", "speech", "send", "save"],
        ..GENERIC
    },
    Look {
        platform: "bluesky",
        name: "Bluesky",
        accent: "#1083fe",
        syntax: Syntax::AtProtocol,
        signs: &["speech", "repeat", "heart", "share"],
        ..GENERIC
    },
    Look {
        platform: "x",
        name: "X",
        accent: "#111111",
        tallest: 133,
        signs: &["speech", "repeat", "heart", "save"],
        ..GENERIC
    },
    Look {
        platform: "linkedin",
        name: "LinkedIn",
        accent: "#0a66c2",
        signs: &["thumb", "speech", "repeat", "send"],
        ..GENERIC
    },
    Look { platform: "facebook", name: "Facebook", accent: "#0866ff", signs: &["thumb", "speech", "share"], ..GENERIC },
    Look {
        platform: "threads",
        name: "Threads",
        accent: "#111111",
        swipes: true,
        signs: &["heart", "speech", "repeat", "send"],
        ..GENERIC
    },
    Look {
        platform: "mastodon",
        name: "Mastodon",
        accent: "#6364ff",
        syntax: Syntax::Federated,
        avatar: Avatar::Square,
        signs: &["speech", "repeat", "heart", "save"],
        ..GENERIC
    },
    Look { platform: "tiktok", name: "TikTok", accent: "#fe2c55", swipes: true, ..GENERIC },
    Look {
        platform: "youtube",
        name: "YouTube",
        accent: "#ff0033",
        text: TextPlace::Below,
        tallest: 57,
        signs: &["thumb", "speech", "share"],
        ..GENERIC
    },
    Look {
        platform: "pinterest",
        name: "Pinterest",
        accent: "#e60023",
        text: TextPlace::Below,
        tallest: 178,
        ..GENERIC
    },
    Look { platform: "telegram", name: "Telegram", accent: "#229ed9", signs: &["share"], ..GENERIC },
];

/// The look of a platform.
pub(super) fn look_of(platform: &Platform) -> &'static Look {
    LOOKS.iter().find(|look| *platform == look.platform).unwrap_or(&GENERIC)
}

/// The platform's name as people write it. One without a record is called what it calls itself.
pub(super) fn platform_name(platform: &Platform) -> String {
    match look_of(platform).name {
        "" => capital(&platform.as_str().replace('_', " ")),
        name => name.to_owned(),
    }
}

/// The words with a capital first letter.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Fills a telephone's screen, wherever it is.
pub(super) const fn fills_the_screen(placement: Placement) -> bool {
    matches!(placement, Placement::REEL | Placement::STORY | Placement::SHORT)
}
