//! Stands on our own invention: the outbox talks to nobody. HTML facts are those of the WHATWG standard.

use super::html::{Escaped, followable, is_file_name, slug};

#[test]
fn foreign_text_cannot_leave_its_place() {
    for (text, html) in [
        ("plain 🍤 ü", "plain 🍤 ü"),
        ("\"><script>alert(1)</script>", "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("' onerror='x", "&#39; onerror=&#39;x"),
        ("&amp;", "&amp;amp;"),
        ("two\nlines\t", "two\nlines\t"),
        ("nul\0, return\r, turn \u{202e}", "nul\u{fffd}, return\u{fffd}, turn \u{fffd}"),
    ] {
        assert_eq!(Escaped(text).to_string(), html);
    }
}

#[test]
fn only_web_addresses_can_be_followed() {
    for (address, can) in [
        ("https://lahoz.example/a?b=c", true),
        ("HTTP://lahoz.example", true),
        ("javascript:alert(1)", false),
        ("data:text/html,<script>", false),
        ("file:///etc/passwd", false),
        ("lahoz.example", false),
    ] {
        assert_eq!(followable(address).is_some(), can, "{address}");
    }
}

#[test]
fn names_of_files_are_plain() {
    for (name, plain) in [
        ("01-instagram-feed.jpg", true),
        ("../01.jpg", false),
        ("a/b.jpg", false),
        ("javascript:alert(1)", false),
        (".hidden", false),
        ("a b.jpg", false),
        ("a\".jpg", false),
        ("", false),
    ] {
        assert_eq!(is_file_name(name), plain, "{name}");
    }
    for (name, file) in
        [("instagram-feed", "instagram-feed"), ("../\"><X>-Feed ", "x-feed"), ("村", "post"), ("a__b", "a-b")]
    {
        assert_eq!(slug(name), file);
    }
}
