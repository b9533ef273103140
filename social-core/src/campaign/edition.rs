//! What became of a target's post: one is out, or may be, and nothing else is sent in its place.

use serde::{Deserialize, Serialize};

use super::assemble::PreparedPost;
use super::report::{CampaignPart, Failure, TargetOutcome};
use super::studio::Studio;
use super::workshop::found_at;
use crate::canonical::Digest;
use crate::error::{Error, ErrorKind, Result};
use crate::publish::{self, Approval, Approved, Finding, Post, Receipt, Target};
use crate::run::Run;

/// A post as it was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentPost {
    /// The post.
    pub post: Post,
    /// Who approved it.
    pub approval: Approval,
    /// What was changed so that it fits: a sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
    /// What the check found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Its text was filled from a template instead of written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub degraded: bool,
    /// What it was made of.
    basis: Digest,
}

/// A target whose post is out, or may be.
#[derive(Clone, Debug)]
pub(super) struct Out {
    pub(super) target: Target,
    pub(super) sent: SentPost,
    /// `None` while it is not known.
    pub(super) receipt: Option<Receipt>,
    /// The brief has changed since, in what the post was made of.
    pub(super) earlier: bool,
}

/// The step that remembers the post before it is sent.
const POST: &str = "post";

impl Out {
    /// What is known before anything is sent.
    pub(super) fn outcome(&self) -> TargetOutcome {
        match &self.receipt {
            Some(receipt) => TargetOutcome::Taken(receipt.clone()),
            None => {
                let message = "it may be out; that is found out before anything else is sent there";
                Failure::of(CampaignPart::Post)(Error::new(ErrorKind::OutcomeUnknown, message)).into()
            }
        }
    }
}

impl Studio {
    /// Where a target's posts stand in the run: a child for each that was approved. At most one of
    /// them has an effect.
    fn editions(&self, target: &Target) -> Run {
        self.run.child("publish").child(&target.key())
    }

    /// The name of the edition that is out, or may be.
    fn at_stake(&self, target: &Target) -> Option<String> {
        let steps = self.editions(target).steps();
        let step = steps.iter().find(|step| step.at_stake)?;
        step.name.split('/').next().map(str::to_owned)
    }

    /// The post of a target that is out, or may be. Rehearsals are laid out as often as they
    /// change.
    pub(super) async fn out(&self, target: &Target) -> Result<Option<Out>> {
        let Some(name) = self.at_stake(target).filter(|_| !target.account.key.rehearsal) else { return Ok(None) };
        let edition = self.editions(target).child(&name);
        let Some(mut sent) = edition.result::<SentPost>(POST).await? else {
            let message = format!("what was sent to {} is not in the journal", target.account);
            return Err(Error::new(ErrorKind::Storage, message).with_field("run"));
        };
        let receipt = publish::taken(&edition, target).await?;
        if receipt.is_none()
            && let Some(files) = self.work().kept_files().await?
        {
            sent = found_at(sent, &files)?;
        }
        let earlier = self.basis(target) != Some(&sent.basis);
        Ok(Some(Out { target: target.clone(), sent, receipt, earlier }))
    }

    /// Publishes what was approved, unless another post is out there, or may be.
    pub(super) async fn send(&self, prepared: &PreparedPost, post: Approved<Post>) -> Result<Receipt> {
        let target = &prepared.target;
        let name = post.approval().digest.short().to_owned();
        if self.at_stake(target).is_some_and(|other| other != name && !target.account.key.rehearsal) {
            return Err(Error::invalid("run", "another post was begun here in this run"));
        }
        let edition = self.editions(target).child(&name);
        let basis = self.basis(target).ok_or_else(|| Error::invalid("plan", "the target is not planned"))?.clone();
        let sent = SentPost {
            post: (*post).clone(),
            approval: post.approval().clone(),
            changes: prepared.changes.clone(),
            findings: prepared.findings.clone(),
            degraded: prepared.degraded,
            basis,
        };
        edition.step(POST, || async { Ok(sent) }).await?;
        publish(&edition, target, post).await
    }

    /// Finds out what became of a post that may be out, and goes on with it where it is not.
    pub(super) async fn go_on(&self, Out { target, sent, .. }: &Out) -> Result<Receipt> {
        let post = Approved::restore(sent.post.clone(), sent.approval.clone()).await.map_err(|error| {
            let message = format!("the post may be out, and its files are not there to find that out: {error}");
            Error::new(ErrorKind::OutcomeUnknown, message).with_source(error)
        })?;
        publish(&self.editions(target).child(sent.approval.digest.short()), target, post).await
    }
}

async fn publish(edition: &Run, target: &Target, post: Approved<Post>) -> Result<Receipt> {
    let published = publish::publish_all(edition, vec![(target.clone(), post)]).await.pop();
    published.map_or_else(|| Err(Error::invalid("targets", "nothing was published")), |published| published.result)
}
