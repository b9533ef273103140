//! Takes a model's thinking out of its text, where servers leave it between `<think>` tags.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// What a piece of text turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Thinking(&'a str),
    Answer(&'a str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first word: a tag may come.
    Start,
    /// The tag was opened outside of the text: everything up to its end is held back.
    Unopened,
    Thinking,
    /// After a block: blanks are dropped, another block may come.
    Between,
    Answer,
}

/// Splits text that comes in pieces; a tag may be cut anywhere.
#[derive(Debug)]
pub(crate) struct ThinkSplitter {
    state: State,
    held: String,
}

impl ThinkSplitter {
    /// For text that may begin with a block.
    pub(crate) fn new() -> Self {
        Self { state: State::Start, held: String::new() }
    }

    /// For text whose opening tag was part of the prompt.
    pub(crate) fn unopened() -> Self {
        Self { state: State::Unopened, held: String::new() }
    }

    /// Reads the next piece.
    pub(crate) fn push(&mut self, text: &str, mut out: impl FnMut(Piece<'_>)) {
        if self.state == State::Answer {
            return out(Piece::Answer(text));
        }
        self.held.push_str(text);
        loop {
            let held = self.held.as_str();
            let (next, used) = match self.state {
                State::Answer => break,
                State::Start | State::Between => {
                    let word = held.trim_start();
                    let blanks = held.len() - word.len();
                    if word.starts_with(OPEN) {
                        (State::Thinking, blanks + OPEN.len())
                    } else if OPEN.starts_with(word) {
                        break;
                    } else {
                        (State::Answer, if self.state == State::Between { blanks } else { 0 })
                    }
                }
                State::Unopened => match held.find(CLOSE) {
                    Some(end) => {
                        let thinking = held.get(..end).unwrap_or_default();
                        out(Piece::Thinking(thinking.trim_start().strip_prefix(OPEN).unwrap_or(thinking)));
                        (State::Between, end + CLOSE.len())
                    }
                    None => break,
                },
                State::Thinking => {
                    let (end, next) = match held.find(CLOSE) {
                        Some(end) => (end, Some(State::Between)),
                        None => (held.len() - cut_tag(held), None),
                    };
                    let thinking = held.get(..end).unwrap_or_default();
                    if !thinking.is_empty() {
                        out(Piece::Thinking(thinking));
                    }
                    match next {
                        Some(next) => (next, end + CLOSE.len()),
                        None => {
                            self.held.drain(..end);
                            break;
                        }
                    }
                }
            };
            self.state = next;
            self.held.drain(..used);
        }
        if self.state == State::Answer && !self.held.is_empty() {
            out(Piece::Answer(&std::mem::take(&mut self.held)));
        }
    }

    /// Hands out what was held back: the text has ended.
    pub(crate) fn finish(&mut self, mut out: impl FnMut(Piece<'_>)) {
        let held = std::mem::take(&mut self.held);
        match self.state {
            _ if held.is_empty() => {}
            State::Thinking => out(Piece::Thinking(&held)),
            State::Between if held.trim().is_empty() => {}
            _ => out(Piece::Answer(&held)),
        }
        self.state = State::Answer;
    }
}

/// How many bytes at the end of `text` may be the start of a closing tag.
fn cut_tag(text: &str) -> usize {
    (1..CLOSE.len()).rev().find(|&n| CLOSE.get(..n).is_some_and(|start| text.ends_with(start))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    //! Invented texts, after recordings of MiniMax and of DeepSeek R1 on Together.
    use super::*;

    fn split(mut splitter: ThinkSplitter, pieces: &[&str]) -> (String, String) {
        let (mut thinking, mut answer) = (String::new(), String::new());
        let mut out = |piece: Piece<'_>| match piece {
            Piece::Thinking(text) => thinking.push_str(text),
            Piece::Answer(text) => answer.push_str(text),
        };
        for piece in pieces {
            splitter.push(piece, &mut out);
        }
        splitter.finish(out);
        (thinking, answer)
    }

    // Museum E12.
    #[test]
    fn e12_blocks_are_found_however_the_text_is_cut() {
        let opened: fn() -> ThinkSplitter = ThinkSplitter::new;
        for (make, text, thinking, answer) in [
            (opened, "<think>\nWärme\n</think>\n\nHallo 🌞", "\nWärme\n", "Hallo 🌞"),
            (opened, " \n<think>a</think><think>b</think> c <think>", "ab", "c <think>"),
            (opened, "Use <think> tags </think>.", "", "Use <think> tags </think>."),
            (opened, "  plain", "", "  plain"),
            (opened, "<thin air>", "", "<thin air>"),
            (opened, "<think>never closed </thin", "never closed </thin", ""),
            (opened, "<think></think>x", "", "x"),
            (opened, "<th", "", "<th"),
            (ThinkSplitter::unopened, "hm\n</think>\nyes", "hm\n", "yes"),
            (ThinkSplitter::unopened, "<think>hm</think>yes", "hm", "yes"),
            (ThinkSplitter::unopened, "no thinking", "", "no thinking"),
        ] {
            let expected = (thinking.to_owned(), answer.to_owned());
            assert_eq!(split(make(), &[text]), expected, "{text}");
            let letters: Vec<String> = text.chars().map(String::from).collect();
            assert_eq!(split(make(), &letters.iter().map(String::as_str).collect::<Vec<_>>()), expected, "{text}");
            for cut in (0..text.len()).filter(|&cut| text.is_char_boundary(cut)) {
                let (before, after) = text.split_at(cut);
                assert_eq!(split(make(), &[before, after]), expected, "{before}|{after}");
            }
        }
    }
}
