//! Publishing: the community, the image, then the one request.

use std::time::Duration;

use async_trait::async_trait;
use http::HeaderName;
use social_core::clock::Timestamp;
use social_core::http::{Multipart, Repeat};
use social_core::media::MediaInfo;
use social_core::publish::{
    self, Approved, Delivery, Finding, Placement, Post, Publisher, PublisherCapabilities, Readiness, Receipt,
    ReceiptState, RemotePost, Rules,
};
use social_core::run::Run;
use social_core::{Account, Error, Platform, Result};

use super::wire::{CommunityAnswer, Images, NewPost, PostAnswer, UploadedImage};
use super::{Lemmy, LemmyOptions, options, rules};
use crate::offered::refuse_unless_offered;
use crate::upload::file_name;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

#[async_trait]
impl Publisher for Lemmy {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        self.who().await
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS)
            .with_finds_lost_posts(true)
            .with_status(true)
            .with_delete(true)
            .with_readiness(true)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    fn check(&self, post: &Post, _facts: &[MediaInfo]) -> Vec<Finding> {
        options::check(post)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        refuse_unless_offered(&options::PLATFORM, &post.placement, rules::instead(&post.placement))?;
        publish::durably(self, run, post, |delivery| async move { self.deliver(&delivery, post).await }).await
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        self.delete_all(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

impl Lemmy {
    async fn deliver(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let run = &delivery.run;
        let options = post.options.get::<LemmyOptions>()?.unwrap_or_default();
        let person = delivery.account.key.id.split('@').next().unwrap_or_default();
        let person =
            person.parse().map_err(|_| Error::invalid("account", "the id of an account begins with a number"))?;
        let name = options.community.as_deref().unwrap_or(&self.community);
        let community_id = run.step(&format!("community-{name}"), || self.community_id(name)).await?;
        let image = match (post.content().next(), delivery.facts.first()) {
            (Some((_, attachment)), Some(info)) => {
                let media = attachment.media.without_notes().await?;
                let upload = || async {
                    let form = Multipart::new();
                    let form = form.file("images[]", &file_name(info), info.media_type.as_mime(), media.body());
                    self.upload(form).await
                };
                Some(run.step("image", upload).await.map_err(|error| error.with_item(0))?)
            }
            _ => None,
        };
        let new = NewPost {
            name: post.title.as_deref().unwrap_or_default().trim(),
            community_id,
            url: image.as_deref().or(post.link.as_ref().map(url::Url::as_str)),
            body: Some(post.text.as_str()).filter(|text| !text.is_empty()),
            alt_text: post.content().next().and_then(|(_, attachment)| attachment.alt_text.as_deref()),
            nsfw: options.nsfw,
            language_id: options.language_id,
            custom_thumbnail: options.thumbnail.as_ref().map(url::Url::as_str),
        };
        // A key of more than 32 characters would be ignored.
        let key = run.key("publish").replace('-', "");
        let receipt = &|made: RemotePost| delivery.receipt(ReceiptState::Published).with_post(made);
        let send = || async { Ok(receipt(self.create(&key, &new).await?)) };
        let new = &new;
        let find = |lost| async move { Ok(self.find(person, new, lost).await?.map(receipt)) };
        delivery.once(send, find).await
    }

    pub(super) async fn community_id(&self, name: &str) -> Result<u64> {
        let call = self.endpoint.get("api/v3/community")?.operation("read community");
        let answer: CommunityAnswer = call.query("name", name).send().await?.json()?;
        Ok(answer.community_view.community.id)
    }

    /// An image is invisible until a post shows it, so this may be repeated. Its address.
    async fn upload(&self, form: Multipart) -> Result<String> {
        let before_1_0 = self.site().await?.version.starts_with("0.");
        let path = if before_1_0 { "pictrs/image" } else { "api/v4/image" };
        let call = self.endpoint.post(path)?.operation("upload").repeat(Repeat::Safe);
        let reply = call.response_timeout(Duration::from_secs(600)).multipart(form).send().await?;
        if !before_1_0 {
            return Ok(reply.json::<UploadedImage>()?.image_url);
        }
        let Some(image) = reply.json::<Images>()?.files.pop() else {
            return Err(reply.unreadable("the answer names no image"));
        };
        let base = self.endpoint.base_url();
        let address = base.join(&format!("pictrs/image/{}", image.file));
        address.map(String::from).map_err(|_| reply.unreadable("the answer names no image"))
    }

    async fn create(&self, key: &str, post: &NewPost<'_>) -> Result<RemotePost> {
        let call = self.endpoint.post("api/v3/post")?.operation("publish");
        let reply = call.header(IDEMPOTENCY_KEY, key).json(post).send().await?;
        Ok(reply.json::<PostAnswer>()?.post_view.post.remote())
    }
}
