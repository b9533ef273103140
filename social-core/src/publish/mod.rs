//! Posts, rules, approval and publishing.

mod approval;
mod attachment;
mod check;
mod durably;
mod find;
mod finding;
mod fit;
mod options;
mod placement;
mod post;
mod publisher;
mod receipt;
mod rules;
mod target;
#[cfg(test)]
mod tests;

pub use approval::{Answer, Approvable, Approval, ApprovalRequest, Approved, Approver, Ask, AutoApprove, Decision};
pub use attachment::{Attachment, MediaRole};
pub use check::{Delivery, Inspection, check, facts, inspect, preflight};
pub use durably::durably;
pub use find::{ListedPost, Listing, SoughtPost, find_recent};
pub use finding::{Finding, FindingCode, Severity};
pub use fit::{Change, Fitted, Fix, Proposal, apply, fit, propose};
pub use options::{PlatformOptions, PostOptions};
pub use placement::Placement;
pub use post::{Poll, Post, PostRef, ThreadPart};
pub use publisher::{AccountLimits, PostQuota, Publisher, PublisherCapabilities, Readiness};
pub use receipt::{PostRole, Receipt, ReceiptState, RemotePost};
pub use rules::{
    Appearance, Attached, AudioRule, AvatarShape, CaptionRule, DocumentRule, EmojiUse, Habits, HashtagPlace, ImageRule,
    Measure, MediaCount, OptionRule, PollRule, Rules, SourceNote, Span, TextLimit, TextPlace, TextRule, ThreadRule,
    Tone, VideoRule,
};
pub use target::{Target, TargetResult, publish_all, publish_all_with};
