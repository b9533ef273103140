//! What can be asked of a site, and of an article that is out.

use http::Method;
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::publish::{Finding, FindingCode, PostRole, Readiness, Receipt, ReceiptState};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

use super::WordPress;
use super::wire::User;

/// What an account must be allowed, as WordPress calls it.
const NEEDED: [&str; 2] = ["publish_posts", "upload_files"];

impl WordPress {
    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        let Some(article) = self.article(id_of(receipt)?).await? else {
            return Ok(receipt.clone().with_state(ReceiptState::Deleted));
        };
        let mut found = receipt.clone().with_state(article.state());
        if let Some(post) = found.posts.first_mut() {
            post.url = article.link.or(post.url.take());
        }
        Ok(found)
    }

    /// Puts an article into the trash. What is there already counts as deleted, so this may be
    /// repeated.
    pub(super) async fn trash(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        let id = id_of(receipt)?;
        let delete = |force: bool| async move {
            let call = self.call(Method::DELETE, &format!("posts/{id}"))?.operation("delete").repeat(Repeat::Safe);
            let call = if force { call.query("force", "true") } else { call };
            match call.send().await {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
        };
        let deleted = || async {
            match delete(false).await {
                // The site has no trash.
                Err(error) if error.kind() == ErrorKind::Unsupported => delete(true).await,
                deleted => deleted,
            }
        };
        run.step(&format!("delete {id}"), deleted).await?;
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }

    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let readiness = Readiness::new(self.account.clone(), at);
        let call = self.call(Method::GET, "users/me")?.operation("read account").query("context", "edit");
        let user: User = match call.send().await {
            Ok(reply) => reply.json()?,
            Err(error) if matches!(error.kind(), ErrorKind::Auth | ErrorKind::Permission | ErrorKind::NotFound) => {
                let finding = Finding::error(FindingCode::INVALID, "account", error.message().to_owned());
                return Ok(readiness.with_finding(finding));
            }
            Err(error) => return Err(error),
        };
        // WordPress.com leaves them out for some accounts.
        let lacks = |name: &&&str| !user.capabilities.is_empty() && user.capabilities.get(**name) != Some(&true);
        Ok(NEEDED.iter().filter(lacks).fold(readiness, |readiness, name| {
            let message = format!("the account may not `{name}`; give it the role of an author or editor");
            readiness.with_finding(Finding::error(FindingCode::MISSING, "account", message))
        }))
    }
}

fn id_of(receipt: &Receipt) -> Result<u64> {
    let id = receipt.post(&PostRole::MAIN).and_then(|post| post.id.parse().ok());
    id.ok_or_else(|| Error::invalid("receipt", "the receipt names no article"))
}
