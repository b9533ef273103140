//! Posts, rules, approval and publishing.

mod approval;
mod check;
mod find;
mod finding;
mod fit;
mod post;
mod publisher;
mod receipt;
mod rules;
#[cfg(test)]
mod tests;

pub(crate) use approval::digest;
pub use approval::{Approval, ApprovalRequest, Approved, Approver, AutoApprove, Decision};
pub use check::{Inspection, check, facts, inspect, preflight};
pub use find::{ListedPost, Listing, SoughtPost, find_recent};
pub use finding::{Finding, Severity};
pub use fit::{Change, Fitted, fit};
pub use post::{Attachment, MediaRole, Placement, Post};
pub use publisher::{Destination, Publisher, PublisherCapabilities, Target, TargetResult, publish_all};
pub use receipt::{Receipt, ReceiptState};
pub use rules::{
    AudioRule, CaptionRule, DocumentRule, ImageRule, Measure, MediaCount, Rules, SourceNote, Span, TextRule, VideoRule,
};
