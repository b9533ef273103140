//! What the vendor told beside the answer.

use companies::openai::filtered;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use social_core::chat::ChatEvent;

/// Fields for [`ChatReply::extra`](social_core::chat::ChatReply::extra).
#[derive(Debug, Default)]
pub(super) struct Extra {
    /// As JSON: most fields come with every piece of a stream and are read once.
    fields: Vec<(&'static str, String)>,
    logprobs: Map<String, Value>,
}

impl Extra {
    /// Keeps a field; a later one replaces an earlier one.
    pub(super) fn keep(&mut self, name: &'static str, field: Option<&RawValue>) {
        let Some(json) = field.map(RawValue::get).filter(|json| !matches!(*json, "{}" | "\"\"")) else { return };
        match self.fields.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) if known == json => {}
            Some((_, known)) => json.clone_into(known),
            None => self.fields.push((name, json.to_owned())),
        }
    }

    /// Adds the log probabilities of the next tokens.
    pub(super) fn add_logprobs(&mut self, field: Option<&RawValue>) {
        let Some(Ok(Value::Object(lists))) = field.map(|json| serde_json::from_str(json.get())) else { return };
        for (name, list) in lists {
            match (self.logprobs.get_mut(&name), list) {
                (_, Value::Null) => {}
                (Some(Value::Array(known)), Value::Array(more)) => known.extend(more),
                (_, list) => drop(self.logprobs.insert(name, list)),
            }
        }
    }

    /// The categories in which Azure's filter stopped the answer.
    pub(super) fn filtered(&self) -> Option<String> {
        let (_, json) = self.fields.iter().find(|(name, _)| *name == "content_filter_results")?;
        filtered(&serde_json::from_str(json).ok()?)
    }

    /// Hands them out.
    pub(super) fn take(&mut self) -> Option<ChatEvent> {
        let mut all = Map::new();
        for (name, json) in self.fields.drain(..) {
            all.extend(serde_json::from_str(&json).ok().map(|value: Value| (name.to_owned(), value)));
        }
        if !self.logprobs.is_empty() {
            all.insert("logprobs".to_owned(), Value::Object(std::mem::take(&mut self.logprobs)));
        }
        (!all.is_empty()).then_some(ChatEvent::Extra(all))
    }
}
