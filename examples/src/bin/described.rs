//! Asks a server that is described in a file: `described FILE MODEL [QUESTION]`, for instance
//! `described examples/dialects/llama.toml qwen3-8b`. The file says what it may contain.

use std::io::Write as _;

use llm_adapters::openai_chat::{Compatible, Dialect};
use social_core::chat::{ChatEvent, ChatModel as _, ChatRequest};
use social_core::text::visible;
use social_core::{Error, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(file), Some(model)) = (args.next(), args.next()) else {
        return Err(Error::config("usage: described FILE MODEL [QUESTION]"));
    };
    let question = args.next().unwrap_or_else(|| "A caption for pumpkin ravioli.".to_owned());
    let text = std::fs::read_to_string(&file).map_err(|cause| Error::config(format!("{file}: {cause}")))?;
    let dialect: Dialect = toml::from_str(&text).map_err(|cause| Error::config(format!("{file}: {cause}")))?;
    let mut stream = Compatible::from_env(dialect)?.chat(model).stream(&ChatRequest::new(question)).await?;
    while let Some(event) = stream.next().await {
        if let ChatEvent::Text(text) = event? {
            print!("{}", visible(&text));
            std::io::stdout().flush().ok();
        }
    }
    println!();
    Ok(())
}
