//! Publishing what was approved, and the report.

use super::assemble::PreparedPost;
use super::decide::{Decided, DecidedPost};
use super::report::{CampaignPart, Failure, Report, TargetOutcome, TargetReport};
use crate::publish;
use crate::run::Mark;

impl Decided {
    /// The posts in their last form, as they were approved where they were, in the order of the
    /// targets. Targets for which there is no post are left out.
    pub fn posts(&self) -> impl Iterator<Item = &PreparedPost> {
        self.posts.iter().filter_map(|post| post.prepared.as_ref())
    }

    /// Publishes the approved posts side by side, and reports. A post that is out already is not
    /// sent again.
    pub async fn deliver(self) -> Report {
        let Self { name, plan, studio, posts } = self;
        let mut reports = Vec::new();
        let mut approved = Vec::new();
        let mut degraded = false;
        for (target, DecidedPost { prepared, decision }) in plan.targets.iter().zip(posts) {
            let outcome = match (decision, &prepared) {
                (Ok(post), Some(prepared)) => {
                    approved.push((reports.len(), (prepared.target.clone(), post)));
                    None
                }
                (decision, _) => decision.err(),
            };
            let unsent = TargetOutcome::Held("it was not sent".to_owned());
            let mut report = TargetReport::new(target, outcome.unwrap_or(unsent));
            if let Some(prepared) = prepared {
                degraded |= prepared.degraded;
                report.findings = prepared.findings;
                report.post = Some(prepared.post);
            }
            reports.push(report);
        }
        let (places, approved): (Vec<_>, Vec<_>) = approved.into_iter().unzip();
        for (place, (_, post)) in places.iter().zip(&approved) {
            if let Some(report) = reports.get_mut::<usize>(*place) {
                report.approval = Some(post.approval().clone());
            }
        }
        let published = publish::publish_all(&studio.publishing(), approved).await;
        for (place, published) in places.into_iter().zip(published) {
            if let Some(report) = reports.get_mut(place) {
                report.outcome = match published.result {
                    Ok(receipt) => TargetOutcome::Taken(receipt),
                    Err(error) => Failure::of(CampaignPart::Post)(error).into(),
                };
            }
        }
        let report = Report { name, targets: reports, spending: studio.till.spending(), degraded };
        if report.is_complete() {
            studio.till.close(Mark::Finished).await;
        } else if report.is_waiting() {
            studio.till.close(Mark::Waiting).await;
        }
        report
    }
}
