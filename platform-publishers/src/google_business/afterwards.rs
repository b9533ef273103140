//! What can be asked of a location, and of a post that Google took.

use std::collections::BTreeMap;

use http::Method;
use serde::de::IgnoredAny;
use social_core::clock::Timestamp;
use social_core::http::Repeat;
use social_core::publish::{Finding, FindingCode, Readiness, Receipt, ReceiptState};
use social_core::run::Run;
use social_core::{ErrorKind, Result};

use super::GoogleBusiness;
use super::wire::{LocalPost, Place};

impl GoogleBusiness {
    pub(super) async fn read_post(&self, name: &str) -> Result<LocalPost> {
        let call = self.api.get(&self.location.object("localPosts", name)?)?.operation("read post");
        call.send().await?.json()
    }

    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        let post = match self.read_post(receipt.id()).await {
            Ok(post) => post,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(receipt.clone().with_state(ReceiptState::Deleted));
            }
            Err(error) => return Err(error),
        };
        let Some(state) = post.receipt_state() else {
            return Err(self.api.error(ErrorKind::Protocol, "Google does not say in which state the post is"));
        };
        let mut found = receipt.clone().with_state(state);
        if let Some(main) = found.posts.first_mut() {
            main.url = post.search_url.or(main.url.take());
        }
        Ok(found)
    }

    /// What is gone already counts as deleted, so this may be repeated.
    pub(super) async fn delete_post(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account)?;
        let path = self.location.object("localPosts", receipt.id())?;
        run.step(&format!("delete {}", receipt.id()), || self.delete_object(&path)).await?;
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }

    pub(super) async fn delete_object(&self, path: &str) -> Result<()> {
        let route = self.api.route(Method::DELETE, path)?;
        match self.api.call(&route).operation("delete").repeat(Repeat::Safe).send().await {
            Ok(reply) => match reply.json::<BTreeMap<String, IgnoredAny>>() {
                Ok(fields) if fields.is_empty() => Ok(()),
                _ => Err(reply.unreadable("the answer does not say that it was deleted")),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whether the token may see the location, and the location may have posts.
    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let readiness = Readiness::new(self.account.clone(), at);
        match self.place("name,title,metadata").await {
            Ok(place) => {
                let may = place.metadata.and_then(|metadata| metadata.can_operate_local_post);
                if may != Some(false) {
                    return Ok(readiness);
                }
                let message = "Google has switched posts off for this location, as it does for chains";
                Ok(readiness.with_finding(Finding::error(FindingCode::UNSUPPORTED, "location", message)))
            }
            Err(error) if matches!(error.kind(), ErrorKind::Auth | ErrorKind::Permission | ErrorKind::NotFound) => {
                let finding = Finding::error(FindingCode::INVALID, "token", error.message().to_owned());
                Ok(readiness.with_finding(finding))
            }
            Err(error) => Err(error),
        }
    }

    /// The location, as far as these fields say.
    pub(super) async fn place(&self, fields: &str) -> Result<Place> {
        let call = self.information.get(&self.location.information())?.operation("read location");
        call.query("readMask", fields).send().await?.json()
    }
}
