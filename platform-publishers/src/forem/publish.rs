//! Publishing: an unpublished draft, and one request that publishes it.

use std::fmt::Write as _;
use std::time::Duration;

use async_trait::async_trait;
use http::Method;
use social_core::clock::Timestamp;
use social_core::host;
use social_core::http::Repeat;
use social_core::media::{Media, MediaInfo};
use social_core::publish::{
    self, Approved, Attachment, Delivery, Finding, FindingCode, MediaRole, Placement, Post, Publisher,
    PublisherCapabilities, Readiness, Receipt, ReceiptState, RemotePost, Rules,
};
use social_core::run::{Found, Run};
use social_core::{Account, Error, ErrorKind, Platform, Result};
use url::Url;

use super::wire::{Change, Listed, Made, NewDraft, Wrapped, shown};
use super::{Forem, ForemOptions, options, rules};
use crate::offered::refuse_unless_offered;

/// A draft that is not listed so long after it was lost was not stored.
const SETTLE: Duration = Duration::from_secs(20);
/// So many of the account's articles are looked at, the newest first: the maximum of a page.
const RECENT: usize = 1000;

#[async_trait]
impl Publisher for Forem {
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
            .with_needs_host(self.host.is_none())
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    fn check(&self, post: &Post, _facts: &[MediaInfo]) -> Vec<Finding> {
        findings(post, self.host.is_some())
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        refuse_unless_offered(&options::PLATFORM, &post.placement, rules::instead(&post.placement))?;
        publish::durably(self, run, post, |delivery| async move { self.publish_article(&delivery, post).await }).await
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        self.hide(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

impl Forem {
    async fn publish_article(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let options = post.options.get::<ForemOptions>()?.unwrap_or_default();
        let id = self.draft(delivery, post, &options).await?;
        let receipt = &|state, url: Option<Url>| {
            delivery.receipt(state).with_post(RemotePost::main(id.to_string()).with_url(url))
        };
        let now = || self.endpoint.clock().now();
        let send = || async {
            if options.draft {
                return Ok(receipt(ReceiptState::Draft, None));
            }
            let made = self.change(id, &Change { published: true, published_at: post.publish_at }, "publish").await?;
            Ok(receipt(shown(post.publish_at.or(made.published_at), now()), made.url))
        };
        let find = |_| async {
            Ok(match self.article(id).await? {
                Some(article) if article.published => Found::Present(receipt(article.state(now()), article.url)),
                // A request that comes late publishes the same article.
                _ => Found::Absent,
            })
        };
        delivery.once(send, find).await
    }

    /// The number of the draft, which is made once.
    async fn draft(&self, delivery: &Delivery, post: &Post, options: &ForemOptions) -> Result<u64> {
        let run = &delivery.run;
        let title = post.title.as_deref().unwrap_or_default();
        let mut text = post.text.clone();
        let mut main_image = None;
        for (index, file) in post.attachments.iter().enumerate() {
            let address = self.address(run, file, post.publish_at).await.map_err(|error| error.with_item(index))?;
            match file.role {
                MediaRole::Cover => main_image = Some(address),
                MediaRole::Content => {
                    // Writing into a String cannot fail.
                    let _ =
                        write!(text, "\n\n![{}]({address})", bracketed(file.alt_text.as_deref().unwrap_or_default()));
                }
                _ => {}
            }
        }
        let text = text.trim_start_matches('\n');
        let ours = |articles: Vec<Listed>| articles.into_iter().filter(|article| article.is(title, text));
        let before = || async { Ok(ours(self.articles().await?).map(|article| article.id).collect()) };
        let before: Vec<u64> = run.step("articles before", before).await?;
        let draft = NewDraft {
            title,
            body_markdown: text,
            published: false,
            tags: &options.tags,
            series: options.series.as_deref(),
            canonical_url: options.canonical_url.as_ref(),
            description: options.description.as_deref(),
            organization_id: options.organization_id,
            main_image: main_image.as_ref().map(Url::as_str),
        };
        let send = || async {
            let call = self.endpoint.post("api/articles")?.operation("make draft");
            Ok(call.json(&Wrapped { article: draft }).send().await?.json::<Made>()?.id)
        };
        let find = |_| async {
            let mut new = ours(self.articles().await?).filter(|article| !before.contains(&article.id));
            Ok(match (new.next(), new.next()) {
                (Some(article), None) => Found::Present(article.id),
                (Some(_), Some(_)) => Found::Unknown,
                (None, _) => Found::NotListed { settle: SETTLE },
            })
        };
        run.once("draft", send, find).await
    }

    /// Where a Forem fetches an image.
    async fn address(&self, run: &Run, file: &Attachment, until: Option<Timestamp>) -> Result<Url> {
        match (&file.media, &self.host) {
            (Media::Remote(remote), None) => Ok(remote.url.clone()),
            (media, Some(host)) => Ok(host::public(run, host, media, until).await?.url),
            (_, None) => Err(Error::config("a Forem fetches images itself and needs a media host")),
        }
    }

    /// Publishes or hides an article. It is named, so that this may be repeated.
    pub(super) async fn change(&self, id: u64, change: &Change, operation: &'static str) -> Result<Made> {
        let route = self.endpoint.route(Method::PUT, &format!("api/articles/{id}"))?;
        let call = self.endpoint.call(&route).operation(operation).repeat(Repeat::Safe);
        call.json(&Wrapped { article: change }).send().await?.json()
    }

    /// The account's articles, drafts among them, the newest first.
    pub(super) async fn articles(&self) -> Result<Vec<Listed>> {
        let call = self.endpoint.get("api/articles/me/all")?.operation("list articles");
        call.query("per_page", RECENT.to_string()).send().await?.json()
    }

    /// An article as it is now; `None` when it is gone. Other routes answer from a cache.
    pub(super) async fn article(&self, id: u64) -> Result<Option<Listed>> {
        let articles = self.articles().await?;
        let complete = articles.len() < RECENT;
        match articles.into_iter().find(|article| article.id == id) {
            None if !complete => {
                let message = format!("article {id} is not among the newest {RECENT} of the account");
                Err(self.endpoint.error(ErrorKind::Unsupported, message))
            }
            found => Ok(found),
        }
    }
}

/// A text between the brackets of Markdown.
fn bracketed(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]").replace('\n', " ")
}

/// What rules as data cannot say.
fn findings(post: &Post, has_host: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, file) in post.attachments.iter().enumerate() {
        if !has_host && !matches!(file.media, Media::Remote(_)) {
            let message = "a Forem fetches images itself: give it a media host (`Forem::with_host`)";
            findings.push(Finding::error(FindingCode::NEEDS_HOST, format!("attachments[{index}]"), message));
        }
    }
    if post.text.trim_start().starts_with("---") {
        let message = "the text begins like front matter, which would win over everything else; write `***` for a line";
        findings.push(Finding::error(FindingCode::INVALID, "text", message).with_value("---"));
    }
    options::check(post, &mut findings);
    findings
}
