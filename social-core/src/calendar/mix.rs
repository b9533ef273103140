//! A mix of content as a plan of slots.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

/// How much of what: `feed = 0.4`, `reel = 0.35`. The weights are relative; they need not add up to
/// one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentMix {
    weights: BTreeMap<String, f64>,
}

impl ContentMix {
    /// These kinds with their weights.
    #[must_use]
    pub fn new<N: Into<String>>(weights: impl IntoIterator<Item = (N, f64)>) -> Self {
        Self { weights: weights.into_iter().map(|(name, weight)| (name.into(), weight)).collect() }
    }

    /// So many slots, each with its kind; the same for the same seed.
    ///
    /// Each kind gets its share, rounded by the largest remainder, and equal kinds lie as far apart
    /// as they can. The seed decides between kinds that are equally due.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest): a weight is negative or no number, or
    /// none is above zero.
    pub fn slots(&self, count: usize, seed: u64) -> Result<Vec<&str>> {
        if let Some((name, weight)) = self.weights.iter().find(|(_, weight)| !weight.is_finite() || **weight < 0.0) {
            return Err(Error::invalid(name.clone(), format!("{weight} is no weight; use 0 or more")));
        }
        let total: f64 = self.weights.values().sum();
        if total <= 0.0 {
            return Err(Error::invalid("weights", "a mix needs a weight above zero"));
        }
        let mut kinds: Vec<Kind<'_>> = self
            .weights
            .iter()
            .map(|(name, weight)| {
                let share = weight / total * count as f64;
                Kind { name, share, slots: share.floor() as usize, given: 0, order: order(seed, name) }
            })
            .collect();
        let given: usize = kinds.iter().map(|kind| kind.slots).sum();
        kinds.sort_by(|a, b| (b.share.fract()).total_cmp(&a.share.fract()).then(a.order.cmp(&b.order)));
        for kind in kinds.iter_mut().take(count.saturating_sub(given)) {
            kind.slots += 1;
        }
        Ok((0..count).filter_map(|slot| next(&mut kinds, slot, count)).collect())
    }
}

struct Kind<'a> {
    name: &'a str,
    share: f64,
    slots: usize,
    given: usize,
    order: u64,
}

/// The kind that lies furthest behind an even spread.
fn next<'a>(kinds: &mut [Kind<'a>], slot: usize, count: usize) -> Option<&'a str> {
    let behind = |kind: &Kind<'_>| kind.slots as f64 * (slot + 1) as f64 / count as f64 - kind.given as f64;
    let open = kinds.iter_mut().filter(|kind| kind.given < kind.slots);
    let chosen = open.max_by(|a, b| behind(a).total_cmp(&behind(b)).then(b.order.cmp(&a.order)))?;
    chosen.given += 1;
    Some(chosen.name)
}

/// Decides between equals, differently for each seed.
fn order(seed: u64, name: &str) -> u64 {
    let digest = Sha256::new().chain_update(seed.to_le_bytes()).chain_update(name).finalize();
    digest.iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}
