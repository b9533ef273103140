//! Reviews, and replies to them.

use async_trait::async_trait;
use http::Method;
use serde::{Deserialize, Serialize};
use social_core::canonical::{self, Digest};
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::publish::{Approvable, Approved};
use social_core::run::Run;
use social_core::text::visible;
use social_core::{Error, Result};

use super::GoogleBusiness;
use super::wire::{Reply, Review, Reviews};

/// Reviews of one answer, which is the maximum.
const PAGE: &str = "50";
/// So many pages are read.
const PAGES: usize = 100;
/// The longest reply, in bytes.
const MAX_REPLY: usize = 4096;

/// A review of the location.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GoogleReview {
    /// Its name, for a [`ReviewReply`].
    pub name: String,
    /// Who wrote it; missing for a reviewer without a name.
    pub reviewer: Option<String>,
    /// 1 to 5; 0 where Google does not say.
    pub stars: u8,
    /// What it says; empty where there are only stars.
    pub text: String,
    /// When it was written.
    pub at: Option<Timestamp>,
    /// The reply that it has.
    pub reply: Option<GoogleReviewReply>,
}

/// A reply as Google has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct GoogleReviewReply {
    /// What it says.
    pub text: String,
    /// What became of it in Google's word, `PENDING`, `APPROVED` or `REJECTED`, where Google tells:
    /// a reply can be rejected after it was taken.
    pub state: Option<String>,
}

/// A reply to a review, to be approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReviewReply {
    /// The review's [name](GoogleReview::name).
    pub review: String,
    /// What is answered: at most 4,096 bytes of plain text.
    pub text: String,
}

impl ReviewReply {
    /// A reply to the review of this name.
    #[must_use]
    pub fn new(review: impl Into<String>, text: impl Into<String>) -> Self {
        Self { review: review.into(), text: text.into() }
    }
}

#[async_trait]
impl Approvable for ReviewReply {
    fn kind(&self) -> &'static str {
        "review reply"
    }

    async fn digest(&self) -> Result<Digest> {
        canonical::digest(self).await
    }

    fn preview(&self) -> String {
        visible(&format!("reply to {}:\n{}", self.review, self.text)).into_owned()
    }
}

impl From<Reply> for GoogleReviewReply {
    fn from(reply: Reply) -> Self {
        Self { text: reply.comment, state: reply.review_reply_state }
    }
}

impl From<Review> for GoogleReview {
    fn from(review: Review) -> Self {
        const STARS: [&str; 5] = ["ONE", "TWO", "THREE", "FOUR", "FIVE"];
        let stars = STARS.iter().zip(1_u8..).find(|(word, _)| Some(**word) == review.star_rating.as_deref());
        Self {
            name: review.name,
            reviewer: review.reviewer.and_then(|reviewer| reviewer.display_name),
            stars: stars.map_or(0, |(_, stars)| stars),
            text: review.comment,
            at: review.create_time.and_then(|time| time.parse().ok()),
            reply: review.review_reply.map(GoogleReviewReply::from),
        }
    }
}

impl GoogleBusiness {
    /// The location's reviews, up to 5,000.
    ///
    /// # Errors
    /// The kinds of the HTTP path.
    pub async fn reviews(&self) -> Result<Vec<GoogleReview>> {
        let (mut reviews, mut token): (Vec<GoogleReview>, Option<String>) = (Vec::new(), None);
        for _ in 0..PAGES {
            let mut call = self.api.get(&self.location.path("reviews"))?.operation("list reviews");
            call = call.query("pageSize", PAGE);
            if let Some(token) = &token {
                call = call.query("pageToken", token);
            }
            let page: Reviews = call.send().await?.json()?;
            reviews.extend(page.reviews.into_iter().map(GoogleReview::from));
            token = page.next_page_token;
            if token.is_none() {
                break;
            }
        }
        Ok(reviews)
    }

    /// Replies to a review; a reply that it has is replaced. Said again, it is the same, so that a
    /// lost answer does no harm.
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a text that is empty or too
    /// long, for a review of another location, and for a run that was begun with another reply;
    /// [`Rejected`](social_core::ErrorKind::Rejected) for one that was approved for another
    /// location; the kinds of the HTTP path.
    pub async fn reply(&self, run: &Run, reply: &Approved<ReviewReply>) -> Result<GoogleReviewReply> {
        reply.verify().await?;
        reply.is_for(&self.account)?;
        let length = reply.text.len();
        if reply.text.trim().is_empty() || length > MAX_REPLY {
            let message = format!("the reply has {length} bytes; 1 to {MAX_REPLY} are allowed");
            return Err(Error::invalid("text", message).with_vendor("google_business"));
        }
        let path = format!("{}/reply", self.location.object("reviews", &reply.review)?);
        run.bind(&reply.approval().digest).await?;
        let put = || async {
            let route = self.api.route(Method::PUT, &path)?;
            let call = self.api.call(&route).operation("reply").repeat(Repeat::Safe);
            let answer = call.json(&serde_json::json!({ "comment": reply.text })).send().await?;
            let taken: Reply = answer.json()?;
            match taken.comment.is_empty() {
                true => Err(answer.unreadable("the answer is not the reply")),
                false => Ok(GoogleReviewReply::from(taken)),
            }
        };
        run.for_account(&self.account.key).step("reply", put).await
    }

    /// Takes the reply to a review back. One that is gone already counts as taken back.
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for a review of another location;
    /// the kinds of the HTTP path.
    pub async fn delete_reply(&self, run: &Run, review: &str) -> Result<()> {
        let path = format!("{}/reply", self.location.object("reviews", review)?);
        run.step(&format!("delete reply to {review}"), || self.delete_object(&path)).await
    }
}
