//! Lists a vendor's models with what is known about them: `models VENDOR`.

use social_core::clock::{Clock as _, SystemClock};
use social_core::models::Lifetime;
use social_core::{ModelAddress, Result};

#[tokio::main]
async fn main() -> Result<()> {
    let vendor = std::env::args().nth(1).unwrap_or_else(|| "ollama".to_owned());
    let known = llm_adapters::models();
    for model in llm_adapters::list_models(&vendor).await? {
        let address = ModelAddress::new(vendor.clone(), &model.id);
        let mut facts = known.facts(&address).cloned().unwrap_or_default();
        facts.ends = model.ends.or(facts.ends);
        let tokens = model.input_tokens.or(facts.input_tokens).map(|maximum| format!(", reads {maximum} tokens"));
        let end = match facts.lifetime(SystemClock.now()) {
            Lifetime::Open => String::new(),
            lifetime => format!(", {lifetime}"),
        };
        println!("{address}{}{end}", tokens.unwrap_or_default());
    }
    Ok(())
}
