//! What became of a campaign.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

use super::plan::{FileKey, PlannedTarget};
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, ErrorReport, Result};
use crate::publish::{Approval, Finding, FindingCode, Placement, Post, Receipt, ReceiptState};
use crate::run::{RunView, Spending};
use crate::text::visible;
use crate::{Account, Platform};

/// A part of the work on a target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CampaignPart {
    /// Finding out whose account it is.
    Account,
    /// Writing the text.
    Text,
    /// Making a file.
    File(FileKey),
    /// Making the post fit.
    Fit,
    /// Asking for approval.
    Approval,
    /// Publishing.
    Post,
}

impl CampaignPart {
    /// It makes something that may be paid for, as opposed to publishing it.
    const fn is_generation(&self) -> bool {
        matches!(self, Self::Text | Self::File(_))
    }
}

/// What became of one target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TargetOutcome {
    /// The platform took it.
    Taken(Receipt),
    /// The approver said no, or the check found an error. Nothing was sent.
    Held(String),
    /// The approver has not decided yet. Nothing was sent; the same campaign asks again when it is
    /// run again.
    Waiting {
        /// What it waits for.
        why: String,
        /// When to ask again, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// It is not known yet whether a part had its effect: a post may be out, or something was paid
    /// for and its answer was lost. See [`Report::advice`].
    Unknown {
        /// Which part.
        part: CampaignPart,
        /// How it was lost.
        error: Box<ErrorReport>,
    },
    /// It is not out.
    Failed {
        /// The part that failed.
        part: CampaignPart,
        /// What went wrong.
        error: Box<ErrorReport>,
    },
}

/// A part of a target's work that failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) part: CampaignPart,
    pub(super) error: Box<ErrorReport>,
}

impl Failure {
    pub(super) fn of(part: CampaignPart) -> impl FnOnce(Error) -> Self {
        move |error| Self { part, error: reported(error) }
    }
}

/// An error that several targets have a share in.
pub(super) fn reported(error: Error) -> Box<ErrorReport> {
    Box::new((&error).into())
}

impl From<Failure> for TargetOutcome {
    fn from(Failure { part, error }: Failure) -> Self {
        match error.kind {
            ErrorKind::OutcomeUnknown => Self::Unknown { part, error },
            _ => Self::Failed { part, error },
        }
    }
}

impl TargetOutcome {
    /// The platform took it, and did not refuse it afterwards.
    fn is_out(&self) -> bool {
        matches!(self, Self::Taken(receipt)
            if !matches!(receipt.state, ReceiptState::Rejected | ReceiptState::Deleted))
    }

    /// Why it is not out, in words; `None` where it is.
    #[must_use]
    pub fn why_not_out(&self) -> Option<String> {
        match self {
            Self::Unknown { error, .. } | Self::Failed { error, .. } => Some(error.to_string()),
            _ => self.problem().map(|(_, why)| why),
        }
    }

    /// Why it is not out; nothing where it is.
    fn problem(&self) -> Option<(ErrorKind, String)> {
        match self {
            Self::Taken(_) if self.is_out() => None,
            Self::Taken(receipt) => Some((ErrorKind::Rejected, format!("taken, then {}", receipt.state))),
            Self::Held(why) => Some((ErrorKind::Rejected, why.clone())),
            Self::Waiting { why, .. } => Some((ErrorKind::Rejected, format!("it waits for approval: {why}"))),
            Self::Unknown { error, .. } | Self::Failed { error, .. } => Some((error.kind, error.message.clone())),
        }
    }
}

/// What a person can do about a campaign that did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Advice {
    /// Run it again: it asks the platform about the posts that may be out, and posts nothing twice.
    AskAgain,
    /// A paid answer was lost, and the vendor cannot be asked for it.
    /// [`Campaign::repeat_lost_generations`] pays for it again.
    ///
    /// [`Campaign::repeat_lost_generations`]: super::Campaign::repeat_lost_generations
    RepeatLost,
    /// Run it again when the approver has decided.
    Decide,
    /// An earlier version of this program began the campaign: give this one a name of its own.
    NameApart,
    /// It cannot be told which campaign the brief belongs to: name it, or give it a date.
    NameCampaign,
    /// Give the platform a media host.
    HostMedia,
}

impl Advice {
    /// What can be done about an error of a campaign.
    #[must_use]
    pub fn on(error: &Error) -> Option<Self> {
        match error.kind() {
            ErrorKind::OutcomeUnknown => Some(Self::RepeatLost),
            ErrorKind::InvalidRequest if error.code() == Some(OTHER_BRIEF) => Some(Self::NameApart),
            ErrorKind::InvalidRequest if error.code() == Some(AMBIGUOUS) => Some(Self::NameCampaign),
            ErrorKind::Config if error.code() == Some(FindingCode::NEEDS_HOST.as_str()) => Some(Self::HostMedia),
            _ => None,
        }
    }
}

/// The code of the error that says that a brief may belong to one campaign or another.
pub(super) const AMBIGUOUS: &str = "ambiguous_campaign";

/// The code of the error that says that an earlier version began a run.
pub(super) const OTHER_BRIEF: &str = "other_brief";

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AskAgain => "run the same campaign again: it asks the platform first and posts nothing twice",
            Self::RepeatLost => {
                "a paid answer was lost on the way and the vendor cannot be asked for it; it is paid for again only when \
                 you say so"
            }
            Self::Decide => "run the same campaign again when the approver has decided",
            Self::NameApart => "give this campaign a name of its own",
            Self::NameCampaign => "name the campaign that is meant, or give this one a date",
            Self::HostMedia => "hand in a media host, which gives files a public address",
        })
    }
}

/// One target's part of a [`Report`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TargetReport {
    /// What it is called, for instance `instagram-reel`.
    pub label: String,
    /// The platform.
    pub platform: Platform,
    /// The placement.
    pub placement: Placement,
    /// Whose post it is, where that could be found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// What became of it.
    pub outcome: TargetOutcome,
    /// What the check found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// Who approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// The post in its last form: as it was approved, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<Post>,
    /// The brief has changed since the post was sent: it is as the earlier brief was, and was not
    /// sent again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub earlier: bool,
}

impl TargetReport {
    pub(super) fn new(target: &PlannedTarget, outcome: TargetOutcome) -> Self {
        Self {
            label: target.label.clone(),
            platform: target.platform.clone(),
            placement: target.placement.clone(),
            account: target.account.clone(),
            outcome,
            findings: Vec::new(),
            approval: None,
            post: None,
            earlier: false,
        }
    }
}

/// What became of a campaign. Posts that are not out are no error of the call: look at it, or
/// [demand](Self::require_complete) that everything is out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[must_use = "posts that failed are in the report; `require_complete` makes them an error"]
#[non_exhaustive]
pub struct Report {
    /// The campaign's name.
    pub name: String,
    /// One entry per target, in the order in which they were given.
    pub targets: Vec<TargetReport>,
    /// What was spent in all processes of the campaign.
    pub spending: Spending,
    /// A text was filled from a template instead of written.
    pub degraded: bool,
}

impl Report {
    /// The report that the campaign of this run gave when it was last run to its end, with the
    /// targets that other runs of it were about; `None` when none was. It costs nothing to read.
    ///
    /// # Errors
    /// [`Storage`](ErrorKind::Storage) for a report that cannot be read.
    pub fn last(run: &RunView) -> Result<Option<Self>> {
        run.result(LAST, Timestamp::UNIX_EPOCH)
    }

    /// With what an earlier report says about other targets.
    pub(super) fn with_others(&self, earlier: Option<&Self>) -> Self {
        let mut all = self.clone();
        for target in earlier.iter().flat_map(|report| &report.targets) {
            if !all.targets.iter().any(|known| known.label == target.label && known.account == target.account) {
                all.targets.push(target.clone());
            }
        }
        all
    }

    /// Every target was taken.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.targets.iter().all(|target| target.outcome.is_out())
    }

    /// A post may be out without anybody knowing, or something was paid for and its answer was
    /// lost.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        self.targets.iter().any(|target| matches!(target.outcome, TargetOutcome::Unknown { .. }))
    }

    /// What is not out waits for approval, all of it.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        let waits = |target: &TargetReport| matches!(target.outcome, TargetOutcome::Waiting { .. });
        self.targets.iter().any(waits) && self.targets.iter().all(|target| waits(target) || target.outcome.is_out())
    }

    /// The report, if every target was taken.
    ///
    /// # Errors
    /// [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) when the outcome of one is not known; else of
    /// the kind of the first that is not out, [`Rejected`](ErrorKind::Rejected) for one that is
    /// held or waits. The message names all.
    pub fn require_complete(self) -> Result<Self> {
        let problems: Vec<_> =
            self.targets.iter().filter_map(|target| Some((target, target.outcome.problem()?))).collect();
        let unknown = self.has_unknown().then_some(ErrorKind::OutcomeUnknown);
        let Some(kind) = unknown.or(problems.first().map(|(_, (kind, _))| *kind)) else { return Ok(self) };
        let named: Vec<_> = problems.iter().map(|(target, (_, why))| format!("{}: {why}", target.label)).collect();
        let (count, all) = (named.len(), self.targets.len());
        Err(Error::new(kind, format!("{count} of {all} posts are not out; {}", named.join("; "))))
    }

    /// What can be done about what is not out.
    #[must_use]
    pub fn advice(&self) -> BTreeSet<Advice> {
        let advice = self.targets.iter().filter_map(|target| match &target.outcome {
            TargetOutcome::Unknown { part, .. } if part.is_generation() => Some(Advice::RepeatLost),
            TargetOutcome::Unknown { .. } => Some(Advice::AskAgain),
            TargetOutcome::Waiting { .. } => Some(Advice::Decide),
            TargetOutcome::Taken(_) | TargetOutcome::Held(_) | TargetOutcome::Failed { .. } => None,
        });
        advice.collect()
    }
}

/// The step that keeps the last report.
pub(super) const LAST: &str = "report";

/// What is said of a post that was sent before the brief changed.
const EARLIER: &str = "already published, from the brief as it was; the change was not sent";

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = String::new();
        self.write_lines(&mut lines)?;
        f.write_str(&visible(&lines))
    }
}

impl Report {
    fn write_lines(&self, f: &mut String) -> fmt::Result {
        writeln!(f, "Campaign {}", self.name)?;
        let width = self.targets.iter().map(|target| target.label.len()).max().unwrap_or(0);
        for TargetReport { label, outcome, findings, earlier, .. } in &self.targets {
            write!(f, "  {label:width$}  ")?;
            match outcome {
                TargetOutcome::Taken(receipt) => {
                    match receipt.state {
                        ReceiptState::Processing => f.push_str("taken, still processing"),
                        ReceiptState::HandedOver => {
                            f.push_str("handed over; whether it is live is not known here");
                        }
                        ReceiptState::Draft => f.push_str("laid out as a draft"),
                        state => write!(f, "{state}")?,
                    }
                    match receipt.url() {
                        Some(url) => writeln!(f, "  {url}")?,
                        None => writeln!(f, "  {}", receipt.id())?,
                    }
                    if *earlier {
                        writeln!(f, "  {:width$}  {EARLIER}", "")?;
                    }
                    for warning in &receipt.warnings {
                        writeln!(f, "  {:width$}  note: {warning}", "")?;
                    }
                }
                TargetOutcome::Held(why) => writeln!(f, "not sent: {why}")?,
                TargetOutcome::Waiting { why, until: None } => writeln!(f, "waiting: {why}")?,
                TargetOutcome::Waiting { why, until: Some(until) } => writeln!(f, "waiting until {until:.0}: {why}")?,
                TargetOutcome::Unknown { error, .. } => writeln!(f, "UNKNOWN: {error}")?,
                TargetOutcome::Failed { error, .. } => writeln!(f, "failed: {error}")?,
            }
            for finding in findings.iter().filter(|finding| finding.code != FindingCode::UNLABELLED) {
                writeln!(f, "  {:width$}  {finding}", "")?;
            }
        }
        let unlabelled = |finding: &Finding| finding.code == FindingCode::UNLABELLED;
        let platforms: BTreeSet<_> = self
            .targets
            .iter()
            .filter(|target| target.findings.iter().any(unlabelled))
            .map(|target| target.platform.as_str())
            .collect();
        if !platforms.is_empty() {
            let platforms = platforms.into_iter().collect::<Vec<_>>().join(" and ");
            let says = "a model made parts of these posts, and there is no label for that there; where your readers \
                        shall know it, the text has to say so";
            writeln!(f, "  {platforms}: {says}")?;
        }
        let Spending { known, unknown_upper_bound, unpriced_calls, .. } = self.spending;
        write!(f, "  cost {known}")?;
        if unknown_upper_bound > crate::money::MicroDollars(0) {
            write!(f, ", and up to {unknown_upper_bound} for calls whose outcome or cost is not known")?;
        }
        match unpriced_calls {
            0 => {}
            1 => write!(f, ", and 1 call whose price is not known")?,
            calls => write!(f, ", and {calls} calls whose price is not known")?,
        }
        if self.degraded {
            write!(f, "; texts come from a template")?;
        }
        for advice in self.advice() {
            write!(f, "\n  {advice}")?;
        }
        Ok(())
    }
}
