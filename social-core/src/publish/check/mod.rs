//! The engine behind every platform's rules.

mod counts;
mod file;
mod offers;
mod preflight;
mod words;

#[cfg(test)]
mod tests;

use futures_util::future::join_all;

pub(super) use file::{Kind, fits_shape, kind_of};
pub use preflight::{Delivery, preflight};

use super::attachment::{Attachment, MediaRole};
use super::finding::{Finding, FindingCode, Severity};
use super::post::Post;
use super::publisher::Publisher;
use super::rules::Rules;
use crate::error::Result;
use crate::media::MediaInfo;

/// Checks a post against rules, before anything is sent.
///
/// `facts` are those of the [files](Post::files) in order, as [`facts`] reads them. What is found
/// names its field, for instance `attachments[2].width` or `thread[0].text`, the value and the
/// limit, each with its unit. A post without an [`Error`](Severity::Error) among the findings keeps
/// to the rules. Whether a publish time is near enough is checked at publishing, when the time is
/// known.
#[must_use]
pub fn check(rules: &Rules, post: &Post, facts: &[Result<MediaInfo>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    offers::check(rules, post, &mut findings);
    for part in parts(post, facts) {
        words::check(rules, &part, &mut findings);
        counts::check(rules, &part, &mut findings);
    }
    findings
}

/// What is published as one post of the platform: the post itself, or a part of its thread.
struct Part<'a> {
    /// What stands in front of its fields: nothing, or `thread[0].`.
    prefix: String,
    post: &'a Post,
    text: &'a str,
    attachments: &'a [Attachment],
    facts: &'a [Result<MediaInfo>],
}

impl Part<'_> {
    fn field(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn is_first(&self) -> bool {
        self.prefix.is_empty()
    }

    /// The files that are shown, with their place in the list.
    fn content(&self) -> impl Iterator<Item = (usize, &Attachment)> {
        self.attachments.iter().enumerate().filter(|(_, file)| file.role == MediaRole::Content)
    }

    fn shows_files(&self) -> bool {
        self.content().next().is_some()
    }
}

fn parts<'a>(post: &'a Post, facts: &'a [Result<MediaInfo>]) -> Vec<Part<'a>> {
    let mut rest = facts;
    post.parts()
        .enumerate()
        .map(|(index, (text, attachments))| {
            let (facts, others) = rest.split_at_checked(attachments.len()).unwrap_or((rest, &[]));
            rest = others;
            let prefix = index.checked_sub(1).map(|index| format!("thread[{index}].")).unwrap_or_default();
            Part { prefix, post, text, attachments, facts }
        })
        .collect()
}

/// Reads the facts of the post's [files](Post::files), in order. What cannot be read is an error in
/// its place.
pub async fn facts(post: &Post) -> Vec<Result<MediaInfo>> {
    join_all(post.files().map(Attachment::info)).await
}

/// A post as it was looked at for one publisher.
#[derive(Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// What the bytes of its files say, in order.
    pub facts: Vec<Result<MediaInfo>>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Inspection {
    /// The findings for which the platform would refuse the post.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }

    /// Whether nothing was found for which the platform would refuse the post.
    #[must_use]
    pub fn is_publishable(&self) -> bool {
        self.errors().next().is_none()
    }
}

/// Reads the post's files and checks everything: the rules of its placement, and what the publisher
/// itself knows.
///
/// A file that cannot be read, and a placement that is not offered, are findings.
pub async fn inspect(publisher: &dyn Publisher, post: &Post) -> Inspection {
    let facts = facts(post).await;
    let Some(rules) = publisher.rules(&post.placement) else {
        return Inspection { facts, findings: vec![not_offered(publisher, post)] };
    };
    let mut findings = check(&rules, post, &facts);
    let readable: Option<Vec<_>> = facts.iter().map(|fact| fact.as_ref().ok().cloned()).collect();
    if let Some(readable) = readable {
        findings.extend(publisher.check(post, &readable));
    }
    Inspection { facts, findings }
}

fn not_offered(publisher: &dyn Publisher, post: &Post) -> Finding {
    let offered = publisher.capabilities().placements;
    let offered: Vec<_> = offered.iter().map(|placement| placement.as_str()).collect();
    let message = format!("{} does not offer this placement", publisher.platform());
    Finding::error(FindingCode::UNSUPPORTED, "placement", message)
        .with_value(post.placement.as_str())
        .with_limit(offered.join(", "))
}
