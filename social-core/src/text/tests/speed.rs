//! Reading, counting, shortening and splitting take time in proportion to the text.
//!
//! Stands on texts that were made to be read again and again: with a step back for each character,
//! one of these lengths takes minutes.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::text::{
    Numbering, Syntax, Unit, controls, entities, fit, fit_keeping, fits, has_reasoning_tags, placeholders, split,
};

/// Of a text without optimisation. Reading it once takes some milliseconds.
const ENOUGH: Duration = Duration::from_secs(5);

const PIECES: &[&str] = &[
    "a.",
    "a",
    "é.",
    "é.みんな",
    "日http://",
    "a.at/(",
    "(x",
    "a.at/((",
    "https://a.at/(b",
    "a.at?",
    "a.at?!",
    "://",
    "http",
    "_",
    "_.",
    "-.",
    "a.com ",
    "a.com.",
    "https://a.at ",
    "https://a.at/[",
    "#a ",
    "#",
    "(#",
    "#a!",
    "@a",
    "@a.com ",
    "@a@",
    "@-",
    "$a",
    "$AB ",
    "xn--",
    ".xn--a",
    "\u{202a}",
    "\u{2066}",
    "\u{2069}",
    "👩\u{200d}",
    "🇦",
    "e\u{301}",
    "क\u{94d}\u{200d}",
    "\u{e0061}",
    "{{",
    "{{a",
    "<",
    "<think ",
    "\n",
    " ",
    ".",
    "。",
    "w ",
    "日本",
    "日本.",
    "\u{feff}",
];

fn read_all(text: &str) -> Duration {
    let start = Instant::now();
    for syntax in [Syntax::Usual, Syntax::Federated, Syntax::AtProtocol] {
        drop(entities(text, syntax));
    }
    for unit in [Unit::XWeighted, Unit::Mastodon, Unit::Graphemes, Unit::EmojiBytes] {
        assert!(!fits(text, &[(unit, 0)]));
    }
    drop((controls(text), has_reasoning_tags(text), placeholders(text)));
    start.elapsed()
}

fn shorten_all(text: &str) -> Duration {
    let start = Instant::now();
    let limits = [(Unit::Graphemes, 300), (Unit::Bytes, 3000)];
    drop(fit(text, &limits));
    drop(fit(text, &[(Unit::XWeighted, text.len() / 8)]));
    drop(fit_keeping(text, "https://example.com/a", &["a", "b"], &limits));
    drop(split(text, &limits, Numbering::Counted));
    start.elapsed()
}

#[test]
fn a_word_of_many_kilobytes_is_read_at_once() {
    for piece in PIECES {
        let text = piece.repeat(4_000 / piece.len());
        for text in [format!("{text}.com"), format!("https://a.at/{text}")] {
            let (read, shortened) = (read_all(&text), shorten_all(&text));
            assert!(read < ENOUGH && shortened < ENOUGH, "{piece:?}: {read:?}, {shortened:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_mixed_is_read_at_once(pieces in prop::collection::vec(prop::sample::select(PIECES), 1..8)) {
        let text = pieces.concat();
        let text = text.repeat(4_000 / text.len());
        let (read, shortened) = (read_all(&text), shorten_all(&text));
        prop_assert!(read < ENOUGH && shortened < ENOUGH, "{:?}: {:?}, {:?}", pieces, read, shortened);
    }
}
