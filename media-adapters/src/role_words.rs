//! What reference images are for, told in words to models that only take a list of images.

use social_core::image::{ImageRequest, Reference, ReferenceRole};

/// The prompt, and behind it what each image is for whose role is told. Images are counted from 1;
/// masks are not among them.
pub(crate) fn prompt_with_roles(request: &ImageRequest) -> String {
    let mut prompt = request.full_prompt();
    for (index, reference) in images(request).enumerate() {
        let purpose = match reference.role {
            ReferenceRole::Source => "is the one to edit",
            ReferenceRole::Style => "shows the style to follow",
            ReferenceRole::Subject => "shows the subject",
            _ => continue,
        };
        prompt.push_str(&format!("\n\nImage {} {purpose}.", index + 1));
    }
    prompt
}

/// The reference images that are no masks.
pub(crate) fn images(request: &ImageRequest) -> impl Iterator<Item = &Reference> {
    request.references.iter().filter(|reference| reference.role != ReferenceRole::Mask)
}
