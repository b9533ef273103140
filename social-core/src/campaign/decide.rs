//! Decisions about posts: by a person or a policy, now or later.

use async_trait::async_trait;
use futures_util::future::join_all;
use serde::Deserialize as _;

use super::Prepared;
use super::assemble::PreparedPost;
use super::edition::Out;
use super::plan::Plan;
use super::report::{CampaignPart, Failure, Report, TargetOutcome};
use super::studio::{Job, Revision, Studio};
use crate::error::{Error, ErrorKind, Result};
use crate::publish::{
    self, Answer, Approval, ApprovalRequest, Approved, Approver, ApproverCapabilities, Ask, Decision, Finding,
    FindingCode, Post, Severity, Target,
};
use crate::run::Run;

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
    /// Asks for approval of each post: one after the other, or side by side where the approver
    /// [can](ApproverCapabilities::side_by_side). Posts with errors are asked about only where the
    /// approver can [mend](ApproverCapabilities::mends) them.
    ///
    /// What was approved before is not asked about again. An edited post is checked again; one that
    /// the check has no error about goes out as it was edited, one that it has an error about is
    /// asked about once more. A post that shall be made again is written again as the person wishes
    /// (one without a text gets other images) and asked about once more. Edits and wishes are kept
    /// with the run as soon as they are made. What is rejected or put off does not touch the
    /// others; asked again in another process, an approver may have decided.
    ///
    /// # Errors
    /// [`Config`](crate::ErrorKind::Config) when no approver was given. What fails about single
    /// posts is in the report.
    pub async fn decide(self) -> Result<Decided> {
        let Self { name, plan, studio, places, approver, posts, out } = self;
        let approver = approver.ok_or_else(|| Error::config("the approver is missing: call `approve_with`"))?;
        let each = places.iter().zip(&plan.targets).zip(posts).map(async |((place, planned), post)| match post {
            // Who stopped the campaign is not asked anything more.
            Ok(post) if studio.run.cancellation().is_cancelled() => {
                let decision = Err(Failure::of(CampaignPart::Approval)(stopped()).into());
                DecidedPost { prepared: Some(post), decision }
            }
            Ok(post) => {
                let target = post.target.clone();
                let job = Job { plan: &plan, planned, place, target: &target };
                studio.decide(job, &*approver, post).await
            }
            Err(outcome) => DecidedPost { prepared: None, decision: Err(outcome) },
        });
        let posts = if approver.capabilities().side_by_side {
            join_all(each).await
        } else {
            let mut decided = Vec::new();
            for post in each {
                decided.push(post.await);
            }
            decided
        };
        Ok(Decided { name, plan, studio, posts, out })
    }

    /// [Decides](Self::decide) and [delivers](Decided::deliver).
    ///
    /// # Errors
    /// As [`decide`](Self::decide).
    pub async fn publish(self) -> Result<Report> {
        Ok(self.decide().await?.deliver().await)
    }
}

fn stopped() -> Error {
    Error::new(ErrorKind::Cancelled, "stopped before it was decided about")
}

impl Studio {
    /// Asks for approval of a post until there is a decision.
    async fn decide(&self, job: Job<'_>, approver: &dyn Approver, mut post: PreparedPost) -> DecidedPost {
        let (mut rounds, mends) = (0, approver.capabilities().mends);
        let decision = loop {
            let errors: Vec<_> = post.errors().map(ToString::to_string).collect();
            if !errors.is_empty() && !mends {
                break Err(TargetOutcome::Held(format!("the check found: {}", errors.join("; "))));
            }
            if let Err(error) = post.verify().await {
                break Err(Failure::of(CampaignPart::Approval)(error).into());
            }
            let revision = match self.ask_about(&post, approver).await {
                Ok(Answer::Regenerate { by, hint }) => Revision { by, hint, content: None, unmade: false },
                Ok(Answer::Revised { by, content }) => {
                    Revision { by, hint: String::new(), content: Some(Box::new(content)), unmade: false }
                }
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
            rounds += usize::from(revision.content.is_none());
            if rounds > ROUNDS {
                let why = format!("it was made again {ROUNDS} times and not approved; run the campaign again to go on");
                break Err(TargetOutcome::Held(why));
            }
            post = match self.remake(job, &post, revision).await {
                Ok(again) => again,
                Err(failure) if mends && can_be_told(&failure) => match self.unmade(job, &post, failure).await {
                    Ok(earlier) => earlier,
                    Err(failure) => break Err(failure.into()),
                },
                Err(failure) => break Err(failure.into()),
            };
        };
        DecidedPost { prepared: Some(post), decision }
    }

    async fn ask_about(&self, post: &PreparedPost, approver: &dyn Approver) -> Result<Answer<Post>> {
        let ask = Ask::for_account(post.target.account.clone())
            .with_findings(post.findings.clone())
            .with_degraded(post.degraded)
            .with_label(&post.label)
            .with_changes(post.changes.clone())
            .with_rules(post.rules.clone());
        let approver = Checking { approver, target: &post.target, run: &self.run };
        Approved::ask(&self.run.child("approve"), post.post.clone(), &ask, &approver).await
    }

    async fn remake(&self, job: Job<'_>, post: &PreparedPost, revision: Revision) -> Result<PreparedPost, Failure> {
        let draft = self.again(job, post.draft.clone(), revision).await?;
        self.assemble(job, draft).await
    }

    /// The post as it was before it could not be made again, with why.
    async fn unmade(&self, job: Job<'_>, post: &PreparedPost, failure: Failure) -> Result<PreparedPost, Failure> {
        let mut draft = post.draft.clone();
        draft.round += 1;
        let content = Some(Box::new(post.post.clone()));
        let by = post.draft.edited.as_ref().map_or("the writer", |edited| &edited.by).to_owned();
        let mut earlier = self.again(job, draft, Revision { by, hint: String::new(), content, unmade: true }).await?;
        // It was not edited unless it was before.
        earlier.edited.clone_from(&post.draft.edited);
        let message = format!("it could not be made again as you wished, and is as it was: {}", failure.error.message);
        let mut findings = post.findings.clone();
        findings.retain(|finding| finding.code != FindingCode::UNMADE);
        findings.push(Finding::warning(FindingCode::UNMADE, "", message));
        let mut post = post.clone();
        (post.draft, post.findings) = (earlier, findings);
        Ok(post)
    }
}

/// Whether the person who decides can go on after that. What stopped the campaign, and what may
/// have been paid, is for the report.
fn can_be_told(failure: &Failure) -> bool {
    !matches!(
        failure.error.kind,
        ErrorKind::Cancelled | ErrorKind::OutcomeUnknown | ErrorKind::Paused | ErrorKind::Held | ErrorKind::Storage
    )
}

/// Lets nothing be approved in an edited form that the check has an error about, and ends with the
/// campaign.
#[derive(Debug)]
struct Checking<'a> {
    approver: &'a dyn Approver,
    target: &'a Target,
    run: &'a Run,
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Approver for Checking<'_> {
    async fn decide(&self, request: &ApprovalRequest<'_>) -> Result<Decision> {
        let decision = tokio::select! {
            biased;
            () = self.run.cancellation().cancelled() => return Err(stopped()),
            decision = self.approver.decide(request) => decision?,
        };
        let Decision::Edit { by, content } = decision else { return Ok(decision) };
        let Ok(post) = Post::deserialize(&content) else { return Ok(Decision::Edit { by, content }) };
        let findings = publish::inspect(&*self.target.publisher, &post).await.findings;
        Ok(match findings.iter().any(|finding| finding.severity == Severity::Error) {
            true => Decision::Revise { by, content },
            false => Decision::Edit { by, content },
        })
    }

    fn capabilities(&self) -> ApproverCapabilities {
        self.approver.capabilities()
    }

    fn approved(&self, request: &ApprovalRequest<'_>, approval: &Approval) {
        self.approver.approved(request, approval);
    }
}
