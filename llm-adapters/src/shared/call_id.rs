//! Ids of tool calls, as the vendor takes them that is asked next: a conversation may have been
//! begun by another vendor's model, or by ours that made up the ids.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use social_core::chat::{Message, Part};

/// What a vendor takes as the id of a tool call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CallIds {
    /// Any text but none at all.
    Any,
    /// Text of at most 40 characters: OpenAI's Chat Completions.
    Forty,
    /// At most 64 letters, digits, `_` and `-`: the Responses and the Messages dialect.
    SixtyFourWord,
    /// Exactly nine letters and digits: Mistral.
    NineAlphanumeric,
}

impl CallIds {
    fn fits(self, id: &str) -> bool {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        match self {
            Self::Any => !id.is_empty(),
            Self::Forty => (1..=40).contains(&id.chars().count()),
            Self::SixtyFourWord => (1..=64).contains(&id.len()) && id.bytes().all(word),
            Self::NineAlphanumeric => id.len() == 9 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        }
    }

    /// The id for the use number `turn` of `id`, the same for the same arguments always.
    fn fitted(self, id: &str, turn: usize) -> String {
        if turn == 0 && self.fits(id) {
            return id.to_owned();
        }
        let length = if self == Self::NineAlphanumeric { 9 } else { 24 };
        let name = digest([id.as_bytes(), &turn.to_le_bytes()], length);
        if self == Self::NineAlphanumeric { name } else { format!("call_{name}") }
    }
}

/// So many letters and digits that stand for these bytes.
fn digest<const N: usize>(parts: [&[u8]; N], length: usize) -> String {
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let letter = |byte: u8| LETTERS.get(usize::from(byte) % LETTERS.len()).copied().map_or('0', char::from);
    hash.finalize().iter().take(length).map(|byte| letter(*byte)).collect()
}

/// An id for a call whose vendor gave it none; no other call of a conversation has it, unless it is
/// the same call of an answer that cannot be told from this one.
pub(crate) fn made_up(answer: &str, index: usize, tool: &str, arguments: &str) -> String {
    let name = digest([answer.as_bytes(), &index.to_le_bytes(), tool.as_bytes(), arguments.as_bytes()], 16);
    format!("call_{name}")
}

/// The message in which calls of one id stand, and those that have no result yet: tool and new id.
type Open<'a> = (usize, VecDeque<(&'a str, String)>);

/// The conversation with ids that fit. Each call has one of its own, and its result the same; ids
/// that fit and are unique stay as they are, and later messages change nothing in earlier ones.
pub(crate) fn fit(messages: &[Message], ids: CallIds) -> Cow<'_, [Message]> {
    let mut new = Vec::new();
    let mut taken = HashSet::new();
    // The ids of calls by the id that they came with, those of the last message that has it.
    let mut calls: HashMap<&str, Open<'_>> = HashMap::new();
    for (at, message) in messages.iter().enumerate() {
        for (place, part) in message.parts.iter().enumerate() {
            let (before, after) = match part {
                Part::ToolCall(call) => {
                    let unique = |turn| Some(ids.fitted(&call.id, turn)).filter(|id| !taken.contains(id));
                    let Some(id) = (0..).find_map(unique) else { continue };
                    taken.insert(id.clone());
                    let (of, open) = calls.entry(&call.id).or_default();
                    if *of != at {
                        (*of, *open) = (at, VecDeque::new());
                    }
                    open.push_back((&call.name, id.clone()));
                    (&call.id, id)
                }
                Part::ToolResult(result) => {
                    let open = calls.get_mut(result.id.as_str()).map(|(_, open)| open);
                    let id = open.and_then(|open| {
                        // Of calls with one id the result belongs to the first of its tool.
                        let named = open.iter().position(|(name, _)| *name == result.name).unwrap_or(0);
                        if open.len() > 1 { open.remove(named) } else { open.front().cloned() }
                    });
                    (&result.id, id.map_or_else(|| ids.fitted(&result.id, 0), |(_, id)| id))
                }
                _ => continue,
            };
            if *before != after {
                new.push((at, place, after));
            }
        }
    }
    if new.is_empty() {
        return Cow::Borrowed(messages);
    }
    let mut fitted = messages.to_vec();
    for (at, place, id) in new {
        match fitted.get_mut(at).and_then(|message| message.parts.get_mut(place)) {
            Some(Part::ToolCall(call)) => call.id = id,
            Some(Part::ToolResult(result)) => result.id = id,
            _ => {}
        }
    }
    Cow::Owned(fitted)
}

#[cfg(test)]
mod tests {
    //! Stands on the forms that the vendors' refusals name: opencode#1680 (Mistral),
    //! langchain#37756 (Anthropic), hermes-agent#73492 (Responses); the conversations are invented
    //! (kind A).

    use serde_json::json;
    use social_core::chat::{Role, ToolCall, ToolResult};

    use super::*;

    fn calls(ids: &[(&str, &str)]) -> Message {
        let call = |(id, name): &(&str, &str)| Part::ToolCall(ToolCall::new(*id, *name, json!({})));
        Message::new(Role::Assistant, ids.iter().map(call).collect())
    }

    fn results(ids: &[(&str, &str)]) -> Message {
        let result = |(id, name): &(&str, &str)| ToolResult {
            id: (*id).to_owned(),
            name: (*name).to_owned(),
            content: (*id).to_owned(),
            is_error: false,
        };
        Message::tool_results(ids.iter().map(result))
    }

    /// The ids of the calls and those of the results.
    fn ids(messages: &[Message]) -> (Vec<String>, Vec<String>) {
        let (mut calls, mut results) = (Vec::new(), Vec::new());
        for part in messages.iter().flat_map(|message| &message.parts) {
            match part {
                Part::ToolCall(call) => calls.push(call.id.clone()),
                Part::ToolResult(result) => results.push(result.id.clone()),
                _ => {}
            }
        }
        (calls, results)
    }

    const FORMS: [CallIds; 4] = [CallIds::Any, CallIds::Forty, CallIds::SixtyFourWord, CallIds::NineAlphanumeric];

    #[test]
    fn a_every_id_fits_is_unique_and_stands_in_call_and_result() {
        let long = "x".repeat(300);
        for id in ["functions.get_weather:0", "call_PTLP8xhu3uwZk4l3nlnrrJha", &long, "", "a b", "ä", "123456789", "-"]
        {
            // The same id in three turns, of which one asks twice at once.
            let turn = [("same", "f"), (id, "g"), (id, "h")];
            let conversation: Vec<Message> = (0..3).flat_map(|_| [calls(&turn), results(&turn)]).collect();
            for form in FORMS {
                let fitted = fit(&conversation, form);
                let (calls, results) = ids(&fitted);
                assert_eq!(calls, results, "{id:?} for {form:?}");
                assert!(calls.iter().all(|id| form.fits(id)), "{calls:?} for {form:?}");
                assert_eq!(calls.iter().collect::<HashSet<_>>().len(), 9, "{calls:?} for {form:?}");
                // What is added later changes nothing in what was sent, for the sake of caches.
                assert_eq!(fit(&conversation[..4], form)[..], fitted[..4], "{id:?} for {form:?}");
            }
        }
    }

    #[test]
    fn a_ids_that_fit_stay_and_results_find_their_call_in_any_order() {
        let own =
            [calls(&[("a1B2c3D4e", "f"), ("b1B2c3D4e", "g")]), results(&[("b1B2c3D4e", "g"), ("a1B2c3D4e", "f")])];
        for form in FORMS {
            assert!(matches!(fit(&own, form), Cow::Borrowed(_)), "{form:?}");
        }
        let mixed = [calls(&[("x", "f"), ("x", "g")]), results(&[("x", "g"), ("x", "f")])];
        let fitted = fit(&mixed, CallIds::Any);
        let (calls, results) = ids(&fitted);
        assert_eq!((&calls[0], &calls[1]), (&results[1], &results[0]));
        // A result whose call is not in the conversation any more.
        let alone = [self::results(&[("functions.f:0", "f")])];
        assert!(CallIds::SixtyFourWord.fits(&ids(&fit(&alone, CallIds::SixtyFourWord)).1[0]));
        assert_ne!(made_up("r1", 0, "f", "{}"), made_up("r2", 0, "f", "{}"));
        assert_ne!(made_up("r1", 0, "f", "{}"), made_up("r1", 1, "f", "{}"));
    }
}
