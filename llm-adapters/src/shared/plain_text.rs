//! Messages as text, for vendors whose messages are one text.

use std::borrow::Cow;

use social_core::chat::Part;
use social_core::chat::ToolResult;

/// The words of a message.
pub(crate) fn of(parts: &[Part]) -> Cow<'_, str> {
    let words = parts.iter().filter_map(|part| match part {
        Part::Text(text) | Part::Refusal(text) => Some(Cow::Borrowed(text.as_str())),
        Part::Data(data) => Some(Cow::Owned(data.to_text())),
        _ => None,
    });
    words.reduce(|all, text| Cow::Owned(format!("{all}\n\n{text}"))).unwrap_or_default()
}

/// What a tool answered, for vendors that have no field for its failure.
pub(crate) fn of_tool(result: &ToolResult) -> Cow<'_, str> {
    if result.is_error { Cow::Owned(format!("Error: {}", result.content)) } else { Cow::Borrowed(&result.content) }
}
