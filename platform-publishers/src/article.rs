//! What platforms of articles share: plain text as HTML, files in it, drafts that are found again.

#[cfg(any(feature = "ghost", feature = "wordpress"))]
use std::fmt::Write as _;

use social_core::http::Failure;
#[cfg(any(feature = "ghost", feature = "wordpress"))]
use social_core::run::Run;
use social_core::{Error, ErrorKind};

/// The slug of a draft, the same in every process: by it a draft is found whose answer was lost.
#[cfg(any(feature = "ghost", feature = "wordpress"))]
pub(crate) fn draft_slug(run: &Run) -> String {
    format!("draft-{}", run.key("draft"))
}

/// A text in HTML, between tags or in an attribute.
#[cfg(any(feature = "ghost", feature = "wordpress"))]
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// Plain text as HTML: a blank line ends a paragraph, a line break stays one.
#[cfg(any(feature = "ghost", feature = "wordpress"))]
pub(crate) fn paragraphs(text: &str) -> String {
    let (mut html, mut lines) = (String::new(), Vec::new());
    for line in text.lines().map(str::trim_end).chain([""]) {
        if !line.is_empty() {
            lines.push(escaped(line));
        } else if !lines.is_empty() {
            // Writing into a String cannot fail.
            let _ = writeln!(html, "<p>{}</p>", lines.join("<br>\n"));
            lines.clear();
        }
    }
    html
}

/// An image as HTML.
#[cfg(any(feature = "ghost", feature = "wordpress"))]
pub(crate) fn image(address: &str, alt_text: Option<&str>) -> String {
    format!("<figure><img src=\"{}\" alt=\"{}\"></figure>\n", escaped(address), escaped(alt_text.unwrap_or_default()))
}

/// What is said by a page of a proxy, a firewall or another site, which stands in front of the one
/// that was asked.
pub(crate) fn page_instead(failure: &Failure<'_>, asked: &str) -> Error {
    let by_status = failure.by_status();
    let (kind, advice) = match failure.status.as_u16() {
        301..=308 => (ErrorKind::Config, "the address leads elsewhere; set the address to which it leads".to_owned()),
        413 => (ErrorKind::MediaInvalid, "the file is larger than the server takes".to_owned()),
        403 => (ErrorKind::Permission, "a firewall may have refused it".to_owned()),
        404 => (ErrorKind::NotFound, format!("this is not the address of {asked}, or its interface is switched off")),
        _ => return by_status,
    };
    Error::new(kind, format!("{}; {advice}", by_status.message()))
}

#[cfg(test)]
#[cfg(any(feature = "ghost", feature = "wordpress"))]
mod tests {
    //! Invented texts; the rules are those of the HTML standard.

    use super::*;

    #[test]
    fn plain_text_is_html_that_shows_it() {
        let html = paragraphs("Bread & <cake>\nfrom us\n\n\n\"fresh\"\r\n");
        assert_eq!(html, "<p>Bread &amp; &lt;cake&gt;<br>\nfrom us</p>\n<p>&quot;fresh&quot;</p>\n");
        assert_eq!(paragraphs(" \n"), "");
        assert_eq!(
            image("https://a.example/?x=1&y", None),
            "<figure><img src=\"https://a.example/?x=1&amp;y\" alt=\"\"></figure>\n"
        );
    }
}
