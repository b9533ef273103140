//! These tests stand on invented vendors; what is counted is how often a vendor was reached.

mod disk;
mod gates;
mod late;
mod lease;
mod sequences;
mod steps;

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Notify;

use super::*;
use crate::error::{Effect, Error, ErrorKind, Result};

/// A vendor that counts how often it posted.
#[derive(Debug, Default)]
struct Vendor {
    posts: AtomicU32,
    questions: AtomicU32,
}

impl Vendor {
    fn posts(&self) -> u32 {
        self.posts.load(Ordering::SeqCst)
    }

    fn questions(&self) -> u32 {
        self.questions.load(Ordering::SeqCst)
    }

    async fn post(&self) -> Result<u32> {
        Ok(self.posts.fetch_add(1, Ordering::SeqCst) + 1)
    }

    async fn post_and_lose_the_answer(&self) -> Result<u32> {
        self.posts.fetch_add(1, Ordering::SeqCst);
        Err(Error::new(ErrorKind::Timeout, "no answer"))
    }

    async fn refuse(&self) -> Result<u32> {
        Err(Error::new(ErrorKind::RateLimited, "slow down"))
    }

    async fn find(&self) -> Result<Found<u32>> {
        self.questions.fetch_add(1, Ordering::SeqCst);
        Ok(match self.posts() {
            0 => Found::Absent,
            id => Found::Present(id),
        })
    }

    async fn cannot_tell(&self) -> Result<Found<u32>> {
        self.questions.fetch_add(1, Ordering::SeqCst);
        Ok(Found::Unknown)
    }
}

/// The point at which a process dies.
#[derive(Debug, Default)]
struct Death(Notify);

impl Death {
    async fn comes<T>(&self) -> T {
        self.0.notify_one();
        std::future::pending().await
    }

    /// Runs until death comes, then drops the work.
    async fn ends<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            result = work => Some(result),
            () = self.0.notified() => None,
        }
    }
}

/// Begins the step and dies under way, before or after the vendor posted.
async fn begin_and_die(run: &Run, vendor: &Vendor, after_the_post: bool) {
    let death = Death::default();
    let work = || async {
        if after_the_post {
            vendor.post().await?;
        }
        death.comes().await
    };
    assert!(death.ends(run.once("publish", work, |_| vendor.find())).await.is_none());
}
