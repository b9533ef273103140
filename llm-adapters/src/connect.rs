//! From an address to a model.

use std::sync::Arc;

use social_core::chat::ChatModel;
use social_core::clock::{Clock as _, SystemClock};
use social_core::embed::EmbeddingModel;
use social_core::models::Lifetime;
use social_core::{Error, ModelAddress, Result};

use crate::{ListedModel, models};

/// The vendors that [`connect`] knows, as they are written in an address.
#[must_use]
pub fn vendors() -> Vec<&'static str> {
    #[allow(unused_mut)] // Built without any vendor there is nothing to add.
    let mut all: Vec<&'static str> = Vec::new();
    #[cfg(feature = "openai")]
    all.extend(crate::openai_chat::Dialect::ALL.iter().map(|dialect| &*dialect.service.vendor));
    #[cfg(feature = "anthropic")]
    all.extend(crate::anthropic::Dialect::ALL.iter().map(|dialect| &*dialect.service.vendor));
    #[cfg(feature = "anthropic")]
    all.push("vertex-anthropic");
    #[cfg(feature = "responses")]
    all.extend(crate::responses::Dialect::ALL.iter().map(|dialect| &*dialect.service.vendor));
    #[cfg(feature = "gemini")]
    all.extend(["gemini", "vertex"]);
    #[cfg(feature = "dashscope")]
    all.extend(["dashscope", "dashscope-cn"]);
    #[cfg(feature = "ollama")]
    all.push("ollama");
    #[cfg(feature = "template")]
    all.push("template");
    #[cfg(feature = "tgi")]
    all.push("tgi-generate");
    all
}

/// Makes a model from an address, `VENDOR/MODEL`, with key and base URL from the vendor's environment variables.
///
/// ```no_run
/// use social_core::chat::ChatModelExt as _;
///
/// # async fn example() -> social_core::Result<()> {
/// let model = llm_adapters::connect("openai/gpt-5.4-mini")?;
/// println!("{}", model.ask("A caption for a café, please.").await?);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for an address without a vendor;
/// [`Config`](social_core::ErrorKind::Config) for a vendor that is not known, naming those that are, and for a key that
/// is missing, naming its variable.
pub fn connect(address: &str) -> Result<Arc<dyn ChatModel>> {
    let address: ModelAddress = address.parse()?;
    warn_of_the_end(&address);
    let ModelAddress { vendor, model } = address;
    #[cfg(feature = "template")]
    if vendor == "template" {
        return Ok(Arc::new(crate::template::TemplateWriter::named(&model)?));
    }
    #[cfg(feature = "responses")]
    if let Some(dialect) = crate::responses::Dialect::named(vendor.as_str()) {
        return Ok(Arc::new(crate::responses::Responses::from_env(dialect.clone())?.chat(model)));
    }
    #[cfg(feature = "gemini")]
    match vendor.as_str() {
        "gemini" => return Ok(Arc::new(crate::gemini::Gemini::from_env()?.chat(model)?)),
        "vertex" => return Ok(Arc::new(crate::gemini::Gemini::vertex_from_env()?.chat(model)?)),
        _ => {}
    }
    #[cfg(feature = "dashscope")]
    match vendor.as_str() {
        "dashscope" => return Ok(Arc::new(crate::dashscope::DashScope::from_env()?.chat(model))),
        "dashscope-cn" => return Ok(Arc::new(crate::dashscope::DashScope::from_env_in_china()?.chat(model))),
        _ => {}
    }
    #[cfg(feature = "ollama")]
    if vendor == "ollama" {
        return Ok(Arc::new(crate::ollama::Ollama::from_env()?.chat(model)));
    }
    #[cfg(feature = "tgi")]
    if vendor == "tgi-generate" {
        return Ok(Arc::new(crate::tgi::Tgi::from_env()?.chat(model)));
    }
    #[cfg(feature = "openai")]
    if let Some(dialect) = crate::openai_chat::Dialect::named(vendor.as_str()) {
        return Ok(Arc::new(crate::openai_chat::Compatible::from_env(dialect.clone())?.chat(model)));
    }
    #[cfg(feature = "anthropic")]
    if vendor == "vertex-anthropic" {
        return Ok(Arc::new(crate::anthropic::Anthropic::vertex_from_env()?.chat(model)?));
    }
    #[cfg(feature = "anthropic")]
    if let Some(dialect) = crate::anthropic::Dialect::named(vendor.as_str()) {
        return Ok(Arc::new(crate::anthropic::Anthropic::of(dialect.clone())?.chat(model)?));
    }
    let message = format!("no vendor is called `{vendor}` (of `{model}`); known are {}", vendors().join(", "));
    Err(Error::config(message).with_field("address"))
}

/// Says in the log that a model is about to go, in time to choose another.
fn warn_of_the_end(address: &ModelAddress) {
    const NOTICE_DAYS: u32 = 60;
    let lifetime = models::known().lifetime(address, SystemClock.now());
    if matches!(lifetime, Lifetime::Over { .. } | Lifetime::Ends { days: ..=NOTICE_DAYS, .. }) {
        tracing::warn!(model = %address, %lifetime, "this model goes away");
    }
}

/// The models that a vendor lists, with the key from the vendor's environment variables.
///
/// What is known beyond the list is in [`models`](crate::models()). Listed or not, an id is sent as it is.
///
/// # Errors
/// [`Unsupported`](social_core::ErrorKind::Unsupported) for a vendor without a list; as [`connect`]; the kinds of the HTTP
/// path.
pub async fn list_models(vendor: &str) -> Result<Vec<ListedModel>> {
    #[cfg(feature = "gemini")]
    match vendor {
        "gemini" => return crate::gemini::Gemini::from_env()?.list_models().await,
        "vertex" => return crate::gemini::Gemini::vertex_from_env()?.list_models().await,
        _ => {}
    }
    #[cfg(feature = "ollama")]
    if vendor == "ollama" {
        return crate::ollama::Ollama::from_env()?.list_models().await;
    }
    #[cfg(feature = "tgi")]
    if vendor == "tgi-generate" {
        return crate::tgi::Tgi::from_env()?.list_models().await;
    }
    #[cfg(feature = "anthropic")]
    if let Some(dialect) = crate::anthropic::Dialect::named(vendor) {
        return crate::anthropic::Anthropic::of(dialect.clone())?.list_models().await;
    }
    #[cfg(feature = "dashscope")]
    match vendor {
        "dashscope" => return crate::dashscope::DashScope::from_env()?.list_models().await,
        "dashscope-cn" => return crate::dashscope::DashScope::from_env_in_china()?.list_models().await,
        _ => {}
    }
    #[cfg(feature = "responses")]
    if let Some(dialect) = crate::responses::Dialect::named(vendor) {
        return crate::responses::Responses::from_env(dialect.clone())?.list_models().await;
    }
    #[cfg(feature = "openai")]
    if let Some(dialect) = crate::openai_chat::Dialect::named(vendor) {
        return crate::openai_chat::Compatible::from_env(dialect.clone())?.list_models().await;
    }
    if vendors().contains(&vendor) {
        return Err(Error::unsupported("list_models", "this vendor lists none").with_vendor(vendor.to_owned()));
    }
    let message = format!("no vendor is called `{vendor}`; known are {}", vendors().join(", "));
    Err(Error::config(message).with_field("vendor"))
}

/// Makes an embedding model from an address, as [`connect`] makes a chat model.
///
/// # Errors
/// As [`connect`].
pub fn connect_embedder(address: &str) -> Result<Arc<EmbeddingModel>> {
    let ModelAddress { vendor, model } = address.parse()?;
    #[cfg(feature = "ollama")]
    if vendor == "ollama" {
        return Ok(Arc::new(crate::ollama::Ollama::from_env()?.embedder(model)));
    }
    #[cfg(feature = "dashscope")]
    match vendor.as_str() {
        "dashscope" => return Ok(Arc::new(crate::dashscope::DashScope::from_env()?.embedder(model))),
        "dashscope-cn" => return Ok(Arc::new(crate::dashscope::DashScope::from_env_in_china()?.embedder(model))),
        _ => {}
    }
    #[cfg(feature = "gemini")]
    match vendor.as_str() {
        "gemini" => return Ok(Arc::new(crate::gemini::Gemini::from_env()?.embedder(model)?)),
        "vertex" => return Ok(Arc::new(crate::gemini::Gemini::vertex_from_env()?.embedder(model)?)),
        _ => {}
    }
    #[cfg(feature = "openai")]
    if let Some(dialect) = crate::openai_chat::Dialect::named(vendor.as_str()).filter(|d| d.quirks.embeddings) {
        return Ok(Arc::new(crate::openai_chat::Compatible::from_env(dialect.clone())?.embedder(model)));
    }
    let message = format!("no vendor of embeddings is called `{vendor}` (of `{model}`)");
    Err(Error::config(message).with_field("address"))
}
