//! These tests stand on invented vendors. Each suite accepts a careful implementation, and names
//! what is planted in a careless one: tables of planted faults, counted.

mod chat;
mod image;
mod journal;
mod publisher;
mod studio;
mod talker;
mod wall;

use super::*;
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Endpoint, Failure};
use crate::testkit::{Answer, Scene, ScriptedVendor};

fn endpoint_of(scene: &Scene, classify: fn(&Failure<'_>) -> Error) -> Result<Endpoint> {
    Endpoint::builder("example", "https://api.example.com/v1")
        .auth(crate::http::Auth::Bearer(SECRET.into()))
        .classify(classify)
        .transport(scene.transport.clone())
        .clock(scene.clock.clone())
        .random(scene.random.clone())
        .build()
}

/// In place of the words that a suite must say: nothing that a suite can see is wrong.
const NOT_SEEN: &str = "";

/// What became of planted faults.
#[derive(Default)]
struct Tally {
    caught: usize,
    missed: Vec<String>,
    /// Caught, but for another reason than the one that was meant.
    misnamed: Vec<String>,
}

impl Tally {
    fn add(&mut self, plant: &str, says: &str, verdict: Result<(), Violations>) {
        match verdict {
            Ok(()) => self.missed.push(plant.to_owned()),
            Err(violations) => {
                self.caught += 1;
                if says == NOT_SEEN || !violations.lines().iter().any(|line| line.contains(says)) {
                    self.misnamed.push(format!("{plant}: `{says}` is not in {violations}"));
                }
            }
        }
    }

    /// All are caught but these, which are at most a twentieth; and there are so many at least.
    #[track_caller]
    fn verdict(self, suite: &str, at_least: usize, explained: &[&str]) {
        let all = self.caught + self.missed.len();
        println!("{suite}: {} of {all} planted faults are caught, missed: {:?}", self.caught, self.missed);
        assert!(self.misnamed.is_empty(), "{}", self.misnamed.join("\n"));
        assert_eq!(self.missed, explained, "of {suite}");
        assert!(all >= at_least && self.caught * 20 >= all * 19, "{} of {all}", self.caught);
    }
}
