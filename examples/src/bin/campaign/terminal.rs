//! Approval by the person at the terminal.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use social_core::publish::{ApprovalRequest, Approver, ApproverCapabilities, Decision, Post, Severity};
use social_core::text::visible_line;
use social_core::{Error, ErrorKind, Result};
use tokio_util::sync::CancellationToken;

use crate::editor;

/// Asks the person at the terminal, until the program is stopped.
#[derive(Debug)]
pub(crate) struct Terminal {
    pub(crate) stopped: CancellationToken,
    /// Who decides: it stands in the approvals.
    pub(crate) person: String,
    /// An editor has the terminal: Ctrl-C is for it.
    pub(crate) editing: Arc<AtomicBool>,
    /// Everything that follows is approved.
    pub(crate) all: AtomicBool,
}

const QUESTION: &str = "Publish this? [y]es, [n]o WHY, [e]dit, [r]egenerate HINT, [l]ater, [a]ll, [q]uit: ";
const MENDING: &str = "It cannot be sent as it is. [e]dit, [r]egenerate HINT, [n]o WHY, [l]ater, [q]uit: ";

/// Whether there is somebody to ask.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}

/// What a person answers.
#[derive(Debug, PartialEq)]
enum Answer {
    Yes,
    All,
    No(String),
    Edit,
    Regenerate(String),
    Later,
    Quit,
}

#[async_trait]
impl Approver for Terminal {
    async fn decide(&self, request: &ApprovalRequest<'_>) -> Result<Decision> {
        if !can_ask() {
            let why =
                "there is no terminal to ask at; look at the preview and run the same command at one, or with --yes";
            return Ok(Decision::later(why));
        }
        show(request);
        let broken = request.findings.iter().any(|finding| finding.severity == Severity::Error);
        if !broken && self.all.load(Ordering::Relaxed) {
            println!("Approved, since you said `all`.");
            return Ok(Decision::approve(&self.person));
        }
        let question = if broken { MENDING } else { QUESTION };
        loop {
            // What was typed before the question answers something else.
            forget_input().map_err(|e| Error::config("the terminal could not be read").with_source(e))?;
            let line = tokio::select! {
                biased;
                () = self.stopped.cancelled() => {
                    println!();
                    return Err(stopped());
                }
                line = ask(question) => line?,
            };
            let Some(line) = line else { return Ok(Decision::later("the terminal was closed")) };
            let by = &self.person;
            match answer(line.trim()) {
                Some(Answer::Yes | Answer::All) if broken => println!("It cannot be sent as it is; see above."),
                Some(Answer::Yes) => return Ok(Decision::approve(by)),
                Some(Answer::All) => {
                    self.all.store(true, Ordering::Relaxed);
                    return Ok(Decision::approve(by));
                }
                Some(Answer::No(reason)) => return Ok(Decision::reject(by, reason)),
                Some(Answer::Regenerate(hint)) if hint.is_empty() => {
                    println!("Say what should be different, for instance: r shorter, and name the price");
                }
                Some(Answer::Regenerate(hint)) => return Ok(Decision::regenerate(by, hint)),
                Some(Answer::Later) => return Ok(Decision::later(format!("{by} decides later"))),
                Some(Answer::Quit) => {
                    self.stopped.cancel();
                    return Err(stopped());
                }
                Some(Answer::Edit) => {
                    if let Some(changed) = self.edited(request).await {
                        return Decision::revise(by, &changed);
                    }
                }
                None => println!("This answer is not known."),
            }
        }
    }

    fn capabilities(&self) -> ApproverCapabilities {
        // Without a terminal, what has an error is told as that.
        ApproverCapabilities::new().with_mends(can_ask())
    }
}

impl Terminal {
    /// The post with the text that the editor leaves; `None` where it leaves the same or none.
    async fn edited(&self, request: &ApprovalRequest<'_>) -> Option<Post> {
        let Some(post) = request.content_as::<Post>() else {
            println!("Only the texts of posts can be edited here.");
            return None;
        };
        self.editing.store(true, Ordering::Relaxed);
        let text = post.text.clone();
        let edited = tokio::task::spawn_blocking(move || editor::edit(&text)).await;
        self.editing.store(false, Ordering::Relaxed);
        match edited.map_err(|e| Error::config(e.to_string())).and_then(|edited| edited) {
            Ok(text) if text == post.text => println!("Nothing was changed."),
            Ok(text) if text.is_empty() && !post.text.is_empty() => {
                println!("The text is empty, so nothing was changed.")
            }
            Ok(text) => {
                let mut changed = post.clone();
                changed.text = text;
                return Some(changed);
            }
            Err(error) => println!("{error}"),
        }
        None
    }
}

fn stopped() -> Error {
    Error::new(ErrorKind::Cancelled, "stopped at the question")
}

/// The post as text, its files, and what was found.
fn show(request: &ApprovalRequest<'_>) {
    let accounts: Vec<_> = request.accounts.iter().map(ToString::to_string).collect();
    println!("\n--- {} ---\n{}", visible_line(&accounts.join(", ")), request.content.preview());
    for change in request.changes {
        println!("  · {}", visible_line(change));
    }
    for finding in request.findings {
        println!("  ! {finding}");
    }
    if request.degraded {
        println!("  ! filled from a template, not written");
    }
    if let Some(rejection) = request.rejected {
        let at = rejection.at.strftime("%-d %B %Y, %H:%M UTC");
        println!("  ! {} said no on {at}: {}", visible_line(&rejection.by), visible_line(&rejection.reason));
    }
}

/// The line that is typed now; `None` at the end of the input. The thread that reads ends with the
/// program.
async fn ask(question: &'static str) -> Result<Option<String>> {
    let answer = tokio::task::spawn_blocking(move || {
        print!("{question}");
        std::io::stdout().flush()?;
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer)?;
        Ok::<_, std::io::Error>((read > 0).then_some(answer))
    });
    let answer = answer.await.map_err(std::io::Error::other).and_then(|answer| answer);
    answer.map_err(|e| Error::config("the terminal could not be read").with_source(e))
}

/// Throws away what was typed and not read yet.
#[cfg(unix)]
fn forget_input() -> std::io::Result<()> {
    use rustix::termios::{QueueSelector, tcflush};
    tcflush(std::io::stdin(), QueueSelector::IFlush).map_err(std::io::Error::from)
}

/// Elsewhere a terminal cannot be told to forget.
#[cfg(not(unix))]
fn forget_input() -> std::io::Result<()> {
    Ok(())
}

/// What an answer means. Only a clear yes publishes; what is no answer is asked for again.
fn answer(line: &str) -> Option<Answer> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    Some(match (word.to_lowercase().as_str(), rest) {
        ("y" | "yes", "") => Answer::Yes,
        ("a" | "all", "") => Answer::All,
        ("e" | "edit", "") => Answer::Edit,
        ("q" | "quit", "") => Answer::Quit,
        ("l" | "later", _) => Answer::Later,
        ("r" | "regenerate", hint) => Answer::Regenerate(hint.to_owned()),
        ("n" | "no", "") => Answer::No("no reason given".to_owned()),
        ("n" | "no", reason) => Answer::No(reason.to_owned()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_publishes() {
        assert_eq!((answer("y"), answer("YES")), (Some(Answer::Yes), Some(Answer::Yes)));
        assert_eq!((answer("a"), answer("all")), (Some(Answer::All), Some(Answer::All)));
        assert_eq!(answer("no too long"), Some(Answer::No("too long".to_owned())));
        assert_eq!(
            (answer("l"), answer("q"), answer("e")),
            (Some(Answer::Later), Some(Answer::Quit), Some(Answer::Edit))
        );
        assert_eq!(answer("r shorter, please"), Some(Answer::Regenerate("shorter, please".to_owned())));
        for unclear in ["", "yes but shorter", "maybe", "edit it", "all of it", "yn", "\u{1b}y"] {
            assert_eq!(answer(unclear), None, "{unclear}");
        }
    }
}
