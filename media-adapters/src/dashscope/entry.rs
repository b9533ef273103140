//! The regions as entries of the catalogue.

use social_core::catalogue::{Operation, VendorEntry};
use social_core::http::{Exchange, RecordedBody};

use super::{DashScope, Region};

/// `dashscope/MODEL` and `dashscope-cn/MODEL`.
pub(crate) fn entry(region: Region) -> VendorEntry {
    let title = match region {
        Region::China => "Qwen-Image and Wan on DashScope in China",
        _ => "Qwen-Image and Wan on DashScope",
    };
    VendorEntry::new(region.vendor(), title, region.settings())
        .with_image(move |settings, model| Ok(DashScope::from_settings(region, settings)?.image(model)))
        .with_video(move |settings, model| Ok(DashScope::from_settings(region, settings)?.video(model)))
        .with_endpoint(move |settings| Ok(DashScope::from_settings(region, settings)?.endpoint))
        .recognizing(recognized)
}

/// Qwen-Image has the path of chats with images.
fn recognized(exchange: &Exchange) -> Option<Operation> {
    let path = exchange.path();
    let model = match &exchange.request.body {
        RecordedBody::Json(body) => body.get("model").and_then(|model| model.as_str()).unwrap_or_default(),
        _ => "",
    };
    let asked = |kind: &str| path.contains(&format!("/aigc/{kind}/"));
    match () {
        () if asked("video-generation") => Some(Operation::Video),
        () if asked("text2image") || asked("image-generation") => Some(Operation::Image),
        () if asked("multimodal-generation") && model.contains("image") => Some(Operation::Image),
        () => None,
    }
}
