//! Invented texts; the counts of `units` were worked out by hand from the platforms' published rules.

use crate::text::{Unit, fit, has_reasoning_tags, placeholders};

#[test]
fn units() {
    // Platforms count one text differently (museum C6, C7, C9): text, then Chars, Utf16, Graphemes, Bytes, X, Threads, Mastodon.
    let table: [(&str, [usize; 7]); 8] = [
        ("", [0, 0, 0, 0, 0, 0, 0]),
        ("abc", [3, 3, 3, 3, 3, 3, 3]),
        ("e\u{301}", [2, 2, 1, 3, 1, 2, 1]),
        ("日本", [2, 2, 2, 6, 4, 2, 2]),
        ("👨‍👩‍👧‍👦", [7, 11, 1, 25, 2, 25, 1]),
        ("🇦🇹!", [3, 5, 2, 9, 3, 9, 2]),
        ("https://example.com/a", [21, 21, 21, 21, 23, 21, 23]),
        ("@ada@example.social ok", [22, 22, 22, 22, 22, 22, 7]),
    ];
    use Unit::*;
    for (text, expected) in table {
        let found = [Chars, Utf16, Graphemes, Bytes, XWeighted, EmojiBytes, Mastodon].map(|unit| unit.count(text));
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn smoke() {
    let f = fit("word ".repeat(100).as_str(), &[(Unit::Graphemes, 30)]);
    assert_eq!(f.text, "word word word word word word…");
    assert!(has_reasoning_tags("x</think> y"));
    assert_eq!(placeholders("Hi {{ name }}, {{}} {{a}}"), ["{{ name }}", "{{a}}"]);
}
