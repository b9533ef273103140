//! Puts one question to five vendors at once: `five_vendors [QUESTION [VENDOR/MODEL...]]`. A vendor
//! without a key says which one is missing.

use social_core::chat::ChatModelExt as _;
use social_core::text::visible;
use tokio::task::JoinSet;

const WRITERS: [&str; 5] = [
    "openai/gpt-5.4-mini",
    "anthropic/claude-haiku-4-5",
    "deepseek/deepseek-v4-flash",
    "dashscope/qwen3.7-flash",
    "ollama/qwen3:4b",
];

#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let question = args.next().unwrap_or_else(|| "A caption for pumpkin ravioli.".to_owned());
    let named: Vec<String> = args.collect();
    let writers = if named.is_empty() { WRITERS.map(str::to_owned).to_vec() } else { named };
    let ask = |address: String| {
        let question = question.clone();
        async move {
            let answer = async { llm_adapters::connect(&address)?.ask(&question).await };
            println!("{address}: {}", visible(&answer.await.unwrap_or_else(|error| error.to_string())));
        }
    };
    writers.into_iter().map(ask).collect::<JoinSet<()>>().join_all().await;
}
