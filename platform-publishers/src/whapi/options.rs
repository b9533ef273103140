//! What Whapi alone understands.

use serde::{Deserialize, Serialize};
use social_core::Platform;
use social_core::media::{MediaInfo, MediaKind};
use social_core::publish::{Finding, FindingCode, Placement, PlatformOptions, Post, Rules};

pub(super) const PLATFORM: Platform = Platform::new("whapi");

/// Options of a message or story of WhatsApp.
///
/// ```
/// use platform_publishers::whapi::WhapiOptions;
/// use social_core::publish::Post;
///
/// let options = WhapiOptions::new().with_mention("14155550100").without_link_preview();
/// let post = Post::new("@14155550100 look").with_options(&options)?;
/// # Ok::<_, social_core::Error>(())
/// ```
///
/// | option | text | image, video | document | story |
/// |---|---|---|---|---|
/// | `mentions` | yes | yes | | |
/// | `no_link_preview`, `wide_link_preview` | yes | | | |
/// | `view_once` | | yes | | |
/// | `file_name` | | | yes | |
/// | `background_color` | | | | of a text |
///
/// Source: Whapi's OpenAPI 1.8.7.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct WhapiOptions {
    /// Numbers of people who are mentioned, digits only. The text holds `@` and the number.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<String>,
    /// No preview of a link in the text.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_link_preview: bool,
    /// A wide preview of a link in the text.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub wide_link_preview: bool,
    /// The image or video can be opened once.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub view_once: bool,
    /// The name under which a document is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The background of a story of a text, `#rrggbb` or `#aarrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background_color: Option<String>,
}

impl WhapiOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Mentions a person by their number.
    #[must_use]
    pub fn with_mention(mut self, number: impl Into<String>) -> Self {
        self.mentions.push(number.into());
        self
    }

    /// Shows no preview of a link in the text.
    #[must_use]
    pub const fn without_link_preview(mut self) -> Self {
        self.no_link_preview = true;
        self
    }

    /// Shows a wide preview of a link in the text.
    #[must_use]
    pub const fn with_wide_link_preview(mut self) -> Self {
        self.wide_link_preview = true;
        self
    }

    /// Lets the image or video be opened once.
    #[must_use]
    pub const fn with_view_once(mut self) -> Self {
        self.view_once = true;
        self
    }

    /// Shows a document under this name.
    #[must_use]
    pub fn with_file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// Puts the text of a story on this colour.
    #[must_use]
    pub fn with_background_color(mut self, color: impl Into<String>) -> Self {
        self.background_color = Some(color.into());
        self
    }
}

impl PlatformOptions for WhapiOptions {
    const PLATFORM: Platform = PLATFORM;
}

/// Lists the options of a placement in its rules.
pub(super) fn list(rules: Rules) -> Rules {
    if rules.placement == Placement::STORY {
        return rules.with_option("background_color", "the background of a text, `#rrggbb`");
    }
    rules
        .with_option("mentions", "numbers of people who are mentioned")
        .with_option("no_link_preview", "no preview of a link")
        .with_option("wide_link_preview", "a wide preview of a link")
        .with_option("view_once", "an image or video can be opened once")
        .with_option("file_name", "the name of a document")
}

/// What is wrong with the options of a post.
pub(super) fn check(post: &Post, facts: &[MediaInfo], findings: &mut Vec<Finding>) {
    let options = match post.options.get::<WhapiOptions>() {
        Ok(options) => options.unwrap_or_default(),
        Err(error) => return findings.push(Finding::of_error(FindingCode::INVALID, &error)),
    };
    let kind = facts.first().map(|info| info.media_type.kind());
    let (is_text, is_document) = (kind.is_none() && post.poll.is_none(), kind == Some(MediaKind::Document));
    let is_shown = kind.is_some() && !is_document;
    let mut wrong = |code, name: &str, message: &str| {
        findings.push(Finding::error(code, format!("options.whapi.{name}"), message));
    };
    for (name, is_set, fits, whom) in [
        ("mentions", !options.mentions.is_empty(), is_text || is_shown, "texts, images and videos"),
        ("no_link_preview", options.no_link_preview, is_text, "texts"),
        ("wide_link_preview", options.wide_link_preview, is_text, "texts"),
        ("view_once", options.view_once, is_shown, "images and videos"),
        ("file_name", options.file_name.is_some(), is_document, "documents"),
        ("background_color", options.background_color.is_some(), is_text, "stories of a text"),
    ] {
        if is_set && !fits {
            wrong(FindingCode::UNSUPPORTED, name, &format!("this is for {whom} only; take it out"));
        }
    }
    if options.no_link_preview && options.wide_link_preview {
        wrong(FindingCode::MIXED, "wide_link_preview", "there is no preview to be wide; take out one of them");
    }
    let is_number = |text: &String| (7..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !options.mentions.iter().all(is_number) {
        wrong(FindingCode::INVALID, "mentions", "a number has 7 to 15 digits and nothing else");
    }
    let is_color = |text: &String| {
        let digits = text.strip_prefix('#').unwrap_or_default();
        matches!(digits.len(), 6 | 8) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    if !options.background_color.iter().all(is_color) {
        wrong(FindingCode::INVALID, "background_color", "a colour is `#rrggbb` or `#aarrggbb`");
    }
}
