//! Decisions about posts: by a person or a policy, now or later.

use super::Prepared;
use super::assemble::PreparedPost;
use super::edition::Out;
use super::plan::Plan;
use super::report::{CampaignPart, Failure, Report, TargetOutcome};
use super::studio::{Hint, Job, Studio};
use crate::error::{Error, ErrorKind, Result};
use crate::publish::{Answer, Approved, Approver, Ask, Post};

/// So often a post is made again in a row; then it is held.
const ROUNDS: usize = 10;

/// A campaign whose posts are decided about. Nothing has been sent.
#[derive(Debug)]
#[must_use = "approved posts are sent by `deliver`"]
pub struct Decided {
    pub(super) name: String,
    pub(super) plan: Plan,
    pub(super) studio: Studio,
    pub(super) posts: Vec<DecidedPost>,
    /// What is out already, or may be, of each target.
    pub(super) out: Vec<Option<Out>>,
}

/// A post in its last form, and what was decided about it.
#[derive(Debug)]
pub(super) struct DecidedPost {
    pub(super) prepared: Option<PreparedPost>,
    pub(super) decision: Result<Approved<Post>, TargetOutcome>,
}

impl Prepared {
    /// Asks for approval of each post that can be sent, one after the other.
    ///
    /// What was approved before is not asked about again. An edited post goes out as it was edited.
    /// A post that shall be made again is written again as the person wishes - one without a text
    /// gets other images - and asked about once more. What is rejected or put off does not touch
    /// the others; asked again in another process, an approver may have decided.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) when no approver was given. What fails about single
    /// posts is in the report.
    pub async fn decide(self) -> Result<Decided> {
        let Self { name, plan, studio, places, approver, posts, out } = self;
        let approver = approver.ok_or_else(|| Error::config("the approver is missing: call `approve_with`"))?;
        let mut decided = Vec::new();
        for ((place, planned), post) in places.iter().zip(&plan.targets).zip(posts) {
            decided.push(match post {
                // Who stopped the campaign is not asked anything more.
                Ok(post) if studio.run.cancellation().is_cancelled() => {
                    let error = Error::new(ErrorKind::Cancelled, "stopped before it was decided about");
                    let decision = Err(Failure::of(CampaignPart::Approval)(error).into());
                    DecidedPost { prepared: Some(post), decision }
                }
                Ok(post) => {
                    let target = post.target.clone();
                    let job = Job { plan: &plan, planned, place, target: &target };
                    studio.decide(job, &*approver, post).await
                }
                Err(outcome) => DecidedPost { prepared: None, decision: Err(outcome) },
            });
        }
        Ok(Decided { name, plan, studio, posts: decided, out })
    }

    /// [Decides](Self::decide) and [delivers](Decided::deliver).
    ///
    /// # Errors
    /// As [`decide`](Self::decide).
    pub async fn publish(self) -> Result<Report> {
        Ok(self.decide().await?.deliver().await)
    }
}

impl Studio {
    /// Asks for approval of a post, unless the check found what the platform would refuse, until
    /// there is a decision.
    async fn decide(&self, job: Job<'_>, approver: &dyn Approver, mut post: PreparedPost) -> DecidedPost {
        let mut rounds = 0;
        let decision = loop {
            let errors: Vec<_> = post.errors().map(ToString::to_string).collect();
            if !errors.is_empty() {
                break Err(TargetOutcome::Held(format!("the check found: {}", errors.join("; "))));
            }
            if let Err(error) = post.verify().await {
                break Err(Failure::of(CampaignPart::Approval)(error).into());
            }
            let ask = Ask::for_account(post.target.account.clone())
                .with_findings(post.findings.clone())
                .with_degraded(post.degraded);
            let answer = Approved::ask(&self.run.child("approve"), post.post.clone(), &ask, approver).await;
            let (by, hint) = match answer {
                Ok(Answer::Regenerate { by, hint }) => (by, hint),
                Ok(Answer::Approved(approved)) => {
                    post.post.clone_from(&approved);
                    let kept = self.approve_without(&post.target, &post.draft.left_out).await;
                    break kept.map(|()| approved).map_err(|e| Failure::of(CampaignPart::Approval)(e).into());
                }
                Ok(Answer::Rejected { by, reason }) => {
                    break Err(TargetOutcome::Held(format!("{by} did not approve it: {reason}")));
                }
                Ok(Answer::Later { why, until }) => break Err(TargetOutcome::Waiting { why, until }),
                Err(error) => break Err(Failure::of(CampaignPart::Approval)(error).into()),
            };
            rounds += 1;
            if rounds > ROUNDS {
                let why = format!("it was made again {ROUNDS} times and not approved; run the campaign again to go on");
                break Err(TargetOutcome::Held(why));
            }
            let again = async {
                let draft = self.again(job, post.draft.clone(), Hint { by, hint }).await?;
                self.assemble(job, draft).await
            };
            match again.await {
                Ok(again) => post = again,
                Err(failure) => break Err(failure.into()),
            }
        };
        DecidedPost { prepared: Some(post), decision }
    }
}
