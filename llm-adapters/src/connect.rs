//! Models by their addresses.

use std::sync::Arc;

use social_core::batch::BatchModel;
use social_core::chat::{ChatModel, TokenCounter};
use social_core::clock::{Clock as _, SystemClock};
use social_core::embed::EmbeddingModel;
use social_core::models::{Lifetime, ListedModel, ModelLister};
use social_core::moderate::Moderator;
use social_core::settings::{Environment, Settings};
use social_core::wrap::Priced;
use social_core::{ModelAddress, Result, Vendor};

use crate::{catalogue, models, prices};

/// The vendors of chat models that [`connect`] knows, as they are written in an address.
#[must_use]
pub fn vendors() -> Vec<Vendor> {
    catalogue().vendors::<dyn ChatModel>()
}

/// Makes a model from an address, `VENDOR/MODEL`, with key and base URL from the environment. Its
/// answers say what they cost, by [`prices`](crate::prices()).
///
/// ```no_run
/// use social_core::chat::ChatModelExt as _;
///
/// # async fn example() -> social_core::Result<()> {
/// let model = llm_adapters::connect("openai/gpt-5.4-mini")?;
/// println!("{}", model.ask("A caption for a café, please.").await?);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for an address without a vendor;
/// [`Config`](social_core::ErrorKind::Config) for a vendor that is not known, naming those that
/// are, and for settings that are missing, naming each.
pub fn connect(address: &str) -> Result<Arc<dyn ChatModel>> {
    connect_with(address, &Environment)
}

/// As [`connect`], with settings of your own: of one of several accounts, of a file, with a
/// transport of the application.
///
/// ```
/// use social_core::settings::MapSettings;
///
/// # fn main() -> social_core::Result<()> {
/// let account = MapSettings::new().with("DEEPSEEK_API_KEY", "sk-of-the-bakery");
/// let model = llm_adapters::connect_with("deepseek/deepseek-v4-flash", &account)?;
/// # let _ = model;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`connect`].
pub fn connect_with(address: &str, settings: &dyn Settings) -> Result<Arc<dyn ChatModel>> {
    warn_of_the_end(address);
    let model: Arc<dyn ChatModel> = catalogue().connect(address, settings)?;
    Ok(Arc::new(Priced::new(model, prices::shared())))
}

/// Makes an embedding model from an address, as [`connect`] makes a chat model.
///
/// # Errors
/// As [`connect`].
pub fn connect_embedder(address: &str) -> Result<Arc<EmbeddingModel>> {
    connect_embedder_with(address, &Environment)
}

/// As [`connect_embedder`], with settings of your own.
///
/// # Errors
/// As [`connect`].
pub fn connect_embedder_with(address: &str, settings: &dyn Settings) -> Result<Arc<EmbeddingModel>> {
    catalogue().connect(address, settings)
}

/// Makes a moderator from an address, as [`connect`] makes a chat model:
/// `openai/omni-moderation-latest`. Any chat model is one as a
/// [`ChatModerator`](social_core::moderate::ChatModerator).
///
/// # Errors
/// As [`connect`].
pub fn connect_moderator(address: &str) -> Result<Arc<Moderator>> {
    connect_moderator_with(address, &Environment)
}

/// As [`connect_moderator`], with settings of your own.
///
/// # Errors
/// As [`connect`].
pub fn connect_moderator_with(address: &str, settings: &dyn Settings) -> Result<Arc<Moderator>> {
    catalogue().connect(address, settings)
}

/// Makes batches of a model from an address, as [`connect`] makes a chat model. Its results say
/// what they cost, by [`prices`](crate::prices()).
///
/// # Errors
/// As [`connect`].
pub fn connect_batches(address: &str) -> Result<Arc<BatchModel>> {
    connect_batches_with(address, &Environment)
}

/// As [`connect_batches`], with settings of your own.
///
/// # Errors
/// As [`connect`].
pub fn connect_batches_with(address: &str, settings: &dyn Settings) -> Result<Arc<BatchModel>> {
    warn_of_the_end(address);
    let model: Arc<BatchModel> = catalogue().connect(address, settings)?;
    Ok(Arc::new(Priced::new(model, prices::shared())))
}

/// Makes a counter of a model's tokens from an address, as [`connect`] makes a chat model.
///
/// # Errors
/// As [`connect`].
pub fn connect_counter(address: &str) -> Result<Arc<dyn TokenCounter>> {
    connect_counter_with(address, &Environment)
}

/// As [`connect_counter`], with settings of your own.
///
/// # Errors
/// As [`connect`].
pub fn connect_counter_with(address: &str, settings: &dyn Settings) -> Result<Arc<dyn TokenCounter>> {
    catalogue().connect(address, settings)
}

/// The models that a vendor lists, with the key from the environment.
///
/// What is known beyond the list is in [`models`](crate::models()). Listed or not, an id is sent as
/// it is.
///
/// # Errors
/// As [`connect`], also for a vendor that has no list; the kinds of the HTTP path.
pub async fn list_models(vendor: &str) -> Result<Vec<ListedModel>> {
    list_models_with(vendor, &Environment).await
}

/// As [`list_models`], with settings of your own.
///
/// # Errors
/// As [`list_models`].
pub async fn list_models_with(vendor: &str, settings: &dyn Settings) -> Result<Vec<ListedModel>> {
    let lister: Arc<dyn ModelLister> = catalogue().open(&Vendor::from(vendor.to_owned()), "", settings)?;
    lister.list_models().await
}

/// Says in the log that a model is about to go, in time to choose another.
fn warn_of_the_end(address: &str) {
    const NOTICE_DAYS: u32 = 60;
    let Ok(address) = address.parse::<ModelAddress>() else { return };
    let lifetime = models::known().lifetime(&address, SystemClock.now());
    if matches!(lifetime, Lifetime::Over { .. } | Lifetime::Ends { days: ..=NOTICE_DAYS, .. }) {
        tracing::warn!(model = %address, %lifetime, "this model goes away");
    }
}
