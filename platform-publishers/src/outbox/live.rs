//! A page that a program serves: its posts can be decided about there.

use std::collections::{BTreeMap, BTreeSet};

use secrecy::SecretString;
use social_core::publish::Approval;

use super::card::Card;

/// What a program that serves a page knows more than the folder does, for its forms.
///
/// The forms are sent to `decide`, beside the page. Their fields: `seal` and `target` of this
/// record, `seen` of the post that was shown, `decision`, and what belongs to it:
///
/// | `decision` | further fields |
/// |---|---|
/// | `approve` | |
/// | `edit` | `text`, `title`, `first_comment`, `alt.0`, `alt.1`, ..., `part.0`, ...: those that the post has |
/// | `move` | `from`, `to`: places of a file among the attachments |
/// | `regenerate` | `hint` |
/// | `reject` | `reason` |
#[derive(Clone, Debug, Default)]
pub struct LivePage {
    /// Who decides: it stands in the approval.
    pub person: String,
    /// Comes back with every form, so that no other page can send one.
    pub seal: SecretString,
    /// Goes up with every change of the page.
    pub revision: u64,
    /// Nothing more can be decided: why, in a sentence.
    pub ended: Option<String>,
    /// By target.
    pub cards: BTreeMap<String, LiveState>,
}

/// Where a post of a live page stands.
#[derive(Clone, Debug)]
pub enum LiveState {
    /// It can be decided about.
    Asked {
        /// Names the form of the post that is shown.
        seen: String,
    },
    /// Something is done about it: what, in words.
    Working(String),
    /// It is approved.
    Approved(Approval),
    /// A person rejected it.
    Rejected {
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
}

/// A live page as it is now.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LiveHtml {
    /// The page. It loads `review.js` beside it and no other script.
    pub html: String,
    /// The names of the files beside it that it shows.
    pub files: BTreeSet<String>,
}

impl LivePage {
    pub(super) fn state(&self, card: &Card) -> Option<&LiveState> {
        self.cards.get(&card.target)
    }
}
