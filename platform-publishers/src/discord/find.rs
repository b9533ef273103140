//! What became of a message whose answer was lost.

use std::time::Duration;

use social_core::Result;
use social_core::publish::{ListedPost, Listing, SoughtPost, find_recent};
use social_core::run::{Found, Lost};

use super::wire::{Author, Message};
use super::{Discord, Sender};
use crate::by_hand::settle_by_hand;

/// A request that is not listed so long after it was lost will not be.
const SETTLE: Duration = Duration::from_secs(30);
/// So many messages of the channel are read.
const RECENT: usize = 100;

pub(super) struct Sought<'a> {
    pub(super) thread: Option<&'a str>,
    pub(super) text: &'a str,
    /// What names of its files begin with, where it has files.
    pub(super) mark: Option<&'a str>,
}

impl Discord {
    pub(super) async fn find(&self, sought: &Sought<'_>, lost: Lost) -> Result<Found<Message>> {
        let Some(reader) = &self.reader else {
            return Err(settle_by_hand("a webhook cannot list messages", &self.account.label));
        };
        let (channel, author) = match &self.sender {
            Sender::Bot { channel } => {
                let me: Author = reader.get("users/@me")?.operation("read bot").send().await?.json()?;
                (Some(channel.clone()), me.id)
            }
            // The author of a webhook's messages is the webhook.
            Sender::Webhook { id, .. } => (self.place().await?.channel_id, id.clone()),
        };
        let Some(channel) = sought.thread.map(str::to_owned).or(channel) else {
            return Err(settle_by_hand("the webhook does not say in which channel it writes", &self.account.label));
        };
        let call = reader.get(&format!("channels/{channel}/messages"))?.operation("list messages");
        let recent: Vec<Message> = call.query("limit", RECENT.to_string()).send().await?.json()?;
        if recent.is_empty() {
            let why = "the channel shows no messages, as to a bot without the permission to read its history";
            return Err(settle_by_hand(why, &self.account.label));
        }
        let complete = recent.len() < RECENT;
        if let Some(mark) = sought.mark {
            let ours = |message: &Message| {
                message.author.id == author && message.attachments.iter().any(|file| file.filename.starts_with(mark))
            };
            let reaches = complete || recent.last().and_then(Message::at).is_some_and(|oldest| oldest < lost.begun_at);
            return Ok(match recent.into_iter().find(ours) {
                Some(message) => Found::Present(message),
                None if reaches => Found::NotListed { settle: SETTLE },
                None => Found::Unknown,
            });
        }
        let listed = recent.into_iter().map(|message| ListedPost {
            account: message.author.id.clone(),
            text: message.words().to_owned(),
            at: message.at(),
            value: message,
        });
        let listing = if complete { Listing::complete(listed) } else { Listing::page(listed) };
        Ok(find_recent(&SoughtPost { account: &author, text: sought.text, lost, settle: SETTLE }, listing))
    }
}
