//! The feed: texts, link cards and photos, at once or by Facebook's own scheduling.

use std::time::Duration;

use serde_json::json;
use social_core::http::{Multipart, Repeat};
use social_core::media::{Media, MediaInfo};
use social_core::publish::{
    Attachment, Delivery, ListedPost, Listing, Post, Receipt, ReceiptState, RemotePost, SoughtPost, find_recent,
};
use social_core::run::{Found, Lost, Run};
use social_core::{Effect, Error, Result};
use url::Url;

use super::Facebook;
use super::options::FacebookOptions;
use super::wire::PagePost;
use crate::graph::{Created, Page, parse_time};

/// So many posts of a list are read.
pub(super) const RECENT: usize = 25;
/// How long Facebook may need to list a post that it took.
pub(super) const SETTLE: Duration = Duration::from_secs(30);
/// Photos that no post shows are kept for a day.
pub(super) const PHOTO_LIFE: Duration = Duration::from_secs(23 * 3600);

impl Facebook {
    pub(super) async fn publish_feed(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let run = &delivery.run;
        let mut photos = Vec::new();
        for (index, attachment) in post.content() {
            let scheduled = post.publish_at.is_some();
            let info = delivery.facts.get(index);
            photos.push(json!({ "media_fbid": self.photo(run, index, attachment, info, scheduled).await? }));
        }
        let options = post.options.get::<FacebookOptions>()?.unwrap_or_default();
        let mut fields = vec![("message", post.text.clone())];
        fields.extend(post.link.as_ref().map(|link| ("link", link.to_string())));
        if !photos.is_empty() {
            fields.push(("attached_media", json!(photos).to_string()));
        }
        fields.extend(options.place.map(|place| ("place", place)));
        if let Some(time) = post.publish_at {
            // Without `published=false` it would be out at once.
            fields.push(("published", "false".to_owned()));
            fields.push(("scheduled_publish_time", time.as_second().to_string()));
            fields.push(("unpublished_content_type", "SCHEDULED".to_owned()));
        }
        let state = if post.publish_at.is_some() { ReceiptState::Scheduled } else { ReceiptState::Published };
        let receipt = |id: String| delivery.receipt(state).with_post(RemotePost::main(id));
        let send = || async {
            let call = self.graph.post(&self.graph.edge("feed")).await?.operation("publish");
            let created: Created = self.graph.read(&call.form(fields).send().await?)?;
            Ok(receipt(created.id))
        };
        let find = |lost| async move { Ok(self.find_post(post, lost).await?.map(receipt)) };
        delivery.once(send, find).await
    }

    /// A photo is invisible until a post shows it, so this may be repeated.
    pub(super) async fn photo(
        &self,
        run: &Run,
        index: usize,
        attachment: &Attachment,
        info: Option<&MediaInfo>,
        scheduled: bool,
    ) -> Result<String> {
        let upload = || async {
            let call =
                self.graph.post(&self.graph.edge("photos")).await?.operation("upload photo").repeat(Repeat::Safe);
            let mut fields = vec![("published", "false".to_owned())];
            fields.extend(scheduled.then(|| ("temporary", "true".to_owned())));
            fields.extend(attachment.alt_text.clone().map(|text| ("alt_text_custom", text)));
            let call = match &attachment.media {
                Media::Remote(remote) => {
                    fields.push(("url", remote.url.to_string()));
                    call.form(fields)
                }
                // The page keeps what a camera wrote into a file, place included.
                media => {
                    let form = fields.into_iter().fold(Multipart::new(), |form, (name, value)| form.text(name, value));
                    let (mime, name) = match info {
                        Some(info) => (info.media_type.as_mime(), format!("photo.{}", info.media_type.extension())),
                        None => ("application/octet-stream", "photo".to_owned()),
                    };
                    call.multipart(form.file("source", &name, mime, media.without_notes().await?.body()))
                }
            };
            let created: Created = self.graph.read(&call.response_timeout(Duration::from_secs(600)).send().await?)?;
            Ok((created.id, run.clock().now().checked_add(PHOTO_LIFE).ok()))
        };
        run.step_until(&format!("photo-{index}"), upload).await.map_err(|e: Error| e.with_item(index))
    }

    /// Looks for a post whose answer was lost: among the page's newest ones, or among the scheduled
    /// ones of its time.
    async fn find_post(&self, post: &Post, lost: Lost) -> Result<Found<String>> {
        let account = &self.graph.account.key.id;
        if let Some(time) = post.publish_at {
            let posts = self.list("scheduled_posts", "id,message,scheduled_publish_time").await?;
            let same = |listed: &&PagePost| {
                listed.scheduled_publish_time == Some(time.as_second())
                    && listed.message.as_deref().unwrap_or_default().split_whitespace().eq(post.text.split_whitespace())
            };
            let mut same = posts.iter().filter(same);
            return Ok(match (same.next(), same.next()) {
                (Some(_), _) if post.text.trim().is_empty() => Found::Unknown,
                (Some(only), None) => Found::Present(only.id.clone()),
                (Some(_), Some(_)) => Found::Unknown,
                (None, _) if posts.len() >= RECENT => Found::Unknown,
                (None, _) => Found::NotListed { settle: SETTLE },
            });
        }
        let posts = self.list("published_posts", "id,message,created_time").await?;
        let whole = posts.len() < RECENT;
        let listed = posts.into_iter().map(|listed| ListedPost {
            account: account.clone(),
            text: listed.message.unwrap_or_default(),
            at: listed.created_time.as_deref().and_then(parse_time),
            value: listed.id,
        });
        let listing = if whole { Listing::complete(listed) } else { Listing::page(listed) };
        Ok(find_recent(&SoughtPost { account, text: &post.text, lost, settle: SETTLE }, listing))
    }

    pub(super) async fn list(&self, edge: &str, fields: &str) -> Result<Vec<PagePost>> {
        let call = self.graph.get(&self.graph.edge(edge)).await?.operation("list posts");
        let reply = call.query("fields", fields).query("limit", RECENT.to_string()).send().await?;
        Ok(self.graph.read::<Page<PagePost>>(&reply)?.data)
    }

    pub(super) async fn permalink(&self, id: &str) -> Result<Url> {
        let call = self.graph.get(&self.graph.object(id)?).await?.operation("read permalink");
        let reply = call.query("fields", "permalink_url").send().await?;
        let post: PagePost = self.graph.read(&reply)?;
        post.permalink_url.ok_or_else(|| reply.unreadable("the answer has no permalink").with_effect(Effect::None))
    }
}
