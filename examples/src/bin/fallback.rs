//! Asks vendors in turn and spends at most ten cents: `fallback VENDOR/MODEL...`. The offline
//! writer answers last.

use std::sync::Arc;

use serde_json::json;
use social_core::Result;
use social_core::chat::{ChatModel, ChatRequest, DataPart, Part};
use social_core::money::{MicroDollars, Price, PriceTable};
use social_core::text::visible;
use social_core::wrap::{Budget, Budgeted, Fallback};

#[tokio::main]
async fn main() -> Result<()> {
    // What a million tokens may cost at most; your own table knows better.
    let mut price = Price::default();
    (price.input_million, price.output_million) = (Some(MicroDollars(5_000_000)), Some(MicroDollars(25_000_000)));
    let (mut prices, mut models) = (PriceTable::new("2026-11-20"), Vec::new());
    for address in std::env::args().skip(1) {
        models.push(llm_adapters::connect(&address)?);
        prices = prices.with_price(address, price.clone());
    }
    models.push(llm_adapters::connect("template/default")?);
    let budget = Budget::new(MicroDollars::from_dollars(0.10));
    let writer: Arc<dyn ChatModel> = Arc::new(Fallback::new(models.remove(0), models));
    let writer = Budgeted::new(writer, budget.clone(), Arc::new(prices));
    let brief = DataPart { name: "brief".to_owned(), value: json!({"subject": "Pumpkin ravioli"}) };
    let request = ChatRequest::new("A caption for this post, please.").with_part(Part::Data(brief));
    let reply = writer.chat(&request.with_max_output_tokens(200)).await?;
    println!("{}, for {}: {}", reply.address, budget.standing().await?.spent, visible(&reply.text()));
    Ok(())
}
