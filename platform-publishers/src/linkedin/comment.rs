//! The comment that follows a post.

use std::time::Duration;

use social_core::publish::{self, Listing, Post, PostRole, Receipt, RemotePost, SoughtPost, find_recent};
use social_core::run::{Found, Lost, Run};
use social_core::{Error, Result};

use super::LinkedIn;
use super::request::{Restli, created, object};
use super::wire::{Comment, CommentText, Elements, NewComment};

/// So many comments of a post are read.
const RECENT: usize = 50;
const SETTLE: Duration = Duration::from_secs(60);

impl LinkedIn {
    /// Adds the first comment, once. What becomes of it never turns the post into a failure.
    pub(super) async fn with_first_comment(&self, run: &Run, post: &Post, mut receipt: Receipt) -> Receipt {
        let Some(text) = &post.first_comment else { return receipt };
        let child = run.for_account(&receipt.account).child("first-comment");
        let send = || async { self.comment(receipt.id(), text).await };
        let find = |lost| self.find_comment(receipt.id(), text, lost);
        match child.once("publish", send, find).await {
            Ok(id) => receipt.posts.push(RemotePost::new(id, PostRole::FIRST_COMMENT)),
            Err(error) => {
                receipt.warnings.push(format!("the first comment is not known to be there: {}", error.message()));
            }
        }
        receipt
    }

    async fn comment(&self, post: &str, text: &str) -> Result<String> {
        let call = self.rest(Restli::Create, &comments(post)?)?.operation("comment");
        let actor = self.author.urn();
        let comment = NewComment { actor: &actor, object: post, message: CommentText { text: text.to_owned() } };
        let reply = call.json(&comment).send().await?;
        created(&reply).or_else(|error| match reply.json::<Comment>() {
            Ok(comment) if !comment.id.is_empty() => Ok(comment.id),
            _ => Err(error),
        })
    }

    /// A member's token may not read comments.
    async fn find_comment(&self, post: &str, text: &str, lost: Lost) -> Result<Found<String>> {
        if !self.author.is_organization() {
            return Ok(Found::Unknown);
        }
        let call = self.rest(Restli::Get, &comments(post)?)?.operation("list comments");
        let found = call.query("count", RECENT.to_string()).send().await?.json::<Elements<Comment>>()?.elements;
        // Their order is not documented.
        if found.len() >= RECENT {
            return Ok(Found::Unknown);
        }
        let listed = found.into_iter().map(|comment| publish::ListedPost {
            account: comment.actor,
            text: comment.message.map(|message| message.text).unwrap_or_default(),
            at: comment.created.and_then(|created| created.at()),
            value: comment.id,
        });
        let author = self.author.urn();
        Ok(find_recent(&SoughtPost { account: &author, text, lost, settle: SETTLE }, Listing::complete(listed)))
    }
}

fn comments(post: &str) -> Result<String, Error> {
    Ok(format!("{}/comments", object("socialActions", post)?))
}
