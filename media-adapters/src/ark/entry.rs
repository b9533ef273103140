//! Ark as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::Exchange;

use super::{Ark, KEY, URL};

/// `ark/MODEL`.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("ark", "Seedream and Seedance on BytePlus ModelArk or Volcengine Ark", [KEY, URL])
        .with_image(|settings, model| Ok(Ark::from_settings(settings)?.image(model)))
        .with_video(|settings, model| Ok(Ark::from_settings(settings)?.video(model)))
        .with_endpoint(|settings| Ok(Ark::from_settings(settings)?.endpoint))
        .recognizing(recognized)
}

fn recognized(exchange: &Exchange) -> Option<Operation> {
    let (path, posted) = (exchange.path(), exchange.request.method == "POST");
    match () {
        () if posted && path.ends_with("/images/generations") => Some(Operation::Image),
        () if posted && path.ends_with("/contents/generations/tasks") => Some(Operation::Video),
        () => None,
    }
}
