//! A page on which posts are edited, made again, approved and rejected in the browser.
//!
//! [`Review`] is an [`Approver`](social_core::publish::Approver) that waits for what a person does
//! on the page, and the axum [router](Review::router) of that page. The page is the outbox's own:
//! each post as its platform shows it, with the findings, counts and files beside it. It works
//! without a script; with one, it shows what is new by itself.
//!
//! ```
//! # async fn example(campaign: social_core::campaign::Campaign) -> social_core::Result<()> {
//! use review_page::Review;
//! use std::sync::Arc;
//! use social_core::clock::SystemRandom;
//!
//! let review = Review::new("out", "Anna", Arc::new(SystemRandom));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
//! println!("http://{}/{}", listener.local_addr().unwrap(), review.entrance());
//! tokio::spawn(axum::serve(listener, review.router()).into_future());
//! let prepared = campaign.approve_with(review.clone()).prepare().await?;
//! // Lay the page of the posts into `out`, then wait for what is decided on it.
//! let report = prepared.decide().await?.deliver().await;
//! review.end("All is done.");
//! review.until_seen(std::time::Duration::from_secs(10)).await;
//! # drop(report);
//! # Ok(())
//! # }
//! ```
//!
//! **Who may decide:** the person who comes in by the [entrance](Review::entrance), an address with a
//! random key that works once and leaves a cookie which no script and no other site can use. An
//! application that knows its people puts a [`Reviewer`] into the request's extensions instead.
//! Every form carries a seal and what was seen: another site cannot send one, and a post that has
//! changed meanwhile is not approved unseen. Only hosts that are addresses or `localhost` are
//! answered, so that no name of another site can stand for this machine; [`Review::with_host`] adds
//! the application's own name.
//!
//! **What is kept:** nothing here. Approvals, edits, wishes and rejections are kept with the
//! campaign's run as soon as they are made; a program that was killed goes on with them. A post
//! that was rejected before is not shown for decision again: ask another approver.
//!
//! **Limits:** a form of at most 256 KiB; posts only, other content is put off.

mod answer;
mod form;
mod guard;
mod review;
mod router;

pub use guard::Reviewer;
pub use review::Review;
