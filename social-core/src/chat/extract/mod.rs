//! Structured output, read into a type.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    ChatCapabilities, ChatModel, ChatReply, ChatRequest, FinishReason, Message, MoreRoom, OutputFormat, Part, Role,
    json,
};
use crate::error::{Error, ErrorKind, Result};
use crate::money::Attempt;

/// A value that a model answered, and the answer that it was read from.
#[derive(Clone, Debug)]
pub struct Extracted<T> {
    /// The value.
    pub value: T,
    /// The answer, with its usage and cost.
    pub reply: ChatReply,
}

pub(super) async fn extract<T, M>(model: &M, request: &ChatRequest, mut asks_again: u32) -> Result<Extracted<T>>
where
    T: JsonSchema + DeserializeOwned,
    M: ChatModel + ?Sized,
{
    let schema = schemars::schema_for!(T).to_value();
    let mut request = as_json(request.clone(), name_of::<T>(), &schema, &model.capabilities());
    let mut attempts = Vec::new();
    loop {
        let mut reply = model.chat(&request).await?;
        let error = match read(&reply, &schema) {
            Ok(value) => {
                reply.attempts.splice(..0, attempts);
                return Ok(Extracted { value, reply });
            }
            Err(error) => error,
        };
        match error.kind() {
            ErrorKind::Protocol if asks_again > 0 => {
                let complaint = format!("That is not the JSON that was asked for: {}. Answer again.", error.message());
                request.messages.extend([reply.to_message(), Message::user(complaint)]);
            }
            ErrorKind::Truncated if reply.finish == FinishReason::Length => {
                let more = MoreRoom::default().asks(asks_again);
                let Some(room) = more.rooms(&request, &model.capabilities()).next() else { return Err(error) };
                request.max_output_tokens = Some(room);
            }
            _ => return Err(error),
        }
        asks_again -= 1;
        attempts.append(&mut reply.attempts);
        attempts.push(Attempt { cost: reply.cost, ..Attempt::failed(&reply.address, &error) });
    }
}

/// Asks for JSON of the schema as well as the model can be asked: what it cannot promise is asked
/// for in words.
fn as_json(mut request: ChatRequest, name: String, schema: &Value, can: &ChatCapabilities) -> ChatRequest {
    if can.json_schema {
        request.output = OutputFormat::Schema { name, schema: schema.clone() };
        return request;
    }
    request.output = if can.json { OutputFormat::Json } else { OutputFormat::Text };
    let words = format!("Answer with nothing but one JSON object of this schema:\n{schema}");
    match request.messages.last() {
        Some(Message { role: Role::User, .. }) => request.with_part(Part::Text(words)),
        _ => request.with_message(Message::user(words)),
    }
}

/// The type's name in the letters that vendors take for a schema's name.
fn name_of<T: JsonSchema>() -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    T::schema_name().chars().map(|c| if allowed(c) { c } else { '_' }).take(64).collect()
}

fn read<T: DeserializeOwned>(reply: &ChatReply, schema: &Value) -> Result<T> {
    let text = reply.clone().into_text()?;
    let value = json::read(&text).and_then(|mut value| {
        drop_refused_nulls(&mut value, schema, schema);
        T::deserialize(value)
    });
    value.map_err(|cause| {
        let error = if cause.is_eof() {
            Error::new(ErrorKind::Truncated, "the answer's JSON broke off")
        } else {
            Error::protocol(format!("the answer does not match its schema: {cause}"), &text)
        };
        reply.error(error.with_partial(text.clone()))
    })
}

/// Takes out members that are `null` although the schema does not know `null` for them: vendors
/// that demand every member make the optional ones nullable, and the type may know only "absent".
fn drop_refused_nulls(value: &mut Value, schema: &Value, root: &Value) {
    let schema = resolve(schema, root);
    for part in ["allOf", "anyOf", "oneOf"] {
        for option in schema.get(part).and_then(Value::as_array).into_iter().flatten() {
            drop_refused_nulls(value, option, root);
        }
    }
    match value {
        Value::Object(members) => {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return };
            members
                .retain(|name, member| !member.is_null() || properties.get(name).is_none_or(|s| takes_null(s, root)));
            for (name, member) in members {
                if let Some(schema) = properties.get(name) {
                    drop_refused_nulls(member, schema, root);
                }
            }
        }
        Value::Array(items) => {
            let Some(schema) = schema.get("items") else { return };
            for item in items {
                drop_refused_nulls(item, schema, root);
            }
        }
        _ => {}
    }
}

fn takes_null(schema: &Value, root: &Value) -> bool {
    let schema = resolve(schema, root);
    let null = Value::from("null");
    let options = ["anyOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)?.as_array());
    let mut options = options.flatten().peekable();
    match schema.get("type") {
        Some(Value::Array(types)) => types.contains(&null),
        Some(one) => *one == null,
        None => options.peek().is_none() || options.any(|option| takes_null(option, root)),
    }
}

/// Follows a reference into the same document. A schema that refers to itself without end is left
/// as it is.
fn resolve<'a>(mut schema: &'a Value, root: &'a Value) -> &'a Value {
    for _ in 0..16 {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|r| root.pointer(r.strip_prefix('#')?));
        match target {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

#[cfg(test)]
mod tests;
