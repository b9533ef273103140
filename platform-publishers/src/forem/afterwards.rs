//! What can be asked of an account, and of an article that is out.

use social_core::clock::Timestamp;
use social_core::publish::{Finding, FindingCode, PostRole, Readiness, Receipt, ReceiptState};
use social_core::run::Run;
use social_core::{Account, AccountKey, Error, ErrorKind, Result};

use super::wire::{Change, User};
use super::{Forem, options};

impl Forem {
    /// The account, asked once. Numbers are the Forem's own, so the Forem is part of the name.
    pub(super) async fn who(&self) -> Result<Account> {
        let ask = || async {
            let User { id, username } = self.user().await?;
            let host = self.endpoint.base_url().host_str().unwrap_or_default();
            let key = AccountKey::new(options::PLATFORM, format!("{id}@{host}")).with_tenant(&self.tenant);
            Ok::<_, Error>(Account::new(key, format!("@{username}")))
        };
        self.account.get_or_try_init(ask).await.cloned()
    }

    async fn user(&self) -> Result<User> {
        self.endpoint.get("api/users/me")?.operation("read account").send().await?.json()
    }

    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        let Some(article) = self.article(id_of(receipt)?).await? else {
            return Ok(receipt.clone().with_state(ReceiptState::Deleted));
        };
        let mut found = receipt.clone().with_state(article.state(self.endpoint.clock().now()));
        if let Some(post) = found.posts.first_mut() {
            post.url = article.url.filter(|_| article.published).or(post.url.take());
        }
        Ok(found)
    }

    /// Makes a draft of an article again, since a Forem has no route that deletes one.
    pub(super) async fn hide(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        let id = id_of(receipt)?;
        let hide = || async {
            match self.change(id, &Change { published: false, published_at: None }, "delete").await {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            }
        };
        run.step(&format!("hide {id}"), hide).await?;
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }

    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let account = self.who().await?;
        let readiness = Readiness::new(account, at);
        match self.user().await {
            Ok(_) => Ok(readiness),
            Err(error) if matches!(error.kind(), ErrorKind::Auth | ErrorKind::Permission) => {
                let finding = Finding::error(FindingCode::INVALID, "api_key", error.message().to_owned());
                Ok(readiness.with_finding(finding))
            }
            Err(error) => Err(error),
        }
    }
}

fn id_of(receipt: &Receipt) -> Result<u64> {
    let id = receipt.post(&PostRole::MAIN).and_then(|post| post.id.parse().ok());
    id.ok_or_else(|| Error::invalid("receipt", "the receipt names no article"))
}
