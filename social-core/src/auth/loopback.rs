//! [`Loopback`]: catches a person who comes back to a program without a web server.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::callback::Callback;
use crate::error::{Error, ErrorKind, Result};

const PATH: &str = "/callback";
/// A browser sends less before the end of its headers.
const LONGEST: u64 = 32 << 10;
const PAGE: &str = "<!doctype html><meta charset=\"utf-8\"><title>Connected</title>\
    <p>You can close this window and go back to the program.</p>";

/// Listens on this machine for a person who comes back from a platform (RFC 8252).
///
/// It listens on 127.0.0.1 only, answers with one page, and stops after one callback.
#[derive(Debug)]
pub struct Loopback {
    listener: TcpListener,
    redirect_uri: String,
}

impl Loopback {
    /// Listens on a port; 0 for any. Platforms that compare the address letter by letter need the
    /// one that was registered.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) when the port is taken.
    pub async fn bind(port: u16) -> Result<Self> {
        let taken = |e: std::io::Error| Error::config(format!("cannot listen on 127.0.0.1:{port}: {e}")).with_source(e);
        let listener = TcpListener::bind(("127.0.0.1", port)).await.map_err(taken)?;
        let port = listener.local_addr().map_err(taken)?.port();
        Ok(Self { listener, redirect_uri: format!("http://127.0.0.1:{port}{PATH}") })
    }

    /// The address to come back to.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Waits until somebody comes back. Requests for other pages do not count.
    ///
    /// # Errors
    /// [`Timeout`](ErrorKind::Timeout) when the browser does not come back.
    pub async fn wait(self, patience: Duration) -> Result<Callback> {
        let wait = async {
            loop {
                let Ok((stream, _)) = self.listener.accept().await else { continue };
                if let Ok(Some(callback)) = serve(stream).await {
                    return callback;
                }
            }
        };
        tokio::time::timeout(patience, wait).await.map_err(|_| {
            Error::new(ErrorKind::Timeout, format!("the browser did not come back within {} s", patience.as_secs()))
        })
    }
}

async fn serve(mut stream: TcpStream) -> std::io::Result<Option<Callback>> {
    let (reader, mut writer) = stream.split();
    let mut line = String::new();
    let read = async { BufReader::new(reader.take(LONGEST)).read_line(&mut line).await };
    let _ = tokio::time::timeout(Duration::from_secs(10), read).await?;
    let mut words = line.split_whitespace();
    let target = words.next().filter(|method| *method == "GET").and(words.next()).unwrap_or_default();
    let callback = match target.split_once('?') {
        Some((PATH, query)) => Callback::parse(query).ok(),
        _ => None,
    };
    let (status, page) = if callback.is_some() { ("200 OK", PAGE) } else { ("404 Not Found", "") };
    // The address holds the code: no page that is opened from here may learn it.
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         referrer-policy: no-referrer\r\ncache-control: no-store\r\nconnection: close\r\n\r\n",
        page.len()
    );
    writer.write_all(head.as_bytes()).await?;
    writer.write_all(page.as_bytes()).await?;
    writer.shutdown().await?;
    Ok(callback)
}
