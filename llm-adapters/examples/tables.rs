//! Rebuilds `src/models.json` and `src/prices.json` from LiteLLM's public list and from
//! `tables/facts.json`, which holds what no list has.
//!
//! ```sh
//! pip download litellm --no-deps -d /tmp/lists && unzip -o /tmp/lists/litellm-*.whl -d /tmp/lists
//! cargo run -p llm-adapters --example tables -- \
//!     /tmp/lists/litellm/model_prices_and_context_window_backup.json "litellm 1.110.2" 2026-11-28
//! ```
//!
//! Then read the difference. The arguments are the list, its name and version, and today's date.

#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// LiteLLM's provider, what its ids begin with, and our vendor.
const VENDORS: [(&str, &str, &str); 11] = [
    ("anthropic", "", "anthropic"),
    ("dashscope", "dashscope/", "qwen"),
    ("deepseek", "deepseek/", "deepseek"),
    ("gemini", "gemini/", "gemini"),
    ("groq", "groq/", "groq"),
    ("minimax", "minimax/", "minimax"),
    ("mistral", "mistral/", "mistral"),
    ("openai", "", "openai"),
    ("vertex_ai-language-models", "", "vertex"),
    ("xai", "xai/", "xai"),
    ("zai", "zai/", "zhipu"),
];

/// What is no model that an application asks by this name.
const SKIPPED: [&str; 8] = ["ft:", "container", "learnlm", "lyria", "medlm", "gemma", "flash-experimental", "exp-1"];

/// Our fact and the field that says so.
const ABILITIES: [(&str, &str); 8] = [
    ("image_input", "supports_vision"),
    ("video_input", "supports_video_input"),
    ("audio_input", "supports_audio_input"),
    ("document_input", "supports_pdf_input"),
    ("tools", "supports_function_calling"),
    ("json_schema", "supports_response_schema"),
    ("reasoning", "supports_reasoning"),
    ("web_search", "supports_web_search"),
];

/// Our rate and the field of a token's price.
const RATES: [(&str, &str); 5] = [
    ("input_million", "input_cost_per_token"),
    ("output_million", "output_cost_per_token"),
    ("cache_read_million", "cache_read_input_token_cost"),
    ("cache_write_million", "cache_creation_input_token_cost"),
    ("cache_write_hour_million", "cache_creation_input_token_cost_above_1hr"),
];

/// What no list has.
#[derive(Deserialize)]
struct Facts {
    sources: Vec<String>,
    /// What a search costs at a vendor, where the list does not say.
    search: BTreeMap<String, u64>,
    models: BTreeMap<String, Map<String, Value>>,
    prices: BTreeMap<String, Value>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [list, name, date] = arguments.as_slice() else { return Err("usage: tables LIST NAME DATE".into()) };
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let facts: Facts = serde_json::from_slice(&std::fs::read(here.join("tables/facts.json"))?)?;
    let list: Map<String, Value> = serde_json::from_slice(&std::fs::read(list)?)?;
    let (mut models, mut prices) = (BTreeMap::new(), BTreeMap::new());
    for (id, entry) in &list {
        let Some(address) = address(id, entry) else { continue };
        let search = address.split('/').next().and_then(|vendor| facts.search.get(vendor));
        prices.extend(price(entry, search).map(|price| (address.clone(), price)));
        models.insert(address, model(entry));
    }
    for (address, more) in facts.models {
        models.entry(address).or_default().extend(more);
    }
    prices.extend(facts.prices);
    let sources: Vec<&String> = std::iter::once(name).chain(&facts.sources).collect();
    let head = json!({"date": date, "sources": sources});
    let models = models.into_iter().map(|(address, facts)| (address, Value::Object(facts)));
    std::fs::write(here.join("src/models.json"), table(&head, "models", models.collect())?)?;
    std::fs::write(here.join("src/prices.json"), table(&head, "prices", prices)?)?;
    Ok(())
}

/// Our address of an entry; `None` for what is not for us.
fn address(id: &str, entry: &Value) -> Option<String> {
    let provider = entry.get("litellm_provider")?.as_str()?;
    let (_, prefix, vendor) = VENDORS.iter().find(|(known, ..)| *known == provider)?;
    let model = id.strip_prefix(prefix)?;
    let chats = matches!(entry.get("mode")?.as_str()?, "chat" | "responses");
    let skipped = SKIPPED.iter().any(|word| model.contains(word)) || prefix.is_empty() && model.contains('/');
    (chats && !skipped).then(|| format!("{vendor}/{model}"))
}

fn model(entry: &Value) -> Map<String, Value> {
    let mut facts = Map::new();
    for (ours, theirs) in [("input_tokens", "max_input_tokens"), ("output_tokens", "max_output_tokens")] {
        // Some lists write them as decimals.
        let tokens = entry.get(theirs).and_then(Value::as_f64).filter(|tokens| *tokens >= 1.0);
        facts.extend(tokens.map(|tokens| (ours.to_owned(), json!(tokens as u64))));
    }
    for (ours, theirs) in ABILITIES {
        // What is not named is not known.
        facts.extend(entry.get(theirs).filter(|can| **can == true).map(|_| (ours.to_owned(), json!(true))));
    }
    facts.extend(entry.get("deprecation_date").map(|day| ("ends".to_owned(), day.clone())));
    facts
}

/// A price in micro-dollars for a million; `None` where a part of it is not known.
fn price(entry: &Value, search: Option<&u64>) -> Option<Value> {
    let mut tiers = tiered(entry);
    let mut base = rates(entry, "").or_else(|| (!tiers.is_empty()).then(|| tiers.remove(0).1))?;
    let asked = entry.pointer("/search_context_cost_per_query/search_context_size_medium").and_then(Value::as_f64);
    let asked = asked.map(|dollars| (dollars * 1e6).round() as u64).or(search.copied());
    base.extend(asked.filter(|cost| *cost > 0).map(|cost| ("search".to_owned(), json!(cost))));
    let lines = entry.as_object()?.keys().filter_map(|key| {
        let thousands = key.strip_prefix("input_cost_per_token_above_")?.strip_suffix("k_tokens")?;
        Some((thousands.parse::<u64>().ok()? * 1000, rates(entry, &format!("_above_{thousands}k_tokens"))?))
    });
    tiers.extend(lines);
    tiers.sort_by_key(|(above, _)| *above);
    let tiers: Vec<Value> = tiers.into_iter().map(|(above, tier)| tier_of(above, tier, &base)).collect();
    if !tiers.is_empty() {
        base.insert("tiers".to_owned(), tiers.into());
    }
    Some(Value::Object(base))
}

/// Every rate of the base, too: what the list leaves out grows as the input does.
fn tier_of(above: u64, mut tier: Map<String, Value>, base: &Map<String, Value>) -> Value {
    let rate = |rates: &Map<String, Value>, name: &str| rates.get(name).and_then(Value::as_f64);
    let input = rate(&tier, "input_million").zip(rate(base, "input_million")).map_or(1.0, |(long, short)| long / short);
    tier.retain(|name, _| base.contains_key(name));
    for (name, _) in RATES {
        let Some(short) = rate(base, name) else { continue };
        let long = rate(&tier, name).unwrap_or(short * input).max(short);
        tier.insert(name.to_owned(), json!(long.round() as u64));
    }
    tier.insert("above_input_tokens".to_owned(), json!(above));
    Value::Object(tier)
}

/// The prices of an entry that names several, by the length of the request.
fn tiered(entry: &Value) -> Vec<(u64, Map<String, Value>)> {
    let tiers = entry.get("tiered_pricing").and_then(Value::as_array).into_iter().flatten();
    tiers.filter_map(|tier| Some((tier.pointer("/range/0")?.as_f64()? as u64, rates(tier, "")?))).collect()
}

fn rates(entry: &Value, suffix: &str) -> Option<Map<String, Value>> {
    let dollars =
        |field: &str| entry.get(format!("{field}{suffix}")).and_then(Value::as_f64).filter(|cost| *cost > 0.0);
    let million = |cost: f64| json!((cost * 1e12).round() as u64);
    dollars("input_cost_per_token")?;
    let mut all = Map::new();
    for (ours, theirs) in RATES {
        all.extend(dollars(theirs).map(|cost| (ours.to_owned(), million(cost))));
    }
    // Where thinking costs more, that price stands for all.
    if let (Some(thought), Some(said)) = (dollars("output_cost_per_reasoning_token"), dollars("output_cost_per_token"))
    {
        all.insert("output_million".to_owned(), million(thought.max(said)));
    }
    all.contains_key("output_million").then_some(all)
}

/// The table with a line for each entry.
fn table(head: &Value, name: &str, entries: BTreeMap<String, Value>) -> Result<String, Box<dyn Error>> {
    let mut text = "{\n".to_owned();
    for (key, value) in head.as_object().into_iter().flatten() {
        writeln!(text, "  \"{key}\": {value},")?;
    }
    writeln!(text, "  \"{name}\": {{")?;
    let lines: Vec<String> = entries.iter().map(|(address, entry)| format!("    \"{address}\": {entry}")).collect();
    writeln!(text, "{}\n  }}\n}}", lines.join(",\n"))?;
    println!("{}: {} entries", name, entries.len());
    Ok(text)
}
