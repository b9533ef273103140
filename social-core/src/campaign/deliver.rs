//! Publishing what was approved, and the report.

use futures_util::StreamExt as _;

use super::assemble::PreparedPost;
use super::decide::{Decided, DecidedPost};
use super::edition::{Out, SentPost};
use super::plan::PlannedTarget;
use super::report::{CampaignPart, Failure, LAST, Report, TargetOutcome, TargetReport};
use super::studio::Studio;
use crate::error::Result;
use crate::publish::Receipt;
use crate::run::Mark;

/// So many targets are published to side by side.
const AT_ONCE: usize = 8;

impl Decided {
    /// The posts in their last form, as they were approved where they were, in the order of the
    /// targets. Targets for which there is no post are left out, and so are posts that were
    /// [sent](super::Prepared::sent) before.
    pub fn posts(&self) -> impl Iterator<Item = &PreparedPost> {
        self.posts.iter().filter_map(|post| post.prepared.as_ref())
    }

    /// Publishes the approved posts side by side, and reports. A post that is out already is not
    /// sent again, nor is another one in its place; of one that may be out the platform is asked
    /// first.
    pub async fn deliver(self) -> Report {
        let Self { name, plan, studio, posts, out } = self;
        let degraded = posts.iter().any(|post| post.prepared.as_ref().is_some_and(|post| post.degraded))
            || out.iter().flatten().any(|out| out.sent.degraded);
        let work = plan.targets.iter().zip(posts).zip(out).map(|((target, post), out)| match out {
            Some(out) => Work::Out(target, Box::new(out)),
            None => Work::Decided(target, Box::new(post)),
        });
        let targets = futures_util::stream::iter(work.map(|work| work.deliver(&studio))).buffered(AT_ONCE);
        let targets: Vec<_> = targets.collect().await;
        // Who rehearsed is not done yet.
        let rehearsed = targets.iter().all(|target| target.account.as_ref().is_none_or(|of| of.key.rehearsal));
        let report = Report { name, targets, spending: studio.till.spending(), degraded };
        studio.remember(&report).await;
        if report.is_complete() && !rehearsed && !studio.partial {
            studio.till.close(Mark::Finished).await;
        } else if report.is_waiting() {
            studio.till.close(Mark::Waiting).await;
        }
        report
    }
}

impl Studio {
    /// Keeps the report for lists. Without it nothing is lost that counts.
    async fn remember(&self, report: &Report) {
        let keep = async {
            let earlier = self.run.result::<Report>(LAST).await?;
            let report = report.with_others(earlier.as_ref());
            if earlier.as_ref() == Some(&report) {
                return Ok(());
            }
            if earlier.is_some() {
                self.run.forget(LAST, "there is a later one").await?;
            }
            self.run.step(LAST, || async { Ok(report) }).await.map(drop)
        };
        let kept: Result<()> = keep.await;
        if let Err(error) = kept {
            tracing::warn!(run = %self.run.name(), %error, "could not keep the report of the campaign");
        }
    }
}

/// What is to be done about a target.
enum Work<'a> {
    Decided(&'a PlannedTarget, Box<DecidedPost>),
    Out(&'a PlannedTarget, Box<Out>),
}

impl Work<'_> {
    async fn deliver(self, studio: &Studio) -> TargetReport {
        match self {
            Self::Out(target, out) => {
                let outcome = match &out.receipt {
                    Some(_) => out.outcome(),
                    None => outcome(studio.go_on(&out).await),
                };
                let SentPost { post, approval, findings, .. } = out.sent;
                let (post, approval) = (Some(post), Some(approval));
                TargetReport { findings, approval, post, earlier: out.earlier, ..TargetReport::new(target, outcome) }
            }
            Self::Decided(target, post) => {
                let DecidedPost { prepared, decision } = *post;
                let Some(prepared) = prepared else {
                    let unsent = TargetOutcome::Held("it was not sent".to_owned());
                    return TargetReport::new(target, decision.err().unwrap_or(unsent));
                };
                let (outcome, approval) = match decision {
                    Ok(post) => {
                        let approval = post.approval().clone();
                        (outcome(studio.send(&prepared, post).await), Some(approval))
                    }
                    Err(decision) => (decision, None),
                };
                let (findings, post) = (prepared.findings, Some(prepared.post));
                TargetReport { findings, approval, post, ..TargetReport::new(target, outcome) }
            }
        }
    }
}

fn outcome(published: Result<Receipt>) -> TargetOutcome {
    published.map_or_else(|error| Failure::of(CampaignPart::Post)(error).into(), TargetOutcome::Taken)
}
