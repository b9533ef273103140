//! Invented posts, and publishers that keep count on their own side.

mod approval;
mod handing_over;
mod publishing;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

use async_trait::async_trait;
use secrecy::SecretString;

use super::*;
use crate::error::{Effect, Error, ErrorKind, Result};
use crate::identity::{Account, AccountKey, Tenant};
use crate::media::{Media, MediaInfo};
use crate::run::{Found, MemoryJournal, Run};
use crate::{Platform, publish};

const PLATFORM: Platform = Platform::new("example");

/// A board that takes posts and counts them. Its accounts differ by id.
#[derive(Debug)]
struct Board {
    account: Account,
    posts: AtomicUsize,
    down: AtomicBool,
    at_once: AtomicUsize,
    most_at_once: Arc<AtomicUsize>,
}

impl Board {
    fn new(id: &str) -> Arc<Self> {
        Self::of(Account::new(AccountKey::new(PLATFORM, id), format!("@{id}")))
    }

    /// A webhook, which is known by its secret address.
    fn webhook(address: &str) -> Arc<Self> {
        Self::of(AccountKey::of_secret(Tenant::DEFAULT, PLATFORM, &SecretString::from(address)).into())
    }

    fn of(account: Account) -> Arc<Self> {
        Arc::new(Self {
            account,
            posts: AtomicUsize::default(),
            down: AtomicBool::default(),
            at_once: AtomicUsize::default(),
            most_at_once: Arc::default(),
        })
    }

    fn posts(&self) -> usize {
        self.posts.load(SeqCst)
    }
}

#[async_trait]
impl Publisher for Board {
    fn platform(&self) -> Platform {
        PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.account.clone())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new([Placement::FEED])
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        let rules = Rules::new(PLATFORM, placement.clone())
            .with_images(Span::up_to(2), ImageRule::new())
            .with_option("pinned", "keeps it on top");
        (*placement == Placement::FEED).then_some(rules)
    }

    fn check(&self, _post: &Post, facts: &[MediaInfo]) -> Vec<Finding> {
        let message = format!("{} files were looked at", facts.len());
        vec![Finding::note(FindingCode::new("example.looked"), "attachments", message)]
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        publish::durably(self, run, post, |delivery| async move {
            let send = || async {
                let now = self.at_once.fetch_add(1, SeqCst) + 1;
                self.most_at_once.fetch_max(now, SeqCst);
                tokio::task::yield_now().await;
                self.at_once.fetch_sub(1, SeqCst);
                if self.down.load(SeqCst) {
                    return Err(Error::new(ErrorKind::Permission, "not today"));
                }
                let id = self.posts.fetch_add(1, SeqCst).to_string();
                Ok(delivery.receipt(ReceiptState::Published).with_post(RemotePost::main(id)))
            };
            delivery.once(send, |_| async { Ok(Found::Unknown) }).await
        })
        .await
    }
}

/// The smallest PNG that has a size.
fn png() -> Media {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0\0\0\0\0".to_vec();
    bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xaeB`\x82");
    Media::bytes(bytes)
}

async fn approved(board: &Board, post: Post) -> Approved<Post> {
    approved_for(board.account.clone(), post).await
}

async fn approved_for(account: Account, post: Post) -> Approved<Post> {
    let policy = AutoApprove::because("test");
    Approved::ask(&Run::ephemeral(), post, &Ask::for_account(account), &policy).await.unwrap().approved().unwrap()
}

async fn target(board: &Arc<Board>) -> Target {
    Target::new(board.clone(), Placement::FEED).await.unwrap()
}

fn kinds(results: &[TargetResult]) -> Vec<Result<ReceiptState, ErrorKind>> {
    let kind = |target: &TargetResult| target.result.as_ref().map(|receipt| receipt.state).map_err(Error::kind);
    results.iter().map(kind).collect()
}
