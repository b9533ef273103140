//! Prints an answer as it is written: `chat_stream [VENDOR/MODEL] [QUESTION]`.

use std::io::Write as _;

use social_core::Result;
use social_core::chat::{ChatEvent, ChatModel as _, ChatRequest};
use social_core::text::visible;

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let address = args.next().unwrap_or_else(|| "openai/gpt-5.4-mini".to_owned());
    let question =
        args.next().unwrap_or_else(|| "A caption of one sentence for a photo of pumpkin ravioli.".to_owned());

    let model = llm_adapters::connect(&address)?;
    let mut stream = model.stream(&ChatRequest::new(question)).await?;
    while let Some(event) = stream.next().await {
        if let ChatEvent::Text(text) = event? {
            print!("{}", visible(&text));
            std::io::stdout().flush().ok();
        }
    }
    println!("\n{:?}", stream.usage());
    Ok(())
}
