//! What a page shows, as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use social_core::design::Brand;
use social_core::publish::{
    Appearance, Approval, Finding, FindingCode, Measure, OptionRule, Post, PostRole, Receipt, ReceiptState, Rules,
};
use social_core::text::Syntax;
use social_core::{Account, Platform};

use super::html::slug;
use super::names::placement_name;

/// What a receipt of the outbox stands for: a record beside the page.
pub(super) const RECORD: PostRole = PostRole::new("record");

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
    /// Whose post it is, where several accounts are on the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// The post. In a record its files are names of files beside the page.
    pub post: Post,
    /// What the check found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// How long its texts are by each limit, by field: `text`, `title`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub measures: BTreeMap<String, Vec<Measure>>,
    /// Descriptions of images and videos are not accepted here.
    #[serde(default)]
    pub undescribed: bool,
    /// How it looks on the platform.
    #[serde(default)]
    pub appearance: Appearance,
    /// About how many characters of its text are shown before "more", where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<usize>,
    /// The platform wants a title, which then stands for the post.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub titled: bool,
    /// What the platform's own options mean that the post sets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<OptionRule>,
    /// Width by height of its files, by their place in the post and its thread.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) shapes: BTreeMap<usize, f64>,
    /// By whose rules its links, hashtags and mentions are marked.
    #[serde(default)]
    pub syntax: Syntax,
    /// Who approved it and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// What became of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// Why it is not out, where it was to go out and did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Its text was filled from a template.
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
            appearance: Appearance::of(&platform),
            syntax: Syntax::default(),
            fold: None,
            platform,
            account: None,
            post,
            findings: Vec::new(),
            measures: BTreeMap::new(),
            undescribed: false,
            titled: false,
            options: Vec::new(),
            shapes: BTreeMap::new(),
            approval: None,
            receipt: None,
            problem: None,
            degraded: false,
            changes: Vec::new(),
            run: None,
        }
    }

    /// Names the target that it is for.
    #[must_use]
    pub fn with_target(mut self, target: impl Into<String>) -> Self {
        self.target = target.into();
        self
    }

    /// Says what the check found, what was done to make the post fit, and whether its text was
    /// filled from a template.
    #[must_use]
    pub fn with_check(mut self, findings: &[Finding], changes: &[String], degraded: bool) -> Self {
        (self.findings, self.changes, self.degraded) = (findings.to_vec(), changes.to_vec(), degraded);
        self
    }

    /// Says whose post it is.
    #[must_use]
    pub fn with_account(mut self, account: Account) -> Self {
        self.account = Some(account);
        self
    }

    /// Adds what these rules say: the lengths of its texts, whether images can be described, what
    /// its options mean, and how it looks.
    #[must_use]
    pub fn with_rules(mut self, rules: &Rules) -> Self {
        let files = self.post.content().next().is_some();
        self.measures = BTreeMap::from([("text".to_owned(), rules.text.measure(&self.post.text, files))]);
        if let (Some(rule), Some(title)) = (&rules.title, &self.post.title) {
            self.measures.insert("title".to_owned(), rule.measure(title, files));
        }
        for (index, part) in self.post.thread.iter().enumerate() {
            let measures = rules.text.measure(&part.text, !part.attachments.is_empty());
            self.measures.insert(format!("thread[{index}].text"), measures);
        }
        if let (Some(rule), Some(comment)) = (&rules.first_comment, &self.post.first_comment) {
            self.measures.insert("first_comment".to_owned(), rule.measure(comment, false));
        }
        let set = |option: &&OptionRule| {
            self.post.options.iter().any(|(platform, name, _)| *platform == self.platform && name == option.name)
        };
        self.options = rules.options.iter().filter(set).cloned().collect();
        self.titled = rules.title.as_ref().is_some_and(|title| title.required);
        self.undescribed = rules.alt_text.is_none();
        self.appearance.clone_from(&rules.appearance);
        self.fold = rules.habits.fold;
        self.syntax = rules.syntax;
        self
    }

    /// The account as people know it there, where that is known: not that of a rehearsal.
    pub(super) fn handle(&self) -> Option<&str> {
        let account = self.account.as_ref().filter(|account| !account.key.rehearsal)?;
        Some(account.label.as_str()).filter(|label| !label.is_empty())
    }

    /// The platform and placement as people call them, and the account where the post goes to one.
    pub(super) fn label(&self) -> String {
        let label = format!("{} · {}", self.appearance.name, placement_name(&self.post.placement));
        match self.account.as_ref().filter(|account| !account.key.rehearsal) {
            Some(account) => format!("{label} · {}", account.label),
            None => label,
        }
    }

    /// Nothing was found by which the platform does not show a field.
    pub(super) fn shows(&self, field: &str) -> bool {
        self.findings.iter().all(|finding| finding.field != field || finding.code != FindingCode::NOT_SHOWN)
    }

    /// What became of it, in words.
    pub(super) fn received(&self, state: ReceiptState) -> String {
        match state {
            _ if self.lies_here() => format!("Ready in this folder, not sent to {}", self.appearance.name),
            ReceiptState::Published => "Published".to_owned(),
            ReceiptState::Processing => "The platform is working on it".to_owned(),
            ReceiptState::Scheduled => "Scheduled".to_owned(),
            ReceiptState::Draft => "A draft on the platform".to_owned(),
            ReceiptState::Rejected => "Refused by the platform afterwards".to_owned(),
            ReceiptState::Deleted => "Taken down".to_owned(),
            _ => "Handed over".to_owned(),
        }
    }

    /// Its receipt is the outbox's own, which stands for a record.
    pub(super) fn lies_here(&self) -> bool {
        self.receipt.as_ref().is_some_and(|receipt| receipt.post(&RECORD).is_some())
    }

    /// What names it in file names and in addresses on the page.
    pub(super) fn slug(&self) -> String {
        slug(&self.target)
    }

    /// The record's file, seen from the page.
    pub(super) fn record_path(&self) -> String {
        format!("{RECORDS}/{}.json", self.slug())
    }
}

/// What the page says above all cards.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Heading {
    pub(super) title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) brand: Option<Brand>,
    /// The campaign's name, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// The targets in the order in which they are shown. Others follow by name.
    #[serde(default)]
    pub(super) order: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) missing: Vec<MissingPost>,
}

/// A target for which there is no post, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MissingPost {
    pub(super) target: String,
    pub(super) why: String,
}

/// A page about posts, before or after their approval.
///
/// It is written into a folder together with the files of the posts. Publishing into the same
/// folder afterwards completes the cards.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Page {
    /// What the campaign is about; the page's heading.
    pub campaign: String,
    /// Its name, logo and colours are shown.
    pub brand: Option<Brand>,
    /// The campaign's name, by which it is told whether a folder is its own.
    pub name: Option<String>,
    /// The posts, in the order in which they are shown.
    pub cards: Vec<Card>,
    pub(super) missing: Vec<MissingPost>,
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

    /// Says whose posts these are.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Says that there is no post for a target, and why. Who looks at the page would not know
    /// otherwise.
    pub fn miss(&mut self, target: impl Into<String>, why: impl Into<String>) {
        self.missing.push(MissingPost { target: target.into(), why: why.into() });
    }

    /// Adds a post.
    #[must_use]
    pub fn with_card(mut self, card: Card) -> Self {
        self.cards.push(card);
        self
    }
}
