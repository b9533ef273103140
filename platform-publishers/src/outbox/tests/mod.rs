//! Stands on our own invention, where a test names nothing else: the outbox has no counterpart.

mod folder;
mod html;
mod shapes;

use std::collections::BTreeMap;
use std::path::Path;

use social_core::publish::{Approved, Post, Publisher};

/// The tags of a page with their attributes, read as a browser reads them. An attribute without
/// quotes fails.
fn tags(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut tags = Vec::new();
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    for text in [before, after] {
        let mut rest = text;
        while let Some((_, tag)) = rest.split_once('<') {
            let end = tag.find(|c: char| c == '>' || c.is_whitespace()).unwrap();
            let name = tag[..end].trim_end_matches('/').to_ascii_lowercase();
            rest = &tag[end..];
            let mut attributes = Vec::new();
            loop {
                rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
                if let Some(after) = rest.strip_prefix('>') {
                    rest = after;
                    break;
                }
                let end = rest.find(|c: char| "=>/".contains(c) || c.is_whitespace()).unwrap();
                let attribute = rest[..end].to_ascii_lowercase();
                rest = &rest[end..];
                let mut value = "";
                if let Some(quoted) = rest.strip_prefix('=') {
                    (value, rest) = quoted.strip_prefix('"').expect("quoted").split_once('"').unwrap();
                }
                attributes.push((attribute, value.to_owned()));
            }
            if !name.starts_with(['/', '!']) {
                tags.push((name, attributes));
            }
        }
    }
    tags
}

async fn approved(publisher: &dyn Publisher, post: Post) -> Approved<Post> {
    crate::fake::approved(publisher, post).await
}

/// Everything in a folder, hidden files included.
fn content(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut content = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name().into_string().unwrap())).unwrap();
        if path.is_dir() {
            content.extend(self::content(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            content.insert(name, std::fs::read(&path).unwrap());
        }
    }
    content
}
