//! Tool calls while their pieces come. Servers repeat names, change ids in every piece, say the
//! whole of a call once more at its end, and use an index for several calls.

use serde_json::Value;
use social_core::Result;

use crate::shared::{arguments, call_id};

/// A piece of a call.
pub(super) struct CallPiece<'a> {
    pub(super) index: Option<u64>,
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) arguments: &'a str,
    /// The arguments are text and no JSON.
    pub(super) custom: bool,
    /// The number of the event that it came with.
    pub(super) event: usize,
}

/// A tool call while its pieces come.
#[derive(Debug, Default)]
pub(super) struct Draft {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
    /// Where in the arguments each piece begins.
    starts: Vec<usize>,
    custom: bool,
    /// The event that it began with.
    event: usize,
}

impl Draft {
    /// Puts a piece where it belongs: says to which call, and whether its name came with it.
    pub(super) fn place(drafts: &mut Vec<Self>, piece: &CallPiece<'_>) -> (usize, bool) {
        let last = drafts.len().saturating_sub(1);
        let found = match piece.index {
            Some(_) => drafts.iter().rposition(|draft| draft.goes_on_with(piece)),
            None => drafts.get(last).filter(|draft| draft.goes_on_with(piece)).map(|_| last),
        };
        let at = found.unwrap_or(drafts.len());
        if found.is_none() {
            drafts.push(Self { index: piece.index, event: piece.event, custom: piece.custom, ..Self::default() });
        }
        let named = drafts.get_mut(at).is_some_and(|draft| draft.add(piece));
        (at, named)
    }

    /// A new call has a name, and is no repetition of what came before.
    fn goes_on_with(&self, piece: &CallPiece<'_>) -> bool {
        // Indices may be missing, start at any number, or be used again for the next call.
        if piece.index.is_some() && piece.index != self.index {
            return false;
        }
        let same_id = !piece.id.is_empty() && piece.id == self.id;
        if same_id || piece.name.is_empty() || self.name.is_empty() {
            return true;
        }
        let other_id = !piece.id.is_empty() && !self.id.is_empty();
        let beside = piece.event == self.event && (other_id || piece.index.is_none());
        if piece.name != self.name || beside {
            return false;
        }
        if !arguments::are_whole(&self.arguments) {
            // They are still coming, under whatever id.
            return true;
        }
        !other_id && (!arguments::are_whole(piece.arguments) || self.says(piece.arguments))
    }

    /// Whether these are the same arguments once more.
    fn says(&self, text: &str) -> bool {
        let ours = arguments::parse(&self.name, &self.arguments);
        ours.is_ok_and(|ours| arguments::parse(&self.name, text).is_ok_and(|theirs| ours == theirs))
    }

    fn add(&mut self, piece: &CallPiece<'_>) -> bool {
        if self.id.is_empty() {
            piece.id.clone_into(&mut self.id);
        }
        if !piece.arguments.is_empty() {
            self.starts.push(self.arguments.len());
            self.arguments.push_str(piece.arguments);
        }
        let named = self.name.is_empty() && !piece.name.is_empty();
        if named {
            piece.name.clone_into(&mut self.name);
        }
        named
    }

    /// Whether nothing is missing, as far as can be seen.
    pub(super) fn is_whole(&self) -> bool {
        self.custom || arguments::are_whole(&self.arguments)
    }

    /// Whether it is not even the beginning of a call.
    pub(super) fn is_empty(&self) -> bool {
        self.name.is_empty() && self.arguments.is_empty()
    }

    /// Its id, name and arguments; `answer` tells it apart from calls of other answers where the
    /// server gave it no id.
    ///
    /// # Errors
    /// As [`arguments::parse`].
    pub(super) fn finish(self, answer: &str, n: usize) -> Result<(String, String, Value)> {
        let arguments = if self.custom {
            Value::String(self.arguments.clone())
        } else {
            arguments::parse(&self.name, &self.arguments).or_else(|error| match self.last_of_growing() {
                Some(all) => arguments::parse(&self.name, all),
                None => Err(error),
            })?
        };
        let made_up = || call_id::made_up(answer, n, &self.name, &self.arguments);
        let id = Some(self.id.clone()).filter(|id| !id.is_empty()).unwrap_or_else(made_up);
        Ok((id, self.name, arguments))
    }

    /// The last piece, where each says everything so far.
    fn last_of_growing(&self) -> Option<&str> {
        let ends = self.starts.iter().skip(1).copied().chain([self.arguments.len()]);
        let mut pieces = self.starts.iter().zip(ends).filter_map(|(start, end)| self.arguments.get(*start..end));
        let first = pieces.next()?;
        pieces.try_fold(first, |before, piece| piece.starts_with(before).then_some(piece))
    }
}

#[cfg(test)]
mod tests {
    //! Invented pieces, after the reports NousResearch/hermes-agent#5254, BerriAI/litellm#20480 and
    //! openai/openai-agents-js#712 (kind B), and servers that give no index or no id.

    use serde_json::json;

    use super::*;

    type Piece = (usize, Option<u64>, &'static str, &'static str, &'static str);

    fn read(pieces: &[Piece]) -> Result<Vec<(String, Value)>> {
        let mut drafts = Vec::new();
        for &(event, index, id, name, arguments) in pieces {
            Draft::place(&mut drafts, &CallPiece { index, id, name, arguments, custom: false, event });
        }
        let calls = drafts.into_iter().enumerate();
        calls.map(|(n, draft)| draft.finish("r", n).map(|(_, name, value)| (name, value))).collect()
    }

    #[test]
    fn b_pieces_become_the_calls_that_were_meant() {
        let one = || vec![("f".to_owned(), json!({"a": 1}))];
        let two = || vec![("f".to_owned(), json!({"a": 1})), ("f".to_owned(), json!({"a": 2}))];
        let none_and_one = || vec![("f".to_owned(), json!({})), ("f".to_owned(), json!({"a": 1}))];
        for (what, pieces, calls) in [
            (
                "an id in every piece",
                vec![(0, Some(0), "1", "f", ""), (1, Some(0), "2", "", "{\"a\""), (2, Some(0), "3", "", ":1}")],
                one(),
            ),
            (
                "and a name, too",
                vec![(0, Some(0), "1", "f", ""), (1, Some(0), "2", "f", "{\"a\""), (2, Some(0), "3", "f", ":1}")],
                one(),
            ),
            (
                "a summary",
                vec![
                    (0, Some(0), "1", "f", "{\"a\""),
                    (1, Some(0), "1", "", ":1}"),
                    (2, Some(0), "1", "f", "{\"a\":1}"),
                ],
                one(),
            ),
            (
                "a summary without index and id",
                vec![(0, None, "1", "f", "{\"a\":1}"), (1, None, "", "f", "{\"a\": 1}")],
                one(),
            ),
            (
                "an encoded summary",
                vec![(0, Some(0), "1", "f", "{\"a\":1}"), (1, Some(0), "1", "f", "\"{\\\"a\\\":1}\"")],
                one(),
            ),
            (
                "an empty object first",
                vec![(0, Some(0), "1", "f", "{}"), (1, Some(0), "", "", "{\"a\""), (2, Some(0), "", "", ":1}")],
                one(),
            ),
            (
                "pieces that grow",
                vec![(0, Some(0), "1", "f", "{"), (1, Some(0), "1", "", "{\"a\""), (2, Some(0), "1", "", "{\"a\":1}")],
                one(),
            ),
            ("a late name", vec![(0, Some(0), "1", "", "{\"a\""), (1, Some(0), "", "f", ":1}")], one()),
            (
                "one index for two calls",
                vec![(0, Some(0), "1", "f", "{\"a\":1}"), (1, Some(0), "2", "f", "{\"a\":2}")],
                two(),
            ),
            ("no ids", vec![(0, Some(0), "", "f", "{\"a\":1}"), (1, Some(0), "", "f", "{\"a\":2}")], two()),
            ("no indices and no ids", vec![(0, None, "", "f", "{\"a\":1}"), (0, None, "", "f", "{\"a\":2}")], two()),
            (
                "side by side, one without arguments",
                vec![(0, None, "1", "f", ""), (0, None, "2", "f", "{\"a\":1}")],
                none_and_one(),
            ),
        ] {
            assert_eq!(read(&pieces).unwrap(), calls, "{what}");
        }
        for (what, pieces) in [
            ("two different things", vec![(0, Some(0), "1", "f", "{\"a\":1}"), (1, Some(0), "1", "f", "{\"a\":2}")]),
            ("no end", vec![(0, Some(0), "1", "f", "{}{")]),
            ("no name", vec![(0, Some(0), "1", "", "{\"a\":1}")]),
        ] {
            assert!(read(&pieces).is_err(), "{what}");
        }
    }
}
