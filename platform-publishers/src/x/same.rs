//! Whether a listed post says what was sent. X replaces links, escapes three characters, cuts long
//! texts, and puts names in front of answers and links behind quotes.

use social_core::text::{self, normalize};

use super::wire::{Entities, Listed};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Same {
    Yes,
    /// The words are the same; what the links lead to, or how it ends, is not known to be.
    Perhaps,
    No,
}

/// A cut text of fewer characters may be the beginning of anything.
const SHORTEST_CUT: usize = 100;

/// A text in two: its words without links, and where the links lead.
struct Said {
    words: String,
    links: Vec<String>,
}

impl Said {
    fn of(text: &str) -> Self {
        let text = normalize(text);
        let (mut words, mut links, mut from) = (String::new(), Vec::new(), 0);
        for link in text::links(&text) {
            words.push_str(text.get(from..link.range.start).unwrap_or_default());
            words.push(' ');
            from = link.range.end;
            links.push(link.value);
        }
        words.push_str(text.get(from..).unwrap_or_default());
        Self { words: words.split_whitespace().collect::<Vec<_>>().join(" "), links }
    }
}

pub(super) fn same(sent: &str, listed: &Listed, is_answer: bool) -> Same {
    let (text, entities) = match &listed.note_tweet {
        Some(note) if !note.text.is_empty() => (&note.text, &note.entities),
        _ => (&listed.text, &listed.entities),
    };
    let (sent, shown) = (Said::of(sent), Said::of(&as_sent(text, entities)));
    let mut words = shown.words.as_str();
    while words != sent.words {
        // An answer begins with whom it answers.
        match words.split_once(' ').filter(|_| is_answer && words.starts_with('@')) {
            Some((_, rest)) => words = rest,
            None => return if is_cut(&sent.words, words) { Same::Perhaps } else { Same::No },
        }
    }
    let mut links = sent.links.iter().zip(&shown.links);
    let lead_there = links.all(|(sent, shown)| address(sent).eq_ignore_ascii_case(address(shown)));
    // Behind them may stand the link of a quoted post.
    if lead_there && sent.links.len() <= shown.links.len() { Same::Yes } else { Same::Perhaps }
}

/// The text with the characters and, as far as they are known, the links that X replaced.
fn as_sent(text: &str, entities: &Entities) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let known = entities.links().iter().filter_map(|link| link.url.as_deref().zip(link.expanded_url.as_deref()));
    known.fold(text, |text, (short, link)| text.replace(short, link))
}

fn is_cut(sent: &str, shown: &str) -> bool {
    let shown = shown.trim_end_matches('…').trim_end();
    shown.chars().count() >= SHORTEST_CUT && sent.starts_with(shown)
}

/// X adds a scheme where there is none, and a slash behind a host.
fn address(link: &str) -> &str {
    let link = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://")).unwrap_or(link);
    link.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    //! Lists after the form of recorded answers; the texts are invented.

    use serde_json::json;

    use super::*;

    fn listed(text: &str, links: &[(&str, &str)]) -> Listed {
        let links: Vec<_> = links.iter().map(|(url, to)| json!({"url": url, "expanded_url": to})).collect();
        serde_json::from_value(json!({"id": "1", "text": text, "entities": {"urls": links}})).unwrap()
    }

    #[test]
    fn a_post_is_known_behind_what_x_makes_of_it() {
        let short = "https://t.co/a1B2c3D4e5";
        let long = "https://bakery.com/bread";
        for (sent, shown, links, expected) in [
            ("Bread & <salt>", "Bread &amp; &lt;salt&gt;", &[][..], Same::Yes),
            ("Bread &amp; salt", "Bread &amp;amp; salt", &[], Same::Yes),
            ("Cafe\u{301}", "Caf\u{e9}", &[], Same::Yes),
            ("New: https://bakery.com/bread", "New: https://t.co/a1B2c3D4e5", &[(short, long)], Same::Yes),
            (
                "New: bakery.com/bread!",
                "New: https://t.co/a1B2c3D4e5!",
                &[(short, "http://bakery.com/bread")],
                Same::Yes,
            ),
            ("New: https://bakery.com", "New: https://t.co/a1B2c3D4e5", &[(short, "https://bakery.com/")], Same::Yes),
            ("Bread", "Bread https://t.co/a1B2c3D4e5", &[(short, "https://x.com/i/web/status/7")], Same::Yes),
            ("New: https://bakery.com/cake", "New: https://t.co/a1B2c3D4e5", &[(short, long)], Same::Perhaps),
            ("New: https://bakery.com/bread", "New: https://t.co/a1B2c3D4e5", &[], Same::Perhaps),
            ("New: https://bakery.com/bread", "New:", &[], Same::Perhaps),
            (
                "New: https://shop.bread/1",
                "New: https://t.co/a1B2c3D4e5",
                &[(short, "https://shop.bread/1")],
                Same::Yes,
            ),
            ("Bread", "Cake", &[], Same::No),
            ("Bread", "Bread and cake", &[], Same::No),
            ("Bread and cake", "Bread…", &[], Same::No),
            ("Bread", "@anna Bread", &[], Same::No),
        ] {
            assert_eq!(same(sent, &listed(shown, links), false), expected, "{sent} / {shown}");
        }
        assert_eq!(same("Bread", &listed("@anna @bob Bread", &[]), true), Same::Yes);
        assert_eq!(same("@bob Bread", &listed("@anna @bob Bread", &[]), true), Same::Yes);
        assert_eq!(same("Bread", &listed("@anna Cake", &[]), true), Same::No);
    }

    #[test]
    fn a_long_post_is_known_by_its_whole_text() {
        let long = "bread ".repeat(100);
        let mut cut = listed(&format!("{}…", &long[..270]), &[]);
        assert_eq!(same(&long, &cut, false), Same::Perhaps);
        cut.note_tweet = serde_json::from_value(json!({ "text": long })).unwrap();
        assert_eq!(same(&long, &cut, false), Same::Yes);
        assert_eq!(same(&format!("{long}cake"), &cut, false), Same::Perhaps);
    }
}
