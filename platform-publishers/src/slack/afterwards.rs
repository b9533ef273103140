//! What can be asked of a bot, and of a message that is out.

use serde_json::json;
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::publish::{Finding, FindingCode, PostRole, Readiness, Receipt, ReceiptState, RemotePost};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

use super::Slack;
use super::files::{Nothing, shared};
use super::wire::{History, Permalink, Verdict};

/// What is done here needs these scopes.
const SCOPES: [&str; 3] = ["chat:write", "files:write", "files:read"];

impl Slack {
    /// Whether the token works and has the scopes, as Slack tells them in a header.
    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        if self.channel().is_none() {
            return Err(self.of_bots("readiness"));
        }
        let readiness = Readiness::new(self.account.clone(), at);
        let reply = self.endpoint.post("auth.test")?.operation("read bot").repeat(Repeat::Safe).send().await?;
        if !reply.json::<Verdict>()?.ok {
            let error = self.endpoint.classify(&reply.failure());
            let finding = Finding::error(FindingCode::MISSING, "bot_token", error.message());
            return Ok(readiness.with_finding(finding));
        }
        let Some(told) = reply.headers.get("x-oauth-scopes").and_then(|scopes| scopes.to_str().ok()) else {
            return Ok(readiness);
        };
        let has = |wanted: &str| told.split(',').any(|scope| scope.trim() == wanted);
        let missing = SCOPES.into_iter().filter(|scope| !has(scope)).map(|scope| {
            let message = format!("the token has no scope {scope}; add it and install the app again");
            Finding::error(FindingCode::MISSING, "bot_token", message)
        });
        let history = "the token may not read a channel's history: a lost message would stay unknown";
        let blind = !has("channels:history") && !has("groups:history");
        let blind = blind.then(|| Finding::warning(FindingCode::MISSING, "bot_token", history));
        Ok(missing.chain(blind).fold(readiness, Readiness::with_finding))
    }

    fn of_bots(&self, call: &'static str) -> Error {
        let message = "a webhook of Slack cannot be asked; use a bot (`Slack::bot`)";
        Error::unsupported(call, message).with_vendor(self.endpoint.vendor())
    }

    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        let Some(channel) = self.channel() else { return Err(self.of_bots("status")) };
        let Some(main) = receipt.post(&PostRole::MAIN) else {
            let Some(file) = receipt.post(&PostRole::CONTAINER) else {
                return Err(Error::invalid("receipt", "the receipt names neither a message nor a file"));
            };
            return Ok(match self.share_of(&file.id, channel).await {
                Ok(Some(ts)) => shared(receipt.clone(), channel, &ts),
                Ok(None) => receipt.clone().with_state(ReceiptState::Processing),
                Err(error) if error.kind() == ErrorKind::NotFound => receipt.clone().with_state(ReceiptState::Deleted),
                Err(error) => return Err(error),
            });
        };
        let (channel, ts) = named(main)?;
        // Answers in threads are listed there; the thread of a message of its own begins with it.
        let call = self.endpoint.get("conversations.replies")?.operation("read message").query("channel", channel);
        let call = call.query("ts", ts).query("limit", "1").query("oldest", ts).query("inclusive", "true");
        let there = match self.ask::<History>(call).await {
            Ok(page) => page.messages.iter().any(|message| message.ts == ts),
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        let state = if there { ReceiptState::Published } else { ReceiptState::Deleted };
        Ok(receipt.clone().with_state(state))
    }

    /// What is gone already counts as deleted, so this may be repeated.
    pub(super) async fn delete_all(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        if self.channel().is_none() {
            return Err(self.of_bots("delete"));
        }
        for post in &receipt.posts {
            let (method, body) = if post.role == PostRole::CONTAINER {
                ("files.delete", json!({ "file": post.id }))
            } else {
                let (channel, ts) = named(post)?;
                ("chat.delete", json!({"channel": channel, "ts": ts}))
            };
            run.step(&format!("delete {}", post.id), || async {
                let call = self.endpoint.post(method)?.operation("delete").repeat(Repeat::Safe).json(&body);
                match self.ask::<Nothing>(call).await {
                    Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                    _ => Ok(()),
                }
            })
            .await?;
        }
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }

    /// The address of a message. That it cannot be had is no failure.
    pub(super) async fn with_address(&self, run: &Run, mut receipt: Receipt) -> Receipt {
        let Some(main) = receipt.posts.iter_mut().find(|post| post.role == PostRole::MAIN) else { return receipt };
        let Ok((channel, ts)) = named(main) else { return receipt };
        let ask = || async {
            let call = self.endpoint.get("chat.getPermalink")?.operation("read permalink").query("channel", channel);
            let told = self.ask::<Permalink>(call.query("message_ts", ts)).await;
            Ok(told.ok().map(|told| told.permalink))
        };
        let told = run.step("permalink", ask).await;
        main.url = told.unwrap_or_default();
        receipt
    }
}

/// The channel and the time stamp of a message.
fn named(post: &RemotePost) -> Result<(&str, &str)> {
    post.id.split_once('/').ok_or_else(|| {
        let message = format!("`{}` is not a message of Slack: a channel, a slash and a time stamp", post.id);
        Error::invalid("receipt", message)
    })
}
