//! Describes an image: `vision VENDOR/MODEL FILE`.
//!
//! A model that is known to read no images is refused before anything is sent, and the error names
//! `image` (`vision deepseek/deepseek-v4-flash soup.jpg`). Some servers of text-only models drop an
//! image without a word.

use social_core::chat::{ChatModel as _, ChatRequest, Part};
use social_core::media::Media;
use social_core::text::visible;
use social_core::{Error, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(address), Some(file)) = (args.next(), args.next()) else {
        return Err(Error::config("usage: vision VENDOR/MODEL FILE, for instance vision ollama/qwen3-vl:4b soup.jpg"));
    };
    let model = llm_adapters::connect(&address)?;
    let question = ChatRequest::new("An alt text of one sentence, please.").with_part(Part::Image(Media::file(file)));
    println!("{}", visible(&model.chat(&question).await?.into_text()?));
    Ok(())
}
