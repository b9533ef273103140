//! Takes a model's thinking out of its text, where servers leave it between `<think>` tags.

use std::collections::VecDeque;

use social_core::chat::{ChatEvent, ChatRequest, Effort};

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// What a piece of text turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Thinking(&'a str),
    Answer(&'a str),
}

impl Piece<'_> {
    /// Hands it out as an event, and counts the bytes of the answer.
    pub(crate) fn emit(self, answered: &mut usize, out: &mut VecDeque<ChatEvent>) {
        match self {
            Self::Thinking("") | Self::Answer("") => {}
            Self::Thinking(text) => out.push_back(ChatEvent::Reasoning(text.to_owned())),
            Self::Answer(text) => {
                *answered += text.len();
                out.push_back(ChatEvent::Text(text.to_owned()));
            }
        }
    }
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

/// Parts of the names of models that always think, and often leave it to the prompt to open the
/// block; and of those that never do.
const THINKING: [&str; 8] = ["thinking", "reasoning", "reasoner", "qwq", "-r1", "/r1", "-z1", "magistral"];
const NOT_THINKING: [&str; 4] = ["non-reasoning", "non-thinking", "no-think", "nothink"];

/// Whether a model always thinks, by its name.
pub(crate) fn always_thinks(model: &str) -> bool {
    let model = model.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| model.contains(word));
    (has(&THINKING) || model.starts_with("r1")) && !has(&NOT_THINKING)
}

/// Whether an answer to this request begins with thinking.
pub(crate) fn expected(model: &str, request: &ChatRequest) -> bool {
    let effort = request.reasoning.as_ref().and_then(|options| options.effort);
    always_thinks(model) || effort.is_some_and(|effort| effort != Effort::None)
}

/// Splits text that comes in pieces; a tag may be cut anywhere.
#[derive(Debug)]
pub(crate) struct ThinkSplitter {
    state: State,
    held: String,
    /// The text comes in one piece, so that a closing tag without an opening one is seen in time.
    whole: bool,
}

impl ThinkSplitter {
    /// For text that may begin with a block.
    pub(crate) fn new() -> Self {
        Self { state: State::Start, held: String::new(), whole: false }
    }

    /// For text whose opening tag was part of the prompt.
    pub(crate) fn unopened() -> Self {
        Self { state: State::Unopened, ..Self::new() }
    }

    /// For text that comes in pieces, of a model that may always think.
    pub(crate) fn streamed(always_thinks: bool) -> Self {
        if always_thinks { Self::unopened() } else { Self::new() }
    }

    /// The text comes in one piece.
    pub(crate) fn expect_whole(&mut self) {
        self.whole = true;
    }

    /// The thinking came apart from the text, so none needs to be waited for.
    pub(crate) fn expect_answer(&mut self) {
        if self.state == State::Unopened && self.held.is_empty() {
            self.state = State::Start;
        }
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
                    } else if let Some(end) = lone_close(held).filter(|_| self.whole && self.state == State::Start) {
                        out(Piece::Thinking(held.get(..end).unwrap_or_default()));
                        (State::Between, end + CLOSE.len())
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
            State::Unopened if held.trim_start().starts_with(OPEN) => {
                out(Piece::Thinking(held.trim_start().strip_prefix(OPEN).unwrap_or(&held)));
            }
            State::Between if held.trim().is_empty() => {}
            _ => out(Piece::Answer(&held)),
        }
        self.state = State::Answer;
    }
}

/// Where a closing tag is that no opening one comes before. One within a line is a word about tags,
/// and so is one in a block of code.
fn lone_close(text: &str) -> Option<usize> {
    let at = text.find(CLOSE)?;
    let (before, after) = (text.get(..at)?, text.get(at + CLOSE.len()..)?);
    let line = |blanks: &str| blanks.is_empty() || blanks.starts_with(['\n', '\r']);
    let ends_line = line(after.trim_start_matches([' ', '\t']));
    let starts_line = before.trim_end_matches([' ', '\t']).ends_with('\n') || before.trim().is_empty();
    let in_code = before.matches("```").count() % 2 == 1;
    ((starts_line || ends_line) && !in_code && !before.contains(OPEN)).then_some(at)
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

    #[test]
    fn e12_a_block_that_the_prompt_opened_is_found_in_a_whole_text() {
        for (text, thinking, answer) in [
            ("hm\n</think>\n\nyes", "hm\n", "yes"),
            ("hm</think>\nyes", "hm", "yes"),
            ("hm\n</think>yes", "hm\n", "yes"),
            ("</think>\nyes", "", "yes"),
            ("hm\n</think>\n<think>more</think>yes", "hm\nmore", "yes"),
            ("<think>hm</think>yes", "hm", "yes"),
            ("The tag `</think>` closes a thought.", "", "The tag `</think>` closes a thought."),
            ("Use <think> and\n</think>\n.", "", "Use <think> and\n</think>\n."),
            ("```\n</think>\n```", "", "```\n</think>\n```"),
            ("plain", "", "plain"),
        ] {
            let mut splitter = ThinkSplitter::new();
            splitter.expect_whole();
            assert_eq!(split(splitter, &[text]), (thinking.to_owned(), answer.to_owned()), "{text}");
        }
        for (model, thinks) in [
            ("Qwen/Qwen3-4B-Thinking-2507", true),
            ("deepseek-r1:8b", true),
            ("deepseek-ai/DeepSeek-R1", true),
            ("qwq", true),
            ("grok-4.20-non-reasoning", false),
            ("llama3.2:1b", false),
        ] {
            assert_eq!(always_thinks(model), thinks, "{model}");
        }
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
            (ThinkSplitter::unopened, "<think>never closed", "never closed", ""),
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
