//! Waking those who wait for a job.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Wakes waits for jobs in this process. Clones are the same bell.
///
/// Ringing says nothing but "ask now": the vendor is asked, at most once a second, and only its
/// answer counts. Anybody may ring for any id; what is not waited for is not remembered.
#[derive(Clone, Debug, Default)]
pub struct JobBell(Arc<Mutex<HashMap<String, watch::Sender<()>>>>);

impl JobBell {
    /// A bell without listeners.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Wakes whoever waits for the job with this id of the vendor's. Returns whether somebody does.
    pub fn ring(&self, job: &str) -> bool {
        self.waits().get(job).is_some_and(|wait| wait.send(()).is_ok())
    }

    pub(super) fn listen(&self, job: &str) -> Listener {
        let receiver = self.waits().entry(job.to_owned()).or_insert_with(|| watch::Sender::new(())).subscribe();
        Listener { bell: self.clone(), job: job.to_owned(), receiver }
    }

    fn waits(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hears the bell for one job.
#[derive(Debug)]
pub(super) struct Listener {
    bell: JobBell,
    job: String,
    receiver: watch::Receiver<()>,
}

impl Listener {
    /// Returns when the bell was rung since the last time.
    pub(super) async fn rung(&mut self) {
        if self.receiver.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut waits = self.bell.waits();
        // The one that is being dropped still counts.
        if waits.get(&self.job).is_some_and(|wait| wait.receiver_count() <= 1) {
            waits.remove(&self.job);
        }
    }
}
