//! What can be asked of a channel and of a message that is out.

use http::Method;
use social_core::clock::Timestamp;
use social_core::http::{Call, Repeat, Route};
use social_core::publish::{Finding, FindingCode, Readiness, Receipt, ReceiptState, RemotePost};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

use super::Discord;
use super::error::is_gone;
use super::wire::{Message, Place};

impl Discord {
    /// Whether the webhook or channel is there and lets itself be seen.
    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let readiness = Readiness::new(self.account.clone(), at);
        match self.place().await {
            Ok(_) => Ok(readiness),
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::Auth | ErrorKind::Permission | ErrorKind::NotFound | ErrorKind::Config
                ) =>
            {
                Ok(readiness.with_finding(Finding::error(FindingCode::MISSING, "channel", error.message())))
            }
            Err(error) => Err(error),
        }
    }

    /// What the webhook or the channel says of itself.
    pub(super) async fn place(&self) -> Result<Place> {
        let route = self.route(Method::GET, None, None)?;
        let call = self.endpoint.call(&route).operation("read channel").repeat(Repeat::Safe);
        call.send().await?.json()
    }

    /// A message that is there is live; one that is gone was deleted, by whomever.
    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        for post in &receipt.posts {
            let (route, thread) = self.of_message(Method::GET, post).await?;
            match self.call(&route, thread.as_deref(), "read message").send().await {
                Ok(reply) => drop(reply.json::<Message>()?),
                Err(error) if is_gone(&error) => return Ok(receipt.clone().with_state(ReceiptState::Deleted)),
                Err(error) => return Err(error),
            }
        }
        Ok(receipt.clone().with_state(ReceiptState::Published))
    }

    /// What is gone already counts as deleted, so this may be repeated.
    pub(super) async fn delete_all(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        for post in &receipt.posts {
            run.step(&format!("delete {}", post.id), || async {
                let (route, thread) = self.of_message(Method::DELETE, post).await?;
                match self.call(&route, thread.as_deref(), "delete").send().await {
                    Err(error) if !is_gone(&error) => Err(error),
                    _ => Ok(()),
                }
            })
            .await?;
        }
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }

    fn call<'c>(&'c self, route: &'c Route, thread: Option<&str>, operation: &'static str) -> Call<'c> {
        self.in_thread(self.endpoint.call(route).operation(operation).repeat(Repeat::Safe), thread)
    }

    /// The route of a message, and the thread that a webhook has to name: the message's channel
    /// where it is not the webhook's own.
    async fn of_message(&self, method: Method, post: &RemotePost) -> Result<(Route, Option<String>)> {
        let Some((channel, message)) = post.id.split_once('/') else {
            let message = format!("`{}` is not a message of Discord: a channel, a slash and a number", post.id);
            return Err(Error::invalid("receipt", message));
        };
        let route = self.route(method, Some(channel), Some(message))?;
        if !self.is_webhook() {
            return Ok((route, None));
        }
        let own = self.place().await?.channel_id;
        Ok((route, Some(channel.to_owned()).filter(|channel| own.as_deref() != Some(channel))))
    }
}
