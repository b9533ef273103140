//! Where a post stands, and all posts together.

use std::collections::BTreeSet;

use social_core::publish::Severity;

use super::card::{Card, Heading};
use super::live::{LivePage, LiveState};

/// Where a post stands.
pub(super) struct Status {
    pub(super) class: &'static str,
    pub(super) words: String,
}

pub(super) fn status(card: &Card, live: Option<&LivePage>) -> Status {
    let status = |class, words: &str| Status { class, words: words.to_owned() };
    if let Some(receipt) = &card.receipt {
        return status("good", &card.received(receipt.state));
    }
    match stand(card, live) {
        Stand::NotSent => status("bad", "Not sent"),
        Stand::Working(words) => status("note", words),
        Stand::Rejected => status("bad", "Rejected"),
        _ if is_broken(card) => status("bad", "Needs a change"),
        Stand::ByRule => status("good", "Approved by a rule"),
        Stand::ByPerson => status("good", "Approved"),
        Stand::Waiting => status("note", "Waiting for approval"),
    }
}

fn is_broken(card: &Card) -> bool {
    card.findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// How far the decision about a post is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand<'a> {
    ByPerson,
    ByRule,
    Waiting,
    /// Something is done about it: what.
    Working(&'a str),
    Rejected,
    NotSent,
}

fn stand<'a>(card: &Card, live: Option<&'a LivePage>) -> Stand<'a> {
    match (&card.approval, live.and_then(|live| live.state(card))) {
        _ if card.problem.is_some() => Stand::NotSent,
        (_, Some(LiveState::Working(words))) => Stand::Working(words),
        (_, Some(LiveState::Rejected { .. })) => Stand::Rejected,
        (Some(approval), _) if approval.policy().is_some() => Stand::ByRule,
        (Some(_), _) => Stand::ByPerson,
        (None, _) => Stand::Waiting,
    }
}

/// One line about all posts.
pub(super) fn summary(heading: &Heading, cards: &[Card], live: Option<&LivePage>) -> String {
    let missing = match heading.missing.len() {
        0 => String::new(),
        1 => " There is no post for one target; see below why.".to_owned(),
        some => format!(" There is no post for {some} targets; see below why."),
    };
    let all = cards.len();
    let posts = match all {
        0 if missing.is_empty() => return "No post has been laid into this folder yet.".to_owned(),
        0 => return missing.trim_start().to_owned(),
        1 => "One post".to_owned(),
        _ => format!("{all} posts"),
    };
    let stands: Vec<_> = cards.iter().map(|card| stand(card, live)).collect();
    let approvals = cards.iter().filter_map(|card| card.approval.as_ref());
    let people: BTreeSet<_> =
        approvals.filter(|approval| approval.policy().is_none()).map(|approval| approval.by.as_str()).collect();
    let people = people.into_iter().collect::<Vec<_>>().join(" and ");
    let approved = format!("approved by {people}");
    let words_of = |stand: &Stand<'_>| match stand {
        Stand::ByPerson => approved.as_str(),
        Stand::ByRule => "approved by a rule and not by a person",
        Stand::Working(_) => "being changed",
        Stand::Rejected => "rejected",
        Stand::NotSent => "not sent",
        Stand::Waiting => "waiting for your approval",
    };
    let order = [Stand::ByPerson, Stand::ByRule, Stand::Working(""), Stand::Rejected, Stand::NotSent, Stand::Waiting];
    let states = order.iter().map(words_of).filter_map(|words| {
        let count = stands.iter().filter(|stand| words_of(stand) == words).count();
        match count {
            0 => None,
            count if count == all => Some(words.to_owned()),
            count => Some(format!("{count} {words}")),
        }
    });
    let state = states.collect::<Vec<_>>().join(", ");
    let to_fix = |(card, stand): &(&Card, &Stand<'_>)| **stand == Stand::Waiting && is_broken(card);
    let fix = match cards.iter().zip(&stands).filter(to_fix).count() {
        0 => String::new(),
        1 if all == 1 => " and in need of a change first".to_owned(),
        1 => ", one of which needs a change first".to_owned(),
        broken => format!(", {broken} of which need a change first"),
    };
    format!("{posts}, {state}{fix}. This is how they will look.{missing}")
}
