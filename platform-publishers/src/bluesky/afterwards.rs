//! What can be asked of a post that is out.

use social_core::http::Repeat;
use social_core::publish::{Publisher as _, Receipt, ReceiptState, RemotePost};
use social_core::run::Run;
use social_core::{Error, Result};

use super::Bluesky;
use super::wire::{COLLECTION, DeleteRecord};

impl Bluesky {
    /// A record that is there is live; one that is gone was deleted, by whomever.
    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        let login = self.log_in().await?;
        let mut state = receipt.state;
        for post in &receipt.posts {
            match login.record(key_of(post)?, "read post").await {
                Ok(_) => state = ReceiptState::Published,
                Err(error) if error.code() == Some("RecordNotFound") => {
                    return Ok(receipt.clone().with_state(ReceiptState::Deleted));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(receipt.clone().with_state(state))
    }

    /// Deleting a record that is gone already succeeds, so this may be repeated.
    pub(super) async fn delete_all(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        for post in &receipt.posts {
            let key = key_of(post)?;
            run.step(&format!("delete {key}"), || async {
                let login = self.log_in().await?;
                let body = DeleteRecord { repo: &login.did, collection: COLLECTION, rkey: key };
                let call = login.procedure("com.atproto.repo.deleteRecord", "delete")?.repeat(Repeat::Safe);
                call.json(&body).send().await.map(drop)
            })
            .await?;
        }
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }
}

/// The record's key in `at://DID/COLLECTION/KEY`.
fn key_of(post: &RemotePost) -> Result<&str> {
    match post.id.strip_prefix("at://").map(|path| path.split('/').collect::<Vec<_>>()).as_deref() {
        Some([_, COLLECTION, key]) => Ok(key),
        _ => Err(Error::invalid("receipt", format!("`{}` is not the address of a post on Bluesky", post.id))),
    }
}
