//! What became of a message whose answer was lost.

use std::time::Duration;

use social_core::clock::Timestamp;
use social_core::run::{Found, Lost};
use social_core::{ErrorKind, Result};

use super::Slack;
use super::publish::EVENT;
use super::wire::History;
use crate::by_hand::settle_by_hand;

/// A request that is not listed so long after it was lost will not be.
const SETTLE: Duration = Duration::from_secs(30);
/// Clocks may differ by as much.
const DOUBT: Duration = Duration::from_secs(10 * 60);
/// More is not shown to apps outside of Slack's marketplace.
const RECENT: &str = "15";
/// So many pages are read.
const PAGES: usize = 10;

impl Slack {
    /// The time stamp of the message that carries our key.
    pub(super) async fn find_message(
        &self,
        channel: &str,
        thread: Option<&str>,
        key: &str,
        lost: Lost,
    ) -> Result<Found<String>> {
        let since = lost.begun_at.saturating_sub(DOUBT).unwrap_or(Timestamp::MIN).as_second().to_string();
        let mut latest: Option<String> = None;
        for _ in 0..PAGES {
            let method = if thread.is_some() { "conversations.replies" } else { "conversations.history" };
            let mut call = self.endpoint.get(method)?.operation("list messages").query("channel", channel);
            call = call.query("oldest", &since).query("limit", RECENT).query("include_all_metadata", "true");
            if let Some(thread) = thread {
                call = call.query("ts", thread);
            }
            if let Some(latest) = &latest {
                call = call.query("latest", latest);
            }
            let page: History = match self.ask(call).await {
                Err(error) if matches!(error.kind(), ErrorKind::Permission | ErrorKind::NotFound) => {
                    let why = format!("the bot may not read the channel's history ({})", error.message());
                    return Err(settle_by_hand(&why, &self.account.label));
                }
                result => result?,
            };
            let ours =
                |metadata: &super::wire::Metadata| metadata.event_type == EVENT && metadata.event_payload.key == key;
            if let Some(found) = page.messages.iter().find(|message| ours(&message.metadata)) {
                return Ok(Found::Present(found.ts.clone()));
            }
            match page.messages.last() {
                Some(oldest) if page.has_more => latest = Some(oldest.ts.clone()),
                _ => return Ok(Found::NotListed { settle: SETTLE }),
            }
        }
        Ok(Found::Unknown)
    }
}
