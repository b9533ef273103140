use std::fmt;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind};
use crate::money::MicroDollars;
use crate::publish::{Approval, Finding, Placement, Receipt, ReceiptState};
use crate::{Account, Platform};

/// What became of one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TargetOutcome {
    /// The platform took it.
    Taken(Receipt),
    /// The approver said no, or the check found an error. Nothing was sent.
    Held(String),
    /// The approver has not decided yet. Nothing was sent; the same campaign asks again when it is run again.
    Waiting {
        /// What it waits for.
        why: String,
        /// When to ask again, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// It may be out; the same campaign asks again when it is run again.
    Unknown(String),
    /// It is not out.
    Failed {
        /// What went wrong.
        kind: ErrorKind,
        /// The error's line.
        message: String,
    },
}

impl TargetOutcome {
    pub(super) fn of_error(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::OutcomeUnknown => Self::Unknown(error.to_string()),
            kind => Self::Failed { kind, message: error.to_string() },
        }
    }
}

/// One target's part of a [`Report`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TargetReport {
    /// The target's name.
    pub target: String,
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
    pub findings: Vec<Finding>,
    /// Who approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// What became of a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The campaign's run.
    pub name: String,
    /// One entry per target, in the order in which they were given.
    pub targets: Vec<TargetReport>,
    /// Everything whose price is known.
    pub cost: MicroDollars,
    /// Paid calls whose price is not known.
    pub unpriced_calls: u32,
    /// A text was filled from a template instead of written.
    pub degraded: bool,
}

impl Report {
    /// Every target was taken.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.targets.iter().all(|target| matches!(target.outcome, TargetOutcome::Taken(_)))
    }

    /// A post may be out without anybody knowing. Run the campaign again to ask.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        self.targets.iter().any(|target| matches!(target.outcome, TargetOutcome::Unknown(_)))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Campaign {}", self.name)?;
        let width = self.targets.iter().map(|target| target.target.len()).max().unwrap_or(0);
        for TargetReport { target, outcome, findings, .. } in &self.targets {
            write!(f, "  {target:width$}  ")?;
            match outcome {
                TargetOutcome::Taken(receipt) => {
                    f.write_str(match receipt.state {
                        ReceiptState::Published => "published",
                        ReceiptState::Processing => "taken, still processing",
                        ReceiptState::HandedOver => "handed over; whether it is live is not known here",
                        ReceiptState::Scheduled => "scheduled",
                        ReceiptState::Draft => "laid out as a draft",
                        ReceiptState::Rejected => "taken, and refused afterwards",
                        ReceiptState::Deleted => "taken down",
                    })?;
                    match receipt.url() {
                        Some(url) => writeln!(f, "  {url}")?,
                        None => writeln!(f, "  {}", receipt.id())?,
                    }
                    for warning in &receipt.warnings {
                        writeln!(f, "  {:width$}  note: {warning}", "")?;
                    }
                }
                TargetOutcome::Held(why) => writeln!(f, "not sent: {why}")?,
                TargetOutcome::Waiting { why, until: None } => writeln!(f, "waiting for approval: {why}")?,
                TargetOutcome::Waiting { why, until: Some(time) } => {
                    writeln!(f, "waiting for approval until {time}: {why}")?;
                }
                TargetOutcome::Unknown(why) => writeln!(f, "UNKNOWN: {why}")?,
                TargetOutcome::Failed { message, .. } => writeln!(f, "failed: {message}")?,
            }
            for finding in findings {
                writeln!(f, "  {:width$}  {finding}", "")?;
            }
        }
        write!(f, "  cost {}", self.cost)?;
        if self.unpriced_calls > 0 {
            write!(f, " and {} calls whose price is not known", self.unpriced_calls)?;
        }
        if self.degraded {
            write!(f, "; texts come from a template")?;
        }
        if self.has_unknown() {
            write!(f, "\n  run the same campaign again: it asks the platform first and posts nothing twice")?;
        }
        Ok(())
    }
}
