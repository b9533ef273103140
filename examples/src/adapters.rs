//! The vendors and platforms that `replay` and `request` know: those of the catalogues, opened
//! without a key and without a network.

use std::borrow::Cow;
use std::sync::Arc;

use llm_adapters::{anthropic, openai_chat, responses};
use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::{Endpoint, Exchange, RecordedBody, RetryPolicy, Transport};
use social_core::settings::{MapSettings, Setting, Settings, Wired};
use social_core::{Error, Result};

/// One thing that a vendor offers.
#[derive(Debug)]
pub struct Adapter {
    /// The vendor.
    pub entry: Arc<VendorEntry>,
    /// What is asked of it.
    pub operation: Operation,
}

/// What opens everything of these settings, over this transport: the examples of their values.
pub fn offline(settings: &[Setting], transport: Arc<dyn Transport>) -> impl Settings + use<> {
    Wired::new(MapSettings::of_examples(settings), move |endpoint| {
        endpoint.transport(transport.clone()).retry(RetryPolicy::none())
    })
}

/// All vendors. Those of images and videos come first, since some of their exchanges look like
/// chats.
#[must_use]
pub fn vendors() -> Vec<Arc<VendorEntry>> {
    let mut all = media_adapters::catalogue().entries();
    all.extend(llm_adapters::catalogue().entries());
    all
}

/// The vendors of this name. Recordings know several by one name; the name in addresses comes
/// first.
fn called(vendor: &str) -> Vec<Arc<VendorEntry>> {
    let mut called = vendors();
    called.retain(|entry| entry.is_called(vendor));
    called.sort_by_key(|entry| entry.name != *vendor);
    called
}

/// What does this operation for a vendor.
///
/// # Errors
/// [`Config`](social_core::ErrorKind::Config) where the vendor is not known or does not offer it.
pub fn find(vendor: &str, operation: Operation) -> Result<Arc<VendorEntry>> {
    let mut offering: Vec<_> = vendors();
    offering.retain(|entry| entry.is_called(vendor) && entry.operations().contains(&operation));
    // Recordings know several by one name; the name in addresses comes first.
    offering.sort_by_key(|entry| entry.name != *vendor);
    offering.into_iter().next().ok_or_else(|| Error::config(format!("no adapter does `{operation}` for `{vendor}`")))
}

/// The adapter that reads an exchange: of this vendor, or of a server that speaks the dialect of
/// its path.
#[must_use]
pub fn reader(vendor: &str, exchange: &Exchange) -> Option<Adapter> {
    let own = || called(vendor).into_iter();
    let foreign = unlisted(vendor).into_iter().map(Arc::new).chain(llm_adapters::catalogue().entries());
    let found = own().chain(foreign).find_map(|entry| {
        let operation = (entry.recognizes?)(exchange)?;
        entry.operations().contains(&operation).then_some(Adapter { entry, operation })
    });
    // Recorders have lost paths, too.
    let lost = || own().find(|entry| entry.chat.is_some() && !exchange.request.path.starts_with('/'));
    found.or_else(|| lost().map(|entry| Adapter { entry, operation: Operation::Chat }))
}

/// The endpoint of a vendor or platform, which knows at least what a refusal means.
///
/// # Errors
/// [`Config`](social_core::ErrorKind::Config) for a name that is not known.
pub fn endpoint(name: &str, transport: Arc<dyn Transport>) -> Result<Endpoint> {
    let vendor = vendors().into_iter().find(|entry| entry.is_called(name) && entry.endpoint.is_some());
    let platform = platform_publishers::catalogue().entries().into_iter().find(|entry| entry.is_called(name));
    let found = vendor
        .and_then(|entry| Some((entry.endpoint.clone()?, entry.settings.clone())))
        .or_else(|| platform.and_then(|entry| Some((entry.endpoint.clone()?, entry.settings.clone()))));
    let (endpoint, settings) = found.ok_or_else(|| Error::config(format!("nothing is known of `{name}`")))?;
    endpoint.open(&offline(&settings, transport))
}

/// A vendor that is not listed is taken for a server that speaks one of the dialects.
fn unlisted(vendor: &str) -> [VendorEntry; 3] {
    let (name, url) = (Cow::Owned(vendor.to_owned()), "http://localhost:8000/v1");
    [
        responses::Dialect::at(format!("{vendor}-responses"), url).entry(),
        openai_chat::Dialect::at(name, url).entry(),
        anthropic::Dialect::ANTHROPIC.entry(),
    ]
}

/// The model that a recorded request names.
#[must_use]
pub fn model(exchange: &Exchange) -> &str {
    let in_body = match &exchange.request.body {
        RecordedBody::Json(body) => ["model", "model_name"].iter().find_map(|name| body.get(*name)?.as_str()),
        _ => None,
    };
    let in_path = || exchange.path().rsplit_once("/models/")?.1.split(':').next();
    // Work in the background is a model of its own where its path is one.
    let in_background = || exchange.path().ends_with("/image/edit/async").then_some("edit-async");
    in_body.or_else(in_path).or_else(in_background).unwrap_or("recorded")
}
