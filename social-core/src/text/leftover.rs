//! What a model left in a text: its thinking, blanks that were not filled in.

/// Names of the tags in which models think aloud.
const REASONING: [&str; 5] = ["think", "thinking", "thought", "reasoning", "reflection"];

/// Whether a model's thinking is left in the text: an opening or closing `<think>` tag or one of
/// its kin, also with escaped brackets, and the channel marks of harmony-style models.
///
/// A closing tag alone counts: some servers swallow the opening one.
#[must_use]
pub fn has_reasoning_tags(text: &str) -> bool {
    let text = text.to_lowercase();
    let opened = ["<", "&lt;", "\u{25C1}", "["].into_iter().flat_map(|open| text.split(open).skip(1));
    let mut tags = opened.map(|tag| tag.trim_start().trim_start_matches('/').trim_start());
    let named = |tag: &str| {
        REASONING.into_iter().filter_map(|name| tag.strip_prefix(name)).any(|rest| {
            let rest = rest.trim_start();
            [">", "/>", "&gt;", "\u{25B7}", "]"].into_iter().any(|close| rest.starts_with(close))
        })
    };
    tags.any(|tag| named(tag) || tag.starts_with("|channel|>"))
}

/// Blanks of a template that were not filled in, for instance `{{name}}`, as they stand in the
/// text.
#[must_use]
pub fn placeholders(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((inside, next)) = after.split_once("}}") else { break };
        if !inside.trim().is_empty() && !inside.contains('\n') {
            let start = text.len() - after.len() - 2;
            found.extend(text.get(start..start + inside.len() + 4));
        }
        rest = next;
    }
    found
}
