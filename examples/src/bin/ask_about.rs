//! Writes a newsletter for a guest, by whichever model is named: `ask_about [VENDOR/MODEL]`.

use serde_json::json;
use social_core::Result;
use social_core::chat::ChatModelExt as _;
use social_core::text::visible;

#[tokio::main]
async fn main() -> Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "minimax/MiniMax-M3".to_owned());
    let model = llm_adapters::connect(&address)?;
    let guest = json!({"name": "Ann", "favourite": "pumpkin ravioli", "last_visit": "2026-10-31"});
    let letter =
        model.ask_about("A short newsletter for this guest, as HTML without a frame.", "guest", &guest).await?;
    println!("{}", visible(&letter));
    Ok(())
}
