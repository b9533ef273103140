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
    match (&card.receipt, live.and_then(|live| live.state(card))) {
        (Some(receipt), _) => status("good", &card.received(receipt.state)),
        _ if card.problem.is_some() => status("bad", "Not sent"),
        (_, Some(LiveState::Working(words))) => status("note", words),
        (_, Some(LiveState::Rejected { .. })) => status("bad", "Rejected"),
        _ if is_broken(card) => status("bad", "Needs a change"),
        _ if card.approval.as_ref().is_some_and(|approval| approval.policy().is_some()) => {
            status("good", "Approved by a rule")
        }
        _ if card.approval.is_some() => status("good", "Approved"),
        _ => status("note", "Waiting for approval"),
    }
}

fn is_broken(card: &Card) -> bool {
    card.findings.iter().any(|finding| finding.severity == Severity::Error)
}

/// Where a post stands, for counting.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    ByPerson,
    ByRule,
    Waiting,
    Working,
    Rejected,
    NotSent,
}

fn stand(card: &Card, live: Option<&LivePage>) -> Stand {
    let rejected = |state: &LiveState| matches!(state, LiveState::Rejected { .. });
    let state = live.and_then(|live| live.state(card));
    match &card.approval {
        _ if card.problem.is_some() => Stand::NotSent,
        Some(approval) if approval.policy().is_some() => Stand::ByRule,
        Some(_) => Stand::ByPerson,
        None if state.is_some_and(rejected) => Stand::Rejected,
        None if matches!(state, Some(LiveState::Working(_))) => Stand::Working,
        None => Stand::Waiting,
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
    let states = [
        (Stand::ByPerson, format!("approved by {people}")),
        (Stand::ByRule, "approved by a rule and not by a person".to_owned()),
        (Stand::Working, "being changed".to_owned()),
        (Stand::Rejected, "rejected".to_owned()),
        (Stand::NotSent, "not sent".to_owned()),
        (Stand::Waiting, "waiting for your approval".to_owned()),
    ];
    let states = states.into_iter().filter_map(|(stand, words)| {
        let count = stands.iter().filter(|of| **of == stand).count();
        match count {
            0 => None,
            count if count == all => Some(words),
            count => Some(format!("{count} {words}")),
        }
    });
    let state = states.collect::<Vec<_>>().join(", ");
    let to_fix = |(card, stand): &(&Card, &Stand)| **stand == Stand::Waiting && is_broken(card);
    let fix = match cards.iter().zip(&stands).filter(to_fix).count() {
        0 => String::new(),
        1 if all == 1 => " and in need of a change first".to_owned(),
        1 => ", one of which needs a change first".to_owned(),
        broken => format!(", {broken} of which need a change first"),
    };
    format!("{posts}, {state}{fix}. This is how they will look.{missing}")
}
