//! What can be asked of a site, and of an article that is out.

use http::Method;
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::publish::{Finding, FindingCode, PostRole, Readiness, Receipt, ReceiptState};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

use super::Ghost;
use super::publish::warning;
use super::wire::Articles;

impl Ghost {
    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        let Some(article) = self.article(id_of(receipt)?).await? else {
            return Ok(receipt.clone().with_state(ReceiptState::Deleted));
        };
        let mut found = receipt.clone().with_state(article.state());
        if let Some(warning) =
            warning(&article).filter(|warning| !receipt.warnings.iter().any(|known| known == warning))
        {
            found = found.with_warning(warning);
        }
        if let Some(post) = found.posts.first_mut() {
            post.url = article.url.or(post.url.take());
        }
        Ok(found)
    }

    /// What is gone already counts as deleted, so this may be repeated.
    pub(super) async fn delete_article(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        let id = id_of(receipt)?;
        let delete = || async {
            let call = self.call(Method::DELETE, &format!("posts/{id}/"))?.operation("delete").repeat(Repeat::Safe);
            match call.send().await {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
        };
        run.step(&format!("delete {id}"), delete).await?;
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }

    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let readiness = Readiness::new(self.account.clone(), at);
        let call = self.call(Method::GET, "posts/")?.operation("read articles").query("limit", "1");
        match call.send().await.and_then(|reply| reply.json::<Articles>()) {
            Ok(_) => Ok(readiness),
            Err(error) => match error.kind() {
                ErrorKind::Auth | ErrorKind::Permission | ErrorKind::NotFound | ErrorKind::Config => {
                    let finding = Finding::error(FindingCode::INVALID, "account", error.message().to_owned());
                    Ok(readiness.with_finding(finding))
                }
                _ => Err(error),
            },
        }
    }
}

fn id_of(receipt: &Receipt) -> Result<&str> {
    let id = receipt.post(&PostRole::MAIN).map(|post| post.id.as_str());
    let is_id = |id: &&str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    id.filter(is_id).ok_or_else(|| Error::invalid("receipt", "the receipt names no article"))
}
