//! Approval: what leaves the house was seen by somebody who said yes.
//!
//! Anything can be approved that is [`Approvable`]: a post, a reply, a message. An [`Approver`] is
//! asked and gives a [`Decision`]; what comes of it is an [`Answer`], and only its [`Approved`]
//! content can be published.

mod approvable;
mod approved;
mod approver;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::{Canonical, Digest};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::identity::AccountKey;

pub use approvable::Approvable;
pub use approved::{Answer, Approved, Ask};
pub use approver::{ApprovalRequest, Approver, ApproverCapabilities, AutoApprove, Decision};

/// The record of an approval. It is worth nothing without the exact content that it was given for.
///
/// It can be stored as JSON. Fields may be added to it; a record of before accounts had keys is
/// refused, saying so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
#[non_exhaustive]
pub struct Approval {
    /// Over the kind of content, its every field, the bytes of its files, and the accounts.
    pub digest: Digest,
    /// Where it may go, and nowhere else.
    pub accounts: BTreeSet<AccountKey>,
    /// Who approved: a person's name, or the policy in so many words.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// In front of the policy's name in [`Approval::by`], where no person decided.
pub(super) const POLICY: &str = "policy: ";

impl Approval {
    /// The policy that decided, as [`AutoApprove`] names it; `None` where a person did.
    #[must_use]
    pub fn policy(&self) -> Option<&str> {
        self.by.strip_prefix(POLICY)
    }
}

/// The record of a person's no. It ends nothing: the same content may be asked about again, and the
/// approver is then told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rejection {
    /// Who rejected it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// A record as it was stored, by this version or an earlier one.
#[derive(Deserialize)]
struct Stored {
    digest: String,
    #[serde(default)]
    accounts: BTreeSet<AccountKey>,
    /// What stood here before accounts had keys.
    destination: Option<Value>,
    by: String,
    at: Timestamp,
}

impl TryFrom<Stored> for Approval {
    type Error = Error;

    fn try_from(stored: Stored) -> Result<Self> {
        if stored.destination.is_some() || stored.accounts.is_empty() {
            let message =
                "the approval was given by a version that did not know accounts by keys; ask for approval again";
            return Err(Error::invalid("approval", message));
        }
        let Stored { accounts, by, at, .. } = stored;
        Ok(Self { digest: stored.digest.parse()?, accounts, by, at })
    }
}

/// The digest of an approval: of this content, for these accounts.
fn digest_for(kind: &str, content: &Digest, accounts: &BTreeSet<AccountKey>) -> Result<Digest> {
    #[derive(Serialize)]
    struct Bound<'a> {
        kind: &'a str,
        content: &'a Digest,
        accounts: &'a BTreeSet<AccountKey>,
    }
    Ok(Canonical::of(&Bound { kind, content, accounts })?.digest(&[]))
}
