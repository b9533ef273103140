//! Fills a prompt with typed variables, among them what worked before, and shows the record of the
//! call: `prompt [VENDOR/MODEL]`.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use social_core::Result;
use social_core::chat::ChatModel as _;
use social_core::ledger::MemoryLedger;
use social_core::prompt::PromptTemplate;
use social_core::text::visible;
use social_core::wrap::Booked;

/// What the prompt may use; a variable that is not here is an error when the prompt is loaded.
#[derive(Serialize, JsonSchema)]
struct Caption {
    dish: String,
    best_before: Vec<Post>,
}

#[derive(Serialize, JsonSchema)]
struct Post {
    text: String,
    likes: u32,
}

const TEXT: &str = "A caption for {{ dish }}, two sentences.
{% if best_before %}These captions worked best so far:
{% for post in best_before %}- {{ post.text }} ({{ post.likes }} likes)
{% endfor %}{% endif %}";

#[tokio::main]
async fn main() -> Result<()> {
    let prompt =
        PromptTemplate::<Caption>::new("caption", "2026-11-20", TEXT)?.with_system("You write for a bistro.")?;
    let address = std::env::args().nth(1).unwrap_or_else(|| "openai/gpt-5.4-mini".to_owned());
    let ledger = Arc::new(MemoryLedger::new());
    let model = llm_adapters::connect(&address)?;
    let model = Booked::new(model, ledger.clone(), Arc::new(llm_adapters::prices())).for_account("41 Bistro");
    let best_before = vec![Post { text: "Straight from the oven.".into(), likes: 210 }];
    let request = prompt.request(&Caption { dish: "pumpkin ravioli".into(), best_before })?;
    let reply = model.chat(&request).await;
    for booking in ledger.bookings() {
        let prompt = booking.prompt.map(|prompt| prompt.to_string());
        println!("{} from {}: {:?}, {:?}", booking.address, prompt.unwrap_or_default(), booking.outcome, booking.cost);
    }
    println!("{}", visible(&reply?.into_text()?));
    Ok(())
}
