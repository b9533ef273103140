//! Publishing: files and an unpublished draft, and one request that publishes it.

use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use social_core::clock::Timestamp;
use social_core::media::{Media, MediaInfo};
use social_core::publish::{
    self, Approved, Delivery, Finding, FindingCode, Placement, Post, Publisher, PublisherCapabilities, Readiness,
    Receipt, ReceiptState, RemotePost, Rules,
};
use social_core::run::{Found, Run};
use social_core::{Account, Effect, Error, ErrorKind, Platform, Result};

use super::wire::{Article, Change, NewDraft};
use super::{WordPress, WordPressOptions, options, rules};
use crate::article::{draft_slug, paragraphs};
use crate::offered::refuse_unless_offered;

/// A draft that is not listed so long after it was lost was not stored.
const SETTLE: Duration = Duration::from_secs(20);
/// All that an article of ours may be. Without the list only published ones are found.
const ALL: &str = "publish,future,draft,pending,private";

#[async_trait]
impl Publisher for WordPress {
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
        for (index, _) in post.attachments.iter().enumerate().filter(|(_, file)| matches!(file.media, Media::Remote(_)))
        {
            let message = "WordPress is sent the bytes of a file; fetch it first";
            findings.push(Finding::error(FindingCode::UNSUPPORTED, format!("attachments[{index}]"), message));
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
        self.trash(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

impl WordPress {
    async fn publish_article(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let options = &post.options.get::<WordPressOptions>()?.unwrap_or_default();
        let slug = &draft_slug(&delivery.run);
        let id = self.draft(delivery, post, options, slug).await?;
        let status = match post.publish_at {
            _ if options.draft => "draft",
            _ if options.private => "private",
            Some(_) => "future",
            None => "publish",
        };
        let send = || async {
            let change = Change {
                status,
                slug: options.slug.as_deref().unwrap_or_default(),
                date_gmt: post.publish_at.map(|time| time.to_string().chars().take(19).collect()),
            };
            let call = self.call(Method::POST, &format!("posts/{id}"))?.operation("publish");
            let reply = call.json(&change).send().await.map_err(proves_nothing)?;
            Ok(receipt(delivery, &reply.json()?, status))
        };
        let find = |_| async {
            Ok(match self.article(id).await? {
                // Only the draft has this slug. A request that comes late names the same article.
                Some(article) if article.slug != *slug => Found::Present(receipt(delivery, &article, status)),
                _ => Found::Absent,
            })
        };
        delivery.once(send, find).await
    }

    /// The number of the draft, which is made once.
    async fn draft(&self, delivery: &Delivery, post: &Post, options: &WordPressOptions, slug: &str) -> Result<u64> {
        let files = self.files(delivery, post).await?;
        let run = &delivery.run;
        let categories = self.terms(run, "categories", &options.categories).await?;
        let tags = self.terms(run, "tags", &options.tags).await?;
        let text = if options.html { format!("{}\n", post.text) } else { paragraphs(&post.text) };
        let draft = NewDraft {
            title: post.title.as_deref().unwrap_or_default(),
            content: text + &files.html,
            excerpt: options.excerpt.as_deref(),
            status: "draft",
            slug,
            categories,
            tags,
            featured_media: files.featured,
            comment_status: options.comments.map(|open| if open { "open" } else { "closed" }),
            sticky: options.sticky,
        };
        let send = || async {
            let call = self.call(Method::POST, "posts")?.operation("make draft");
            Ok(call.json(&draft).send().await.map_err(proves_nothing)?.json::<Article>()?.id)
        };
        let find = |_| async {
            let call = self.call(Method::GET, "posts")?.operation("find draft").query("slug", slug);
            let found: Vec<Article> = call.query("status", ALL).query("context", "edit").send().await?.json()?;
            let mut ours = found.into_iter().filter(|article| article.slug == slug);
            Ok(ours.next().map_or(Found::NotListed { settle: SETTLE }, |article| Found::Present(article.id)))
        };
        run.once("draft", send, find).await
    }

    /// An article as it is now; `None` when it is gone.
    pub(super) async fn article(&self, id: u64) -> Result<Option<Article>> {
        let call = self.call(Method::GET, &format!("posts/{id}"))?.operation("read article").query("context", "edit");
        match call.send().await {
            Ok(reply) => {
                Ok(Some(reply.json::<Article>()?).filter(|article| article.id == id && article.status != "trash"))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// WordPress stores an article before it looks at the rest of the request, so that a refusal of it
/// is no proof. Who asks, and how often, it looks at first.
fn proves_nothing(error: Error) -> Error {
    match error.status() {
        Some(401 | 429) | None => error,
        Some(_) => error.with_effect(Effect::Unknown),
    }
}

/// WordPress computes the status; what it made of it may be another one than was asked for.
fn receipt(delivery: &Delivery, article: &Article, asked: &str) -> Receipt {
    let receipt = delivery.receipt(article.state());
    let receipt = receipt.with_post(RemotePost::main(article.id.to_string()).with_url(article.link.clone()));
    match (asked, receipt.state) {
        ("future", ReceiptState::Published) => {
            receipt.with_warning("its publish time was less than a minute away: WordPress published it at once")
        }
        ("publish" | "future", ReceiptState::Draft) => {
            let message = format!("WordPress made it `{}`; an editor has to publish it", article.status);
            receipt.with_warning(message)
        }
        _ => receipt,
    }
}
