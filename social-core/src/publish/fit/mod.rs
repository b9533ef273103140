//! Making a post keep to rules, and saying what that cost.

mod images;
mod words;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::check::{Kind, facts, kind_of};
use super::post::{MediaRole, Post};
use super::rules::Rules;
use crate::enhance::Enhancer;
use crate::error::Result;
use crate::media::MediaInfo;
use crate::run::Run;

/// A post that was made to fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Fitted {
    /// The post. What could not be made to fit is as it was; the check finds it.
    pub post: Post,
    /// What is different now, in the order in which it was done.
    pub changes: Vec<Change>,
}

/// Something that fitting did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Change {
    /// The field of the post as it was given, for instance `attachments[2]`.
    pub field: String,
    /// What was done, or could not be done, in words.
    pub message: String,
}

impl Change {
    fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// Makes a post keep to rules as far as that can be done without a person, and says what it did.
///
/// Surplus hashtags go, texts are shortened as [`text::fit`](crate::text::fit) does it, surplus files and languages are
/// left out from the end. Images are cropped, shrunk, converted and compressed by the enhancer, where there is one that
/// offers it; its results and everything else that is made stays with the run. Places, times and camera notes are taken
/// out of every image. Nothing that the rules allow is touched otherwise.
///
/// # Errors
/// What the enhancer fails with, unless it cannot read or do it; [`Storage`](crate::ErrorKind::Storage).
pub async fn fit(run: &Run, rules: &Rules, post: Post, enhancer: Option<&Enhancer>) -> Result<Fitted> {
    let mut fitted = Fitted { post, changes: Vec::new() };
    words::fit(rules, &mut fitted);
    let mut facts = facts(&fitted.post).await;
    images::fit(run, rules, enhancer, &mut fitted, &mut facts).await?;
    drop_surplus(rules, &mut fitted, &facts);
    Ok(fitted)
}

/// Leaves out the files that are too many of their kind, the last ones first.
fn drop_surplus(rules: &Rules, fitted: &mut Fitted, facts: &[Result<MediaInfo>]) {
    let media = &rules.media;
    let (mut images, mut videos, mut documents, mut together) = (0, 0, 0, 0);
    let (mut covers, mut captions) = (0, 0);
    let mut keep = Vec::with_capacity(facts.len());
    for (index, (attachment, fact)) in fitted.post.attachments.iter().zip(facts).enumerate() {
        let within = |count: &mut usize, maximum: usize| {
            *count += 1;
            *count <= maximum
        };
        let fits = match (attachment.role, fact) {
            (MediaRole::Cover, _) => within(&mut covers, rules.cover.as_ref().map_or(usize::MAX, |_| 1)),
            (MediaRole::Captions, _) => within(&mut captions, rules.captions.map_or(usize::MAX, |rule| rule.maximum)),
            // What cannot be looked at is left for the check to report.
            (MediaRole::Content, Err(_)) => true,
            (MediaRole::Content, Ok(info)) => {
                let of_kind = match kind_of(rules, info) {
                    Kind::Image => within(&mut images, media.images.1),
                    Kind::Video | Kind::Animation => within(&mut videos, media.videos.1),
                    Kind::Document => within(&mut documents, media.documents.1),
                    Kind::Audio => true,
                };
                of_kind && within(&mut together, media.together.1)
            }
        };
        if !fits {
            fitted
                .changes
                .push(Change::new(format!("attachments[{index}]"), "left out: there are too many of its kind"));
        }
        keep.push(fits);
    }
    let mut keep = keep.into_iter();
    fitted.post.attachments.retain(|_| keep.next().unwrap_or(true));
}
