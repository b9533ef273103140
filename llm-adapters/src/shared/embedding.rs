//! What every embedder does before and after its call.

use social_core::embed::{EmbedInput, EmbedRequest, Embeddings};
use social_core::make::{self, Made, Maker};
use social_core::money::Usage;
use social_core::run::Run;
use social_core::{Error, ErrorKind, ModelAddress, Result};

/// Checks the request, asks once per run, and remembers the vectors.
pub(crate) async fn durably<F>(
    embedder: &impl Maker<EmbedRequest>,
    run: &Run,
    request: &EmbedRequest,
    ask: impl FnOnce() -> F + Send,
) -> Result<Made<Embeddings>>
where
    F: Future<Output = Result<Made<Embeddings>>> + Send,
{
    make::begin(embedder, run, request).await?;
    run.step("embed", ask).await
}

/// The texts of a request.
pub(crate) fn texts(request: &EmbedRequest) -> Result<Vec<&str>> {
    let texts = request.inputs.iter().enumerate().map(|(index, input)| match input {
        EmbedInput::Text(text) => Ok(text.as_str()),
        _ => Err(Error::unsupported("inputs", "this vendor embeds texts only").with_item(index)),
    });
    texts.collect()
}

/// The vectors, if there are as many as inputs and all are of one length.
pub(crate) fn checked(
    address: &ModelAddress,
    inputs: usize,
    vectors: Vec<Vec<f32>>,
    input_tokens: Option<u64>,
) -> Result<Made<Embeddings>> {
    let length = vectors.first().map_or(0, Vec::len);
    if vectors.len() != inputs || length == 0 || vectors.iter().any(|vector| vector.len() != length) {
        let message = format!("{} vectors came for {inputs} inputs, or of unequal length", vectors.len());
        return Err(Error::new(ErrorKind::Protocol, message));
    }
    let mut made = Made::new(address.clone(), Embeddings::new(vectors));
    made.usage = input_tokens.map(|tokens| {
        let mut usage = Usage::default();
        usage.input_tokens = Some(tokens);
        usage
    });
    Ok(made)
}
