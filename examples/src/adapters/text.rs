//! Language models.

use std::borrow::Cow;
use std::sync::Arc;

use llm_adapters::anthropic::{self, Anthropic};
use llm_adapters::dashscope::DashScope;
use llm_adapters::gemini::Gemini;
use llm_adapters::ollama::Ollama;
use llm_adapters::openai_chat::{Compatible, Dialect};
use llm_adapters::responses::{self, Responses};
use llm_adapters::tgi::Tgi;
use social_core::Result;
use social_core::http::{Auth, Endpoint};

use super::{Adapter, KEY, Opened, Opening, path};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter {
        operation: "chat",
        knows: |vendor| responses::Dialect::named(vendor).is_some(),
        reads: |exchange| path(exchange).split('/').any(|segment| segment == "responses"),
        open: |opening| Ok(Opened::Chat(Arc::new(responses(opening)?.chat(opening.model)))),
    },
    Adapter {
        operation: "chat",
        knows: |vendor| ["gemini", "vertex"].contains(&vendor),
        reads: |exchange| path(exchange).contains("enerateContent"),
        open: |opening| Ok(Opened::Chat(Arc::new(gemini(opening)?.chat(opening.model)?))),
    },
    Adapter {
        operation: "embed",
        knows: |vendor| ["gemini", "vertex"].contains(&vendor),
        reads: |exchange| {
            let path = path(exchange);
            // Images are predicted, too, and the embeddings of images have another form.
            let predicts = path.ends_with(":predict") && path.contains("embedding") && !path.contains("multimodal");
            predicts || path.contains("mbedContent")
        },
        open: |opening| Ok(Opened::Embedder(Arc::new(gemini(opening)?.embedder(opening.model)?))),
    },
    Adapter {
        operation: "chat",
        knows: |vendor| vendor == "vertex-anthropic",
        reads: |exchange| path(exchange).contains("awPredict"),
        open: |opening| {
            let settings = Anthropic::vertex_endpoint("project", "global")?.auth(Auth::Bearer(KEY.into()));
            let client = Anthropic::on_vertex(anthropic::Dialect::VERTEX, opening.endpoint(settings)?);
            Ok(Opened::Chat(Arc::new(client.chat(opening.model)?)))
        },
    },
    Adapter {
        operation: "chat",
        knows: |vendor| anthropic::Dialect::named(vendor).is_some(),
        // OpenAI's assistants have messages of another kind.
        reads: |exchange| path(exchange).ends_with("/messages") && !path(exchange).contains("/threads/"),
        open: |opening| Ok(Opened::Chat(Arc::new(anthropic(opening)?.chat(opening.model)?))),
    },
    Adapter {
        operation: "chat",
        knows: |vendor| vendor == "ollama",
        reads: |exchange| path(exchange).ends_with("/api/chat"),
        open: |opening| Ok(Opened::Chat(Arc::new(ollama(opening)?.chat(opening.model)))),
    },
    Adapter {
        operation: "embed",
        knows: |vendor| vendor == "ollama",
        reads: |exchange| path(exchange).ends_with("/api/embed"),
        open: |opening| Ok(Opened::Embedder(Arc::new(ollama(opening)?.embedder(opening.model)))),
    },
    Adapter {
        operation: "chat",
        knows: |vendor| vendor == "dashscope",
        reads: |exchange| {
            ["text", "multimodal"].iter().any(|kind| path(exchange).contains(&format!("/aigc/{kind}-generation/")))
        },
        open: |opening| {
            let endpoint = opening.endpoint(DashScope::endpoint().auth(Auth::Bearer(KEY.into())))?;
            Ok(Opened::Chat(Arc::new(DashScope::new(endpoint).chat(opening.model))))
        },
    },
    Adapter {
        operation: "embed",
        knows: |vendor| vendor == "dashscope",
        reads: |exchange| path(exchange).contains("/embeddings/text-embedding/"),
        open: |opening| {
            let endpoint = opening.endpoint(DashScope::endpoint().auth(Auth::Bearer(KEY.into())))?;
            Ok(Opened::Embedder(Arc::new(DashScope::new(endpoint).embedder(opening.model))))
        },
    },
    Adapter {
        operation: "chat",
        knows: |vendor| ["tgi-generate", "hf-tgi"].contains(&vendor),
        reads: |exchange| ["/generate", "/generate_stream"].contains(&path(exchange)),
        open: |opening| {
            let endpoint = opening.endpoint(Tgi::endpoint().auth(Auth::Bearer(KEY.into())))?;
            Ok(Opened::Chat(Arc::new(Tgi::new(endpoint).chat(opening.model))))
        },
    },
    Adapter {
        operation: "chat",
        knows: |vendor| Dialect::named(of_recording(vendor)).is_some(),
        reads: |exchange| path(exchange).ends_with("/chat/completions"),
        open: |opening| Ok(Opened::Chat(Arc::new(compatible(opening)?.chat(opening.model)))),
    },
    Adapter {
        operation: "embed",
        knows: |vendor| Dialect::named(of_recording(vendor)).is_some(),
        reads: |exchange| path(exchange).ends_with("/embeddings"),
        open: |opening| Ok(Opened::Embedder(Arc::new(compatible(opening)?.embedder(opening.model)))),
    },
    // What is none of these is at least understood when it is refused.
    Adapter {
        operation: "call",
        knows: |vendor| anthropic::Dialect::named(vendor).is_some(),
        reads: |_| true,
        open: |opening| Ok(Opened::Endpoint(opening.endpoint(anthropic::Dialect::ANTHROPIC.endpoint())?)),
    },
    Adapter {
        operation: "call",
        knows: |vendor| ["gemini", "vertex"].contains(&vendor),
        reads: |_| true,
        open: |opening| Ok(Opened::Endpoint(opening.endpoint(Gemini::endpoint())?)),
    },
    Adapter {
        operation: "call",
        knows: |vendor| vendor == "ollama",
        reads: |_| true,
        open: |opening| Ok(Opened::Endpoint(opening.endpoint(Ollama::endpoint())?)),
    },
    Adapter {
        operation: "call",
        knows: |vendor| Dialect::named(vendor).is_some(),
        reads: |_| true,
        open: |opening| Ok(Opened::Endpoint(of_dialect(opening)?.1)),
    },
    Adapter {
        operation: "call",
        knows: |vendor| vendor == "dashscope",
        reads: |_| true,
        open: |opening| Ok(Opened::Endpoint(opening.endpoint(DashScope::endpoint())?)),
    },
];

/// Every resource of Azure has an address of its own.
const AZURE: &str = "https://resource.openai.azure.com/openai/v1";

/// Recordings name the company where addresses name the dialect.
pub(super) fn of_recording(vendor: &str) -> &str {
    match vendor {
        "dashscope" => "qwen",
        "hf-tgi" => "tgi",
        "ollama" => "ollama-openai",
        "zai" => "zhipu",
        same => same,
    }
}

pub(super) fn anthropic(opening: &Opening<'_>) -> Result<Anthropic> {
    let dialect = anthropic::Dialect::named(opening.vendor).unwrap_or(&anthropic::Dialect::ANTHROPIC).clone();
    let endpoint = opening.endpoint(dialect.endpoint().auth(dialect.auth(KEY.into())))?;
    Ok(Anthropic::new(dialect, endpoint))
}

pub(super) fn responses(opening: &Opening<'_>) -> Result<Responses> {
    let own = format!("{}-responses", opening.vendor.trim_end_matches("-responses"));
    let known = responses::Dialect::named(&own).cloned();
    let dialect = known.unwrap_or_else(|| responses::Dialect::at(own, "http://localhost:8000/v1"));
    let mut settings = dialect.endpoint().auth(dialect.auth(KEY.into()));
    if dialect.service.vendor == "azure-responses" {
        settings = settings.base_url(AZURE);
    }
    Responses::new(dialect, opening.endpoint(settings)?)
}

pub(super) fn compatible(opening: &Opening<'_>) -> Result<Compatible> {
    let (dialect, endpoint) = of_dialect(opening)?;
    Compatible::new(dialect, endpoint)
}

fn of_dialect(opening: &Opening<'_>) -> Result<(Dialect, Endpoint)> {
    let known = Dialect::named(of_recording(opening.vendor)).cloned();
    let dialect =
        known.unwrap_or_else(|| Dialect::at(Cow::Owned(opening.vendor.to_owned()), "http://localhost:8000/v1"));
    let mut settings = dialect.endpoint().auth(dialect.auth(KEY.into()));
    if dialect.service.base_url.is_empty() {
        settings = settings.base_url(AZURE);
    }
    let endpoint = opening.endpoint(settings)?;
    Ok((dialect, endpoint))
}

pub(super) fn ollama(opening: &Opening<'_>) -> Result<Ollama> {
    Ok(Ollama::new(opening.endpoint(Ollama::endpoint())?))
}

pub(super) fn gemini(opening: &Opening<'_>) -> Result<Gemini> {
    if opening.vendor == "vertex" {
        let settings = Gemini::vertex_endpoint("project", "global")?.auth(Auth::Bearer(KEY.into()));
        return Ok(Gemini::on_vertex(opening.endpoint(settings)?));
    }
    Ok(Gemini::new(opening.endpoint(Gemini::endpoint().auth(Gemini::auth(KEY.into())))?))
}
