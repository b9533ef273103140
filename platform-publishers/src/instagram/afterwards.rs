//! What can be asked of an account and of a post that is out.

use http::Method;
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::publish::{
    AccountLimits, Placement, PostQuota, PostRole, Publisher as _, Receipt, ReceiptState, RemotePost,
};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};
use url::Url;

use super::Instagram;
use super::container::read;
use super::publish::{RECENT, parse_time};
use super::wire::{ContainerState, Done, MediaItem, Page, Permalink, Quota};

/// Where posts can be deleted, and only there.
const DELETES: &str = "graph.facebook.com";

impl Instagram {
    /// Whether the account's interface deletes posts: the one of Facebook Login does.
    pub(super) fn deletes(&self) -> bool {
        self.api.base_url().host_str() == Some(DELETES)
    }

    /// How many posts the account made in the last 24 hours, and how many it may make.
    pub(super) async fn quota(&self) -> Result<Option<PostQuota>> {
        let call = self.api.get(&self.edge("content_publishing_limit"))?.operation("read quota");
        let reply = call.query("fields", "config,quota_usage").send().await?;
        let Some(quota) = read::<Page<Quota>>(&self.api, &reply)?.data.into_iter().next() else { return Ok(None) };
        let config = quota.config.as_ref();
        let window = config.and_then(|config| config.quota_duration).map(std::time::Duration::from_secs);
        let total = config.and_then(|config| config.quota_total);
        Ok(quota.quota_usage.zip(total).map(|(used, total)| PostQuota::new(used, total, window)))
    }

    pub(super) async fn limits_now(&self, placement: &Placement, now: Timestamp) -> Result<AccountLimits> {
        let Some(rules) = self.rules(placement) else {
            return Err(Error::unsupported("placement", format!("Instagram has no placement `{placement}`")));
        };
        let limits = AccountLimits::new(self.account().await?, now).with_rules(rules);
        Ok(match self.quota().await? {
            Some(quota) => limits.with_posts(quota),
            None => limits,
        })
    }

    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        if let Some(media) = receipt.post(&PostRole::MAIN) {
            return self.status_of_media(receipt, media).await;
        }
        let Some(container) = receipt.post(&PostRole::CONTAINER) else {
            return Err(Error::invalid("receipt", "the receipt names neither a post nor a container"));
        };
        let state = match self.state(&container.id).await? {
            ContainerState::Published => ReceiptState::Published,
            ContainerState::Failed(_) | ContainerState::Expired => ReceiptState::Rejected,
            _ => ReceiptState::Processing,
        };
        Ok(receipt.clone().with_state(state))
    }

    /// A post that cannot be read may only be out of sight for the moment: it is deleted when the
    /// account's list, which reaches back behind it, does not have it either.
    async fn status_of_media(&self, receipt: &Receipt, media: &RemotePost) -> Result<Receipt> {
        let hidden = match self.permalink(&media.id).await {
            Ok(url) => {
                let mut receipt = receipt.clone().with_state(ReceiptState::Published);
                if let Some(post) = receipt.posts.iter_mut().find(|post| post.role == PostRole::MAIN) {
                    post.url = Some(url);
                }
                return Ok(receipt);
            }
            Err(error) if error.kind() == ErrorKind::NotFound && receipt.placement != Placement::STORY => error,
            Err(error) => return Err(error),
        };
        let listed = self.recent_media().await?;
        let times = listed.iter().filter_map(|item| item.timestamp.as_deref().and_then(parse_time));
        if listed.iter().any(|item| item.id == media.id) {
            return Ok(receipt.clone().with_state(ReceiptState::Published));
        }
        let whole = listed.len() < RECENT;
        match times.min() {
            _ if whole => Ok(receipt.clone().with_state(ReceiptState::Deleted)),
            Some(oldest) if oldest < receipt.at => Ok(receipt.clone().with_state(ReceiptState::Deleted)),
            _ => Err(hidden),
        }
    }

    /// The account's newest posts, stories excepted.
    pub(super) async fn recent_media(&self) -> Result<Vec<MediaItem>> {
        let call = self.api.get(&self.edge("media"))?.operation("list posts");
        let reply = call.query("fields", "id,caption,timestamp").query("limit", RECENT.to_string()).send().await?;
        Ok(read::<Page<MediaItem>>(&self.api, &reply)?.data)
    }

    pub(super) async fn permalink(&self, media: &str) -> Result<Url> {
        let call = self.api.get(&self.object(media))?.operation("read permalink");
        let reply = call.query("fields", "permalink").send().await?;
        let answer: Permalink = read(&self.api, &reply)?;
        answer.permalink.ok_or_else(|| reply.unreadable("the answer has no permalink"))
    }

    pub(super) async fn delete_all(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        if !self.deletes() {
            let message = "Instagram deletes posts only for tokens of Facebook Login (https://graph.facebook.com); \
                           delete the post in the app";
            return Err(Error::unsupported("delete", message).with_vendor(self.api.vendor()));
        }
        receipt.is_of(&self.account().await?)?;
        let Some(media) = receipt.post(&PostRole::MAIN) else {
            return Err(Error::invalid(
                "receipt",
                "the post's id is not known, only its container's; delete it in the app",
            ));
        };
        run.step(&format!("delete {}", media.id), || async {
            let route = self.api.route(Method::DELETE, &self.object(&media.id))?;
            let answer = self.api.call(&route).operation("delete").repeat(Repeat::Safe).send().await;
            let refused = match answer.and_then(|reply| Ok((read::<Done>(&self.api, &reply)?, reply))) {
                Ok((Done { success: true }, _)) => return Ok(()),
                Ok((_, reply)) => reply.unreadable("the post was not deleted"),
                Err(error) => error,
            };
            // Deleted a second time after a lost answer, it is not found.
            match self.status_of_media(receipt, media).await {
                Ok(Receipt { state: ReceiptState::Deleted, .. }) => Ok(()),
                _ => Err(refused),
            }
        })
        .await?;
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }
}
