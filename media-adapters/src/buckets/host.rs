//! A bucket as a media host.

use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use http::Method;
use object_store::path::Path;
use object_store::{Attribute, Attributes, ObjectStoreExt as _, PutMultipartOptions, PutOptions, PutPayload};
use social_core::clock::Timestamp;
use social_core::host::{HostCapabilities, HostRequest};
use social_core::http::{ByteStream, Repeat};
use social_core::make::{self, Made, Maker};
use social_core::media::{Media, RemoteMedia};
use social_core::run::Run;
use social_core::{Effect, Error, ErrorKind, ModelAddress, Result};

use super::{BucketHost, error};
use crate::fetched::MAX_VIDEO;
use crate::hosted_name::{HostedFile, name_in};

/// How long the address lives by which a file is removed.
const REMOVED_WITHIN: Duration = Duration::from_secs(300);

impl BucketHost {
    fn key(&self, name: &str) -> Result<Path> {
        let key = self.folder.as_ref().map_or(name.to_owned(), |folder| format!("{folder}/{name}"));
        Path::parse(&key).map_err(|e| Error::config(format!("`{key}` is no name in a bucket")).with_source(e))
    }

    /// Until when the address has to work. What no address can is refused before anything is sent.
    fn until(&self, request: &HostRequest, now: Timestamp) -> Result<Timestamp> {
        let until = request.until.unwrap_or_else(|| now.checked_add(self.life).unwrap_or(Timestamp::MAX));
        let refuse = |error: Error| Err(error.with_vendor(self.endpoint.vendor()).with_effect(Effect::None));
        if until <= now {
            return refuse(Error::invalid("until", format!("{until} is over")));
        }
        let longest = self.longest.and_then(|longest| now.checked_add(longest).ok());
        match longest {
            Some(longest) if until > longest => refuse(Error::unsupported(
                "until",
                format!("{until}: an address of this store lives until {longest} at most, 7 days from now"),
            )),
            _ => Ok(until),
        }
    }

    /// Puts a file into the bucket and returns its name.
    async fn put(&self, media: &Media) -> Result<String> {
        let file = HostedFile::open(media).await?;
        let key = self.key(&file.name)?;
        let mut attributes = Attributes::new();
        attributes.insert(Attribute::ContentType, file.media_type.as_mime().into());
        let mut parts = Parts { pieces: file.media.stream(), read: BytesMut::new(), size: self.part };
        let first = parts.next().await?;
        if first.len() as u64 >= file.media.length() {
            let options = PutOptions { attributes, ..PutOptions::default() };
            self.store.put_opts(&key, PutPayload::from(first), options).await.map_err(error::of)?;
            return Ok(file.name);
        }
        let options = PutMultipartOptions { attributes, ..PutMultipartOptions::default() };
        let mut upload = self.store.put_multipart_opts(&key, options).await.map_err(error::of)?;
        let sent = async {
            let mut next = first;
            while !next.is_empty() {
                upload.put_part(PutPayload::from(next)).await.map_err(error::of)?;
                next = parts.next().await?;
            }
            match upload.complete().await.map_err(error::of) {
                // Completed by a request whose answer was lost.
                Err(error) if error.kind() == ErrorKind::NotFound && self.is_whole(&key, &file).await => Ok(()),
                result => result.map(drop),
            }
        };
        if let Err(error) = sent.await {
            // The bucket's rule for unfinished uploads removes what cannot be removed now.
            let _ = upload.abort().await;
            return Err(error);
        }
        Ok(file.name)
    }

    async fn is_whole(&self, key: &Path, file: &HostedFile) -> bool {
        self.store.head(key).await.is_ok_and(|meta| meta.size == file.media.length())
    }

    async fn signed(&self, name: &str, now: Timestamp, until: Timestamp) -> Result<RemoteMedia> {
        let life = until.duration_since(now).unsigned_abs();
        let url = self.store.signed_url(Method::GET, &self.key(name)?, life).await.map_err(error::of)?;
        Ok(RemoteMedia { url, expires_at: Some(until) })
    }
}

/// A file in parts of one size, as R2 wants them; the last one may be shorter.
struct Parts {
    pieces: ByteStream,
    read: BytesMut,
    size: usize,
}

impl Parts {
    /// The next part; empty behind the last one.
    async fn next(&mut self) -> Result<Bytes> {
        while self.read.len() < self.size
            && let Some(piece) = self.pieces.next().await
        {
            self.read.extend_from_slice(&piece?);
        }
        let size = self.read.len().min(self.size);
        Ok(self.read.split_to(size).freeze())
    }
}

#[async_trait]
impl Maker<HostRequest> for BucketHost {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> HostCapabilities {
        HostCapabilities::new().with_until(true).with_remove(true).with_paid(false).with_generative(false)
    }

    async fn make(&self, run: &Run, request: &HostRequest) -> Result<Made<RemoteMedia>> {
        make::begin(self, run, request).await?;
        let now = run.clock().now();
        let until = self.until(request, now)?;
        let fetched;
        let media = match &request.media {
            Media::Remote(remote) if remote.is_usable_at(until) => {
                return Ok(Made::new(self.address.clone(), remote.clone()).without_model());
            }
            Media::Remote(remote) => {
                fetched = remote.fetch(run, "source", &self.endpoint, MAX_VIDEO).await?;
                &fetched
            }
            media => media,
        };
        let work = async {
            let name = run.step("put", || self.put(media)).await?;
            let address = || async { Ok((self.signed(&name, now, until).await?, Some(until))) };
            run.step_until("address", address).await
        };
        let remote = work.await.map_err(|error: Error| error.with_vendor(self.endpoint.vendor()))?;
        Ok(Made::new(self.address.clone(), remote).without_model())
    }

    async fn remove(&self, _run: &Run, made: &RemoteMedia) -> Result<()> {
        let key = self.key(&name_in(&made.url)?)?;
        // One file by its address; the stores' own requests remove many at once, each in its way.
        let url = self.store.signed_url(Method::DELETE, &key, REMOVED_WITHIN).await.map_err(error::of)?;
        let call = self.endpoint.anonymous(Method::DELETE, url).operation("remove file").repeat(Repeat::Keyed);
        match call.send().await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}
