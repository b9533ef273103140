//! Approval by the person at the terminal.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use async_trait::async_trait;
use social_core::publish::{ApprovalRequest, Approver, Decision};
use social_core::text::visible_line;
use social_core::{Error, ErrorKind, Result};
use tokio_util::sync::CancellationToken;

/// Asks the person at the terminal, until the program is stopped.
#[derive(Debug)]
pub(crate) struct Terminal {
    pub(crate) stopped: CancellationToken,
}

const QUESTION: &str = "Publish this? [y]es, [n]o, [l]ater, or [r] and what should be different: ";

/// Whether there is somebody to ask.
pub(crate) fn can_ask() -> bool {
    std::io::stdin().is_terminal()
}

#[async_trait]
impl Approver for Terminal {
    async fn decide(&self, request: &ApprovalRequest<'_>) -> Result<Decision> {
        if !can_ask() {
            let why =
                "there is no terminal to ask at; look at the preview and run the same command at one, or with --yes";
            return Ok(Decision::later(why));
        }
        let accounts: Vec<_> = request.accounts.iter().map(ToString::to_string).collect();
        println!("\n--- {} ---\n{}", visible_line(&accounts.join(", ")), request.content.preview());
        for finding in request.findings {
            println!("  ! {finding}");
        }
        if request.degraded {
            println!("  ! filled from a template, not written");
        }
        loop {
            // What was typed before the question answers something else.
            forget_input().map_err(|e| Error::config("the terminal could not be read").with_source(e))?;
            let answer = tokio::select! {
                biased;
                () = self.stopped.cancelled() => {
                    println!();
                    return Err(Error::new(ErrorKind::Cancelled, "stopped at the question"));
                }
                answer = ask() => answer?,
            };
            match answer {
                None => return Ok(Decision::later("the terminal was closed")),
                Some(answer) => match decision(answer.trim()) {
                    Some(decision) => return Ok(decision),
                    None => println!("This answer is not known."),
                },
            }
        }
    }
}

/// The line that is typed now; `None` at the end of the input. The thread that reads ends with the
/// program.
async fn ask() -> Result<Option<String>> {
    let answer = tokio::task::spawn_blocking(|| {
        print!("{QUESTION}");
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
fn decision(answer: &str) -> Option<Decision> {
    const BY: &str = "the person at the terminal";
    let (word, rest) = answer.split_once(char::is_whitespace).unwrap_or((answer, ""));
    Some(match (word.to_lowercase().as_str(), rest.trim()) {
        ("y" | "yes", "") => Decision::approve(BY),
        ("l" | "later", _) => Decision::later(format!("{BY} decides later")),
        ("r" | "regenerate", hint) if !hint.is_empty() => Decision::regenerate(BY, hint),
        ("n" | "no", "") => Decision::reject(BY, "answered no"),
        ("n" | "no", reason) => Decision::reject(BY, reason),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_publishes() {
        let yes = Some(Decision::approve("the person at the terminal"));
        assert_eq!((decision("y"), decision("YES")), (yes.clone(), yes));
        for no in ["n", "no"] {
            assert!(matches!(decision(no), Some(Decision::Reject { .. })), "{no}");
        }
        assert!(matches!(decision("no too long"), Some(Decision::Reject { reason, .. }) if reason == "too long"));
        assert!(matches!(decision("l"), Some(Decision::Later { .. })));
        assert!(
            matches!(decision("r shorter, please"), Some(Decision::Regenerate { hint, .. }) if hint == "shorter, please")
        );
        for unclear in ["", "yes but shorter", "r", "maybe", "edit", "yn", "\u{1b}y"] {
            assert_eq!(decision(unclear), None, "{unclear}");
        }
    }
}
