//! How people write on a platform: for whoever writes, a person or a model.

use serde::{Deserialize, Serialize};

use super::{Span, setters};

/// How a platform's texts feel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Tone {
    /// One breath: microblogs.
    Brief,
    /// Under an image or video.
    #[default]
    Visual,
    /// For work.
    Professional,
    /// In a channel or a chat, to people who asked for it.
    Personal,
}

/// Where hashtags stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HashtagPlace {
    /// On a line of their own at the end.
    #[default]
    End,
    /// In the sentences.
    Inline,
    /// Behind the text, in the first comment.
    FirstComment,
}

/// How many emoji are usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EmojiUse {
    /// None.
    Never,
    /// One or two.
    #[default]
    Sparing,
    /// Many.
    Free,
}

/// How people write on a platform. Nothing of it is checked; whoever writes is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Habits {
    /// How texts feel.
    pub tone: Tone,
    /// How many hashtags are usual.
    pub hashtags: Span<usize>,
    /// Where they stand.
    pub hashtag_place: HashtagPlace,
    /// A link in the text can be followed. Elsewhere it is dead letters.
    pub links_work: bool,
    /// How many emoji are usual.
    pub emoji: EmojiUse,
    /// About how many characters of a text a feed shows before "more"; `None` where it shows all,
    /// or where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fold: Option<usize>,
}

impl Default for Habits {
    /// Under an image, with up to three hashtags at the end and links that work.
    fn default() -> Self {
        Self {
            tone: Tone::default(),
            hashtags: Span::up_to(3),
            hashtag_place: HashtagPlace::default(),
            links_work: true,
            emoji: EmojiUse::default(),
            fold: None,
        }
    }
}

impl Habits {
    /// A platform of this tone, with the usual habits otherwise.
    #[must_use]
    pub fn new(tone: Tone) -> Self {
        Self { tone, ..Self::default() }
    }

    setters! {
        with_hashtags = hashtags: Span<usize>,
        with_hashtag_place = hashtag_place: HashtagPlace,
        with_links_work = links_work: bool,
        with_emoji = emoji: EmojiUse,
        with_fold = fold: Option<usize>,
    }
}
