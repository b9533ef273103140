//! What can be asked of an instance, of an account and of a post that is out.

use http::Method;
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::publish::{
    AccountLimits, Finding, FindingCode, Placement, Publisher as _, Readiness, Receipt, ReceiptState, RemotePost,
};
use social_core::run::Run;
use social_core::{Account, AccountKey, Error, ErrorKind, Result};

use super::instance::Instance;
use super::publish::SCHEDULED;
use super::wire::{Application, Profile, Status};
use super::{Mastodon, options};

/// One of these scopes of an application allows each thing that is done here.
const NEEDED: [(&str, &[&str]); 2] =
    [("write:statuses", &["write", "write:statuses"]), ("write:media", &["write", "write:media"])];

impl Mastodon {
    /// What the instance says of itself, asked once. It is kept with the run, so that a run that is
    /// done needs no request.
    pub(super) async fn learn(&self, run: &Run) -> Result<()> {
        let known = run.step("instance", || async { self.told().await.cloned() }).await?;
        self.instance.get_or_init(|| async { known }).await;
        Ok(())
    }

    async fn told(&self) -> Result<&Instance> {
        self.instance.get_or_try_init(|| self.read_instance()).await
    }

    /// A server that does not have the call is taken for one with the usual limits.
    async fn read_instance(&self) -> Result<Instance> {
        match self.endpoint.get("api/v2/instance")?.operation("read instance").send().await {
            Ok(reply) => reply.json(),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Instance::default()),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn limits_now(&self, placement: &Placement) -> Result<AccountLimits> {
        let instance = self.read_instance().await?;
        let Some(rules) = instance.rules(placement) else {
            return Err(Error::unsupported("placement", format!("Mastodon has no placement `{placement}`")));
        };
        Ok(AccountLimits::new(self.account().await?, self.endpoint.clock().now()).with_rules(rules))
    }

    /// The account, asked once. Ids are the instance's own, so the instance is part of the name.
    pub(super) async fn who(&self) -> Result<Account> {
        let domain = self.told().await?.domain.clone();
        let ask = || async {
            let profile = self.profile().await?;
            let host = self.endpoint.base_url().host_str().unwrap_or_default();
            let key = AccountKey::new(options::PLATFORM, format!("{}@{host}", profile.id)).with_tenant(&self.tenant);
            Ok::<_, Error>(Account::new(key, format!("@{}@{}", profile.acct, domain.as_deref().unwrap_or(host))))
        };
        self.account.get_or_try_init(ask).await.cloned()
    }

    async fn profile(&self) -> Result<Profile> {
        let call = self.endpoint.get("api/v1/accounts/verify_credentials")?.operation("read account");
        call.send().await?.json()
    }

    /// The token may have fewer scopes than its application; what the application lacks, the token
    /// lacks.
    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let profile = self.profile().await?;
        let call = self.endpoint.get("api/v1/apps/verify_credentials")?.operation("read application");
        let application: Application = call.send().await?.json()?;
        let mut readiness = Readiness::new(self.who().await?, at);
        if profile.suspended {
            let message = "the instance has suspended the account; write to its administrators";
            readiness = readiness.with_finding(Finding::error(FindingCode::UNSUPPORTED, "account", message));
        }
        let lacks = |allowing: &[&str]| !application.scopes.iter().any(|scope| allowing.contains(&scope.as_str()));
        // Instances before 4.3 do not tell the scopes.
        for (scope, _) in NEEDED.iter().filter(|(_, allowing)| !application.scopes.is_empty() && lacks(allowing)) {
            let message = format!("the token's application has no scope {scope}; make one that has it");
            readiness = readiness.with_finding(Finding::error(FindingCode::MISSING, "access_token", message));
        }
        Ok(readiness)
    }

    /// A post that is there is live; one that is gone was deleted, by whomever.
    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        if let Some(waiting) = receipt.post(&SCHEDULED) {
            return self.status_of_waiting(receipt, waiting).await;
        }
        let mut told = receipt.clone().with_state(ReceiptState::Published);
        for post in &mut told.posts {
            let call = self.endpoint.get(&format!("api/v1/statuses/{}", post.id))?.operation("read post");
            match call.send().await {
                Ok(reply) => *post = reply.json::<Status>()?.remote(post.role.clone()),
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    return Ok(receipt.clone().with_state(ReceiptState::Deleted));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(told)
    }

    async fn status_of_waiting(&self, receipt: &Receipt, waiting: &RemotePost) -> Result<Receipt> {
        let path = format!("api/v1/scheduled_statuses/{}", waiting.id);
        match self.endpoint.get(&path)?.operation("read scheduled post").send().await {
            Ok(_) => Ok(receipt.clone().with_state(ReceiptState::Scheduled)),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(no_longer_waiting(error)),
            Err(error) => Err(error),
        }
    }

    /// What is gone already counts as deleted, so this may be repeated. Answers go before what they
    /// answer.
    pub(super) async fn delete_all(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        for post in receipt.posts.iter().rev() {
            let waiting = post.role == SCHEDULED;
            let path = if waiting { "api/v1/scheduled_statuses" } else { "api/v1/statuses" };
            run.step(&format!("delete {}", post.id), || async {
                let route = self.endpoint.route(Method::DELETE, &format!("{path}/{}", post.id))?;
                let mut call = self.endpoint.call(&route).operation("delete").repeat(Repeat::Safe);
                if !waiting {
                    // Otherwise the files stay for a day.
                    call = call.query("delete_media", "true");
                }
                match call.send().await {
                    Ok(_) => Ok(()),
                    Err(error) if error.kind() == ErrorKind::NotFound && waiting => Err(no_longer_waiting(error)),
                    Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                    Err(error) => Err(error),
                }
            })
            .await?;
        }
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }
}

fn no_longer_waiting(error: Error) -> Error {
    let message = "the post does not wait for its time any more: it is out, or was taken back; look at the account's \
                   page, where a post that is out has another id";
    Error::new(ErrorKind::NotFound, message).with_vendor("mastodon").with_source(error)
}
