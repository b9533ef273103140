//! Traits, durable runs, rules and campaigns for social-media posts: texts, images and videos that
//! are made, checked, approved, published and measured, over any vendor and any platform.
//!
//! The promise of this family: **never pay twice, never post twice.** Whatever crashes, times out
//! or is retried, a generation that was paid for is picked up again, and a post that may have gone
//! out is never sent again blindly.
//!
//! # The rooms
//! This crate knows no vendor and no platform by name. Sibling crates, and yours, implement its
//! traits.
//!
//! | module | what lives there |
//! |---|---|
//! | [`error`] | [`Error`], [`ErrorKind`], whether asking again helps and whether it is safe |
//! | [`http`] | the one HTTP path: [`Endpoint`](http::Endpoint), transports, event streams, retry, record and replay |
//! | [`identity`] | [`AccountKey`], [`Account`], [`Tenant`]: for whom, and on whose account |
//! | [`settings`] [`catalogue`] | where adapters get keys and addresses; the tables in which they stand, and how to join them |
//! | [`auth`] | accounts that stay connected: OAuth, sealed tokens, renewal, health |
//! | [`canonical`] | digests that survive an upgrade |
//! | [`run`] | durable runs: [`Run::step`](run::Run::step), [`Run::once`](run::Run::once), gates, events, spending; journals, and how to add a store |
//! | [`job`] | work that a vendor does in the background: submitted once, waited for, collected |
//! | [`media`] | images, videos and audio; their facts, read from the bytes |
//! | [`text`] | counting as platforms count, fitting, splitting, hashtags, mentions, links |
//! | [`chat`] | language models: [`ChatModel`](chat::ChatModel) |
//! | [`make`] | the one shape of everything else that makes something: [`Maker`](make::Maker) |
//! | [`moderate`] [`batch`] | judging texts and images before they are published; many chats at half the price |
//! | [`image`] [`video`] [`speech`] [`music`] [`embed`] [`enhance`] [`render`] [`host`] | what they make, a request and a record of capabilities each |
//! | [`captions`] | spoken words as SubRip and WebVTT, in lines that can be read |
//! | [`publish`] | posts, rules, checks, approval, [`Publisher`](publish::Publisher), receipts |
//! | [`money`] | usage, prices with conditions, costs |
//! | [`models`] | what is known about models, and until when they are there |
//! | [`tools`] | a bounded loop in which a model calls tools, durable and with approval |
//! | `prompt` | prompts as templates with typed variables and a version |
//! | `calendar` | when: local times in zones, recurrence, catching up, quiet hours |
//! | [`ledger`] | what was made, for whom, from which prompt, and what it cost |
//! | [`wrap`] | [`Fallback`](wrap::Fallback), [`Budget`](wrap::Budget), [`Limited`](wrap::Limited), `Cached` and others |
//! | [`campaign`] | from a brief to published posts, every part a durable step |
//! | `testkit` | for tests, also of crates written elsewhere |
//!
//! Lower rows use higher ones, never the other way round.
//!
//! # Features
//! What a whole application needs is on by default. Adapter crates take this crate without its
//! default features and name what they use, so that an application that only asks language models
//! compiles nothing else.
//!
//! | feature | by default | what it adds |
//! |---|---|---|
//! | `accounts` | yes | [`auth`] |
//! | `campaign` | yes | [`campaign`]; implies `publish` |
//! | `notes` | yes | [`Media::without_notes`](media::Media::without_notes): files without place, time and camera |
//! | `publish` | yes | [`publish`], platforms in the [`catalogue`], [`wrap::DryRun`]; implies `notes` and `text` |
//! | `reqwest` | yes | the usual HTTP transport |
//! | `schema` | yes | JSON schemas derived from types, for structured output |
//! | `text` | yes | all of [`text`] but what makes text safe to show |
//! | `calendar` | | `calendar`; with time-zone data for machines that have none |
//! | `cron` | | recurrence by cron expressions; implies `calendar` |
//! | `cache` | | [`wrap::MemoryCache`] |
//! | `loopback` | | [`auth::Loopback`]; implies `accounts` |
//! | `prompt` | | [`prompt`]; implies `schema` |
//! | `signing` | | OAuth 1.0a, tokens bound to a key, service accounts; implies `accounts` |
//! | `testkit` | | [`testkit`] |
//! | `vault` | | stored tokens sealed with AES-256-GCM; implies `accounts` |
//!
//! # A step that is done once
//! ```
//! use social_core::run::{Found, MemoryJournal, Run};
//!
//! # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
//! let journal = MemoryJournal::new();
//! let mut sent = 0;
//! for _ in 0..2 {
//!     // The same name is the same run, in this process or the next.
//!     let run = Run::open(&journal, "tonight/newsletter").await?;
//!     let id = run
//!         .once(
//!             "send",
//!             || {
//!                 sent += 1;
//!                 async { Ok("post-1".to_owned()) }
//!             },
//!             // How to find out, when an earlier process died between the request and its answer.
//!             |_| async { Ok(Found::Unknown) },
//!         )
//!         .await?;
//!     assert_eq!(id, "post-1");
//! }
//! assert_eq!(sent, 1);
//! # Ok::<_, social_core::Error>(()) }).unwrap();
//! ```
//!
//! # What to read to add something
//! | to add | read |
//! |---|---|
//! | a language model | [`chat::ChatModel`]; [`chat::whole`] and [`chat::streamed`] are all of it but the request |
//! | a model of images, videos, voices or vectors, an enhancer, a renderer, a media host | [`make`], "A vendor" |
//! | a platform | [`publish::Publisher`] and [`publish::durably`] |
//! | its name in addresses, so that `connect` finds it | [`catalogue::register`] |
//! | a wrapper | [`wrap`] |
//! | somebody who approves | [`publish::Approver`] |
//! | a store of runs, for instance a database | [`run`], "Where runs are kept, and how to add a store" |
//! | a kill switch, a quota, quiet hours | [`run::Gate`] |
//! | budgets of owners and months that several processes share | [`wrap::Allowances`] |
//! | a limit on what a run's own charges spend | [`run::BudgetStore`] |
//!
//! # Three decisions to know
//! - **An error says whether it was harmless.** [`Error::effect`] is [`Effect::None`] when the
//!   vendor provably did nothing; only then is a post or a paid call sent again.
//! - **Approval is a type.** [`Publisher::publish`](publish::Publisher::publish) takes an
//!   [`Approved`](publish::Approved) post, bound to its every field, the bytes of its files and the
//!   accounts it may go to. Text that was not approved does not compile.
//! - **A lost paid answer is a question for a person.** Where a vendor cannot be asked, the outcome
//!   is [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) until somebody [settles](run::Run::settle)
//!   it.

// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[macro_use]
mod name;

mod address;
#[cfg(feature = "accounts")]
pub mod auth;
pub mod batch;
#[cfg(feature = "calendar")]
pub mod calendar;
#[cfg(feature = "campaign")]
pub mod campaign;
pub mod canonical;
pub mod captions;
pub mod catalogue;
pub mod chat;
pub mod clock;
pub mod design;
mod disk;
pub mod embed;
pub mod enhance;
pub mod error;
pub mod host;
pub mod http;
pub mod identity;
pub mod image;
pub mod job;
pub mod ledger;
pub mod make;
pub mod media;
pub mod models;
pub mod moderate;
pub mod money;
pub mod music;
#[cfg(feature = "prompt")]
pub mod prompt;
#[cfg(feature = "publish")]
pub mod publish;
pub mod render;
pub mod run;
pub mod settings;
pub mod speech;
#[cfg(any(test, feature = "testkit"))]
pub mod testkit;
pub mod text;
pub mod tools;
mod usage;
pub mod video;
pub mod wrap;

pub use error::{Effect, Error, ErrorKind, Result, Retry};
pub use identity::{Account, AccountKey, Tenant};
pub use name::{ModelAddress, Platform, Vendor};
