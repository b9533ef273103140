use std::sync::Arc;

use super::subject::{Subject, Violations};
use super::trial::{Trial, Variant};
use crate::embed::{EmbedRequest, Embedder, Embeddings};
use crate::error::Result;

/// Tries an embedder.
///
/// # Errors
/// All that is wrong.
pub async fn embed(subject: &Subject<dyn Embedder>, request: &EmbedRequest) -> Result<(), Violations> {
    let mut violations = Violations::default();
    let wanted = request.inputs.len();
    let trial = Trial {
        subject,
        request,
        call: |model: Arc<dyn Embedder>, _run, request: EmbedRequest| async move { model.embed(&request).await },
        sound: |embeddings: &Embeddings| {
            let lengths: Vec<_> = embeddings.vectors.iter().map(Vec::len).collect();
            let first = lengths.first().copied().unwrap_or(0);
            let sound = lengths.len() == wanted && first > 0 && lengths.iter().all(|length| *length == first);
            (!sound).then(|| format!("{wanted} inputs, and vectors of these lengths: {lengths:?}"))
        },
    };
    let variants = vec![
        Variant { option: "dimensions", offered: None, request: request.clone().with_dimensions(3) },
        Variant { option: "task", offered: None, request: request.clone().with_task("RETRIEVAL_QUERY") },
    ];
    trial.common(&mut violations).await;
    trial.options(&mut violations, variants).await;
    violations.verdict()
}
