//! What add-ons say of an upload.

use serde_json::Value;
use social_core::Result;
use social_core::error::{Error, Stage};
use social_core::moderate::{Moderation, ModerationCategory};

use super::wire::Asset;

/// Refuses a file that an add-on rejected: Cloudinary does not serve it.
pub(super) fn refused(asset: &Asset) -> Result<()> {
    let is_rejected = asset.moderation.iter().any(|verdict| verdict.status == "rejected");
    match verdict(asset) {
        Some(verdict) if is_rejected => {
            let category = verdict.flags().next().map(|category| category.name.clone());
            let message = format!("Cloudinary does not serve the file: {verdict}");
            Err(Error::rejected(Stage::Input, category, message))
        }
        _ => Ok(()),
    }
}

/// The add-ons' verdicts as one. What was not judged is never a pass.
pub(super) fn verdict(asset: &Asset) -> Option<Moderation> {
    let judged = asset.moderation.iter().flat_map(|verdict| {
        let flagged = verdict.status != "approved";
        let name =
            if verdict.status == "pending" { format!("{} (pending)", verdict.kind) } else { verdict.kind.clone() };
        let labels = verdict.response.get("moderation_labels").and_then(Value::as_array);
        let labels = labels.into_iter().flatten().filter_map(move |label| {
            let score = label.get("confidence").and_then(Value::as_f64).map(|percent| percent / 100.0);
            Some(ModerationCategory::new(label.get("name")?.as_str()?, flagged, score))
        });
        std::iter::once(ModerationCategory::new(name, flagged, None)).chain(labels).collect::<Vec<_>>()
    });
    (!asset.moderation.is_empty()).then(|| Moderation::new(false, judged))
}
