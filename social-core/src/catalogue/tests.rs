//! Stands on our own contract of the catalogue.

use async_trait::async_trait;

use super::*;
use crate::ErrorKind;
use crate::chat::{ChatCapabilities, ChatModel, ChatReply, ChatRequest, ChatStream, FinishReason, Part};
use crate::embed::EmbeddingModel;
use crate::settings::{Environment, MapSettings, Reader, Setting};

const KEY: Setting = Setting::new("DUSK_API_KEY", "the API key", "https://dusk.example", "d-0").secret();

#[derive(Debug)]
struct Echo(ModelAddress);

#[async_trait]
impl ChatModel for Echo {
    fn address(&self) -> &ModelAddress {
        &self.0
    }

    fn capabilities(&self) -> ChatCapabilities {
        ChatCapabilities::text()
    }

    async fn chat(&self, _: &ChatRequest) -> Result<ChatReply> {
        Ok(ChatReply::new(self.0.clone(), vec![Part::Text("echo".to_owned())], FinishReason::Stop))
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        Ok(ChatStream::from_reply(self.chat(request).await?))
    }
}

fn dusk(name: &'static str) -> VendorEntry {
    VendorEntry::new(name, "Dusk", [KEY]).with_chat(move |settings, model| {
        Reader::new(name, settings, &[KEY])?.secret(&KEY)?;
        Ok(Echo(ModelAddress::new(name, model)))
    })
}

#[test]
fn a_vendor_is_opened_by_its_address_with_the_settings_that_are_handed_in() {
    let catalogue: Catalogue<VendorEntry> = [dusk("dusk-own")].into_iter().collect();
    let settings = MapSettings::new().with("DUSK_API_KEY", "d-1");
    let model = catalogue.connect::<dyn ChatModel>("dusk-own/mist/2", &settings).unwrap();
    assert_eq!(model.address().to_string(), "dusk-own/mist/2");
    let missing = catalogue.connect::<dyn ChatModel>("dusk-own/mist", &MapSettings::new()).unwrap_err();
    assert_eq!((missing.kind(), missing.field()), (ErrorKind::Config, Some("DUSK_API_KEY")));
}

#[test]
fn who_offers_something_is_told_to_whoever_asked_somebody_else() {
    let catalogue: Catalogue<VendorEntry> = [dusk("dusk-told")].into_iter().collect();
    let error = catalogue.connect::<dyn ChatModel>("dawn/mist", &Environment).unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("address")));
    assert!(error.message().contains("dawn") && error.message().contains("dusk-told"), "{error}");
    let error = catalogue.connect::<EmbeddingModel>("dusk-told/mist", &Environment).unwrap_err();
    assert!(error.message().contains("embed") && error.message().contains("none"), "{error}");
    assert_eq!(catalogue.own().next().unwrap().operations(), [Operation::Chat]);
}

#[test]
fn a_registered_vendor_is_found_in_every_catalogue_and_its_name_is_taken_once() {
    register(dusk("dusk-registered")).unwrap();
    assert_eq!(register(dusk("dusk-registered")).unwrap_err().kind(), ErrorKind::Duplicate);
    let catalogue = Catalogue::<VendorEntry>::default();
    let settings = MapSettings::new().with("DUSK_API_KEY", "d-1");
    assert!(catalogue.connect::<dyn ChatModel>("dusk-registered/mist", &settings).is_ok());
    assert!(catalogue.vendors::<dyn ChatModel>().contains(&Vendor::new("dusk-registered")));
    assert_eq!(catalogue.own().count(), 0);
}

#[test]
fn every_operation_has_a_word_that_reads_back() {
    for operation in Operation::ALL {
        assert_eq!(operation.as_str().parse::<Operation>().unwrap(), *operation);
    }
    assert_eq!("paint".parse::<Operation>().unwrap_err().field(), Some("operation"));
}
