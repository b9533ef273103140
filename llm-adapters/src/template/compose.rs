//! From a brief to finished words.

use minijinja::context;
use serde_json::Value;
use social_core::Result;

use super::brief::{Brief, Target, pick_from};
use super::texts::{Texts, capitalised, item, sentence};

/// The properties of a schema that can be filled.
pub(super) const PROPERTIES: [&str; 8] =
    ["text", "hashtags", "headline", "subline", "call_to_action", "alt_text", "image_prompt", "video_prompt"];

/// The longest headline, in characters: two lines on a poster.
const HEADLINE: usize = 60;

pub(super) struct Composer<'a> {
    texts: &'a Texts,
    brief: &'a Brief,
    target: &'a Target,
    /// Chooses among variants: the same brief always gets the same, another platform another.
    pick: u64,
}

impl<'a> Composer<'a> {
    pub(super) fn new(texts: &'a Texts, brief: &'a Brief, target: &'a Target) -> Self {
        Self { texts, brief, target, pick: fnv1a(&[&brief.subject, &target.platform]) }
    }

    /// The value of a property; `None` for one that is not known.
    pub(super) fn property(&self, name: &str) -> Result<Option<Value>> {
        let brief = self.brief;
        let language = brief.language();
        Ok(Some(match name {
            "text" => self.text()?.into(),
            "hashtags" => self.hashtags().into(),
            "headline" => shorten(item(&brief.subject), HEADLINE).into(),
            "subline" => match brief.facts.first() {
                Some(fact) => shorten(item(fact), HEADLINE + 30).into(),
                None => self.fill(language.subline, 0, true)?.into(),
            },
            "call_to_action" => item(brief.call(self.pick >> 8)).into(),
            "alt_text" => self.fill(language.alt_text, 0, true)?.into(),
            "image_prompt" => self.prompt("A photograph: ", "Natural light, clear composition, no text in the image."),
            "video_prompt" => {
                self.prompt("A short video: ", "One slow camera move, natural light, no text in the image.")
            }
            _ => return Ok(None),
        }))
    }

    /// The post's text: as many facts as fit.
    pub(super) fn text(&self) -> Result<String> {
        let language = self.brief.language();
        let own = self.texts.own(language.code);
        let style = self.target.style();
        let name = pick_from(if own.is_empty() { language.texts(style) } else { &own }, self.pick);
        let hashtags = self.hashtags();
        let beside = hashtags.iter().map(|tag| self.target.measure(tag) + 2).sum();
        let room = self.target.limit().saturating_sub(beside);
        let maximum = style.facts().min(self.brief.facts.len());
        let tries = (0..=maximum).rev().map(|facts| (facts, true)).chain([(0, false)]);
        let mut text = String::new();
        for (facts, with_call) in tries {
            text = self.fill(name, facts, with_call)?;
            if self.target.measure(&text) <= room {
                break;
            }
        }
        Ok(text)
    }

    fn fill(&self, name: &str, facts: usize, with_call: bool) -> Result<String> {
        let brief = self.brief;
        let values = context! {
            subject => brief.subject.as_str(),
            facts => brief.facts.iter().take(facts).cloned().collect::<Vec<String>>(),
            brand => brief.brand(),
            call => if with_call { brief.call(self.pick >> 8) } else { "" },
            link => if self.target.takes_links() { brief.link() } else { "" },
            playful => brief.is_playful() && self.target.likes_emoji(),
            platform => self.target.platform.as_str(),
        };
        Ok(tidy(&self.texts.fill(name, &values)?))
    }

    /// The brand and the words that carry the subject, without `#`.
    fn hashtags(&self) -> Vec<String> {
        let brief = self.brief;
        let small = brief.language().small_words;
        let brand: String = brief.brand().split_whitespace().map(|word| letters(&capitalised(word))).collect();
        let words = std::iter::once(&brief.subject).chain(&brief.facts).flat_map(|text| text.split_whitespace());
        let words = words.map(letters).filter(|word| {
            word.chars().count() >= 4
                && word.chars().any(char::is_alphabetic)
                && !small.contains(&word.to_lowercase().as_str())
        });
        let mut tags: Vec<String> = Vec::new();
        for tag in std::iter::once(brand).chain(words.map(|word| capitalised(&word))) {
            let known = tags.iter().any(|known| known.to_lowercase() == tag.to_lowercase());
            if tags.len() < self.target.hashtags() && !tag.is_empty() && !known {
                tags.push(tag);
            }
        }
        tags
    }

    fn prompt(&self, opening: &str, ending: &str) -> Value {
        let brief = self.brief;
        let facts: Vec<String> = brief.facts.iter().take(2).map(|fact| sentence(fact)).collect();
        let voice = brief.voice();
        let mood = if voice.is_empty() { String::new() } else { format!("Mood: {}", sentence(&voice)) };
        tidy(&format!("{opening}{} {} {mood} {ending}", sentence(&brief.subject), facts.join(" "))).into()
    }
}

fn letters(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Cuts at a word's end.
fn shorten(text: String, maximum: usize) -> String {
    if text.chars().count() <= maximum {
        return text;
    }
    let cut: String = text.chars().take(maximum - 1).collect();
    let words = cut.rsplit_once(char::is_whitespace).map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", words.trim_end_matches(|c: char| !c.is_alphanumeric()))
}

/// Single blanks, at most one empty line, nothing at the ends.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty_lines = 0;
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() {
            empty_lines += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if empty_lines > 0 { "\n\n" } else { "\n" });
        }
        empty_lines = 0;
        out.push_str(&words.join(" "));
    }
    out
}

/// A hash that is the same on every machine and in every version.
fn fnv1a(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
