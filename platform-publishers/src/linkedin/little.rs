//! The little text format of a post's text. Comments, titles and alt texts are plain.

use std::ops::Range;

use serde::Serialize;
use social_core::text::{EntityKind, Syntax, Unit, WireForm, entities};

use super::options::LinkedInMention;

/// A text as it goes over the wire, counted. Mentions make it longer: they are counted apart.
pub(super) static LITTLE: WireForm =
    WireForm::new("linkedin_little_text", Unit::Utf16, |text| LittleText::new(text, &[]).0);

/// Characters that mean something unless a backslash stands before them.
const RESERVED: [char; 15] = ['|', '{', '}', '@', '[', ']', '(', ')', '<', '>', '#', '\\', '*', '_', '~'];

/// A text in the little format: its hashtags and mentions mean something, all else is escaped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct LittleText(String);

impl LittleText {
    pub(super) fn new(text: &str, mentions: &[LinkedInMention]) -> Self {
        let mut little = String::with_capacity(text.len() + 16);
        let mut from = 0;
        for (range, markup) in markups(text, mentions) {
            escape(text.get(from..range.start).unwrap_or_default(), &mut little);
            little.push_str(&markup);
            from = range.end;
        }
        escape(text.get(from..).unwrap_or_default(), &mut little);
        Self(little)
    }

    /// How long it is, in the unit of the limit.
    pub(super) fn length(&self) -> usize {
        Unit::Utf16.count(&self.0)
    }
}

fn escape(text: &str, little: &mut String) {
    for c in text.chars() {
        if RESERVED.contains(&c) {
            little.push('\\');
        }
        little.push(c);
    }
}

fn escaped(text: &str) -> String {
    let mut little = String::new();
    escape(text, &mut little);
    little
}

/// What is written otherwise, from left to right.
fn markups(text: &str, mentions: &[LinkedInMention]) -> Vec<(Range<usize>, String)> {
    let mut found: Vec<(Range<usize>, String)> = mentions
        .iter()
        .flat_map(|mention| places(text, mention).map(|range| (range, mention_markup(mention))))
        .collect();
    let tags = entities(text, Syntax::Usual).into_iter().filter(|entity| entity.kind == EntityKind::Hashtag);
    found.extend(tags.map(|tag| (tag.range, format!("#{}", escaped(&tag.value)))));
    // Of names that begin alike the longest counts.
    found.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
    let mut end = 0;
    found.retain(|(range, _)| {
        let free = range.start >= end;
        if free {
            end = range.end;
        }
        free
    });
    found
}

/// Where `@Name` stands, and no letter goes on with it.
pub(super) fn places<'a>(text: &'a str, mention: &LinkedInMention) -> impl Iterator<Item = Range<usize>> + use<'a> {
    let written = format!("@{}", mention.name);
    let starts: Vec<usize> = text.match_indices(&written).map(|(start, _)| start).collect();
    let whole = move |range: &Range<usize>| {
        !text.get(range.end..).and_then(|rest| rest.chars().next()).is_some_and(char::is_alphanumeric)
    };
    let length = written.len();
    starts.into_iter().map(move |start| start..start + length).filter(whole)
}

fn mention_markup(mention: &LinkedInMention) -> String {
    format!("@[{}]({})", escaped(&mention.name), mention.urn)
}

/// The text that people see, of a text in the little format.
pub(super) fn plain(little: &str) -> String {
    const HASHTAG: &str = "{hashtag|";
    let mut text = String::with_capacity(little.len());
    let mut rest = little;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let template = rest.strip_prefix(HASHTAG).and_then(|rest| {
            let (inside, behind) = rest.split_once('}')?;
            Some((inside.split_once('|')?.1, "#", behind))
        });
        let mention = rest.strip_prefix("@[").and_then(|rest| {
            let (name, behind) = rest.split_once("](")?;
            Some((name, "@", behind.split_once(')')?.1))
        });
        if let Some((inside, sign, behind)) = template.or(mention) {
            text.push_str(sign);
            text.push_str(&plain(inside));
            rest = behind;
        } else if let ('\\', Some(escaped)) = (c, after.chars().next()) {
            text.push(escaped);
            rest = after.get(escaped.len_utf8()..).unwrap_or_default();
        } else {
            text.push(c);
            rest = after;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    //! Stands on the vectors of `../shared/specs/platforms/linkedin` and on the format's page.

    use super::*;

    #[test]
    fn the_vectors_pass() {
        let Some(vectors) = crate::fake::shared("specs/platforms/linkedin/little-escape-vectors.json") else { return };
        for case in vectors["cases"].as_array().unwrap() {
            let (text, little) = (case["plain"].as_str().unwrap(), case["little"].as_str().unwrap());
            assert_eq!(escaped(text), little);
            assert_eq!(plain(little), text);
        }
        let reserved: Vec<_> = vectors["reserved"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
        assert_eq!(reserved, RESERVED.map(String::from));
    }

    // Museum C10, C12.
    #[test]
    fn hashtags_and_mentions_mean_something() {
        let mentions = [
            LinkedInMention::new("Devtestco", "urn:li:organization:2414183"),
            LinkedInMention::new("Devtestco (EU)", "urn:li:organization:7"),
        ];
        for (text, little) in [
            ("Hello (world) #not_a_tag?", "Hello \\(world\\) #not\\_a\\_tag?"),
            ("https://x.test/a_b#c", "https://x.test/a\\_b\\#c"),
            ("a#b @nobody", "a\\#b \\@nobody"),
            (
                "@Devtestco, @Devtestco (EU)!",
                "@[Devtestco](urn:li:organization:2414183), @[Devtestco \\(EU\\)](urn:li:organization:7)!",
            ),
            ("@Devtestcorp @devtestco", "\\@Devtestcorp \\@devtestco"),
        ] {
            assert_eq!(LittleText::new(text, &mentions).0, little);
            assert_eq!(plain(little), text);
        }
        assert_eq!(plain("{hashtag|\\#|fresh\\_bread} @[A](urn:li:person:1)"), "#fresh_bread @A");
        assert_eq!(plain("{hashtag|\\#"), "{hashtag|#");
        let text = format!("{}{}", "a".repeat(2970), "()".repeat(10));
        assert_eq!(Unit::Custom(&LITTLE).count(&text), 3010);
        assert_eq!(LittleText::new(&text, &[]).length(), 3010);
    }
}
