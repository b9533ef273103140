//! Anthropic's and Gemini's own APIs by hand, on reqwest and serde: the floor of those two paths.

mod anthropic;
mod events;
mod gemini;

fn main() {
    match std::env::var("API").as_deref() {
        Ok("anthropic") => harness::run::<anthropic::Floor>(),
        Ok("gemini") => harness::run::<gemini::Floor>(),
        other => panic!("API is {other:?}, not anthropic or gemini; OpenAI's floor is the lab's"),
    }
}
