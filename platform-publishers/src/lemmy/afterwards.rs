//! What can be asked of an account, and of a post that is out.

use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::publish::{Finding, FindingCode, Publisher as _, Readiness, Receipt, ReceiptState};
use social_core::run::Run;
use social_core::{Account, AccountKey, Error, ErrorKind, Result};

use super::wire::{Deletion, Person, PostAnswer, SiteAnswer};
use super::{Lemmy, options};

impl Lemmy {
    pub(super) async fn site(&self) -> Result<SiteAnswer> {
        self.endpoint.get("api/v3/site")?.operation("read site").send().await?.json()
    }

    /// To a token that is over the instance answers as to a stranger.
    async fn person(&self) -> Result<Person> {
        let mine = self.site().await?.my_user.map(|user| user.local_user_view.person);
        mine.ok_or_else(|| self.endpoint.error(ErrorKind::Auth, "the instance does not know the token; log in again"))
    }

    /// The account, asked once. Ids are the instance's own, so the instance is part of the name.
    pub(super) async fn who(&self) -> Result<Account> {
        let ask = || async {
            let person = self.person().await?;
            let host = self.endpoint.base_url().host_str().unwrap_or_default();
            let key = AccountKey::new(options::PLATFORM, format!("{}@{host}", person.id)).with_tenant(&self.tenant);
            Ok::<_, Error>(Account::new(key, format!("{}@{host}", person.name)))
        };
        self.account.get_or_try_init(ask).await.cloned()
    }

    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let person = self.person().await?;
        let mut readiness = Readiness::new(self.who().await?, at);
        if person.banned {
            let message = "the instance has banned the account; write to its administrators";
            readiness.findings.push(Finding::error(FindingCode::UNSUPPORTED, "account", message));
        }
        match self.community_id(&self.community).await {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let message = "the instance does not know the community; look at its name and server";
                let finding = Finding::error(FindingCode::INVALID, "community", message);
                readiness.findings.push(finding.with_value(&self.community));
            }
            Err(error) => return Err(error),
        }
        Ok(readiness)
    }

    /// A post that moderators took away is rejected; one that is gone was deleted.
    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        let call = self.endpoint.get("api/v3/post")?.operation("read post").query("id", receipt.id());
        let state = match call.send().await {
            Ok(reply) => match reply.json::<PostAnswer>()?.post_view.post {
                post if post.deleted => ReceiptState::Deleted,
                post if post.removed => ReceiptState::Rejected,
                _ => ReceiptState::Published,
            },
            Err(error) if error.kind() == ErrorKind::NotFound => ReceiptState::Deleted,
            Err(error) => return Err(error),
        };
        Ok(receipt.clone().with_state(state))
    }

    /// What is gone already counts as deleted, so this may be repeated.
    pub(super) async fn delete_all(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        for post in &receipt.posts {
            let post_id = post.id.parse().map_err(|_| Error::invalid("receipt", "the id of a post is a number"))?;
            let delete = || async {
                let call = self.endpoint.post("api/v3/post/delete")?.operation("delete").repeat(Repeat::Safe);
                match call.json(&Deletion { post_id, deleted: true }).send().await {
                    Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                    Err(error) => Err(error),
                    Ok(reply) if reply.json::<PostAnswer>()?.post_view.post.deleted => Ok(()),
                    Ok(reply) => Err(reply.unreadable("the answer does not say that the post was deleted")),
                }
            };
            run.step(&format!("delete {}", post.id), delete).await?;
        }
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }
}
