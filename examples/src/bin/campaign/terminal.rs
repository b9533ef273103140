use std::io::{BufRead as _, IsTerminal as _, Write as _};

use async_trait::async_trait;
use social_core::publish::{ApprovalRequest, Approver, Decision};
use social_core::{Error, Result};

/// Asks the person at the terminal.
#[derive(Debug)]
pub(crate) struct Terminal;

#[async_trait]
impl Approver for Terminal {
    async fn decide(&self, request: &ApprovalRequest<'_>) -> Result<Decision> {
        if !std::io::stdin().is_terminal() {
            return Err(Error::config("nobody can be asked: this is no terminal; look at the preview and use --yes"));
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
            print!("Publish this? [y/N] ");
            std::io::stdout().flush()?;
            let mut answer = String::new();
            std::io::stdin().lock().read_line(&mut answer)?;
            Ok::<_, std::io::Error>(answer)
        });
        let answer = answer.await.map_err(std::io::Error::other).and_then(|answer| answer);
        let answer = answer.map_err(|e| Error::config("the terminal could not be read").with_source(e))?;
        let by = "the person at the terminal";
        Ok(match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => Decision::approve(by),
            _ => Decision::reject(by, "answered no"),
        })
    }
}
