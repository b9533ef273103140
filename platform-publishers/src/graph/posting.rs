//! From a container to a post: one request, and what became of it.

use std::future::Future;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::publish::{
    Delivery, ListedPost, Listing, PostRole, Receipt, ReceiptState, RemotePost, SoughtPost, find_recent,
};
use social_core::run::{Found, Lost, Run};
use social_core::{Effect, Error, Result};

use super::wire::{ContainerState, Created, parse_time};
use super::{Containers, afterwards};
use crate::attempt;

/// A container that is not published so long after its request was lost will not be.
const SETTLE: Duration = Duration::from_secs(30);
/// So often what was refused without an effect is sent again, or made again.
const AGAIN: u32 = 2;

/// A container that can be published.
#[derive(Serialize, Deserialize)]
struct Ready {
    container: String,
    at: Timestamp,
}

/// A post that is made of a container.
pub(crate) struct Posting<'a> {
    pub(crate) delivery: &'a Delivery,
    /// Where a further part of a thread keeps its steps; `None` for the post itself.
    pub(crate) part: Option<&'a Run>,
    pub(crate) text: &'a str,
    /// The edge that lists it; `None` where nothing does.
    pub(crate) listed: Option<&'static str>,
    /// Something answers it, so that it is of no use to know only its container.
    pub(crate) is_answered: bool,
}

/// What a refusal without an effect leaves to do.
enum Next {
    /// The container was not ready yet, or the token was over.
    SendAgain,
    /// The container exists no more.
    MakeAnew,
}

fn next(error: &Error) -> Option<Next> {
    if error.effect() != Effect::None {
        return None;
    }
    match error.code() {
        // The last one is Threads', seen right after `FINISHED`.
        Some("-2/2207003" | "9007/2207027" | "24/4279009") => Some(Next::SendAgain),
        Some("24/2207006" | "24/2207008" | "-2/2207020") => Some(Next::MakeAnew),
        _ if error.is_token_expired() => Some(Next::SendAgain),
        _ => None,
    }
}

impl Posting<'_> {
    fn run(&self) -> &Run {
        self.part.unwrap_or(&self.delivery.run)
    }

    async fn once<F, G>(&self, send: impl FnOnce() -> F + Send, find: impl FnMut(Lost) -> G + Send) -> Result<Receipt>
    where
        F: Future<Output = Result<Receipt>> + Send,
        G: Future<Output = Result<Found<Receipt>>> + Send,
    {
        match self.part {
            Some(run) => run.once(Self::PART_STEP, send, find).await,
            None => self.delivery.once(send, find).await,
        }
    }

    /// The step that makes a further part of a thread visible. Its result is a receipt.
    pub(crate) const PART_STEP: &'static str = "publish";

    /// The receipt of a post by its id, or by that of its container.
    fn receipt(&self, id: Result<String, &String>) -> Receipt {
        let receipt = self.delivery.receipt(ReceiptState::Published);
        match id {
            Ok(post) => receipt.with_post(RemotePost::main(post)),
            Err(container) => receipt
                .with_post(RemotePost::new(container, PostRole::CONTAINER))
                .with_warning("it is live, but its answer was lost: only the id of its container is known"),
        }
    }
}

impl Containers {
    /// Publishes a post whose container `prepare` makes ready.
    ///
    /// Containers end: with a verdict, or with their day. Each attempt has its own, and those that
    /// are over stay so.
    pub(crate) async fn publish<F>(
        &self,
        posting: &Posting<'_>,
        prepare: impl Fn(Run) -> F + Send + Sync,
    ) -> Result<Receipt>
    where
        F: Future<Output = Result<String>> + Send,
    {
        let (mut renewed, mut sent_again) = (false, 0);
        loop {
            let attempt = attempt::open(posting.run()).await?;
            let error = match self.attempt(&attempt, posting, &prepare).await {
                Ok(receipt) => return Ok(receipt),
                Err(error) => error,
            };
            match next(&error) {
                Some(Next::SendAgain) if sent_again < AGAIN => sent_again += 1,
                Some(_) => {
                    attempt::end(&attempt).await?;
                    if renewed {
                        return Err(error);
                    }
                    (renewed, sent_again) = (true, 0);
                }
                None => return Err(error),
            }
        }
    }

    async fn attempt<F>(
        &self,
        attempt: &Run,
        posting: &Posting<'_>,
        prepare: &(impl Fn(Run) -> F + Send + Sync),
    ) -> Result<Receipt>
    where
        F: Future<Output = Result<String>> + Send,
    {
        let ready: Ready = match attempt.result("ready").await? {
            Some(ready) => ready,
            None => {
                let container = prepare(attempt.clone()).await?;
                let ready = || async { Ok(Ready { container, at: attempt.clock().now() }) };
                attempt.step("ready", ready).await?
            }
        };
        let send = || async { Ok(posting.receipt(Ok(self.publish_container(&ready.container).await?))) };
        let find = |lost| self.find(posting, &ready.container, lost);
        posting.once(send, find).await
    }

    /// Refusals were seen although the post was live, so that none is sent again by itself: the
    /// container has the last word.
    async fn publish_container(&self, container: &str) -> Result<String> {
        let call = self.graph.post(&self.graph.edge(self.names.publish)).await?.operation("publish");
        let reply = call.refusals_prove_nothing().form([("creation_id", container)]).send().await?;
        // A refusal that came with a success status is as doubtful as any.
        let created: Created = self.graph.read(&reply).map_err(|error| error.with_effect(Effect::Unknown))?;
        Ok(created.id)
    }

    async fn find(&self, posting: &Posting<'_>, container: &String, lost: Lost) -> Result<Found<Receipt>> {
        let state = self.state(container).await?;
        if matches!(state, ContainerState::Published) {
            return Ok(match self.find_post(posting, lost).await {
                Ok(Some(post)) => Found::Present(posting.receipt(Ok(post))),
                // The list may show it later.
                Ok(None) if posting.is_answered => Found::Unknown,
                Err(error) if posting.is_answered => return Err(error),
                _ => Found::Present(posting.receipt(Err(container))),
            });
        }
        // By the documents a container is "in progress" also while it is being published.
        if matches!(state, ContainerState::InProgress | ContainerState::Other(_)) {
            return Ok(Found::Unknown);
        }
        // What the list shows beyond doubt may be ours, whatever the container says: a person
        // decides.
        if self.find_post(posting, lost).await?.is_some() {
            return Ok(Found::Unknown);
        }
        // A post was seen to appear a second after its request was cut, so that neither a container
        // that can still be published nor one that has ended says anything at once.
        Ok(Found::NotListed { settle: SETTLE })
    }

    /// The id of a post, where the account's list shows it beyond doubt.
    async fn find_post(&self, posting: &Posting<'_>, lost: Lost) -> Result<Option<String>> {
        let Some(edge) = posting.listed else { return Ok(None) };
        let account = &self.graph.account.key.id;
        let recent = self.recent(edge).await?;
        let whole = recent.len() < afterwards::RECENT;
        let listed = recent.into_iter().map(|item| ListedPost {
            account: account.clone(),
            text: item.text.unwrap_or_default(),
            at: item.timestamp.as_deref().and_then(parse_time),
            value: item.id,
        });
        let listing = if whole { Listing::complete(listed) } else { Listing::page(listed) };
        let sought = SoughtPost { account, text: posting.text, lost, settle: SETTLE };
        Ok(match find_recent(&sought, listing) {
            Found::Present(id) => Some(id),
            _ => None,
        })
    }
}
