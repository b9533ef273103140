//! What is tried with embedding requests.

use super::{Samples, TestRequest, Variant, choice, flag};
use crate::embed::{EmbedCapabilities, EmbedInput, EmbedRequest, Embeddings};

impl TestRequest for EmbedRequest {
    const ONCE: bool = false;

    fn unsound(&self, embeddings: &Embeddings) -> Option<String> {
        let wanted = self.inputs.len();
        let lengths: Vec<_> = embeddings.vectors.iter().map(Vec::len).collect();
        let first = lengths.first().copied().unwrap_or(0);
        let sound = lengths.len() == wanted && first > 0 && lengths.iter().all(|length| *length == first);
        (!sound).then(|| format!("{wanted} inputs, and vectors of these lengths: {lengths:?}"))
    }

    fn words(&self) -> Vec<&str> {
        let inputs = self.inputs.iter();
        inputs.filter_map(|input| if let EmbedInput::Text(text) = input { Some(text.as_str()) } else { None }).collect()
    }

    fn variants(&self, can: &EmbedCapabilities, samples: &Samples) -> Vec<Variant<Self>> {
        let base = || self.clone();
        let with = |input: EmbedInput| Self { inputs: vec![input], ..base() };
        let mut variants = vec![
            flag("image_input", can.image_input, with(EmbedInput::Image(samples.image.clone()))),
            flag("video_input", can.video_input, with(EmbedInput::Video(samples.video.clone()))),
        ];
        variants.extend(choice("dimensions", can.dimensions.as_ref(), 3, |length| base().with_dimensions(length)));
        let task = "RETRIEVAL_QUERY".to_owned();
        variants.extend(choice("task", can.tasks.as_ref(), task, |task| base().with_task(task)));
        variants.retain(|variant| variant.request != *self);
        variants
    }
}
