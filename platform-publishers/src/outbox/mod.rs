//! An outbox for working offline: it lays finished posts and a page that shows them into a folder, and sends nothing.
//!
//! An [`Outbox`] is a folder of one campaign. [`Outbox::standing_in_for`] makes a publisher that answers as a real platform,
//! under that platform's rules, so that a campaign without keys runs the same way as one with keys. A [`Page`] shows posts
//! before anybody approved them; publishing into the same folder completes its cards.
//!
//! What lies in the folder afterwards:
//!
//! | file | what it is |
//! |---|---|
//! | `index.html` | the page. Everything that it shows is in the folder, all its addresses are relative, it runs no script |
//! | `01-instagram-feed.jpg` ... | the files of the posts: number in the post, target, ending by their bytes |
//! | `what-would-be-sent/instagram-feed.json` ... | one [`Card`] per target |
//! | `what-would-be-sent/_campaign.json` | the heading, the brand and the order of the cards |
//!
//! Files appear whole or not at all (written beside and renamed), the page last. It is made from the records that are there,
//! so several publishers of one process may finish in any order. Two processes do not share a folder.

mod card;
mod folder;
mod html;
mod look;
mod page;
mod post;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use social_core::publish::{
    Approved, Placement, Post, Publisher, PublisherCapabilities, Receipt, ReceiptState, Rules, inspect,
};
use social_core::run::Run;
use social_core::{Platform, Result};
use url::Url;

use card::RECORDS;
pub use card::{Card, Page};
use folder::Folder;

/// A folder into which finished posts are laid.
///
/// ```
/// use platform_publishers::outbox::{Card, Outbox, Page};
/// use social_core::publish::{ApprovalRequest, Approved, AutoApprove, Destination, Placement, Post, Publisher, Rules};
/// use social_core::{clock::SystemClock, run::Run, text::Unit};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> social_core::Result<()> {
/// # let folder = tempfile::tempdir().unwrap();
/// # let dir = folder.path();
/// let mut rules = Rules::new("bluesky".into(), Placement::FEED);
/// rules.text.limits = vec![(Unit::Graphemes, 300)];
/// let bluesky = Outbox::new(dir).standing_in_for("bluesky", vec![rules.clone()]);
///
/// let post = Post::new("Tapas night on Friday #tapas");
/// let card = Card::new("bluesky", post.clone()).measured(&rules);
/// let page = Page::new("Tapas night").with_card(card).write(dir).await?;
/// // Somebody looks at the page and says yes.
/// let request = ApprovalRequest::new(Destination::of(&bluesky));
/// let post = Approved::ask(post, &request, &AutoApprove::because("an example"), &SystemClock).await?;
/// bluesky.publish(&Run::ephemeral(), &post).await?;
/// # assert!(std::fs::read_to_string(page).unwrap().contains("Ready in this folder, not sent to Bluesky"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Outbox {
    dir: PathBuf,
}

impl Outbox {
    /// The outbox of this folder. It is made when the first post is laid into it.
    #[must_use]
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// The folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// A publisher that answers as this platform and lays its posts into the folder. It offers the placements that there
    /// are rules for.
    #[must_use]
    pub fn standing_in_for(&self, platform: impl Into<Platform>, rules: Vec<Rules>) -> StandIn {
        StandIn { outbox: self.clone(), platform: platform.into(), rules }
    }
}

/// A publisher that stands in for a platform and sends nothing; see [`Outbox::standing_in_for`].
///
/// Published again with the same run, a post rewrites its own files. Another post on the same target gets a card of its own.
/// The receipt's state is [`Draft`](ReceiptState::Draft), its id the path of the record, its URL the card on the page.
///
/// # Errors
/// As the platform's own publisher: [`Unsupported`](social_core::ErrorKind::Unsupported) for a placement without rules;
/// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) and [`MediaInvalid`](social_core::ErrorKind::MediaInvalid) for
/// what breaks the rules. [`Storage`](social_core::ErrorKind::Storage) when the folder cannot be written.
#[derive(Clone, Debug)]
pub struct StandIn {
    outbox: Outbox,
    platform: Platform,
    rules: Vec<Rules>,
}

#[async_trait]
impl Publisher for StandIn {
    fn platform(&self) -> Platform {
        self.platform.clone()
    }

    fn account(&self) -> Option<String> {
        None
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(self.rules.iter().map(|rules| rules.placement)).finding_lost_posts().rehearsing()
    }

    fn rules(&self, placement: Placement) -> Option<Rules> {
        self.rules.iter().find(|rules| rules.placement == placement).cloned()
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        social_core::publish::preflight(self, post).await?;
        run.bind(&post.approval().digest).await?;
        // No `once`: laying the same files down again is harmless, and brings back a folder that somebody removed.
        let at = run.step("laid-down", || async { Ok(run.clock().now()) }).await?;

        let folder = Folder::lock(&self.outbox.dir).await?;
        let mut card = Card::new(&self.platform, Post::clone(post));
        if let Some(rules) = self.rules(post.placement) {
            card = card.measured(&rules);
        }
        card.findings = inspect(self, post).await?.findings;
        card.approval = Some(post.approval().clone());
        card.run = Some(run.name().to_owned());
        card.receipt = Some(Receipt::new(self.platform.clone(), RECORDS, ReceiptState::Draft, at));
        let card = folder.put_published(card).await?;
        let page = folder.rebuild().await?;

        let record = self.outbox.dir.join(card.record_path());
        let receipt = Receipt::new(self.platform.clone(), record.to_string_lossy(), ReceiptState::Draft, at);
        Ok(receipt.with_url(card_url(&page, &card)))
    }
}

/// The address of the card on the page.
fn card_url(page: &Path, card: &Card) -> Option<Url> {
    let mut url = Url::from_file_path(std::path::absolute(page).ok()?).ok()?;
    url.set_fragment(Some(&html::slug(&card.target)));
    Some(url)
}
