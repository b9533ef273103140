//! What can be asked of a chat, and taking messages down.

use std::collections::BTreeMap;

use serde_json::json;
use social_core::clock::Timestamp;
use social_core::publish::{Finding, FindingCode, Publisher as _, Readiness, Receipt, ReceiptState};
use social_core::run::Run;
use social_core::{Error, Result};

use super::Telegram;
use super::wire::{Bot, Member};

impl Telegram {
    /// Whether the bot may post: as an administrator in a channel, as a member in a group.
    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let account = self.account().await?;
        let chat = self.found().await?;
        let bot: Bot = self.ask("getMe", "read bot", &json!({})).await?;
        let question = json!({"chat_id": chat.id, "user_id": bot.id});
        let member: Member = self.ask("getChatMember", "read membership", &question).await?;
        let may_post = match (chat.kind.as_str(), member.status.as_str()) {
            (_, "left" | "kicked") => false,
            (_, "creator") | ("private", _) => true,
            ("channel", "administrator") => member.can_post_messages.unwrap_or(false),
            ("channel", _) => false,
            (_, "restricted") => member.can_send_messages.unwrap_or(false),
            _ => true,
        };
        let readiness = Readiness::new(account, at);
        if may_post {
            return Ok(readiness);
        }
        let message = match chat.kind.as_str() {
            "channel" => "the bot is no administrator that may post; make it one in the channel's settings",
            _ => "the bot may not write here; let it into the group, or lift its restriction",
        };
        Ok(readiness.with_finding(Finding::error(FindingCode::MISSING, "chat", message).with_value(member.status)))
    }

    /// `deleteMessages` skips what is gone already, so this may be repeated.
    pub(super) async fn delete_all(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        let mut messages: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for post in &receipt.posts {
            let named = post.id.split_once('/').and_then(|(chat, message)| Some((chat, message.parse().ok()?)));
            let Some((chat, message)) = named else {
                let message = format!("`{}` is not a message of Telegram: a chat, a slash and a number", post.id);
                return Err(Error::invalid("receipt", message));
            };
            messages.entry(chat).or_default().push(message);
        }
        for (chat, messages) in messages {
            run.step(&format!("delete {chat} {messages:?}"), || async {
                let body = json!({"chat_id": chat, "message_ids": messages});
                self.ask::<bool>("deleteMessages", "delete", &body).await.map(drop)
            })
            .await?;
        }
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }
}
