//! Publishing: images and an unpublished draft, and one request that publishes it.

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use social_core::clock::Timestamp;
use social_core::http::{Multipart, Repeat, Reply};
use social_core::media::{Media, MediaInfo};
use social_core::publish::{
    self, Approved, Attachment, Delivery, Finding, FindingCode, MediaRole, Placement, Post, Publisher,
    PublisherCapabilities, Readiness, Receipt, RemotePost, Rules,
};
use social_core::run::Found;
use social_core::run::Run;
use social_core::{Account, ErrorKind, Platform, Result};

use super::options::MAX_NAME;
use super::wire::{Article, Articles, Change, Images, NewDraft, One};
use super::{Ghost, GhostOptions, options, rules};
use crate::article::{draft_slug, image, paragraphs};
use crate::offered::refuse_unless_offered;
use crate::upload::file_name;

/// How long one upload may take.
const PATIENCE: Duration = Duration::from_secs(1800);
/// A draft that is not there so long after it was lost was not stored.
const SETTLE: Duration = Duration::from_secs(20);
/// Mail cannot be taken back: it is not sent again before a late request would have shown itself.
const MAIL_SETTLE: Duration = Duration::from_secs(120);

#[async_trait]
impl Publisher for Ghost {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.account.clone())
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
        let mut findings = Vec::new();
        for (index, file) in post.attachments.iter().enumerate() {
            let field = format!("attachments[{index}]");
            if matches!(file.media, Media::Remote(_)) {
                let message = "Ghost is sent the bytes of a file; fetch it first";
                findings.push(Finding::error(FindingCode::UNSUPPORTED, &field, message));
            }
            let length = file.alt_text.as_deref().map_or(0, |text| text.encode_utf16().count());
            if file.role == MediaRole::Cover && length > MAX_NAME {
                let message = "the alt text of a feature image is too long; shorten it";
                let finding = Finding::error(FindingCode::TOO_LONG, format!("{field}.alt_text"), message);
                let limit = format!("at most {MAX_NAME} characters");
                findings.push(finding.with_value(format!("{length} characters")).with_limit(limit));
            }
        }
        options::check(post, &mut findings);
        findings
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        refuse_unless_offered(&options::PLATFORM, &post.placement, rules::instead(&post.placement))?;
        publish::durably(self, run, post, |delivery| async move { self.publish_article(&delivery, post).await }).await
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        self.delete_article(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

impl Ghost {
    async fn publish_article(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let options = &post.options.get::<GhostOptions>()?.unwrap_or_default();
        let slug = &draft_slug(&delivery.run);
        let id = &self.draft(delivery, post, options, slug).await?;
        let status = match post.publish_at {
            _ if options.draft => "draft",
            Some(_) => "scheduled",
            None => "published",
        };
        let send = || async {
            let gone = || self.endpoint.error(ErrorKind::NotFound, "the draft is not on the site any more");
            let draft = self.article(id).await?.ok_or_else(gone)?;
            let change = Change {
                updated_at: &draft.updated_at,
                status,
                slug: options.slug.as_deref().unwrap_or_default(),
                published_at: post.publish_at,
            };
            let mut call = self.call(Method::PUT, &format!("posts/{id}/"))?.operation("publish");
            if let Some(newsletter) = &options.newsletter {
                call = call.query("newsletter", newsletter);
            }
            if let Some(segment) = &options.email_segment {
                call = call.query("email_segment", segment);
            }
            let reply = call.json(&One { posts: [change] }).send().await?;
            Ok(receipt(delivery, &one(&reply)?))
        };
        let find = |_| async {
            Ok(match self.article(id).await? {
                // Only the draft has this slug.
                Some(article) if article.slug != *slug => Found::Present(receipt(delivery, &article)),
                Some(_) if options.newsletter.is_some() => Found::NotListed { settle: MAIL_SETTLE },
                // Of two requests with the same `updated_at` Ghost takes one.
                _ => Found::Absent,
            })
        };
        delivery.once(send, find).await
    }

    /// The id of the draft, which is made once.
    async fn draft(&self, delivery: &Delivery, post: &Post, options: &GhostOptions, slug: &str) -> Result<String> {
        let mut html = match options.html {
            true => format!("<!--kg-card-begin: html-->\n{}\n<!--kg-card-end: html-->\n", post.text),
            false => paragraphs(&post.text),
        };
        let (mut feature_image, mut feature_image_alt) = (None, None);
        for (index, (file, info)) in post.attachments.iter().zip(&delivery.facts).enumerate() {
            if file.role == MediaRole::Captions {
                continue;
            }
            let upload = || self.upload(file, info);
            let address = delivery.run.step(&format!("image-{index}"), upload).await;
            let address = address.map_err(|error| error.with_item(index))?;
            if file.role == MediaRole::Cover {
                (feature_image, feature_image_alt) = (Some(address), file.alt_text.as_deref());
            } else {
                html.push_str(&image(&address, file.alt_text.as_deref()));
            }
        }
        let draft = NewDraft {
            title: post.title.as_deref().unwrap_or_default(),
            html,
            status: "draft",
            slug,
            tags: &options.tags,
            custom_excerpt: options.excerpt.as_deref(),
            canonical_url: options.canonical_url.as_ref(),
            visibility: options.visibility,
            featured: options.featured,
            email_only: options.email_only,
            feature_image,
            feature_image_alt,
        };
        let send = || async {
            // Without it the HTML would be left out in silence.
            let call = self.call(Method::POST, "posts/")?.operation("make draft").query("source", "html");
            Ok(one(&call.json(&One { posts: [draft] }).send().await?)?.id)
        };
        let find = |_| async {
            let found = self.read(&format!("posts/slug/{slug}/")).await?;
            Ok(found.map_or(Found::NotListed { settle: SETTLE }, |article| Found::Present(article.id)))
        };
        delivery.run.once("draft", send, find).await
    }

    /// An image that no article shows is not visible, so this may be repeated.
    async fn upload(&self, file: &Attachment, info: &MediaInfo) -> Result<String> {
        let body = file.media.without_notes().await?.body();
        let form =
            Multipart::new().file("file", &file_name(info), info.media_type.as_mime(), body).text("purpose", "image");
        let call = self.call(Method::POST, "images/upload/")?.operation("upload").repeat(Repeat::Safe);
        let reply = call.deadline(PATIENCE).response_timeout(PATIENCE).multipart(form).send().await?;
        let image = reply.json::<Images>()?.images.into_iter().next();
        Ok(image.ok_or_else(|| reply.unreadable("the answer names no image"))?.url.into())
    }

    /// An article as it is now; `None` when it is gone.
    pub(super) async fn article(&self, id: &str) -> Result<Option<Article>> {
        self.read(&format!("posts/{id}/")).await
    }

    async fn read(&self, path: &str) -> Result<Option<Article>> {
        match self.call(Method::GET, path)?.operation("read article").query("include", "email").send().await {
            Ok(reply) => one(&reply).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn one(reply: &Reply) -> Result<Article> {
    let article = reply.json::<Articles>()?.posts.into_iter().next();
    article.ok_or_else(|| reply.unreadable("the answer has no article"))
}

fn receipt(delivery: &Delivery, article: &Article) -> Receipt {
    let receipt = delivery.receipt(article.state());
    let receipt = receipt.with_post(RemotePost::main(&article.id).with_url(article.url.clone()));
    match warning(article) {
        Some(warning) => receipt.with_warning(warning),
        None => receipt,
    }
}

pub(super) fn warning(article: &Article) -> Option<&'static str> {
    let failed = article.email.as_ref().is_some_and(|email| email.status == "failed");
    failed.then_some("the newsletter could not be mailed; look at the article in Ghost, where it can be mailed again")
}
