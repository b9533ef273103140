//! What the writer is asked, and how its answer is read.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::answers::Concept;
use super::brief::Brief;
use super::wording::OwnWords;
use crate::chat::{ChatCapabilities, ChatReply, ChatRequest, DataPart, Message, OutputFormat, Part, PromptId};
use crate::error::{Error, Result};
use crate::publish::Rules;

/// No text is asked for that is longer, in characters.
const LONGEST: usize = 1_000;

/// Of the prompts below, for records: it goes up with every change of their words.
const VERSION: &str = "3";

const EDITOR: &str = "You write social-media posts for a real business. Use only the facts you are given; invent no \
     prices, dates, awards or quotes. Write plainly and warmly, in the brand's voice and in the language asked for. No \
     clichés, no emoji chains, no markdown, no placeholders.";

pub(super) fn concept_request(brief: &Brief, model: &ChatCapabilities) -> ChatRequest {
    let fields = [
        ("headline", "for a poster", 60),
        ("subline", "below the headline", 90),
        ("call_to_action", "on a button", 28),
        ("alt_text", "what the image shows, for people who do not see it", 200),
        ("image_prompt", "the image as an instruction to an illustrator, without any lettering", 300),
        ("video_prompt", "a short video in one continuous shot, as an instruction", 300),
    ];
    let task = "Find the idea of this campaign.";
    request(task, "concept", &schema(&fields, &[]), vec![data("brief", brief_value(brief))], model)
}

pub(super) fn text_request(brief: &Brief, concept: &Concept, rules: &Rules, model: &ChatCapabilities) -> ChatRequest {
    // Beside files a text may have to be shorter.
    let limit = rules.text.limits(rules.image.is_some() || rules.video.is_some()).into_iter().next();
    let own = OwnWords::of(brief, rules, false);
    let room = limit.map(|(unit, maximum)| own.room(unit, maximum));
    let fields = [("text", "the post without hashtags", room.map_or(LONGEST, |room| room.clamp(1, LONGEST)))];
    let hashtags = rules.habits.hashtags.maximum.unwrap_or(5).min(rules.max_hashtags.unwrap_or(usize::MAX));
    let lists = [("hashtags", "without the # sign, most specific first", hashtags)];
    let target = json!({
        "platform": rules.platform,
        "placement": rules.placement,
        "limits": rules.limits_text(),
        "max_text": limit.map(|(_, maximum)| maximum),
        "room": room,
        "follows": own.in_words(),
        "unit": limit.map(|(unit, _)| unit),
        "habits": rules.habits,
    });
    let parts = vec![
        data("brief", brief_value(brief)),
        data("concept", json!({ "headline": concept.headline, "subline": concept.subline })),
        data("target", target),
    ];
    let Rules { platform, placement, .. } = rules;
    let follows = match own.in_words() {
        words if words.is_empty() => "",
        _ => " The words in `follows` are put behind your text as they are: lead up to them, and do not write them.",
    };
    let task =
        format!("Write the {placement} post for {platform}. Leave room for the hashtags within the limit.{follows}");
    request(&task, "post", &schema(&fields, &lists), parts, model)
}

/// Asks for something else than `earlier`, as the person wishes who decides about it.
pub(super) fn revised(request: ChatRequest, earlier: &impl Serialize, hint: &str) -> ChatRequest {
    let wanted = json!({ "earlier": earlier, "wanted": hint });
    let task = "There was an answer already, and the person who decides wants it different: see `revision`.";
    request.with_part(Part::Text(task.to_owned())).with_part(data("revision", wanted))
}

/// Asks once more, showing what was wrong with the answer.
pub(super) fn again(request: &ChatRequest, reply: &ChatReply, why: &str) -> ChatRequest {
    let correction = format!("That answer cannot be used: {why}. Answer again, with nothing but the JSON object.");
    request.clone().with_message(Message::assistant(reply.text())).with_message(Message::user(correction))
}

/// Reads the JSON of an answer.
pub(super) fn read<T: DeserializeOwned>(reply: &ChatReply) -> Result<T> {
    let text = reply.clone().into_text()?;
    crate::chat::json::read(&text).and_then(T::deserialize).map_err(|e| {
        Error::protocol(format!("the answer is not the JSON object that was asked for: {e}"), &text)
            .with_vendor(reply.address.vendor.clone())
            .with_partial(text)
    })
}

fn request(task: &str, name: &str, schema: &Value, parts: Vec<Part>, model: &ChatCapabilities) -> ChatRequest {
    let mut message = Message::user(task);
    message.parts.extend(parts);
    let mut request = ChatRequest::of([Message::system(EDITOR), message]);
    request.prompt = Some(PromptId::new(format!("campaign/{name}"), VERSION));
    if model.json_schema {
        request.output = OutputFormat::Schema { name: name.to_owned(), schema: schema.clone() };
    } else {
        if model.json {
            request.output = OutputFormat::Json;
        }
        request = request.with_part(Part::Text(format!("Answer with one JSON object of this schema:\n{schema}")));
    }
    request
}

/// An object of texts, each with its longest length in characters, and of lists of words.
fn schema(texts: &[(&str, &str, usize)], lists: &[(&str, &str, usize)]) -> Value {
    let mut properties = serde_json::Map::new();
    for (name, description, maximum) in texts {
        let description = format!("{description}, at most {maximum} characters");
        let text = json!({ "type": "string", "description": description, "maxLength": maximum });
        properties.insert((*name).to_owned(), text);
    }
    for (name, description, maximum) in lists {
        let items = json!({ "type": "string", "maxLength": 40 });
        let description = format!("{description}, at most {maximum}");
        let list = json!({ "type": "array", "items": items, "maxItems": maximum, "description": description });
        properties.insert((*name).to_owned(), list);
    }
    let required: Vec<&str> =
        texts.iter().map(|(name, ..)| *name).chain(lists.iter().map(|(name, ..)| *name)).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn data(name: &str, value: Value) -> Part {
    Part::Data(DataPart { name: name.to_owned(), value })
}

/// What the writer is told: everything that is known but file names.
fn brief_value(brief: &Brief) -> Value {
    let mut told = json!({
        "subject": brief.subject,
        "facts": brief.facts,
        "brand": { "name": brief.brand.name, "voice": brief.brand.voice, "signature": brief.brand.signature },
        "call_to_action": brief.call_to_action,
        "link": brief.link,
        "language": brief.language.as_deref().unwrap_or("en"),
        "photos": brief.photos.iter().filter_map(|photo| photo.shows.as_deref()).collect::<Vec<_>>(),
    });
    drop_empty(&mut told);
    told
}

fn drop_empty(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.values_mut().for_each(drop_empty);
        fields.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()));
    }
}
