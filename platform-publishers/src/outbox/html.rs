//! HTML: what foreign text becomes in it, and the pieces that several parts of the page share.

use std::fmt::{self, Write as _};
use std::ops::Range;

use social_core::design::Brand;
use social_core::media::Media;
use social_core::publish::Post;
use social_core::text::{EntityKind, Syntax, entities, visible};
use url::Url;

/// Text as HTML shows it, in an element or in a double-quoted attribute. The only way for foreign
/// text into the page.
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What would show another text than the one that is sent is spelled out.
        for character in visible(self.0).chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                plain => f.write_char(plain)?,
            }
        }
        Ok(())
    }
}

/// The address when it is one that a reader may follow: nothing that runs in the page.
pub(super) fn followable(address: &str) -> Option<Url> {
    Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// A file beside the page: a name that needs no escaping anywhere and names no other place.
pub(super) fn is_file_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// Any name as a file name: lower-case letters, digits and single hyphens.
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for character in name.chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "post".to_owned() } else { slug.to_owned() }
}

/// Whether it is a colour and nothing else, `#rrggbb`.
fn is_colour(text: &&str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.chars().all(|digit| digit.is_ascii_hexdigit()))
}

/// The colour, or a grey for an invalid one.
pub(super) fn colour_or_grey(colour: &str) -> &str {
    Some(colour).filter(is_colour).unwrap_or("#6e6a65")
}

/// The brand's colours that are colours, at most three.
pub(super) fn colours(brand: Option<&Brand>) -> impl Iterator<Item = &str> {
    brand.into_iter().flat_map(|brand| &brand.colours).map(String::as_str).filter(is_colour).take(3)
}

/// The brand's logo, or its first letter on its first colour.
pub(super) struct Avatar<'a> {
    pub(super) brand: Option<&'a Brand>,
    pub(super) class: &'static str,
}

impl fmt::Display for Avatar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = self.brand.and_then(|brand| brand.logo.as_ref()).and_then(file_name) {
            return write!(f, "<span class=\"avatar {}\"><img src=\"{file}\" alt=\"\"></span>", self.class);
        }
        let letter: String =
            self.brand.and_then(|b| b.name.chars().next()).into_iter().flat_map(char::to_uppercase).collect();
        write!(f, "<span class=\"avatar {}\" aria-hidden=\"true\"", self.class)?;
        if let Some(colour) = colours(self.brand).next() {
            write!(f, " style=\"background:{colour};color:{}\"", ink_on(colour))?;
        }
        write!(f, ">{}</span>", Escaped(&letter))
    }
}

/// Black or white, whichever can be read on the colour.
fn ink_on(colour: &str) -> &'static str {
    let channel = |at| colour.get(at..at + 2).and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or(0);
    // The eye's weights for red, green and blue.
    if channel(1) * 299 + channel(3) * 587 + channel(5) * 114 > 140_000 { "#1a1816" } else { "#fff" }
}

/// The name of a file beside the page. Anything else in a record is not linked.
pub(super) fn file_name(media: &Media) -> Option<&str> {
    match media {
        Media::File(path) => path.to_str().filter(|name| is_file_name(name)),
        _ => None,
    }
}

/// The text with its links to follow, its hashtags and mentions marked.
pub(super) fn rich(f: &mut fmt::Formatter<'_>, text: &str, syntax: Syntax) -> fmt::Result {
    rich_part(f, text, syntax, 0..text.len())
}

/// A part of the text. What the cut goes through leads where the whole of it does.
pub(super) fn rich_part(f: &mut fmt::Formatter<'_>, text: &str, syntax: Syntax, part: Range<usize>) -> fmt::Result {
    let mut from = part.start;
    for entity in entities(text, syntax) {
        let (start, end) = (entity.range.start.max(from), entity.range.end.min(part.end));
        if start >= end {
            continue;
        }
        let Some((before, words)) = text.get(from..start).zip(text.get(start..end)) else { continue };
        write!(f, "{}", Escaped(before))?;
        let address = followable(&entity.value).or_else(|| followable(&format!("https://{}", entity.value)));
        match address.filter(|_| entity.kind == EntityKind::Link) {
            Some(url) => write!(f, "<a href=\"{}\">{}</a>", Escaped(url.as_str()), Escaped(words))?,
            None => write!(f, "<span class=\"tag\">{}</span>", Escaped(words))?,
        }
        from = end;
    }
    write!(f, "{}", Escaped(text.get(from..part.end).unwrap_or_default()))
}

/// ` lang="…"` when the post says in which language it is.
pub(super) fn language(post: &Post) -> String {
    post.languages.first().map(|tag| format!(" lang=\"{}\"", Escaped(tag))).unwrap_or_default()
}
