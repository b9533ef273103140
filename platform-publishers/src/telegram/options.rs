//! What Telegram alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::publish::{Finding, FindingCode, PlatformOptions, Post, Rules};
use url::Url;

use super::sort::Sort;
use super::wire::Entity;

pub(super) const PLATFORM: Platform = Platform::new("telegram");

/// What a button tells the bot.
const MAX_DATA_BYTES: usize = 64;
/// Buttons of one message.
const MAX_BUTTONS: usize = 100;

/// How a part of the text looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TextFormat {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Underlined.
    Underline,
    /// Struck through.
    Strikethrough,
    /// Hidden until it is tapped.
    Spoiler,
    /// Of one width, for code.
    Code,
    /// A block of code.
    Pre,
    /// A quotation.
    Blockquote,
    /// A link behind words.
    Link(Url),
}

/// A part of the text, and how it looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Format {
    /// Words as they stand in the text. All places where they stand are formatted.
    pub words: String,
    /// How they look.
    pub format: TextFormat,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ButtonAction {
    /// Opens an address.
    Url(Url),
    /// Sends this to the bot, at most 64 bytes, as a callback query.
    CallbackData(String),
}

/// A button below a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Button {
    /// What stands on it.
    pub text: String,
    /// What it does.
    #[serde(flatten)]
    pub action: ButtonAction,
}

impl Button {
    /// A button that opens an address.
    #[must_use]
    pub fn link(text: impl Into<String>, url: Url) -> Self {
        Self { text: text.into(), action: ButtonAction::Url(url) }
    }

    /// A button that tells the bot something: `approve`, for instance.
    #[must_use]
    pub fn callback(text: impl Into<String>, data: impl Into<String>) -> Self {
        Self { text: text.into(), action: ButtonAction::CallbackData(data.into()) }
    }
}

/// Options of a message on Telegram.
///
/// ```
/// use platform_publishers::telegram::{Button, TelegramOptions, TextFormat};
/// use social_core::publish::Post;
///
/// let options = TelegramOptions::new()
///     .with_format("Closed", TextFormat::Bold)
///     .with_buttons([Button::callback("Seen", "seen"), Button::callback("Later", "later")])
///     .silent();
/// let post = Post::new("Closed on Monday.").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// Source: core.telegram.org/bots/api, sendMessage and MessageEntity (August 2026).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct TelegramOptions {
    /// Formatted parts of the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<Format>,
    /// Rows of buttons. An album has none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Vec<Button>>,
    /// It comes without a notification.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub silent: bool,
    /// It can be neither forwarded nor saved.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub protected: bool,
    /// Images and videos are hidden until they are tapped. Refused without one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub spoiler: bool,
    /// The caption stands above the images and videos. Refused without one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub caption_above: bool,
    /// No preview of a link in the text. Beside files and polls there is no preview anyway.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_link_preview: bool,
    /// The topic of a forum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<i64>,
}

impl TelegramOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Formats words wherever they stand in the text.
    #[must_use]
    pub fn with_format(mut self, words: impl Into<String>, format: TextFormat) -> Self {
        self.formats.push(Format { words: words.into(), format });
        self
    }

    /// Adds a row of buttons.
    #[must_use]
    pub fn with_buttons(mut self, row: impl IntoIterator<Item = Button>) -> Self {
        self.buttons.push(row.into_iter().collect());
        self
    }

    /// Sends it without a notification.
    #[must_use]
    pub const fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    /// Keeps it from being forwarded and saved.
    #[must_use]
    pub const fn protected(mut self) -> Self {
        self.protected = true;
        self
    }

    /// Hides images and videos until they are tapped.
    #[must_use]
    pub const fn with_spoiler(mut self) -> Self {
        self.spoiler = true;
        self
    }

    /// Puts the caption above the files.
    #[must_use]
    pub const fn with_caption_above(mut self) -> Self {
        self.caption_above = true;
        self
    }

    /// Shows no preview of a link in the text.
    #[must_use]
    pub const fn without_link_preview(mut self) -> Self {
        self.no_link_preview = true;
        self
    }

    /// Sends into a topic of a forum.
    #[must_use]
    pub const fn with_topic(mut self, topic: i64) -> Self {
        self.topic = Some(topic);
        self
    }

    /// The formats as places in the text.
    pub(super) fn entities(&self, text: &str) -> Vec<Entity<'_>> {
        let length = |text: &str| text.encode_utf16().count();
        let mut entities: Vec<_> = self
            .formats
            .iter()
            .filter(|format| !format.words.is_empty())
            .flat_map(|Format { words, format }| {
                text.match_indices(words.as_str()).map(move |(at, _)| {
                    let (kind, url) = match format {
                        TextFormat::Bold => ("bold", None),
                        TextFormat::Italic => ("italic", None),
                        TextFormat::Underline => ("underline", None),
                        TextFormat::Strikethrough => ("strikethrough", None),
                        TextFormat::Spoiler => ("spoiler", None),
                        TextFormat::Code => ("code", None),
                        TextFormat::Pre => ("pre", None),
                        TextFormat::Blockquote => ("blockquote", None),
                        TextFormat::Link(url) => ("text_link", Some(url)),
                    };
                    let offset = length(text.get(..at).unwrap_or_default());
                    Entity { kind, offset, length: length(words), url }
                })
            })
            .collect();
        entities.sort_by_key(|entity| entity.offset);
        entities
    }
}

impl PlatformOptions for TelegramOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options in the rules.
pub(super) fn list(rules: Rules) -> Rules {
    rules
        .with_option("formats", "words of the text that are bold, italic, links")
        .with_option("buttons", "rows of buttons below the message")
        .with_option("silent", "comes without a notification")
        .with_option("protected", "it can be neither forwarded nor saved")
        .with_option("spoiler", "images and videos are hidden until they are tapped")
        .with_option("caption_above", "the caption stands above the files")
        .with_option("no_link_preview", "no preview of a link in the text")
        .with_option("topic", "the topic of a forum")
}

/// What is wrong with the options of a post that shows these files.
pub(super) fn check(post: &Post, files: &[Sort], findings: &mut Vec<Finding>) {
    let options = match post.options.get::<TelegramOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    let mut wrong = |code, field: String, message: &str| {
        findings.push(Finding::error(code, format!("options.telegram.{field}"), message));
    };
    for (index, Format { words, .. }) in options.formats.iter().enumerate() {
        if words.is_empty() || !post.text.contains(words.as_str()) {
            wrong(FindingCode::INVALID, format!("formats[{index}].words"), "these words do not stand in the text");
        }
    }
    if files.len() > 1 && !options.buttons.is_empty() {
        let message = "an album has no buttons; take them out, or send one file";
        wrong(FindingCode::UNSUPPORTED, "buttons".to_owned(), message);
    }
    // A document is neither hidden nor shown below its caption.
    if files.iter().all(|sort| *sort == Sort::Document) {
        if options.spoiler {
            let message = "only images and videos are hidden; add one, or leave it out";
            wrong(FindingCode::UNSUPPORTED, "spoiler".to_owned(), message);
        }
        if options.caption_above {
            let message = "a caption stands above images and videos only; add one, or leave it out";
            wrong(FindingCode::UNSUPPORTED, "caption_above".to_owned(), message);
        }
    }
    if options.no_link_preview && post.link.is_some() && files.is_empty() {
        let message = "a link is shown as its preview; take out the link, or leave this out";
        wrong(FindingCode::MIXED, "no_link_preview".to_owned(), message);
    }
    if options.buttons.iter().map(Vec::len).sum::<usize>() > MAX_BUTTONS {
        wrong(FindingCode::TOO_MANY, "buttons".to_owned(), "there are more than 100 buttons; take some out");
    }
    for (row, buttons) in options.buttons.iter().enumerate() {
        for (index, button) in buttons.iter().enumerate() {
            let field = |name: &str| format!("buttons[{row}][{index}].{name}");
            if button.text.trim().is_empty() {
                wrong(FindingCode::EMPTY, field("text"), "the button has no words; write some");
            }
            if let ButtonAction::CallbackData(data) = &button.action
                && !(1..=MAX_DATA_BYTES).contains(&data.len())
            {
                wrong(FindingCode::TOO_LONG, field("callback_data"), "a button sends 1 to 64 bytes; shorten it");
            }
        }
    }
    if options.no_link_preview && (!files.is_empty() || post.poll.is_some()) {
        let message = "beside files and polls no link is previewed anyway; this changes nothing";
        findings.push(Finding::warning(FindingCode::NOT_SHOWN, "options.telegram.no_link_preview", message));
    }
}
