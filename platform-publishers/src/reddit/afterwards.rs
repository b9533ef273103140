//! What can be asked of an account, and of a post that is out.

use serde_json::Value;
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::job::{self, Job, JobState, Pending};
use social_core::publish::{Finding, FindingCode, PostRole, Readiness, Receipt, ReceiptState, RemotePost};
use social_core::run::Run;
use social_core::{ErrorKind, Result};

use super::Reddit;
use super::find::remote;
use super::publish::main;
use super::wire::{Link, Listing};

impl Reddit {
    /// Looks for the post of a file until it is listed. Nothing of it can fail the post.
    pub(super) async fn with_outcome(&self, run: &Run, mut receipt: Receipt) -> Receipt {
        let asset = match (receipt.post(&PostRole::MAIN), receipt.post(&PostRole::CONTAINER)) {
            (None, Some(container)) => container.id.clone(),
            _ => return receipt,
        };
        let look = || async {
            let job = Job::new(&asset, receipt.at);
            let listed = job::wait(run, &self.poll, &job, || async {
                Ok(match self.find_file(&asset).await? {
                    Some(link) => JobState::Done(remote(&link)),
                    None => Pending::working("not listed").into(),
                })
            });
            match listed.await {
                Ok(listed) => Ok(Some(listed)),
                // From now on its status tells.
                Err(error) if error.kind() == ErrorKind::Timeout => Ok(None),
                Err(error) => Err(error),
            }
        };
        let listed: Result<Option<RemotePost>> = run.step("outcome", look).await;
        if let Ok(Some(listed)) = listed {
            receipt.posts.insert(0, listed);
            receipt.state = ReceiptState::Published;
        }
        receipt
    }

    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        let mut known = receipt.clone();
        if let (None, Some(container)) = (receipt.post(&PostRole::MAIN), receipt.post(&PostRole::CONTAINER)) {
            match self.find_file(&container.id).await? {
                Some(link) => known.posts.insert(0, remote(&link)),
                None => return Ok(known),
            }
        }
        let call = self.api.get("api/info")?.operation("read post").query("id", main(&known)?).query("raw_json", "1");
        let listing: Listing = call.send().await?.json()?;
        let Some(link) = listing.data.children.into_iter().next().map(|child| child.data) else {
            return Ok(known.with_state(ReceiptState::Deleted));
        };
        let (state, warning) = state_of(&link);
        known.state = state;
        for post in known.posts.iter_mut().filter(|post| post.role == PostRole::MAIN) {
            post.url = link.page().or(post.url.take());
        }
        Ok(match warning {
            Some(warning) if !known.warnings.contains(&warning) => known.with_warning(warning),
            _ => known,
        })
    }

    /// Takes a post down; Reddit says the same when it was gone already.
    pub(super) async fn delete_post(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        let id = main(receipt)?;
        let delete = || async {
            let call = self.api.post("api/del")?.operation("delete").repeat(Repeat::Safe);
            call.form([("id", id)]).send().await?.json::<Value>().map(drop)
        };
        run.step(&format!("delete {id}"), delete).await?;
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }

    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let readiness = Readiness::new(self.known().await?, at);
        let message = match self.read_me().await {
            Ok(me) if me.is_suspended => "Reddit has suspended the account".to_owned(),
            Ok(_) => return Ok(readiness),
            Err(error) if matches!(error.kind(), ErrorKind::Auth | ErrorKind::Permission) => error.message().to_owned(),
            Err(error) => return Err(error),
        };
        Ok(readiness.with_finding(Finding::error(FindingCode::INVALID, "account", message)))
    }
}

/// Whether people see a post. Filtered ones stand in the account's own list all the same.
fn state_of(link: &Link) -> (ReceiptState, Option<String>) {
    match link.removed_by_category.as_deref() {
        _ if link.author == "[deleted]" => (ReceiptState::Deleted, None),
        None => (ReceiptState::Published, None),
        Some("deleted" | "author") => (ReceiptState::Deleted, None),
        Some(by) => {
            (ReceiptState::Rejected, Some(format!("the post is not shown: removed by {by}; ask the moderators")))
        }
    }
}
