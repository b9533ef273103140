//! What can be asked of an account, and of a post that is out.

use http::Method;
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::publish::{Finding, FindingCode, PostRole, Readiness, Receipt, ReceiptState, RemotePost};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

use super::request::{Restli, done, object};
use super::wire::{ListedPost, UserInfo};
use super::{LinkedIn, version};

impl LinkedIn {
    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        if !self.author.is_organization() {
            let message = "LinkedIn lets no app read a member's posts; open the post's page";
            return Err(Error::unsupported("status", message).with_vendor("linkedin"));
        }
        let call = self.rest(Restli::Get, &object("posts", &main(receipt)?.id)?)?.operation("read post");
        let state = match call.send().await {
            Ok(reply) => match reply.json::<ListedPost>()?.lifecycle_state.as_str() {
                "PUBLISHED" => ReceiptState::Published,
                "PUBLISH_REQUESTED" => ReceiptState::Processing,
                "PUBLISH_FAILED" => ReceiptState::Rejected,
                "DRAFT" => ReceiptState::Draft,
                other => return Err(reply.unreadable(format!("`{other}` is not a state of a post that is known here"))),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => ReceiptState::Deleted,
            Err(error) => return Err(error),
        };
        Ok(receipt.clone().with_state(state))
    }

    /// What is gone already counts as deleted, so this may be repeated. Comments go with the post.
    pub(super) async fn delete_post(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        let post = main(receipt)?;
        let delete = || async {
            let call = self.rest(Restli::Delete, &object("posts", &post.id)?)?.operation("delete");
            match call.send().await {
                Ok(reply) => done(&reply),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                Err(error) => Err(error),
            }
        };
        run.step(&format!("delete {}", post.id), delete).await?;
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }

    /// Looks at the version's end, and whether the token may publish for the author.
    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let mut readiness = Readiness::new(self.account.clone(), at);
        readiness.findings.extend(version::finding(&self.version, at));
        let wrong = |message: &str| Finding::error(FindingCode::INVALID, "token", message.to_owned());
        let of_another = "the token belongs to somebody else, or has no role there that may publish";
        let finding = match self.may_publish().await {
            Ok(true) => None,
            Ok(false) => Some(wrong(of_another).with_limit(self.author.urn())),
            Err(error) if error.kind() == ErrorKind::Auth => Some(wrong(error.message())),
            Err(error) if error.kind() == ErrorKind::Permission => {
                let message = "the token may publish without being allowed to say for whom; add `openid` and `profile`, \
                               or `rw_organization_admin` for an organization";
                Some(Finding::note(FindingCode::NOT_CHECKED, "token", message))
            }
            Err(error) => return Err(error),
        };
        readiness.findings.extend(finding);
        Ok(readiness)
    }

    async fn may_publish(&self) -> Result<bool> {
        let urn = self.author.urn();
        if self.author.is_organization() {
            return Ok(self.roles().await?.iter().any(|role| role.publishes_for() == Some(&urn)));
        }
        // The one call without a version.
        let url = self.api.base_url().join("v2/userinfo");
        let url = url.map_err(|_| Error::invalid("path", "the path makes no address"))?;
        let call = self.api.follow(Method::GET, url).repeat(Repeat::Safe).operation("read account");
        Ok(call.send().await?.json::<UserInfo>()?.sub == self.account.key.id)
    }
}

fn main(receipt: &Receipt) -> Result<&RemotePost> {
    receipt.post(&PostRole::MAIN).ok_or_else(|| Error::invalid("receipt", "the receipt names no post"))
}
