//! Resumable uploads: begun, sent in pieces, and asked how far they are.

use std::time::Duration;

use http::header::{CONTENT_RANGE, LOCATION, RANGE};
use http::{HeaderMap, HeaderName, Method, StatusCode};
use secrecy::SecretString;
use serde::Serialize;
use social_core::http::{Body, Call, Repeat, Reply};
use social_core::media::CleanMedia;
use social_core::{Effect, Error, ErrorKind, Result, Retry};
use url::Url;

use super::YouTube;

/// Every piece but the last is a multiple of this.
const UNIT: u64 = 262_144;
/// Google advises against small pieces; one of this size has a token that is still good.
pub(super) const PIECE: u64 = 512 * UNIT;
/// How long one piece may take.
const PATIENCE: Duration = Duration::from_secs(3600);

const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("x-upload-content-length");
const UPLOAD_TYPE: HeaderName = HeaderName::from_static("x-upload-content-type");

/// The size of a piece for so many bytes.
pub(super) const fn whole_units(bytes: u64) -> u64 {
    let units = bytes.div_ceil(UNIT);
    if units == 0 { UNIT } else { units.saturating_mul(UNIT) }
}

/// Where the piece ends that begins at a byte.
pub(super) const fn piece_end(start: u64, length: u64, piece: u64) -> u64 {
    let end = start.saturating_add(piece);
    if end < length { end } else { length }
}

/// How far an upload is.
enum Progress {
    /// So many bytes arrived.
    Arrived(u64),
    /// All is there; this is the answer about what was made of it.
    Done(Reply),
}

/// What an address of an upload says of itself.
pub(super) enum Upload {
    Unfinished,
    Finished(Reply),
    /// YouTube does not know it any more.
    Forgotten,
}

/// A file on its way.
pub(super) struct File<'a> {
    pub(super) media: &'a CleanMedia,
    pub(super) mime: &'static str,
}

impl YouTube {
    /// Begins an upload, which is not visible, and returns its address.
    pub(super) async fn begin(
        &self,
        path: &str,
        query: &[(&str, &str)],
        about: &(impl Serialize + Sync),
        file: &File<'_>,
    ) -> Result<Url> {
        let call = self.api.post(path)?.operation("begin upload").repeat(Repeat::Safe).query("uploadType", "resumable");
        let call = query.iter().fold(call, |call, (name, value)| call.query(name, value));
        let call = call.header(UPLOAD_LENGTH, &file.media.length().to_string()).header(UPLOAD_TYPE, file.mime);
        let reply = call.json(about).send().await?;
        let address = reply.headers.get(LOCATION).and_then(|address| Url::parse(address.to_str().ok()?).ok());
        let known = |url: &Url| [&self.api, &self.uploads].iter().any(|host| host.base_url().origin() == url.origin());
        address.filter(known).ok_or_else(|| reply.unreadable("the answer names no address of YouTube for the upload"))
    }

    /// Sends what has not arrived yet, piece by piece. After a cut YouTube is asked what it has; as
    /// long as each attempt gets further, the rest is worth another one.
    pub(super) async fn send(&self, address: &Url, file: &File<'_>, resumed: bool) -> Result<Reply> {
        let length = file.media.length();
        let mut offset = 0;
        if resumed {
            match self.ask(address, length).await? {
                Progress::Done(reply) => return Ok(reply),
                Progress::Arrived(arrived) => offset = arrived,
            }
        }
        loop {
            if offset >= length {
                let message = "YouTube has every byte and has not made the video yet";
                let error = self.api.error(ErrorKind::Unavailable, message);
                return Err(error.with_operation("upload video").with_retry(Retry::Backoff));
            }
            let sent = self.send_piece(address, file, offset).await;
            let (now, error) = match sent {
                Ok(Progress::Done(reply)) => return Ok(reply),
                Ok(Progress::Arrived(now)) => (now, None),
                Err(error) if is_refusal(&error) => return Err(error),
                Err(error) => match self.ask(address, length).await {
                    Ok(Progress::Done(reply)) => return Ok(reply),
                    Ok(Progress::Arrived(now)) => (now, Some(error)),
                    Err(_) => return Err(error),
                },
            };
            if now <= offset {
                let message = format!("the upload does not go on at byte {offset}");
                return Err(error.unwrap_or_else(|| self.api.error(ErrorKind::Protocol, message)));
            }
            offset = now;
        }
    }

    /// Asks what became of an upload.
    pub(super) async fn look_at(&self, address: &Url, length: u64) -> Result<Upload> {
        match self.ask(address, length).await {
            Ok(Progress::Done(reply)) => Ok(Upload::Finished(reply)),
            Ok(Progress::Arrived(_)) => Ok(Upload::Unfinished),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Upload::Forgotten),
            Err(error) => Err(error),
        }
    }

    async fn send_piece(&self, address: &Url, file: &File<'_>, start: u64) -> Result<Progress> {
        let length = file.media.length();
        let end = piece_end(start, length, self.piece);
        let call = self.of_upload(address).operation("upload video").deadline(PATIENCE);
        let call = call.header(CONTENT_RANGE, &format!("bytes {start}-{}/{length}", end.saturating_sub(1)));
        self.progress(call.body(file.media.body_range(start, end))).await
    }

    async fn ask(&self, address: &Url, length: u64) -> Result<Progress> {
        let call = self.of_upload(address).operation("ask about upload").repeat(Repeat::Safe);
        // An empty body, so that its length is said.
        let call = call.header(CONTENT_RANGE, &format!("bytes */{length}")).body(Body::Bytes(Vec::new().into()));
        self.progress(call).await
    }

    /// Whoever has the address can write to the upload, so no error shows it.
    fn of_upload(&self, address: &Url) -> Call<'_> {
        let is_there = self.uploads.base_url().origin() == address.origin();
        let endpoint = if is_there { &self.uploads } else { &self.api };
        let id = address.query_pairs().find(|(name, _)| name == "upload_id").map(|(_, id)| id.into_owned());
        let secret = SecretString::from(id.unwrap_or_else(|| address.as_str().to_owned()));
        endpoint.follow(Method::PUT, address.clone()).also_accept(&[308]).secret(&secret)
    }

    async fn progress(&self, call: Call<'_>) -> Result<Progress> {
        match call.send().await {
            Ok(reply) if reply.status == StatusCode::PERMANENT_REDIRECT => match arrived(&reply.headers) {
                Some(bytes) => Ok(Progress::Arrived(bytes)),
                None => Err(reply.unreadable("the answer does not say how many bytes arrived")),
            },
            Ok(reply) => Ok(Progress::Done(reply)),
            // An address that is not known any more may have made a video before.
            Err(error) if error.kind() == ErrorKind::NotFound => Err(error.with_effect(Effect::Unknown)),
            Err(error) => Err(error),
        }
    }
}

/// `bytes=0-524287` are 524288 bytes; without the header nothing arrived.
fn arrived(headers: &HeaderMap) -> Option<u64> {
    let Some(range) = headers.get(RANGE) else { return Some(0) };
    let (_, last) = range.to_str().ok()?.rsplit_once('-')?;
    last.parse::<u64>().ok()?.checked_add(1)
}

/// Whether there is nothing to ask about: what was sent was refused.
fn is_refusal(error: &Error) -> bool {
    error.effect() == Effect::None || error.kind() == ErrorKind::Duplicate
}

/// Whether a refusal of bytes ends their upload: the rest would be refused as well.
pub(super) fn ends_upload(error: &Error) -> bool {
    use ErrorKind::{InvalidRequest, MediaInvalid, QuotaExhausted, Rejected};
    let refused = error.status().is_some_and(|status| (400..500).contains(&status));
    refused && matches!(error.kind(), InvalidRequest | MediaInvalid | QuotaExhausted | Rejected)
}
