//! Posts, rules, approval and publishing.
//!
//! A [`Post`] is one post as it goes to one [`Placement`]. On its way out it passes five stations,
//! each of which can be used alone:
//!
//! | station | what happens | names |
//! |---|---|---|
//! | rules | data about what a placement accepts | [`Rules`], [`TextRule`], [`ImageRule`], [`VideoRule`] |
//! | fit | what would make the post keep to them, and doing it | [`propose`], [`apply`], [`fit`] |
//! | check | what the platform would refuse, or show otherwise | [`inspect`], [`check`](check()), [`Finding`] |
//! | approval | somebody sees it and says yes | [`Approver`], [`Ask`], [`Approved`] |
//! | publishing | it goes out, once | [`Publisher`], [`durably`](durably()), [`publish_all`] |
//!
//! What comes back is a [`Receipt`], by which the publisher is asked later:
//! [`status`](Publisher::status), [`delete`](Publisher::delete).
//!
//! # A platform of your own
//! A publisher says whose account it is, what it accepts, and how a post is sent and found again;
//! the rest is the shell of [`durably`](durably()). This one keeps its posts in memory:
//!
//! ```
//! use std::sync::Mutex;
//!
//! use async_trait::async_trait;
//! use social_core::publish::{
//!     self, Approved, Ask, AutoApprove, Placement, Post, Publisher, PublisherCapabilities, Receipt, ReceiptState,
//!     RemotePost, Rules, TextRule,
//! };
//! use social_core::run::{Found, Run};
//! use social_core::text::Unit;
//! use social_core::{Account, AccountKey, Platform, Result};
//!
//! #[derive(Debug, Default)]
//! struct Wall(Mutex<Vec<(String, String)>>);
//!
//! #[async_trait]
//! impl Publisher for Wall {
//!     fn platform(&self) -> Platform {
//!         Platform::new("wall")
//!     }
//!
//!     async fn account(&self) -> Result<Account> {
//!         Ok(Account::new(AccountKey::new("wall", "41"), "@bakery"))
//!     }
//!
//!     fn capabilities(&self) -> PublisherCapabilities {
//!         PublisherCapabilities::new([Placement::FEED]).with_finds_lost_posts(true)
//!     }
//!
//!     fn rules(&self, placement: &Placement) -> Option<Rules> {
//!         let text = TextRule::of([(Unit::Graphemes, 120)]).required();
//!         (*placement == Placement::FEED).then(|| Rules::new("wall", Placement::FEED).with_text(text))
//!     }
//!
//!     async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
//!         publish::durably(self, run, post, |delivery| async move {
//!             // The same in every process that goes on with this run.
//!             let key = run.key("post");
//!             let receipt = || delivery.receipt(ReceiptState::Published).with_post(RemotePost::main(&key));
//!             let send = || async {
//!                 self.0.lock().unwrap().push((key.clone(), post.text.clone()));
//!                 Ok(receipt())
//!             };
//!             let find = |_| async {
//!                 let there = self.0.lock().unwrap().iter().any(|(known, _)| *known == key);
//!                 Ok(if there { Found::Present(receipt()) } else { Found::Absent })
//!             };
//!             delivery.once(send, find).await
//!         })
//!         .await
//!     }
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let (wall, run) = (Wall::default(), Run::ephemeral());
//! let post = Post::new("Fresh bread from seven.");
//! assert!(publish::inspect(&wall, &post).await.is_publishable());
//! let ask = Ask::for_account(wall.account().await?);
//! let post = Approved::ask(&run, post, &ask, &AutoApprove::because("an example")).await?.approved()?;
//! let receipt = wall.publish(&run, &post).await?;
//! assert_eq!(wall.publish(&run, &post).await?, receipt, "the same run is the same post");
//! assert_eq!(wall.0.lock().unwrap().len(), 1);
//! # Ok::<_, social_core::Error>(()) }).unwrap();
//! ```
//!
//! `testkit::conformance::publisher` tries it: every exchange cut, every promise of the contract.
//! The crate `examples/outside-vendor` of the repository is a whole platform of this kind, over
//! HTTP and with its tests.
//!
//! # An approver of your own
//! An approver is one function from a request to a [`Decision`]: approve, edit, regenerate, reject,
//! or later. A whole one stands at [`Approver`]. It decides about anything that is [`Approvable`]:
//! posts, and what else leaves the house.

mod approval;
mod attachment;
mod check;
mod durably;
mod find;
mod finding;
mod fit;
mod options;
mod placement;
mod post;
mod publisher;
mod receipt;
mod rules;
mod target;
#[cfg(test)]
mod tests;

pub use approval::{
    Answer, Approvable, Approval, ApprovalRequest, Approved, Approver, ApproverCapabilities, Ask, AutoApprove,
    Decision, Rejection,
};
pub use attachment::{Attachment, MediaRole};
pub use check::{Delivery, Inspection, check, facts, inspect, preflight};
pub use durably::durably;
pub(crate) use durably::published;
pub use find::{ListedPost, Listing, SoughtPost, find_recent};
pub use finding::{Finding, FindingCode, Severity};
#[cfg(feature = "campaign")]
pub(crate) use fit::in_words;
pub use fit::{Change, Fitted, Fix, Proposal, apply, fit, propose};
pub use options::{PlatformOptions, PostOptions};
pub use placement::Placement;
pub use post::{Poll, Post, PostRef, ThreadPart};
pub use publisher::{AccountLimits, Publisher, PublisherCapabilities, Readiness};
pub use receipt::{PostRole, Receipt, ReceiptState, RemotePost};
pub use rules::{
    Appearance, Attached, AudioRule, AvatarShape, CaptionRule, DocumentRule, EmojiUse, Habits, HashtagPlace, ImageRule,
    Measure, MediaCount, OptionRule, PollRule, Rules, SourceNote, Span, TextLimit, TextPlace, TextRule, ThreadRule,
    Tone, VideoRule,
};
#[cfg(feature = "campaign")]
pub(crate) use target::taken;
pub use target::{Target, TargetResult, publish_all, publish_all_with};

pub use crate::identity::PostQuota;
