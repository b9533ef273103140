//! Cloudinary as an entry of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};

use super::{ALGORITHM, API_KEY, API_SECRET, CLOUD_NAME, Cloudinary, FOLDER, MODERATION, URL};

/// `cloudinary` as a host, `cloudinary/edit` as an enhancer.
pub(crate) fn entry() -> VendorEntry {
    let settings = [CLOUD_NAME, API_KEY, API_SECRET, FOLDER, MODERATION, ALGORITHM, URL];
    VendorEntry::new("cloudinary", "Cloudinary: files at addresses, and images changed there", settings)
        .with_host(|settings, _| Ok(Cloudinary::from_settings(settings)?.host()))
        .with_enhance(|settings, model| Ok(Cloudinary::from_settings(settings)?.enhancer(model)))
        .with_endpoint(|settings| Ok(Cloudinary::from_settings(settings)?.endpoint))
        .recognizing(|exchange| match exchange.path().rsplit('/').next() {
            Some("upload") => Some(Operation::Host),
            Some("explicit") => Some(Operation::Enhance),
            _ => None,
        })
}
