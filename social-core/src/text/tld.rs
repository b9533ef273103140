//! Top-level domains.

use std::collections::HashSet;
use std::sync::LazyLock;

/// In lower case and native spelling. The file's first line says of which day and whence;
/// `.ci/top-level-domains` renews it.
const CURRENT: &str = include_str!("tlds.txt");
/// Those that twitter-text 3.1 carries and the root has given up since.
const RETIRED: &str = include_str!("tlds-retired.txt");

static TOP_LEVEL_DOMAINS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = CURRENT.lines().chain(RETIRED.lines());
    lines.filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect()
});

/// The longest top-level domain in the list, in characters, with room for longer ones to come.
const LONGEST: usize = 24;

pub(super) fn is_top_level_domain(name: &str) -> bool {
    let known = |name: &str| TOP_LEVEL_DOMAINS.contains(name);
    known(name) || (name.chars().any(|c| c.is_uppercase() || !c.is_ascii()) && known(&name.to_lowercase()))
}

/// Whether a name with dots ends in a top-level domain.
pub(super) fn ends_in_top_level_domain(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, last)| is_top_level_domain(last))
}

/// How long the top-level domain is that the text starts with, if what follows ends it.
pub(super) fn top_level_domain_length(text: &str) -> Option<usize> {
    let punycode = || {
        let head = text.get(..4).filter(|head| head.eq_ignore_ascii_case("xn--"))?;
        let rest = text.get(head.len()..)?;
        let length = rest.find(|c: char| c != '-' && !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        (length > 0).then_some(head.len() + length)
    };
    let name = text.char_indices().take(LONGEST).take_while(|(_, c)| *c != '.' && !c.is_whitespace());
    let ends = name.map(|(at, c)| at + c.len_utf8());
    ends.filter(|end| {
        let next = text.get(*end..).and_then(|rest| rest.chars().next());
        !next.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '@' | '+' | '-'))
    })
    .filter(|end| text.get(..*end).is_some_and(is_top_level_domain))
    .last()
    .or_else(punycode)
}

#[cfg(test)]
mod tests {
    //! Stands on the list itself.

    use super::*;

    #[test]
    fn the_list_says_its_day_and_knows_what_was_delegated_since_twitter_text() {
        let (head, _) = CURRENT.split_once('\n').unwrap();
        let date: jiff::civil::Date = head.trim_start_matches("# ").split(',').next().unwrap().parse().unwrap();
        assert!(date >= "2026-10-22".parse().unwrap(), "{head}");
        for name in ["com", "music", "kids", "spa", "amazon", "web", "MUSIC", "السعوديه", "亚马逊", "dunlop"]
        {
            assert!(is_top_level_domain(name), "{name}");
        }
        for name in ["jpg", "html", "example", "afamilycompanies", ""] {
            assert!(!is_top_level_domain(name), "{name}");
        }
        let longest = CURRENT.split_whitespace().filter(|name| !name.contains("by")).map(|name| name.chars().count());
        assert!(longest.max().unwrap() <= LONGEST);
    }
}
