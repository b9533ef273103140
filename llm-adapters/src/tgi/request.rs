//! Our request in TGI's JSON.

use serde_json::{Map, Value, json};
use social_core::chat::{ChatCapabilities, ChatRequest, OutputFormat, Part, Role, ToolChoice};
use social_core::{Error, Result};

use crate::shared::body::decimal;
use crate::shared::plain_text;

/// The body of a request.
pub(super) fn body(request: &ChatRequest) -> Result<Value> {
    check(request)?;
    let texts: Vec<_> = request.messages.iter().map(|message| plain_text::of(&message.parts)).collect();
    let mut parameters = parameters(request)?;
    parameters.extend(request.extra.clone());
    Ok(json!({"inputs": texts.join("\n\n"), "parameters": parameters}))
}

fn check(request: &ChatRequest) -> Result<()> {
    ChatCapabilities::text().check_files(request)?;
    let refuse = |option: &'static str, why: &'static str| Err(Error::unsupported(option, why));
    if request.messages.iter().any(|message| message.role == Role::Assistant) {
        return refuse("messages", "a prompt has no turns; ask the server's chat route, `tgi/MODEL`");
    }
    for part in request.messages.iter().flat_map(|message| &message.parts) {
        match part {
            Part::Image(_) => return refuse("image", "a prompt is text; ask the server's chat route, `tgi/MODEL`"),
            Part::Video(_) => return refuse("video", "a prompt is text"),
            Part::ToolResult(_) => return refuse("tools", "a prompt calls none"),
            _ => {}
        }
    }
    if !request.tools.is_empty() || request.tool_choice != ToolChoice::Auto || request.parallel_tool_calls.is_some() {
        return refuse("tools", "a prompt calls none; ask the server's chat route, `tgi/MODEL`");
    }
    if request.reasoning.is_some() {
        return refuse("reasoning", "TGI has no setting for it");
    }
    if request.web_search.is_some() {
        return refuse("web_search", "TGI does not search");
    }
    if request.output == OutputFormat::Json {
        return refuse("output.json", "TGI promises JSON of a schema only");
    }
    Ok(())
}

fn parameters(request: &ChatRequest) -> Result<Map<String, Value>> {
    let mut parameters = Map::new();
    let mut set = |name: &str, value: Value| parameters.insert(name.to_owned(), value);
    set("details", true.into());
    if let Some(tokens) = request.max_output_tokens {
        set("max_new_tokens", tokens.into());
    }
    match request.temperature {
        // The server refuses 0, which is no sampling.
        Some(0.0) => drop(set("do_sample", false.into())),
        Some(temperature) if temperature > 0.0 => drop(set("temperature", decimal(temperature))),
        Some(temperature) => return Err(Error::invalid("temperature", format!("{temperature} is less than 0"))),
        None => {}
    }
    match request.top_p {
        // 1 is no limit, and the server refuses it.
        None | Some(1.0) => {}
        Some(share) if share > 0.0 && share < 1.0 => drop(set("top_p", decimal(share))),
        Some(share) => return Err(Error::invalid("top_p", format!("{share} is not between 0 and 1"))),
    }
    if let Some(seed) = request.seed {
        let seed = u64::try_from(seed).map_err(|_| Error::invalid("seed", format!("{seed} is less than 0")))?;
        set("seed", seed.into());
    }
    if !request.stop.is_empty() {
        set("stop", request.stop.clone().into());
    }
    if let OutputFormat::Schema { schema, .. } = &request.output {
        set("grammar", json!({"type": "json", "value": schema}));
    }
    Ok(parameters)
}
