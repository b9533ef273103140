//! What the vendor tells about its models: which there are, and how many tokens a conversation
//! takes.

use serde::Deserialize;
use serde_json::{Value, json};
use social_core::chat::{ChatRequest, Part};
use social_core::http::{Endpoint, Repeat};
use social_core::models::ListedModel;
use social_core::{Error, ModelAddress, Result};

use super::request;

/// A list that never ends is not believed.
const PAGES: u64 = 50;
/// Models of a page.
const ROWS: u64 = 100;

#[derive(Deserialize)]
struct Page {
    output: Listed,
}

#[derive(Deserialize)]
struct Listed {
    #[serde(default)]
    total: Option<u64>,
    /// Needed: an answer without it is no empty list.
    models: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    model: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    model_info: Option<Info>,
}

#[derive(Deserialize)]
struct Info {
    #[serde(default)]
    context_window: Option<u64>,
    #[serde(default)]
    max_output_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Counted {
    usage: Used,
}

#[derive(Deserialize)]
struct Used {
    input_tokens: u64,
}

pub(super) async fn list(endpoint: &Endpoint) -> Result<Vec<ListedModel>> {
    let mut models: Vec<ListedModel> = Vec::new();
    for number in 1..=PAGES {
        let call = endpoint.get("models")?.operation("list_models");
        let call = call.query("page_no", number.to_string()).query("page_size", ROWS.to_string());
        let Page { output: Listed { total, models: page } } = call.send().await?.json()?;
        let rows = page.len() as u64;
        models.extend(page.into_iter().map(|item| {
            let mut model = ListedModel::new(item.model);
            model.name = item.name;
            (model.input_tokens, model.output_tokens) =
                item.model_info.map_or((None, None), |info| (info.context_window, info.max_output_tokens));
            model
        }));
        let last = total.map_or(rows < ROWS, |total| models.len() as u64 >= total);
        if last || rows == 0 {
            break;
        }
    }
    Ok(models)
}

pub(super) async fn count(endpoint: &Endpoint, address: &ModelAddress, request: &ChatRequest) -> Result<u64> {
    let refuse = |option| Err(Error::unsupported(option, "only text is counted here").with_vendor(endpoint.vendor()));
    if !request.tools.is_empty() {
        return refuse("tools");
    }
    if request.messages.iter().flat_map(|message| &message.parts).any(|part| matches!(part, Part::Image(_))) {
        return refuse("image");
    }
    let body = request::body(address, request, false, false).await?;
    let input = serde_json::from_slice(&body).map(|mut body: Value| body.get_mut("input").map(Value::take));
    let input = input.map_err(|cause| Error::invalid("body", "the request is no JSON").with_source(cause))?;
    let body = json!({"model": address.model, "input": input});
    let call = endpoint.post("tokenizer")?.operation("count_tokens").repeat(Repeat::Safe);
    let Counted { usage } = call.json(&body).send().await?.json()?;
    Ok(usage.input_tokens)
}
