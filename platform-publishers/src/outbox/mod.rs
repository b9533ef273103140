//! An outbox for working offline: it lays finished posts and a page that shows them into a folder,
//! and sends nothing.
//!
//! **Environment:** nothing is read from it.
//!
//! **Supported:** every placement of the platform that it stands in for, under that platform's
//! rules.
//!
//! ```
//! use platform_publishers::outbox::{Card, Outbox, Page};
//! use social_core::publish::{Approved, Ask, AutoApprove, Placement, Post, Publisher, Rules, TextRule};
//! use social_core::{run::Run, text::Unit};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> social_core::Result<()> {
//! # let folder = tempfile::tempdir().unwrap();
//! # let dir = folder.path();
//! let rules = Rules::new("bluesky", Placement::FEED).with_text(TextRule::of([(Unit::Graphemes, 300)]));
//! let bluesky = Outbox::new(dir).standing_in_for("bluesky", vec![rules.clone()]);
//!
//! let post = Post::new("Tapas night on Friday #tapas");
//! let card = Card::new("bluesky", post.clone()).with_rules(&rules);
//! let page = Page::new("Tapas night").with_card(card).write(dir).await?;
//! // Somebody looks at the page and says yes.
//! let (run, ask) = (Run::ephemeral(), Ask::for_account(bluesky.account().await?));
//! let answer = Approved::ask(&run, post, &ask, &AutoApprove::because("an example")).await?;
//! bluesky.publish(&run, &answer.approved()?).await?;
//! # assert!(std::fs::read_to_string(page).unwrap().contains("Ready in this folder, not sent to Bluesky"));
//! # Ok(())
//! # }
//! ```
//!
//! A card is framed, cut and cropped by the rules of its placement, not by its platform's name: a
//! post in a list, a player with its title, or a screen of 9:16 with the frame in which words are
//! safe, shown by a tap; the text cut at "more", to be opened there; the tile of a profile's grid;
//! threads, polls, link cards, quotes, buttons, counters of carousels, and the platform's own
//! options in words. What would not be seen is said beside it. `cargo run -p platform-publishers
//! --example preview -- FOLDER FILE...` shows every platform and placement.
//!
//! **Known limits:** nothing leaves this machine, so a receipt has no public address. Platforms
//! change their looks, and say of few cuts where they are: a card cuts a text at the number of
//! characters that its rules name, else where it is cut on any of them.
//!
//! **Sources:** Meta's advice on the safe zones of stories and reels (not confirmed); the outbox
//! itself is an invention of this crate.
//!
//! An [`Outbox`] is a folder of one campaign. [`Outbox::standing_in_for`] makes a publisher that
//! answers as a real platform, under that platform's rules, so that a campaign without keys runs
//! the same way as one with keys. A [`Page`] shows posts before they are approved; publishing
//! into the same folder completes its cards.
//!
//! A program can also serve the page, so that its posts are decided about there: see [`LivePage`]
//! and the crate `review-page`.
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
//! Files appear whole or not at all (written beside and renamed), the page last. It is made from
//! the records that are there, so several publishers of one process may finish in any order. Two
//! processes do not share a folder.

mod around;
mod buttons;
mod card;
mod desk;
mod facts;
mod folder;
mod html;
mod live;
mod look;
mod names;
mod page;
mod post;
mod status;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use social_core::publish::{
    self, Approved, Placement, Post, Publisher, PublisherCapabilities, Receipt, ReceiptState, RemotePost, Rules, check,
};
use social_core::run::Run;
use social_core::{Account, AccountKey, Platform, Result};
use url::Url;

pub use card::{Card, Page};
use card::{RECORD, RECORDS};
use folder::Folder;
pub use html::Escaped;
pub use live::{LiveHtml, LivePage, LiveState};

/// A folder into which finished posts are laid; see the [module](self).
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

    /// A publisher that answers as this platform and lays its posts into the folder. It offers the
    /// placements that there are rules for.
    #[must_use]
    pub fn standing_in_for(&self, platform: impl Into<Platform>, rules: Vec<Rules>) -> StandIn {
        let platform = platform.into();
        let account = Account::from(AccountKey::new(&platform, "outbox")).rehearsal();
        StandIn { outbox: self.clone(), platform, account, rules }
    }
}

/// A publisher that stands in for a platform and sends nothing; see [`Outbox::standing_in_for`].
///
/// Its account is a [rehearsal](AccountKey::rehearsal). Published again with the same run, a post
/// rewrites its own files. Another post on the same target gets a card of its own. The receipt's
/// state is [`Draft`](ReceiptState::Draft); it stands for the record: the id is its path, the URL
/// the card on the page.
///
/// # Errors
/// As the platform's own publisher: [`Unsupported`](social_core::ErrorKind::Unsupported) for a
/// placement without rules; [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) and
/// [`MediaInvalid`](social_core::ErrorKind::MediaInvalid) for what breaks the rules.
/// [`Storage`](social_core::ErrorKind::Storage) when the folder cannot be written.
#[derive(Clone, Debug)]
pub struct StandIn {
    outbox: Outbox,
    platform: Platform,
    account: Account,
    rules: Vec<Rules>,
}

impl StandIn {
    /// Stands in for this account, where several accounts of a platform are rehearsed for.
    #[must_use]
    pub fn with_account(mut self, account: Account) -> Self {
        self.account = account.rehearsal();
        self
    }
}

#[async_trait]
impl Publisher for StandIn {
    fn platform(&self) -> Platform {
        self.platform.clone()
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.account.clone())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(self.rules.iter().map(|rules| rules.placement.clone()))
            .with_finds_lost_posts(true)
            .with_rehearses(true)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        self.rules.iter().find(|rules| rules.placement == *placement).cloned()
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        publish::durably(self, run, post, |delivery| async move {
            // No `once`: laying the same files down again is harmless, and brings back a folder
            // that was removed.
            let at = run.step("laid-down", || async { Ok(run.clock().now()) }).await?;
            let receipt = |record: RemotePost| {
                Receipt::new(self.account.key.clone(), post.placement.clone(), ReceiptState::Draft, at)
                    .with_post(record)
            };
            let facts: Vec<_> = delivery.facts.iter().cloned().map(Ok).collect();
            let mut card = Card::new(&self.platform, Post::clone(post))
                .with_account(self.account.clone())
                .with_rules(&delivery.rules);
            card.findings = check(&delivery.rules, post, &facts);
            card.approval = Some(post.approval().clone());
            card.run = Some(run.name());
            card.receipt = Some(receipt(RemotePost::new(RECORDS, RECORD)));
            let folder = Folder::lock(&self.outbox.dir).await?;
            let card = folder.put_published(card).await?;
            let page = folder.rebuild().await?;

            let record = self.outbox.dir.join(card.record_path());
            let record = RemotePost::new(record.to_string_lossy(), RECORD).with_url(card_url(&page, &card));
            Ok(receipt(record))
        })
        .await
    }
}

/// The address of the card on the page.
fn card_url(page: &Path, card: &Card) -> Option<Url> {
    let mut url = Url::from_file_path(std::path::absolute(page).ok()?).ok()?;
    url.set_fragment(Some(&card.slug()));
    Some(url)
}
