//! The list of voices.

use async_trait::async_trait;
use serde_json::json;
use social_core::Result;
use social_core::http::Repeat;
use social_core::speech::{Voice, Voices};

use super::client::MiniMax;
use super::wire;

/// The voices of the vendor, and those that the account has cloned or designed. MiniMax does not
/// say in a field which languages a voice speaks; it stands in the id of most.
#[async_trait]
impl Voices for MiniMax {
    async fn voices(&self) -> Result<Vec<Voice>> {
        let call = self.post("get_voice")?.operation("list_voices").repeat(Repeat::Safe);
        let reply = call.json(&json!({"voice_type": "all"})).send().await?;
        let listed: wire::Voices = self.open(&reply)?;
        let lists = [listed.system_voice, listed.voice_cloning, listed.voice_generation];
        let voices = lists.into_iter().flatten().flatten().map(|voice| {
            let name = voice.voice_name.filter(|name| !name.is_empty()).unwrap_or_else(|| voice.voice_id.clone());
            Voice::new(voice.voice_id, name)
        });
        Ok(voices.collect())
    }
}
