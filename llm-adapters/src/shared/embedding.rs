//! What every embedder checks before and after its call.

use social_core::embed::Embeddings;
use social_core::embed::{EmbedInput, EmbedRequest};
use social_core::money::Usage;
use social_core::{Error, ErrorKind, ModelAddress, Result};

/// The texts of a request.
pub(crate) fn texts(request: &EmbedRequest) -> Result<Vec<&str>> {
    if request.inputs.is_empty() {
        return Err(Error::invalid("inputs", "there is nothing to embed"));
    }
    let texts = request.inputs.iter().enumerate().map(|(index, input)| match input {
        EmbedInput::Text(text) => Ok(text.as_str()),
        _ => Err(Error::unsupported("inputs", "this vendor embeds texts only").with_item(index)),
    });
    texts.collect()
}

/// Refuses a task where the vendor knows none.
pub(crate) fn no_task(request: &EmbedRequest) -> Result<()> {
    match request.task {
        Some(_) => Err(Error::unsupported("task", "this vendor's embeddings have none")),
        None => Ok(()),
    }
}

/// The vectors, if there are as many as inputs and all are of one length.
pub(crate) fn checked(
    address: &ModelAddress,
    inputs: usize,
    vectors: Vec<Vec<f32>>,
    input_tokens: Option<u64>,
) -> Result<Embeddings> {
    let length = vectors.first().map_or(0, Vec::len);
    if vectors.len() != inputs || length == 0 || vectors.iter().any(|vector| vector.len() != length) {
        let message = format!("{} vectors came for {inputs} inputs, or of unequal length", vectors.len());
        return Err(Error::new(ErrorKind::Protocol, message));
    }
    let mut all = Embeddings::new(address.clone(), vectors);
    all.usage = input_tokens.map(|tokens| {
        let mut usage = Usage::default();
        usage.input_tokens = Some(tokens);
        usage
    });
    Ok(all)
}
