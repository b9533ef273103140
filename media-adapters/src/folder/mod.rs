//! A folder of this machine as a media host: the application serves its files at signed addresses
//! that end.
//!
//! **Environment:** `MEDIA_FOLDER`, `MEDIA_FOLDER_URL`, and `MEDIA_FOLDER_KEY` as `ID:SECRET`;
//! `MEDIA_FOLDER_FORMER_KEYS` are keys, with commas between them, whose addresses still count.
//!
//! **Supported:** [`FolderHost`], `folder`: puts files into the folder, whole or not at all, and
//! signs their addresses; removes them. [`AddressKeys`] signs and checks addresses for whatever
//! serves the files, and knows nothing else of this crate; `examples/serve-media` does it with
//! axum.
//!
//! ```
//! use media_adapters::folder::{AddressKeys, AddressRefusal};
//!
//! let keys = AddressKeys::new("2026", "0123456789abcdef0123456789abcdef".into());
//! let query = keys.sign("bread.jpg", 1_795_179_600);
//! assert_eq!(keys.check("bread.jpg", &query, 1_795_176_000), Ok(1_795_179_600));
//! assert_eq!(keys.check("soup.jpg", &query, 1_795_176_000), Err(AddressRefusal::WrongSignature));
//! assert_eq!(keys.check("bread.jpg", &query, 1_795_179_600), Err(AddressRefusal::Expired));
//!
//! // Another key is current; addresses of the old one stay good.
//! let rotated = AddressKeys::new("2027", "fedcba9876543210fedcba9876543210".into())
//!     .with_former("2026", "0123456789abcdef0123456789abcdef".into());
//! assert!(rotated.check("bread.jpg", &query, 1_795_176_000).is_ok());
//! ```
//!
//! **Known limits:** files stay until they are removed, their addresses end. An address needs
//! no further sign-in. A file at an address is not taken; fetch it first.
//!
//! **Sources:** RFC 2104 (HMAC) alone.

mod sign;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt as _;
use secrecy::ExposeSecret as _;
use social_core::catalogue::VendorEntry;
use social_core::clock::Timestamp;
use social_core::host::{HostCapabilities, HostRequest};
use social_core::make::{self, Made, Maker};
use social_core::media::{Media, RemoteMedia};
use social_core::run::Run;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Effect, Error, ErrorKind, ModelAddress, Result};
use url::Url;

pub use sign::{AddressKeys, AddressRefusal};

use crate::hosted_name::{HostedFile, name_in};

const OWN: &str = "your own choice";

const FOLDER: Setting = Setting::new("MEDIA_FOLDER", "the folder of the files", OWN, "public-media");
const PUBLIC_URL: Setting = Setting::new(
    "MEDIA_FOLDER_URL",
    "the HTTPS URL below which your application serves them",
    OWN,
    "https://media.example/files",
);
const KEY: Setting = Setting::new(
    "MEDIA_FOLDER_KEY",
    "the id and secret that sign addresses, `ID:SECRET`",
    "`openssl rand -hex 32`",
    "2026:00000000000000000000000000000000",
)
.secret();
const FORMER_KEYS: Setting = Setting::new(
    "MEDIA_FOLDER_FORMER_KEYS",
    "former keys whose addresses still count",
    "MEDIA_FOLDER_KEY before you changed it",
    "2025:00000000000000000000000000000000",
)
.secret()
.optional();

/// How long an address works where the request names no time.
const LIFE: Duration = Duration::from_secs(24 * 3600);

/// The shortest secret, in bytes.
const MIN_SECRET: usize = 32;

/// Puts files into a folder that the application serves. Cheap to clone.
///
/// A file's name is the SHA-256 of its bytes, so the same file is written once. Place, time and
/// camera notes are taken out on the way. An address works until the time that the request names,
/// or for a day.
#[derive(Clone, Debug)]
pub struct FolderHost {
    folder: PathBuf,
    public: Url,
    keys: AddressKeys,
    life: Duration,
    address: ModelAddress,
}

impl FolderHost {
    /// A host of the files in this folder, which is made if it is not there, at addresses below
    /// `public_url`.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) for a public address that is not HTTPS: platforms fetch
    /// nothing else.
    pub fn new(folder: impl Into<PathBuf>, public_url: &str, keys: AddressKeys) -> Result<Self> {
        let public = Url::parse(&format!("{}/", public_url.trim_end_matches('/'))).ok();
        let Some(public) = public.filter(|url| url.scheme() == "https" && url.query().is_none()) else {
            let error = Error::config(format!("`{public_url}` is not an HTTPS address without a query"));
            return Err(error.with_field(PUBLIC_URL.name));
        };
        let address = ModelAddress::new("folder", public.host_str().unwrap_or_default());
        Ok(Self { folder: folder.into(), public, keys, life: LIFE, address })
    }

    /// A host with the settings `MEDIA_FOLDER`, `MEDIA_FOLDER_URL`, `MEDIA_FOLDER_KEY` and
    /// `MEDIA_FOLDER_FORMER_KEYS`.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) naming every setting that is missing, and for a key that is
    /// not an id and a secret of at least 32 bytes.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("folder", settings, &[FOLDER, PUBLIC_URL, KEY])?;
        let secret = read.secret(&KEY)?;
        let (id, secret) = key(secret.expose_secret(), &KEY)?;
        let mut keys = AddressKeys::new(id, secret.into());
        if let Some(former) = read.optional_secret(&FORMER_KEYS) {
            for text in former.expose_secret().split(',').map(str::trim).filter(|text| !text.is_empty()) {
                let (id, secret) = key(text, &FORMER_KEYS)?;
                keys = keys.with_former(id, secret.into());
            }
        }
        Self::new(read.text(&FOLDER)?, &read.text(&PUBLIC_URL)?, keys)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// Sets how long an address works where the request does not say it.
    #[must_use]
    pub fn with_life(mut self, life: Duration) -> Self {
        self.life = life;
        self
    }

    /// The folder, for whatever serves it.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The keys, for whatever checks the addresses.
    #[must_use]
    pub fn keys(&self) -> &AddressKeys {
        &self.keys
    }

    /// The address of a file until a time.
    fn signed(&self, name: &str, until: Timestamp) -> Result<RemoteMedia> {
        let mut url = self
            .public
            .join(name)
            .map_err(|e| Error::config("the public address takes no names below it").with_source(e))?;
        url.set_query(Some(&self.keys.sign(name, until.as_second())));
        Ok(RemoteMedia { url, expires_at: Some(until) })
    }

    /// Writes a file, whole or not at all, and returns its name.
    async fn put(&self, media: &Media) -> Result<String> {
        let file = HostedFile::open(media).await?;
        let (folder, path) = (self.folder.clone(), self.folder.join(&file.name));
        if is_whole(&path, file.media.length()).await? {
            return Ok(file.name);
        }
        let mut open = on_a_thread(move || {
            std::fs::create_dir_all(&folder)?;
            readable(&mut tempfile::Builder::new()).prefix(".writing-").tempfile_in(&folder)
        })
        .await?;
        let mut pieces = file.media.stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece?;
            open = on_a_thread(move || {
                std::io::Write::write_all(&mut open, &piece)?;
                Ok(open)
            })
            .await?;
        }
        on_a_thread(move || {
            open.as_file().sync_all()?;
            open.persist(&path).map(drop).map_err(|failed| failed.error)
        })
        .await?;
        Ok(file.name)
    }
}

/// `ID:SECRET`
fn key<'a>(text: &'a str, setting: &Setting) -> Result<(&'a str, &'a str)> {
    let is_id =
        |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    match text.split_once(':') {
        Some((id, secret)) if is_id(id) && secret.len() >= MIN_SECRET => Ok((id, secret)),
        _ => {
            let message = format!("the key is not `ID:SECRET` with a secret of at least {MIN_SECRET} bytes");
            Err(Error::config(message).with_field(setting.name.clone()))
        }
    }
}

/// Whatever serves the folder may be another user than the one that writes it.
#[cfg(unix)]
fn readable<'a, 'b>(file: &'a mut tempfile::Builder<'b, 'b>) -> &'a mut tempfile::Builder<'b, 'b> {
    use std::os::unix::fs::PermissionsExt as _;
    file.permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable<'a, 'b>(file: &'a mut tempfile::Builder<'b, 'b>) -> &'a mut tempfile::Builder<'b, 'b> {
    file
}

/// Whether the file is there. A link is not: it is replaced and not written through.
async fn is_whole(path: &Path, length: u64) -> Result<bool> {
    let path = path.to_owned();
    on_a_thread(move || match std::fs::symlink_metadata(path) {
        Ok(meta) => Ok(meta.is_file() && meta.len() == length),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    })
    .await
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T> {
    let failed = |message: &'static str| Error::new(ErrorKind::Storage, message).with_effect(Effect::None);
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(failed("the folder of hosted files cannot be written").with_source(error)),
        Err(error) => Err(failed("the work on the folder of hosted files was ended").with_source(error)),
    }
}

/// `folder`, as an entry of the catalogue.
pub(crate) fn entry() -> VendorEntry {
    VendorEntry::new("folder", "a local folder that your application serves", [FOLDER, PUBLIC_URL, KEY, FORMER_KEYS])
        .with_host(|settings, _| FolderHost::from_settings(settings))
}

#[async_trait]
impl Maker<HostRequest> for FolderHost {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> HostCapabilities {
        HostCapabilities::new().with_until(true).with_remove(true).with_paid(false).with_generative(false)
    }

    async fn make(&self, run: &Run, request: &HostRequest) -> Result<Made<RemoteMedia>> {
        make::begin(self, run, request).await?;
        let now = run.clock().now();
        let until = request.until.unwrap_or_else(|| now.checked_add(self.life).unwrap_or(Timestamp::MAX));
        if until <= now {
            return Err(Error::invalid("until", format!("{until} is over")).with_vendor(&self.address.vendor));
        }
        let made = |remote: RemoteMedia| Ok(Made::new(self.address.clone(), remote).without_model());
        if let Media::Remote(remote) = &request.media {
            if remote.is_usable_at(until) {
                return made(remote.clone());
            }
            let message = format!("the address of the file stops working before {until}; fetch the file first");
            return Err(Error::invalid("media", message).with_vendor(&self.address.vendor));
        }
        // The file may have been removed since; a file that is there is not written again.
        let name = self.put(&request.media).await?;
        let address = || async { Ok((self.signed(&name, until)?, Some(until))) };
        made(run.step_until("address", address).await?)
    }

    async fn remove(&self, _run: &Run, made: &RemoteMedia) -> Result<()> {
        let path = self.folder.join(name_in(&made.url)?);
        on_a_thread(move || match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        })
        .await
    }
}
