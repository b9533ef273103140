//! Reads an answer into a type: `structured [VENDOR/MODEL]`.

use schemars::JsonSchema;
use serde::Deserialize;
use social_core::Result;
use social_core::chat::{ChatModelExt as _, ChatRequest};
use social_core::text::visible;

/// A caption for a post.
#[derive(Debug, Deserialize, JsonSchema)]
struct Caption {
    #[schemars(length(max = 120))]
    text: String,
    /// Without the number sign.
    #[schemars(length(max = 3), inner(length(max = 20)))]
    hashtags: Vec<String>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "openai/gpt-5.4-mini".to_owned());
    let model = llm_adapters::connect(&address)?;
    let question = ChatRequest::new("A caption for pumpkin ravioli, with three hashtags.");
    let caption: Caption = model.extract_or_ask_again(&question).await?.value;
    println!("{}\n#{}", visible(&caption.text), visible(&caption.hashtags.join(" #")));
    Ok(())
}
