//! Receipts: what a post became, and the handle for everything that is asked about it afterwards.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use super::placement::Placement;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::identity::{Account, AccountKey};

/// What is known about a post that the platform took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReceiptState {
    /// It is live.
    Published,
    /// The platform took it and still works on it.
    Processing,
    /// Another automation took it; whether it is live cannot be known from here.
    HandedOver,
    /// It waits for its time on the platform.
    Scheduled,
    /// It is a draft or in the person's inbox there.
    Draft,
    /// The platform took it, and refused it afterwards.
    Rejected,
    /// It was taken down.
    Deleted,
}

impl fmt::Display for ReceiptState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Published => "published",
            Self::Processing => "processing",
            Self::HandedOver => "handed over",
            Self::Scheduled => "scheduled",
            Self::Draft => "draft",
            Self::Rejected => "rejected",
            Self::Deleted => "deleted",
        })
    }
}

open_name! {
    /// What a remote post is to the post that was published.
    PostRole
}

impl PostRole {
    /// The post itself, or the first part of a thread.
    pub const MAIN: Self = Self::new("main");
    /// A further part of a thread.
    pub const PART: Self = Self::new("part");
    /// The comment that follows the post.
    pub const FIRST_COMMENT: Self = Self::new("first_comment");
    /// What the platform made the post of: all that is known when the answer with the post's id was
    /// lost.
    pub const CONTAINER: Self = Self::new("container");
    /// Not a post of the platform but our own key of it, where another automation took it.
    pub const HANDOVER: Self = Self::new("handover");
}

/// One post as the platform names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RemotePost {
    /// The platform's id.
    pub id: String,
    /// What it is to the post that was published.
    pub role: PostRole,
    /// Its public page, when the platform told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Url>,
}

impl RemotePost {
    /// A post by its id.
    #[must_use]
    pub fn new(id: impl Into<String>, role: PostRole) -> Self {
        Self { id: id.into(), role, url: None }
    }

    /// The post itself.
    #[must_use]
    pub fn main(id: impl Into<String>) -> Self {
        Self::new(id, PostRole::MAIN)
    }

    /// Adds the public page.
    #[must_use]
    pub fn with_url(mut self, url: Option<Url>) -> Self {
        self.url = url;
        self
    }
}

/// The proof of a post, and the handle by which its publisher is asked about it later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Receipt {
    /// Whose post it is.
    pub account: AccountKey,
    /// Where it stands.
    pub placement: Placement,
    /// Every remote post that it stands for, the main one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<RemotePost>,
    /// What is known about it.
    pub state: ReceiptState,
    /// When the platform took it.
    pub at: Timestamp,
    /// What is different from what one may expect.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl Receipt {
    /// A receipt that stands for no remote post yet.
    #[must_use]
    pub fn new(account: AccountKey, placement: Placement, state: ReceiptState, at: Timestamp) -> Self {
        Self { account, placement, posts: Vec::new(), state, at, warnings: Vec::new() }
    }

    /// Adds a remote post.
    #[must_use]
    pub fn with_post(mut self, post: RemotePost) -> Self {
        self.posts.push(post);
        self
    }

    /// Changes what is known.
    #[must_use]
    pub fn with_state(mut self, state: ReceiptState) -> Self {
        self.state = state;
        self
    }

    /// Adds a warning.
    #[must_use]
    pub fn with_warning(mut self, warning: impl Into<String>) -> Self {
        self.warnings.push(warning.into());
        self
    }

    /// Makes sure that it is the receipt of a post of this account.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for another account's.
    pub fn is_of(&self, account: &Account) -> Result<()> {
        if self.account == account.key {
            return Ok(());
        }
        Err(Error::invalid("receipt", format!("the receipt is of {}, not of {account}, {}", self.account, account.key)))
    }

    /// The first remote post of a role.
    #[must_use]
    pub fn post(&self, role: &PostRole) -> Option<&RemotePost> {
        self.posts.iter().find(|post| post.role == *role)
    }

    /// The id of the first remote post; empty where there is no post.
    #[must_use]
    pub fn id(&self) -> &str {
        self.posts.first().map_or("", |post| &post.id)
    }

    /// The public page of the first remote post that has one.
    #[must_use]
    pub fn url(&self) -> Option<&Url> {
        self.posts.iter().find_map(|post| post.url.as_ref())
    }
}
