//! Aurora, an invented vendor whose server speaks OpenAI's chat format: a record and no code.

use std::borrow::Cow;

use llm_adapters::openai_chat::{Dialect, JsonRequest};
use social_core::Result;
use social_core::catalogue::register;

/// Adds Aurora to the catalogues of this process: `llm_adapters::connect("aurora/dawn")` finds it.
///
/// # Errors
/// [`Duplicate`](social_core::ErrorKind::Duplicate) the second time.
pub fn add() -> Result<()> {
    let mut aurora = Dialect::at("aurora", "https://api.aurora.example/v1");
    aurora.service.key_variables = Cow::Borrowed(&[Cow::Borrowed("AURORA_API_KEY")]);
    aurora.service.key_page = "https://aurora.example/keys".into();
    aurora.service.key_required = true;
    aurora.service.paid = true;
    aurora.quirks.json = JsonRequest::Object;
    register(aurora.entry())
}
