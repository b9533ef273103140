//! How vendors say that a model lacks an option. A fallback then asks another model, which it does
//! not after a bad request.

/// One of these is in every such refusal that users report; the tables of the vendors name the
/// reports.
const LACK: [&str; 11] = [
    "not support",
    "unsupported",
    "not enabled",
    "only support",
    "only works in",
    "only enabled when",
    "please enable",
    "must be set to false",
    "deprecated for this model",
    "may only be set to",
    "may not be enabled when",
];

/// The option of the first words that the refusal contains. Words are written small, without
/// quotes, and with blanks for the underscores of field names.
#[must_use]
pub fn option(refusal: &str, options: &[(&str, &'static str)]) -> Option<&'static str> {
    let words = refusal.to_ascii_lowercase().replace('_', " ").replace(['`', '"', '\''], "");
    let named = |(what, option): &(&str, &'static str)| words.contains(what).then_some(*option);
    LACK.iter().any(|lack| words.contains(lack)).then(|| options.iter().find_map(named))?
}
