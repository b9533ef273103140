//! Puts one question to five vendors at once: `five_vendors [QUESTION]`. A vendor without a key says which one is missing.

use social_core::Result;
use social_core::chat::ChatModelExt as _;

const WRITERS: [&str; 5] = [
    "openai/gpt-5.4-mini",
    "anthropic/claude-haiku-4-5",
    "deepseek/deepseek-v4-flash",
    "dashscope/qwen3.7-flash",
    "ollama/qwen3:4b",
];

#[tokio::main]
async fn main() -> Result<()> {
    let question = std::env::args().nth(1).unwrap_or_else(|| "A caption for pumpkin ravioli.".to_owned());
    let answers = WRITERS.map(|address| {
        let question = question.clone();
        tokio::spawn(async move { llm_adapters::connect(address)?.ask(&question).await })
    });
    for (address, answer) in WRITERS.iter().zip(answers) {
        match answer.await {
            Ok(Ok(text)) => println!("{address}: {text}"),
            Ok(Err(error)) => println!("{address}: {error}"),
            Err(panic) => println!("{address}: {panic}"),
        }
    }
    Ok(())
}
