//! What is tried with batches.

use super::{Samples, TestRequest, Variant};
use crate::batch::{BatchCapabilities, BatchOutcome, BatchRequest, BatchResults};

impl TestRequest for BatchRequest {
    fn unsound(&self, results: &BatchResults) -> Option<String> {
        let ids = |results: &BatchResults| results.results.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
        let wanted: Vec<_> = self.items.iter().map(|item| item.id.clone()).collect();
        if ids(results) != wanted {
            return Some(format!("the items are {wanted:?}, the results {:?}", ids(results)));
        }
        let silent = results.results.iter().find(|one| match &one.outcome {
            BatchOutcome::Answered(reply) => reply.parts.is_empty(),
            _ => true,
        });
        silent.map(|one| format!("`{}` was not answered: {:?}", one.id, one.outcome))
    }

    /// A batch has no options of its own; those of its chats are tried with chats.
    fn variants(&self, _can: &BatchCapabilities, _samples: &Samples) -> Vec<Variant<Self>> {
        Vec::new()
    }
}
