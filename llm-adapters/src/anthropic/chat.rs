//! One exchange of a chat.

use std::sync::Arc;

use async_trait::async_trait;
use http::{HeaderName, Method};
use social_core::chat::{self, ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream};
use social_core::http::{Call, Route};
use social_core::{Error, ModelAddress, Result};

use super::client::Anthropic;
use super::decode::Decoder;
use super::dialect::Hosting;
use super::{files, request};
use crate::models;

impl Anthropic {
    /// A chat model, by the vendor's own id.
    #[must_use]
    pub fn chat(&self, model: impl Into<String>) -> AnthropicChat {
        let address = ModelAddress::new(self.endpoint.vendor(), model);
        let fits = |c: char| c.is_ascii_alphanumeric() || "-._@".contains(c);
        let makes_path = match self.dialect.hosting {
            Hosting::Messages => true,
            Hosting::Vertex => !address.model.is_empty() && address.model.chars().all(fits),
        };
        let route = |verb: &str| {
            let path = match self.dialect.hosting {
                Hosting::Messages => "messages".to_owned(),
                // A colon in the first segment would read as a scheme.
                Hosting::Vertex => format!("./{}:{verb}", address.model),
            };
            self.endpoint.route(Method::POST, &path).ok().filter(|_| makes_path)
        };
        let routes = route("rawPredict").zip(route("streamRawPredict"));
        AnthropicChat {
            can: models::within(&address, self.dialect.capabilities()),
            client: self.clone(),
            address,
            routes: routes.map(|(whole, streamed)| Routes { whole, streamed }),
        }
    }
}

/// A chat model behind Anthropic's dialect. An id that makes no path is refused at the call.
#[derive(Clone, Debug)]
pub struct AnthropicChat {
    pub(super) client: Anthropic,
    pub(super) address: ModelAddress,
    /// What the adapter offers, less what the model is known not to do.
    can: Arc<ChatCapabilities>,
    /// Prepared, if the id makes a path.
    routes: Option<Routes>,
}

#[derive(Clone, Debug)]
struct Routes {
    whole: Route,
    streamed: Route,
}

impl AnthropicChat {
    pub(super) fn decoder(&self) -> Decoder {
        Decoder::new(self.client.endpoint.clone())
    }

    async fn call(&self, request: &ChatRequest, stream: bool) -> Result<Call<'_>> {
        let Anthropic { dialect, endpoint } = &self.client;
        let Some(Routes { whole, streamed }) = &self.routes else {
            let message = format!("`{}` is not a model id: use letters, digits and - . _ @", self.address.model);
            return Err(Error::invalid("model", message).with_vendor(endpoint.vendor()));
        };
        self.can.check(request).map_err(|error| error.with_vendor(&self.address.vendor))?;
        let body = request::body(dialect, dialect.hosting, &self.address, request, stream).await?;
        let route = if stream { streamed } else { whole };
        let mut call = endpoint.call(route).operation("chat").model(&self.address.model);
        if files::names_files(request) {
            call = call.header(HeaderName::from_static("anthropic-beta"), files::FILES_BETA);
        }
        Ok(call.repeat(dialect.service.repeat()).json_text(body))
    }
}

#[async_trait]
impl ChatModel for AnthropicChat {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        (*self.can).clone()
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        chat::whole(&self.address, self.call(request, false).await, &mut self.decoder()).await
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        chat::streamed(&self.address, self.call(request, true).await, self.decoder()).await
    }
}
