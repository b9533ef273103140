//! What the writer is told: the data parts of the request.

use serde::Deserialize;
use serde_json::Value;
use social_core::chat::{ChatRequest, Part};
use social_core::publish::{EmojiUse, Habits};
use social_core::{Error, Result};

use super::words::{Language, Style};

/// Where any number is usual.
const MOST_HASHTAGS: usize = 5;

/// The data part `brief`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Brief {
    pub(super) subject: String,
    #[serde(default)]
    pub(super) facts: Vec<String>,
    #[serde(default)]
    brand: Option<Brand>,
    #[serde(default)]
    call_to_action: Option<String>,
    #[serde(default)]
    link: Option<String>,
    #[serde(default)]
    language: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Brand {
    name: Option<String>,
    voice: Option<Value>,
}

/// The data part `target`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Target {
    pub(super) platform: String,
    max_text: Option<usize>,
    unit: Option<String>,
    habits: Habits,
}

impl Brief {
    /// Reads the data parts of a request.
    pub(super) fn read(request: &ChatRequest) -> Result<(Self, Target)> {
        let data = |name: &str| {
            request.messages.iter().flat_map(|message| &message.parts).rev().find_map(|part| match part {
                Part::Data(data) if data.name == name => Some(data.value.clone()),
                _ => None,
            })
        };
        let unreadable = |name: &'static str, cause: serde_json::Error| {
            Error::invalid(name, format!("the data part `{name}` cannot be read: {cause}"))
        };
        let brief = data("brief").ok_or_else(|| {
            Error::invalid("brief", "templates are filled from a data part called `brief` with at least a `subject`")
        })?;
        let mut brief: Self = serde_json::from_value(brief).map_err(|cause| unreadable("brief", cause))?;
        brief.subject = brief.subject.trim().to_owned();
        if brief.subject.is_empty() {
            return Err(Error::invalid("brief.subject", "it is empty; say in a few words what the post is about"));
        }
        brief.facts.retain(|fact| !fact.trim().is_empty());
        let target = match data("target") {
            Some(target) => serde_json::from_value(target).map_err(|cause| unreadable("target", cause))?,
            None => Target::default(),
        };
        Ok((brief, target))
    }

    pub(super) fn language(&self) -> &'static Language {
        Language::of(self.language.as_deref().unwrap_or_default())
    }

    pub(super) fn brand(&self) -> &str {
        self.brand.as_ref().and_then(|brand| brand.name.as_deref()).unwrap_or_default().trim()
    }

    /// The brand's voice in words, empty when none is described.
    pub(super) fn voice(&self) -> String {
        match self.brand.as_ref().and_then(|brand| brand.voice.as_ref()) {
            Some(Value::String(voice)) => voice.trim().to_owned(),
            Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            _ => String::new(),
        }
    }

    /// Whether emoji suit the brand.
    pub(super) fn is_playful(&self) -> bool {
        const SOBER: [&str; 9] =
            ["formal", "serious", "sober", "professional", "sachlich", "seriös", "förmlich", "nüchtern", "no emoji"];
        let voice = self.voice().to_lowercase();
        !SOBER.iter().any(|word| voice.contains(word))
    }

    /// The brief's call, or one of the language's own, by `pick`.
    pub(super) fn call(&self, pick: u64) -> &str {
        let own = self.call_to_action.as_deref().map(str::trim).filter(|call| !call.is_empty());
        own.unwrap_or_else(|| pick_from(self.language().calls, pick))
    }

    pub(super) fn link(&self) -> &str {
        self.link.as_deref().unwrap_or_default().trim()
    }
}

impl Target {
    pub(super) fn style(&self) -> Style {
        Style::of(self.habits.tone, self.limit())
    }

    pub(super) fn limit(&self) -> usize {
        self.max_text.unwrap_or(2000)
    }

    /// How long a text is, in the target's unit or in the one that counts most.
    pub(super) fn measure(&self, text: &str) -> usize {
        match self.unit.as_deref() {
            Some(unit) if unit.contains("byte") => text.len(),
            Some(unit) if unit.contains("grapheme") => text.chars().count(),
            _ => text.encode_utf16().count(),
        }
    }

    /// Whether a link in the text can be followed there.
    pub(super) fn takes_links(&self) -> bool {
        self.habits.links_work
    }

    /// How many hashtags are usual there.
    pub(super) fn hashtags(&self) -> usize {
        self.habits.hashtags.maximum.unwrap_or(MOST_HASHTAGS)
    }

    /// Whether emoji are usual there.
    pub(super) fn likes_emoji(&self) -> bool {
        self.habits.emoji != EmojiUse::Never
    }
}

/// The entry that this number stands for, the same for the same number.
pub(super) fn pick_from<'a>(choices: &[&'a str], number: u64) -> &'a str {
    let count = choices.len().max(1) as u64;
    choices.get((number % count) as usize).copied().unwrap_or_default()
}
