//! Approval by the person at the terminal.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use async_trait::async_trait;
use social_core::publish::{ApprovalRequest, Approver, Decision};
use social_core::{Error, Result};

/// Asks the person at the terminal.
#[derive(Debug)]
pub(crate) struct Terminal;

const QUESTION: &str = "Publish this? [y]es, [n]o, [l]ater, or [r] and what should be different: ";

#[async_trait]
impl Approver for Terminal {
    async fn decide(&self, request: &ApprovalRequest<'_>) -> Result<Decision> {
        if !std::io::stdin().is_terminal() {
            let why =
                "there is no terminal to ask at; look at the preview and run the same command at one, or with --yes";
            return Ok(Decision::later(why));
        }
        let accounts: Vec<_> = request.accounts.iter().map(ToString::to_string).collect();
        println!("\n--- {} ---\n{}", accounts.join(", "), request.content.preview());
        for finding in request.findings {
            println!("  ! {finding}");
        }
        if request.degraded {
            println!("  ! filled from a template, not written");
        }
        let answer = tokio::task::spawn_blocking(|| {
            print!("{QUESTION}");
            std::io::stdout().flush()?;
            let mut answer = String::new();
            let read = std::io::stdin().lock().read_line(&mut answer)?;
            Ok::<_, std::io::Error>((read > 0).then_some(answer))
        });
        let answer = answer.await.map_err(std::io::Error::other).and_then(|answer| answer);
        let answer = answer.map_err(|e| Error::config("the terminal could not be read").with_source(e))?;
        Ok(answer.map_or_else(|| Decision::later("the terminal was closed"), |answer| decision(answer.trim())))
    }
}

/// What an answer means. Only a clear yes publishes.
fn decision(answer: &str) -> Decision {
    const BY: &str = "the person at the terminal";
    let (word, rest) = answer.split_once(char::is_whitespace).unwrap_or((answer, ""));
    match (word.to_lowercase().as_str(), rest.trim()) {
        ("y" | "yes", "") => Decision::approve(BY),
        ("l" | "later", _) => Decision::later(format!("{BY} decides later")),
        ("r" | "regenerate", hint) if !hint.is_empty() => Decision::regenerate(BY, hint),
        ("n" | "no", reason) if !reason.is_empty() => Decision::reject(BY, reason),
        _ => Decision::reject(BY, "answered no"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_publishes() {
        assert_eq!(decision("y"), Decision::approve("the person at the terminal"));
        assert_eq!(decision("YES"), decision("y"));
        for no in ["", "n", "no", "yes but shorter", "r", "maybe"] {
            assert!(matches!(decision(no), Decision::Reject { .. }), "{no}");
        }
        assert!(matches!(decision("no too long"), Decision::Reject { reason, .. } if reason == "too long"));
        assert!(matches!(decision("l"), Decision::Later { .. }));
        assert!(
            matches!(decision("r shorter, please"), Decision::Regenerate { hint, .. } if hint == "shorter, please")
        );
    }
}
