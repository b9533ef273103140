//! Many answers at once, at half the price.

use async_trait::async_trait;
use social_core::ModelAddress;
use social_core::Result;
use social_core::batch::{BatchCapabilities, BatchRequest, BatchResults};
use social_core::chat::ChatRequest;
use social_core::job::Job;
use social_core::make::{Condition, Made, Maker, Test};
use social_core::run::Run;

use super::chat::ResponsesChat;
use super::client::Responses;
use super::request;
use crate::openai_chat::Batches;
use crate::openai_chat::batch::FileBatch;
use crate::shared::batch;

/// Batches of a chat model behind the Responses dialect: as
/// [`CompatibleBatches`](crate::openai_chat::CompatibleBatches), with this dialect's requests.
#[derive(Clone, Debug)]
pub struct ResponsesBatches {
    chat: ResponsesChat,
}

impl Responses {
    /// Batches of a chat model of this vendor, by the vendor's own id.
    #[must_use]
    pub fn batches(&self, model: impl Into<String>) -> ResponsesBatches {
        ResponsesBatches { chat: self.chat(model) }
    }
}

impl ResponsesBatches {
    fn batch(&self) -> FileBatch<'_> {
        let (endpoint, address) = (&self.chat.client.endpoint, &self.chat.address);
        FileBatch { endpoint, address, form: Batches::Files, url: "/v1/responses" }
    }
}

#[async_trait]
impl Maker<BatchRequest> for ResponsesBatches {
    fn address(&self) -> &ModelAddress {
        &self.chat.address
    }

    fn capabilities(&self) -> BatchCapabilities {
        let dialect = &self.chat.client.dialect;
        let can = BatchCapabilities::new().with_cancel(true).with_paid(dialect.service.paid);
        if dialect.quirks.batches {
            return can.with_max_items(50_000);
        }
        can.with_condition(Condition::that("items", Test::Unset).because("this vendor has no batches"))
    }

    async fn make(&self, run: &Run, request: &BatchRequest) -> Result<Made<BatchResults>> {
        let (batch, dialect) = (self.batch(), &self.chat.client.dialect);
        let body = |chat| request::body(dialect, &self.chat.address, chat, false);
        let bodies = || batch::bodies(request, body);
        let (mark, none) = (&*batch::mark(run), &ChatRequest::default());
        let decoder = |name: &str| self.chat.decoder(batch::chat_of(request, mark, name).unwrap_or(none));
        let check = |job: Job| async move { self.batch().check(&job, decoder).await };
        batch::durably(self, run, request, || batch.submit(run, bodies), check).await
    }

    async fn cancel(&self, run: &Run) -> Result<()> {
        self.batch().cancel(run).await
    }
}
