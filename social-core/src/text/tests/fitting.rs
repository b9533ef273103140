//! Invented texts; the counts of `units` were worked out by hand from the platforms' published
//! rules.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::text::{
    EntityKind, Numbering, Removed, Syntax, Unit, WireForm, entities, fit, fits, has_reasoning_tags, links, normalize,
    placeholders, split,
};

/// Museum C6, C7, C9: platforms count one text differently.
#[test]
fn units() {
    use Unit::*;
    // Chars, Utf16, Graphemes, Bytes, XWeighted, EmojiBytes, Mastodon
    let table: [(&str, [usize; 7]); 12] = [
        ("", [0, 0, 0, 0, 0, 0, 0]),
        ("abc", [3, 3, 3, 3, 3, 3, 3]),
        ("e\u{301}", [2, 2, 1, 3, 1, 2, 1]),
        ("日本", [2, 2, 2, 6, 4, 2, 2]),
        ("👨‍👩‍👧‍👦", [7, 11, 1, 25, 2, 25, 1]),
        // Joined, but shown as two: X weighs both and the joiner.
        ("😀\u{200D}😀", [3, 5, 1, 11, 5, 9, 1]),
        ("👍🏽", [2, 4, 1, 8, 2, 8, 1]),
        ("🇦🇹!", [3, 5, 2, 9, 3, 9, 2]),
        ("©", [1, 1, 1, 2, 1, 1, 1]),
        ("https://example.com/a", [21, 21, 21, 21, 23, 21, 23]),
        ("example.com", [11, 11, 11, 11, 23, 11, 11]),
        ("@ada@example.social ok", [22, 22, 22, 22, 22, 22, 7]),
    ];
    for (text, expected) in table {
        let found = [Chars, Utf16, Graphemes, Bytes, XWeighted, EmojiBytes, Mastodon].map(|unit| unit.count(text));
        assert_eq!(found, expected, "{text}");
    }
}

/// Museum C12, C13: a platform that counts escaped text. Stands on Telegram's HTML mode.
#[test]
fn a_text_is_counted_and_cut_in_the_form_that_goes_over_the_wire() {
    static HTML: WireForm =
        WireForm::new("html", Unit::Utf16, |text| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
    const UNIT: Unit = Unit::Custom(&HTML);
    assert_eq!((UNIT.count("a<b & c"), UNIT.name(), UNIT.noun()), (14, "html", "UTF-16 units"));
    for text in
        ["a & b & c & d & e & f #tag", "<<<<<<<<<<<<<<<<<<<<", "5 < 6 and 7 > 6 and https://example.com/a?b=1&c=2"]
    {
        for limit in 0..40 {
            let fitted = fit(text, &[(UNIT, limit)]).text;
            assert!(HTML.encode(&fitted).encode_utf16().count() <= limit, "{limit}: {fitted}");
            assert!(fitted.is_empty() || limit < 5 || !fitted.ends_with('&'), "{fitted}");
        }
    }
    let parts = split("one & two & three & four & five", &[(UNIT, 14)], Numbering::None).unwrap();
    assert!(parts.iter().all(|part| UNIT.count(part) <= 14), "{parts:?}");
    assert_eq!(parts.join(" "), "one & two & three & four & five");
}

#[test]
fn units_are_known_by_name_and_those_of_other_crates_can_be_written_but_not_read() {
    let json = serde_json::to_value([Unit::Graphemes, Unit::XWeighted]).unwrap();
    assert_eq!(json, serde_json::json!(["graphemes", "x_weighted"]));
    assert_eq!(serde_json::from_value::<[Unit; 2]>(json).unwrap(), [Unit::Graphemes, Unit::XWeighted]);
    let error = serde_json::from_str::<Unit>("\"words\"").unwrap_err();
    assert!(error.to_string().contains("`words` is not a unit of text that is known here: chars, utf16"), "{error}");
}

#[test]
fn composed_text_is_what_platforms_store() {
    assert_eq!(normalize("e\u{301}"), "é");
}

#[test]
fn each_syntax_reads_its_own_entities() {
    let text = "(@ada.example.com) @bob@example.social see example.com/a. #tag!";
    let table = [
        (Syntax::Usual, vec!["ada", "example.com/a", "tag"]),
        (Syntax::Federated, vec!["ada.example.com", "bob@example.social", "tag"]),
        (Syntax::AtProtocol, vec!["ada.example.com", "https://example.com/a", "tag"]),
    ];
    for (syntax, expected) in table {
        let found = entities(text, syntax);
        assert_eq!(found.iter().map(|entity| entity.value.as_str()).collect::<Vec<_>>(), expected, "{syntax:?}");
    }
}

#[test]
fn fitting_gives_up_the_least_first() {
    let table: [(&str, usize, &str); 9] = [
        ("It fits. #a", 11, "It fits. #a"),
        // hashtags, when that is enough
        ("Fresh bread today #bread #vienna", 24, "Fresh bread today #bread"),
        ("Fresh bread today #bread", 20, "Fresh bread today"),
        // then words, keeping hashtags and links
        ("Fresh bread and cake from eight o'clock on #a", 30, "Fresh bread and cake from… #a"),
        ("One two three four five six https://a.at/b #a", 32, "One two three… https://a.at/b #a"),
        ("See https://a.at/b for all of our opening hours", 25, "See https://a.at/b for…"),
        // a stop and a link keep their distance from the ellipsis
        ("See https://a.at/b whatever", 22, "See https://a.at/b …"),
        // inside a word only where nothing else is left, and never inside an emoji
        ("👍🏽👍🏽👍🏽👍🏽", 3, "👍🏽👍🏽…"),
        ("word", 0, ""),
    ];
    for (text, maximum, expected) in table {
        assert_eq!(fit(text, &[(Unit::Graphemes, maximum)]).text, expected, "{text} in {maximum}");
    }
}

#[test]
fn fitting_says_what_went() {
    let fitted = fit("One two three four https://a.at/b #a #b", &[(Unit::Chars, 9)]);
    assert_eq!(fitted.text, "One… #a");
    let gone = [
        Removed::Hashtag("#b".to_owned()),
        Removed::Link("https://a.at/b".to_owned()),
        Removed::Words("two three four".to_owned()),
    ];
    assert_eq!(fitted.removed, gone);
}

#[test]
fn threads_break_at_the_best_seam() {
    let text =
        "First point. It is short.\n\nSecond point, which is a little longer than the first. See https://example.com/a";
    let limits = [(Unit::Graphemes, 60)];
    assert_eq!(
        split(text, &limits, Numbering::None).unwrap(),
        [
            "First point. It is short.",
            "Second point, which is a little longer than the first.",
            "See https://example.com/a",
        ]
    );
    let numbered = split(text, &limits, Numbering::Counted).unwrap();
    assert_eq!(numbered.last().unwrap(), "See https://example.com/a 3/3");
    assert_eq!(split("short", &limits, Numbering::Counted).unwrap(), ["short"]);
    assert_eq!(split(" ", &limits, Numbering::None).unwrap(), [""; 0]);
    let error = split("https://example.com/a", &[(Unit::Chars, 9)], Numbering::None).unwrap_err();
    assert_eq!(error.message(), "`https://example.com/a` must stay whole but does not fit into 9 characters");
}

/// Museum E12.
#[test]
fn e12_thinking_that_was_left_in_is_found() {
    for text in [
        "<think>hm</think> Hello",
        "hm</think> Hello",
        "< / THINKING >",
        "&lt;think&gt;",
        "<reasoning >",
        "\u{25C1}/think\u{25B7}",
        "[THINK]hm[/THINK]",
        "<|channel|>analysis",
    ] {
        assert!(has_reasoning_tags(text), "{text}");
    }
    for text in ["I think so", "<thinker>", "a < think > b", "think>", "1 <3 thinking", "[thinking cap]"] {
        assert_eq!(has_reasoning_tags(text), text == "a < think > b", "{text}");
    }
}

#[test]
fn blanks_of_templates_are_found() {
    assert_eq!(placeholders("Hi {{ name }}, {{}} {{a}} {b} {{c"), ["{{ name }}", "{{a}}"]);
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z]{1,9}[,.!]? ",
        1 => Just("https://example.com/a/b?c=d ".to_owned()),
        1 => Just("example.com ".to_owned()),
        1 => Just("@ada.example.com ".to_owned()),
        1 => "#[a-z]{1,8} ",
        1 => Just("👨‍👩‍👧‍👦".to_owned()),
        1 => Just("🇦🇹👍🏽 ".to_owned()),
        1 => Just("e\u{301}\u{302}o ".to_owned()),
        1 => Just("日本語です。".to_owned()),
        1 => Just("\n\n".to_owned()),
        1 => any::<char>().prop_filter("marks a cut", |c| *c != '…').prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn limits() -> impl Strategy<Value = Vec<(Unit, usize)>> {
    let unit = prop::sample::select(vec![
        Unit::Chars,
        Unit::Utf16,
        Unit::Graphemes,
        Unit::Bytes,
        Unit::XWeighted,
        Unit::EmojiBytes,
        Unit::Mastodon,
    ]);
    prop::collection::vec((unit, 0_usize..150), 1..3)
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fitted_text_is_within_its_limits_and_whole(text in text(), limits in limits()) {
        let fitted = fit(&text, &limits);
        prop_assert!(fits(&fitted.text, &limits), "{:?}", fitted.text);
        prop_assert_eq!(&fit(&fitted.text, &limits).text, &fitted.text);
        prop_assert_eq!(fitted.removed.is_empty(), fitted.text == text);
        if let Some((head, _)) = fitted.text.split_once('…') {
            let head = head.trim_end();
            prop_assert!(text.starts_with(head));
            let boundary = text.grapheme_indices(true).map(|(at, _)| at).chain([text.len()]).any(|at| at == head.len());
            prop_assert!(boundary, "{:?} ends inside a grapheme", head);
        }
        for entity in entities(&text, Syntax::AtProtocol) {
            let inside = |cut: usize| entity.range.start < cut && cut < entity.range.end;
            let cut = fitted.text.split_once('…').map_or(text.len(), |(head, _)| head.trim_end().len());
            prop_assert!(entity.kind == EntityKind::Cashtag || !inside(cut), "{:?} is cut", entity);
        }
    }

    #[test]
    fn split_text_is_within_its_limits_and_complete(text in text(), limits in limits()) {
        for numbering in [Numbering::None, Numbering::Counted] {
            let Ok(parts) = split(&text, &limits, numbering) else { continue };
            let count = parts.len();
            let mut words = String::new();
            for (at, part) in parts.iter().enumerate() {
                prop_assert!(fits(part, &limits), "{:?}", part);
                let number = format!(" {}/{count}", at + 1);
                let part = if numbering == Numbering::Counted && count > 1 { part.strip_suffix(&number).unwrap() } else { part };
                words.push_str(&without_space(part));
            }
            for link in links(&text) {
                prop_assert!(parts.iter().any(|part| part.contains(&link.value)), "{:?} is broken", link);
            }
            prop_assert_eq!(words, without_space(&text));
        }
    }

    #[test]
    fn counting_and_reading_never_panic(text in any::<String>()) {
        prop_assert!(Unit::XWeighted.count(&text) <= 4 * text.len() + 23);
        for syntax in [Syntax::Usual, Syntax::Federated, Syntax::AtProtocol] {
            for entity in entities(&text, syntax) {
                prop_assert!(text.get(entity.range).is_some());
            }
        }
    }
}
