//! The voices and models of an account.

use async_trait::async_trait;
use social_core::Result;
use social_core::models::{ListedModel, ModelLister};
use social_core::speech::{Voice, Voices};
use social_core::text::is_language_tag;

use super::ElevenLabs;
use super::wire::{ListedVoice, Model, VoicePage};

/// More than an account has; a list that never ends is not believed.
const PAGES: usize = 50;

impl ElevenLabs {
    /// The voices of the account whose name, description or labels have these words, in the
    /// vendor's order.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    pub async fn search_voices(&self, words: &str) -> Result<Vec<Voice>> {
        self.list_voices(Some(words)).await
    }

    async fn list_voices(&self, search: Option<&str>) -> Result<Vec<Voice>> {
        let mut voices = Vec::new();
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            let mut call = self.endpoint.get("v2/voices")?.operation("list_voices").query("page_size", "100");
            for (name, value) in [("search", search), ("next_page_token", token.as_deref())] {
                if let Some(value) = value {
                    call = call.query(name, value);
                }
            }
            let page: VoicePage = call.send().await?.json()?;
            voices.extend(page.voices.into_iter().map(voice));
            token = page.next_page_token.filter(|_| page.has_more);
            if token.is_none() {
                break;
            }
        }
        Ok(voices)
    }
}

fn voice(listed: ListedVoice) -> Voice {
    let mut voice = Voice::new(listed.voice_id, listed.name);
    let verified = listed.verified_languages.into_iter().flatten();
    let tags = verified.filter_map(|language| language.locale.or(language.language));
    let label = listed.labels.and_then(|mut labels| labels.remove("language").flatten());
    for tag in tags.chain(label).filter(|tag| is_language_tag(tag)) {
        if !voice.languages.contains(&tag) {
            voice.languages.push(tag);
        }
    }
    voice
}

#[async_trait]
impl Voices for ElevenLabs {
    async fn voices(&self) -> Result<Vec<Voice>> {
        self.list_voices(None).await
    }
}

#[async_trait]
impl ModelLister for ElevenLabs {
    async fn list_models(&self) -> Result<Vec<ListedModel>> {
        let models: Vec<Model> = self.endpoint.get("v1/models")?.operation("list_models").send().await?.json()?;
        let listed = models.into_iter().map(|model| {
            let mut listed = ListedModel::new(model.model_id);
            listed.name = model.name;
            listed
        });
        Ok(listed.collect())
    }
}
