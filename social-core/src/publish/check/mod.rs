//! The engine behind every platform's rules.

mod files;
mod preflight;
mod words;

#[cfg(test)]
mod tests;

use futures_util::future::join_all;

pub(super) use files::{Kind, fits_shape, kind_of};
pub use preflight::preflight;

use super::finding::{Finding, Severity};
use super::post::Post;
use super::publisher::Publisher;
use super::rules::Rules;
use crate::error::Result;
use crate::media::MediaInfo;

/// Checks a post against rules, before anything is sent.
///
/// `facts` are those of the post's attachments in order, as [`facts`] reads them. What is found names its field, for
/// instance `attachments[2].width`, the value and the limit, each with its unit. A post without an
/// [`Error`](Severity::Error) among the findings keeps to the rules.
#[must_use]
pub fn check(rules: &Rules, post: &Post, facts: &[Result<MediaInfo>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    words::check(rules, post, &mut findings);
    files::check(rules, post, facts, &mut findings);
    findings
}

/// Reads the facts of the post's attachments, in order. What cannot be read is an error in its place.
pub async fn facts(post: &Post) -> Vec<Result<MediaInfo>> {
    join_all(post.attachments.iter().map(|attachment| attachment.media.info())).await
}

/// A post as it was looked at for one publisher.
#[derive(Debug)]
pub struct Inspection {
    /// What the bytes of its attachments say, in order.
    pub facts: Vec<Result<MediaInfo>>,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Inspection {
    /// The findings for which the platform would refuse the post.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }

    /// Nothing speaks against publishing it.
    #[must_use]
    pub fn is_publishable(&self) -> bool {
        self.errors().next().is_none()
    }
}

/// Reads the post's files and checks everything: the rules of its placement, and what the publisher itself knows.
///
/// A file that cannot be read, and a placement that is not offered, are findings.
///
/// # Errors
/// None: everything that goes wrong here is a finding. Callers may treat it as any other call of the family.
pub async fn inspect(publisher: &dyn Publisher, post: &Post) -> Result<Inspection> {
    let facts = facts(post).await;
    let Some(rules) = publisher.rules(post.placement) else {
        let offered = publisher.capabilities().placements;
        let offered: Vec<_> = offered.iter().map(|placement| placement.as_str()).collect();
        let finding = Finding::error("placement", format!("{} does not offer this placement", publisher.platform()))
            .with_value(post.placement.as_str())
            .with_limit(offered.join(", "));
        return Ok(Inspection { facts, findings: vec![finding] });
    };
    let mut findings = check(&rules, post, &facts);
    let readable: Option<Vec<_>> = facts.iter().map(|fact| fact.as_ref().ok().cloned()).collect();
    if let Some(readable) = readable {
        findings.extend(publisher.check(post, &readable));
    }
    Ok(Inspection { facts, findings })
}
