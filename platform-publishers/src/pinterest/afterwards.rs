//! What can be asked of an account, and of a pin that is out.

use http::Method;
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::publish::{Finding, FindingCode, Readiness, Receipt, ReceiptState};
use social_core::run::Run;
use social_core::{Account, AccountKey, Error, ErrorKind, Result};

use super::check::is_id;
use super::wire::{Pin, User};
use super::{Pinterest, options};

impl Pinterest {
    /// The account, asked once.
    pub(super) async fn who(&self) -> Result<Account> {
        let ask = || async {
            let User { id, username } = self.user().await?;
            let key = AccountKey::new(options::PLATFORM, id).with_tenant(&self.tenant);
            Ok::<_, Error>(match username {
                Some(name) => Account::new(key, name),
                None => key.into(),
            })
        };
        self.account.get_or_try_init(ask).await.cloned()
    }

    async fn user(&self) -> Result<User> {
        self.api.get("v5/user_account")?.operation("read account").send().await?.json()
    }

    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.who().await?)?;
        let call = self.api.get(&path(receipt)?)?.operation("read pin");
        match call.send().await {
            Ok(reply) if reply.json::<Pin>()?.id == receipt.id() => {
                Ok(receipt.clone().with_state(ReceiptState::Published))
            }
            Ok(reply) => Err(reply.unreadable("the answer is about another pin")),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(receipt.clone().with_state(ReceiptState::Deleted)),
            Err(error) => Err(error),
        }
    }

    /// What is gone already counts as deleted, so this may be repeated.
    pub(super) async fn delete_pin(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.who().await?)?;
        let path = path(receipt)?;
        let delete = || async {
            let route = self.api.route(Method::DELETE, &path)?;
            match self.api.call(&route).operation("delete").repeat(Repeat::Safe).send().await {
                Ok(reply) if reply.body.is_empty() => Ok(()),
                Ok(reply) => Err(reply.unreadable("the pin was not deleted")),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                Err(error) => Err(error),
            }
        };
        run.step(&format!("delete {}", receipt.id()), delete).await?;
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }

    /// Whether the token works, and belongs to the account.
    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let account = self.who().await?;
        let wrong = |message: String| Finding::error(FindingCode::INVALID, "token", message);
        let finding = match self.user().await {
            Ok(user) if user.id == account.key.id => None,
            Ok(user) => {
                let message = "the token belongs to another account; connect the account again".to_owned();
                Some(wrong(message).with_value(user.id).with_limit(&account.key.id))
            }
            Err(error) if matches!(error.kind(), ErrorKind::Auth | ErrorKind::Permission) => {
                Some(wrong(error.message().to_owned()))
            }
            Err(error) => return Err(error),
        };
        let mut readiness = Readiness::new(account, at);
        readiness.findings.extend(finding);
        if self.trial {
            let message = "the app has Trial access: its creator alone sees what it publishes";
            readiness.findings.push(Finding::warning(FindingCode::NOT_SHOWN, "tier", message));
        }
        Ok(readiness)
    }
}

fn path(receipt: &Receipt) -> Result<String> {
    match receipt.id() {
        id if is_id(id) => Ok(format!("v5/pins/{id}")),
        id => Err(Error::invalid("receipt", format!("`{id}` is not the id of a pin, which is a number"))),
    }
}
