//! The writer as an entry of a catalogue.

use social_core::catalogue::VendorEntry;

use super::TemplateWriter;

/// `template/default`.
pub(crate) fn entry() -> VendorEntry {
    let title = "offline: fills templates, marked as degraded";
    VendorEntry::new("template", title, []).with_chat(|_, model| TemplateWriter::named(model))
}
