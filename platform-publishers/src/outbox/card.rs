use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use social_core::design::Brand;
use social_core::publish::{Approval, Finding, Measure, Post, Receipt, ReceiptState, Rules};
use social_core::{Error, Platform, Result};

use super::folder::Folder;
use super::html::slug;
use super::look::platform_name;
use super::page::placement_name;

/// The folder of the records, beside the page.
pub(super) const RECORDS: &str = "what-would-be-sent";

/// One post on the page, with everything that helps to decide about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Card {
    /// The target's name, for instance `instagram-reel`. A page has one card for each.
    pub target: String,
    /// Where the post goes.
    pub platform: Platform,
    /// The post. In a record its files are names of files beside the page.
    pub post: Post,
    /// What the check found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// How long its texts are by each limit, by field: `text`, `title`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measures: BTreeMap<String, Vec<Measure>>,
    /// The platform takes no descriptions of images and videos here.
    #[serde(default)]
    pub undescribed: bool,
    /// Who approved it and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// What became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// Nobody wrote its text: a template did.
    #[serde(default)]
    pub degraded: bool,
    /// What was done to make it fit, a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
    /// The run that published it. `None` for a preview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) run: Option<String>,
}

impl Card {
    /// A card of a post that nothing else is known about.
    #[must_use]
    pub fn new(platform: impl Into<Platform>, post: Post) -> Self {
        let platform = platform.into();
        Self {
            target: format!("{platform}-{}", post.placement),
            platform,
            post,
            findings: Vec::new(),
            measures: BTreeMap::new(),
            undescribed: false,
            approval: None,
            receipt: None,
            degraded: false,
            changes: Vec::new(),
            run: None,
        }
    }

    /// Adds what these rules say: the lengths of its texts, and whether images can be described.
    #[must_use]
    pub fn measured(mut self, rules: &Rules) -> Self {
        self.measures = BTreeMap::from([("text".to_owned(), rules.text.measure(&self.post.text))]);
        if let (Some(rule), Some(title)) = (&rules.title, &self.post.title) {
            self.measures.insert("title".to_owned(), rule.measure(title));
        }
        self.undescribed = rules.alt_text.is_none();
        self
    }

    /// The platform and placement as people call them.
    pub(super) fn label(&self) -> String {
        format!("{} · {}", platform_name(&self.platform), placement_name(self.post.placement))
    }

    /// What became of it, in words.
    pub(super) fn received(&self, state: ReceiptState) -> String {
        match state {
            _ if self.lies_here() => format!("Ready in this folder, not sent to {}", platform_name(&self.platform)),
            ReceiptState::Published => "Published".to_owned(),
            ReceiptState::Processing => "The platform is working on it".to_owned(),
            ReceiptState::Scheduled => "Scheduled".to_owned(),
            ReceiptState::Draft => "A draft on the platform".to_owned(),
            _ => "Handed over".to_owned(),
        }
    }

    /// Its receipt is the outbox's own, whose id is the path of a record.
    pub(super) fn lies_here(&self) -> bool {
        self.receipt.as_ref().is_some_and(|receipt| receipt.id.contains(RECORDS))
    }

    /// The record's file, seen from the page.
    pub(super) fn record_path(&self) -> String {
        format!("{RECORDS}/{}.json", slug(&self.target))
    }
}

/// What the page says above all cards.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Campaign {
    pub(super) title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) brand: Option<Brand>,
    /// The targets in the order in which they are shown. Others follow by name.
    #[serde(default)]
    pub(super) order: Vec<String>,
}

/// A page about posts, before or after their approval.
///
/// It is written into a folder together with the files of the posts. Publishing into the same folder afterwards completes
/// the cards.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Page {
    /// What the campaign is about; the page's heading.
    pub campaign: String,
    /// Its name, logo and colours are shown.
    pub brand: Option<Brand>,
    /// The posts, in the order in which they are shown.
    pub cards: Vec<Card>,
}

impl Page {
    /// A page without posts.
    #[must_use]
    pub fn new(campaign: impl Into<String>) -> Self {
        Self { campaign: campaign.into(), ..Self::default() }
    }

    /// Shows a brand.
    #[must_use]
    pub fn with_brand(mut self, brand: Brand) -> Self {
        self.brand = Some(brand);
        self
    }

    /// Adds a post.
    #[must_use]
    pub fn with_card(mut self, card: Card) -> Self {
        self.cards.push(card);
        self
    }

    /// Writes `index.html`, the files and the records into a folder, which is made if need be, and returns the page's path.
    ///
    /// The folder then shows these cards and no others: records that an earlier page left are removed with their files. A
    /// file that cannot be read does not fail the page; its card has an error about it.
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for two cards of one target;
    /// [`Storage`](social_core::ErrorKind::Storage) when the folder cannot be written.
    pub async fn write(&self, dir: impl AsRef<Path> + Send) -> Result<PathBuf> {
        let order: Vec<_> = self.cards.iter().map(|card| slug(&card.target)).collect();
        if let Some((_, twice)) =
            order.iter().enumerate().find(|(index, name)| order.iter().take(*index).any(|n| n == *name))
        {
            return Err(Error::invalid("cards", format!("`{twice}` has two cards; give each a target of its own")));
        }
        let folder = Folder::lock(dir.as_ref()).await?;
        for card in &self.cards {
            folder.put_preview(card.clone()).await?;
        }
        folder.keep_only(&order).await?;
        folder.put_campaign(Campaign { title: self.campaign.clone(), brand: self.brand.clone(), order }).await?;
        folder.rebuild().await
    }
}
