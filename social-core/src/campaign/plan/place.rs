//! Where a campaign goes, and whose accounts these are.

use std::sync::Arc;

use futures_util::future::join_all;

use super::key::TextKey;
use crate::Account;
use crate::campaign::report::reported;
use crate::error::{Error, ErrorReport, Result};
use crate::publish::{Placement, Publisher, Rules, Target};

/// Where a post is wanted.
#[derive(Clone, Debug)]
pub(in crate::campaign) struct Goal {
    pub(in crate::campaign) publisher: Arc<dyn Publisher>,
    pub(in crate::campaign) placement: Placement,
    /// Known where the caller gave a target; else it is asked for.
    pub(in crate::campaign) account: Option<Account>,
    pub(in crate::campaign) name: Option<String>,
}

impl Goal {
    /// As [`Target::label`], before the account is known.
    pub(super) fn label(&self) -> String {
        let platform = self.publisher.platform();
        match &self.name {
            Some(name) => format!("{platform}-{name}-{}", self.placement),
            None => format!("{platform}-{}", self.placement),
        }
    }
}

impl From<Target> for Goal {
    fn from(target: Target) -> Self {
        let Target { publisher, account, placement, name, .. } = target;
        Self { publisher, placement, account: Some(account), name }
    }
}

/// Where a post goes.
#[derive(Clone, Debug)]
pub(in crate::campaign) struct Place {
    pub(in crate::campaign) rules: Rules,
    pub(in crate::campaign) label: String,
    pub(in crate::campaign) text: TextKey,
    /// With its account, or why that is not known.
    pub(in crate::campaign) target: Result<Target, Box<ErrorReport>>,
}

/// What each goal's placement accepts.
pub(super) fn rules_of(goals: &[Goal]) -> Result<Vec<Rules>> {
    if goals.is_empty() {
        return Err(Error::invalid("targets", "the campaign goes nowhere: call `publish_to`"));
    }
    let rules = goals.iter().map(|Goal { publisher, placement, .. }| {
        publisher.rules(placement).ok_or_else(|| {
            let offered = publisher.capabilities().placements;
            let offered: Vec<_> = offered.iter().map(Placement::as_str).collect();
            let message =
                format!("{} has no placement `{placement}`, only {}", publisher.platform(), offered.join(", "));
            Error::invalid("targets", message)
        })
    });
    rules.collect()
}

/// The goals with their accounts. A platform that does not say whose account it is fails its own
/// places only.
pub(super) async fn places(goals: &[Goal], rules: Vec<Rules>) -> Result<Vec<Place>> {
    let targets = join_all(goals.iter().map(target_of)).await;
    let place = |((goal, rules), target): ((&Goal, Rules), Result<Target>)| {
        let (platform, placement, name) = (rules.platform.clone(), goal.placement.clone(), goal.name.clone());
        let text = TextKey::Post { platform, placement, name };
        Place { rules, label: goal.label(), text, target: target.map_err(reported) }
    };
    let mut places: Vec<_> = goals.iter().zip(rules).zip(targets).map(place).collect();
    refuse_twice(&places)?;
    tell_apart(&mut places);
    Ok(places)
}

async fn target_of(goal: &Goal) -> Result<Target> {
    let Goal { publisher, placement, account, name } = goal.clone();
    let account = match account {
        Some(account) => account,
        None => publisher.account().await?,
    };
    Ok(Target { publisher, account, placement, name })
}

fn refuse_twice(places: &[Place]) -> Result<()> {
    let mut keys: Vec<_> = places.iter().filter_map(|place| Some(place.target.as_ref().ok()?.key())).collect();
    keys.sort();
    let twice = keys.windows(2).find_map(|pair| pair.first().filter(|first| pair.last() == Some(first)));
    match twice {
        Some(key) => {
            let message = format!("`{key}` is named twice; give each target of an account a name of its own");
            Err(Error::invalid("targets", message))
        }
        None => Ok(()),
    }
}

/// Adds to labels that several places have whose they are: the account's label, or its key where
/// labels are the same.
fn tell_apart(places: &mut [Place]) {
    for by in [|account: &Account| account.label.clone(), |account: &Account| account.key.to_string()] {
        let labels: Vec<_> = places.iter().map(|place| place.label.clone()).collect();
        for place in &mut *places {
            let shared = labels.iter().filter(|label| **label == place.label).count() > 1;
            if let Ok(target) = &place.target
                && shared
            {
                place.label = format!("{} ({})", place.label, by(&target.account));
            }
        }
    }
}
