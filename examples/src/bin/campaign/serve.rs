//! The page on which posts are decided about, served from this machine.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use review_page::Review;
use social_core::clock::SystemRandom;
use social_core::{Error, Result};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// A served review, until it is [closed](Self::close).
pub(crate) struct Served {
    pub(crate) review: Review,
    address: SocketAddr,
    ending: CancellationToken,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
}

/// How long the last page waits for the browser that watches.
const PATIENCE: Duration = Duration::from_secs(10);

impl Served {
    /// Serves the page of a folder.
    pub(crate) async fn start(address: SocketAddr, out: &Path, person: &str) -> Result<Self> {
        let taken = |e: std::io::Error| Error::invalid("--serve", format!("{address} cannot be used: {e}"));
        let listener = TcpListener::bind(address).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        let review = Review::new(out, person, Arc::new(SystemRandom));
        let ending = CancellationToken::new();
        let ended = ending.clone().cancelled_owned();
        let server = axum::serve(listener, review.router()).with_graceful_shutdown(ended).into_future();
        Ok(Self { review, address, ending, server: tokio::spawn(server) })
    }

    /// Says where the page is.
    pub(crate) fn announce(&self) {
        println!("Decide in the browser: http://{}/{}", self.address, self.review.entrance());
        println!(
            "The address works once. What you decide is kept at once; Ctrl-C stops, and the same command goes on."
        );
    }

    /// Shows the last page to a browser that is open, and ends.
    pub(crate) async fn close(self, words: &str) {
        self.review.end(words);
        self.review.until_seen(PATIENCE).await;
        self.ending.cancel();
        // A browser may keep a connection open for ever.
        let _ = tokio::time::timeout(Duration::from_secs(1), self.server).await;
    }
}
