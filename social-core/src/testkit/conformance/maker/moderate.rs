//! What is tried with requests for a verdict.

use super::{Samples, TestRequest, Variant, flag, limit};
use crate::moderate::{Moderation, ModerationCapabilities, ModerationInput, ModerationRequest};

impl TestRequest for ModerationRequest {
    const ONCE: bool = false;

    fn unsound(&self, verdict: &Moderation) -> Option<String> {
        let categories = &verdict.categories;
        if categories.is_empty() {
            return Some("the verdict has no categories".to_owned());
        }
        let odd = categories.iter().find(|one| one.score.is_some_and(|score| !(0.0..=1.0).contains(&score)));
        if let Some(odd) = odd {
            return Some(format!("the score of `{}` is not between 0 and 1: {:?}", odd.name, odd.score));
        }
        let hidden = !verdict.flagged && verdict.flags().next().is_some();
        hidden.then(|| "a category is flagged and the verdict is not".to_owned())
    }

    fn variants(&self, can: &ModerationCapabilities, samples: &Samples) -> Vec<Variant<Self>> {
        let image = self.clone().with_image(samples.image.clone());
        let mut variants = vec![flag("image_input", can.image_input, image)];
        // A few more are tried only where the maximum is small.
        let few = can.max_inputs.filter(|maximum| *maximum < 100);
        let texts = |count: u64| {
            let text = |number| ModerationInput::Text(format!("text {number}"));
            Self::new((0..count).map(text))
        };
        variants.extend(limit("inputs", few, 1, texts));
        variants.retain(|variant| variant.request != *self);
        variants
    }
}
