//! Finding a message whose answer was lost among those that the number sent.

use std::time::Duration;

use social_core::Result;
use social_core::http::Repeat;
use social_core::publish::{Delivery, ListedPost, Listing, Post, Receipt, SoughtPost, find_recent};
use social_core::run::{Found, Lost};

use super::publish::receipt;
use super::wire::{Message, Messages};
use super::{Chat, Whapi};

/// So many messages of a list are read.
const RECENT: usize = 100;
/// How long Whapi may need to list a message that it took.
const SETTLE: Duration = Duration::from_secs(60);
/// The list begins so long before the work, so that two clocks may differ.
const BEFORE: Duration = Duration::from_secs(900);

impl Whapi {
    pub(super) async fn find_message(&self, delivery: &Delivery, post: &Post, lost: Lost) -> Result<Found<Receipt>> {
        let account = &delivery.account.key.id;
        let messages = self.recent(lost).await?;
        let is_whole = messages.len() < RECENT;
        let listed = messages.into_iter().filter(|message| message.from_me).map(|message| ListedPost {
            account: account.clone(),
            text: message.words(),
            at: message.at(),
            value: message,
        });
        let listing = if is_whole { Listing::complete(listed) } else { Listing::page(listed) };
        let found = find_recent(&SoughtPost { account, text: &post.text, lost, settle: SETTLE }, listing);
        Ok(found.map(|message| receipt(delivery, &message)))
    }

    /// The newest messages of the chat, newest first.
    async fn recent(&self, lost: Lost) -> Result<Vec<Message>> {
        let path = match &self.chat {
            Chat::Stories => "stories".to_owned(),
            Chat::Chat(chat) if chat.ends_with("@newsletter") => format!("newsletters/{chat}/messages"),
            Chat::Chat(chat) => format!("messages/list/{chat}"),
        };
        // The path begins with no scheme, whatever the chat is called.
        let mut call = self.api.get(&format!("./{path}"))?.operation("list messages").repeat(Repeat::Safe);
        call = call.query("count", RECENT.to_string());
        if !path.starts_with("newsletters") {
            let from = lost.begun_at.saturating_sub(BEFORE).unwrap_or(lost.begun_at);
            call = call.query("from_me", "true").query("time_from", from.as_second().to_string());
        }
        let mut messages = call.send().await?.json::<Messages>()?.messages;
        messages.sort_by_key(|message| std::cmp::Reverse(message.at()));
        Ok(messages)
    }
}
