//! Putting a file where a platform can fetch it.
//!
//! A [`MediaHost`] is a [`Maker`] of [`HostRequest`]s: its [`address`](Maker::address), its
//! [`capabilities`](Maker::capabilities) as [`HostCapabilities`], one call [`make`](Maker::make) on
//! a run, and a [`RemoteMedia`] in a [`Made`](crate::make::Made). [`remove`](Maker::remove) takes
//! the file away again.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::make::{MakeRequest, Maker, OptionValue, Scalar, capability_record};
use crate::media::{Media, RemoteMedia};
use crate::money::Usage;
use crate::run::Run;

/// Gives files a public address, for platforms and vendors that fetch media themselves.
///
/// The address is absolute HTTPS and serves the exact bytes when [`make`](Maker::make) returns,
/// until the time that the request and the result name. With the same run and file, the same
/// address is returned and nothing is uploaded again while it is valid.
pub type MediaHost = dyn Maker<HostRequest>;

/// A file that is to be hosted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HostRequest {
    /// The file.
    pub media: Media,
    /// Until when the address has to work, at least; the host's own time where it is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

impl HostRequest {
    /// This file.
    #[must_use]
    pub fn new(media: Media) -> Self {
        Self { media, until: None }
    }

    /// Says until when the address has to work.
    #[must_use]
    pub fn with_until(mut self, until: Timestamp) -> Self {
        self.until = Some(until);
        self
    }
}

capability_record! {
    /// What a media host can do, as data.
    pub struct HostCapabilities {
        choices {}
        limits {}
        flags {
            /// Keeps a file until a time that the request names.
            until, with_until;
        }
        facts {
            /// Removes files.
            remove, with_remove;
        }
    }
}

impl MakeRequest for HostRequest {
    const NAME: &'static str = "host";
    type Output = RemoteMedia;
    type Capabilities = HostCapabilities;

    fn option(&self, name: &str) -> OptionValue<'_> {
        match name {
            "media" => OptionValue::files([&self.media]),
            "until" => OptionValue::scalar(self.until.map(|until| until.as_second() as f64)),
            _ => OptionValue::Unset,
        }
    }

    fn set_option(&mut self, _name: &str, _value: Option<&Scalar>) -> bool {
        false
    }

    fn files_mut(&mut self) -> Vec<(&'static str, &mut Media)> {
        vec![("media", &mut self.media)]
    }

    fn validate(&self) -> Result<()> {
        Ok(())
    }

    fn estimate(&self) -> Usage {
        Usage::default()
    }
}

/// The public address of a file: its own where it has one, else one that the host gives it.
///
/// # Errors
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for an address that stops working before
/// `until`; what the host fails with.
pub async fn public(run: &Run, host: &MediaHost, media: &Media, until: Option<Timestamp>) -> Result<RemoteMedia> {
    if let Media::Remote(remote) = media {
        return match until {
            Some(until) if !remote.is_usable_at(until) => {
                Err(Error::invalid("media", format!("the address of the file stops working before {until}")))
            }
            _ => Ok(remote.clone()),
        };
    }
    let mut request = HostRequest::new(media.clone());
    request.until = until;
    let name = format!("host-{}", media.sha256().await?);
    let run = run.child(&until.map_or(name.clone(), |until| format!("{name}-{}", until.as_second())));
    Ok(host.make(&run, &request).await?.value)
}
