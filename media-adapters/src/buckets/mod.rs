//! Buckets as media hosts: S3 and its like (R2, MinIO), Google Cloud Storage, Azure Blob Storage,
//! at presigned addresses that end.
//!
//! **Environment** of S3: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` for a
//! temporary key, `AWS_REGION`, `AWS_ENDPOINT_URL_S3` for another store, `S3_BUCKET`. Of GCS:
//! `GOOGLE_APPLICATION_CREDENTIALS` and `GCS_BUCKET`; `GCS_BASE_URL` replaces the address. Of
//! Azure: `AZURE_STORAGE_ACCOUNT`, `AZURE_STORAGE_KEY` and `AZURE_CONTAINER`; `AZURE_BLOB_ENDPOINT`
//! replaces the address.
//!
//! **Supported:** [`BucketHost`], as `s3/BUCKET`, `gcs/BUCKET` and `azure/CONTAINER`: files of any
//! length in parts, with their content type; addresses that live until the time that a request
//! names; removal. Feature `object-store`, which is off by default.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use media_adapters::buckets::BucketHost;
//! use media_adapters::buckets::object_store::aws::AmazonS3Builder;
//! use social_core::clock::Timestamp;
//! use social_core::host::HostRequest;
//! use social_core::make::Maker as _;
//! use social_core::media::Media;
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let host = BucketHost::s3_from_env("my-media")?;
//! let slot = Timestamp::now() + Duration::from_secs(3 * 24 * 3600);
//! let request = HostRequest::new(Media::file("bread.mp4")).with_until(slot);
//! let public = host.make(&Run::ephemeral(), &request).await?;
//! println!("{} until {:?}", public.url, public.expires_at);
//!
//! // Whatever a store can be told, `object_store`'s builders tell it.
//! let store = AmazonS3Builder::new().with_region("eu-central-1").with_imdsv1_fallback();
//! let host = BucketHost::s3(BucketHost::endpoint("s3"), "my-media", store.with_bucket_name("my-media"))?;
//! # let _ = host;
//! # Ok(()) }
//! ```
//!
//! **Known limits:** an address of S3 or GCS lives for 7 days at most. An address needs no
//! further sign-in, and ends with the temporary key that signed it. An upload of a process that
//! dies leaves its parts in the bucket: let a rule of the bucket remove unfinished uploads. Signing
//! takes the machine's clock.
//!
//! **Sources:** the crate `object_store` 0.14.2, which speaks to the stores and signs; the stores'
//! lists of error codes (2026).

pub(crate) mod entry;
mod error;
mod host;
mod service;
mod settings;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use object_store;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::signer::Signer;
use object_store::{ObjectStore, RetryConfig};
use social_core::http::{Endpoint, EndpointBuilder};
use social_core::settings::{Environment, Settings};
use social_core::{ModelAddress, Result};

use service::OverEndpoint;

/// How long an address works where the request names no time.
const LIFE: Duration = Duration::from_secs(24 * 3600);

/// The longest life of an address of S3 and GCS.
const LONGEST_LIFE: Duration = Duration::from_secs(7 * 24 * 3600);

/// The bytes of a file that are held, and sent, at a time.
const PART: usize = 8 << 20;

/// A store that keeps files and signs their addresses.
trait Store: ObjectStore + Signer {}

impl<T: ObjectStore + Signer> Store for T {}

/// Keeps files in a bucket and gives them presigned addresses. Cheap to clone.
///
/// A file's name is the SHA-256 of its bytes, so the same file is there once. Place, time and
/// camera notes are taken out on the way. At most 8 MiB of a file are held at a time. A file at an
/// address that lives long enough keeps it, and is fetched otherwise.
#[derive(Clone)]
pub struct BucketHost {
    store: Arc<dyn Store>,
    endpoint: Endpoint,
    address: ModelAddress,
    folder: Option<String>,
    life: Duration,
    longest: Option<Duration>,
    part: usize,
}

impl fmt::Debug for BucketHost {
    // The store's own text is long, and names keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BucketHost").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Repetitions are the endpoint's.
fn once() -> RetryConfig {
    RetryConfig { max_retries: 0, ..RetryConfig::default() }
}

impl BucketHost {
    /// The endpoint over which requests go: transport, deadlines, repetitions. Its vendor is `s3`,
    /// `gcs` or `azure`; the store knows its own address.
    pub fn endpoint(vendor: &'static str) -> EndpointBuilder {
        Endpoint::builder(vendor, "https://unused.invalid").classify(error::classify)
    }

    /// A bucket of S3 or of a store like it; start from [`BucketHost::endpoint`]. The builder's
    /// client and retry settings are replaced.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint or a store that cannot be built.
    pub fn s3(endpoint: EndpointBuilder, bucket: &str, store: AmazonS3Builder) -> Result<Self> {
        let endpoint = endpoint.build()?;
        let store = store.with_http_connector(OverEndpoint(endpoint.clone())).with_retry(once());
        let store = store.build().map_err(error::unusable)?;
        Ok(Self::new(endpoint, bucket, Arc::new(store), Some(LONGEST_LIFE)))
    }

    /// A bucket of Google Cloud Storage; start from [`BucketHost::endpoint`].
    ///
    /// # Errors
    /// As [`s3`](Self::s3).
    pub fn gcs(endpoint: EndpointBuilder, bucket: &str, store: GoogleCloudStorageBuilder) -> Result<Self> {
        let endpoint = endpoint.build()?;
        let store = store.with_http_connector(OverEndpoint(endpoint.clone())).with_retry(once());
        let store = store.build().map_err(error::unusable)?;
        Ok(Self::new(endpoint, bucket, Arc::new(store), Some(LONGEST_LIFE)))
    }

    /// A container of Azure Blob Storage; start from [`BucketHost::endpoint`].
    ///
    /// # Errors
    /// As [`s3`](Self::s3).
    pub fn azure(endpoint: EndpointBuilder, container: &str, store: MicrosoftAzureBuilder) -> Result<Self> {
        let endpoint = endpoint.build()?;
        let store = store.with_http_connector(OverEndpoint(endpoint.clone())).with_retry(once());
        let store = store.build().map_err(error::unusable)?;
        Ok(Self::new(endpoint, container, Arc::new(store), None))
    }

    fn new(endpoint: Endpoint, bucket: &str, store: Arc<dyn Store>, longest: Option<Duration>) -> Self {
        let address = ModelAddress::new(endpoint.vendor(), bucket);
        Self { store, endpoint, address, folder: None, life: LIFE, longest, part: PART }
    }

    /// A bucket of S3 or of a store like it, with the settings of [this module](self); `bucket` may
    /// be empty where `S3_BUCKET` names it.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing, and for
    /// those that cannot be used.
    pub fn s3_from_settings(settings: &dyn Settings, bucket: &str) -> Result<Self> {
        settings::s3(settings, bucket)
    }

    /// [`s3_from_settings`](Self::s3_from_settings) with the environment.
    ///
    /// # Errors
    /// As [`s3_from_settings`](Self::s3_from_settings).
    pub fn s3_from_env(bucket: &str) -> Result<Self> {
        settings::s3(&Environment, bucket)
    }

    /// As [`s3_from_settings`](Self::s3_from_settings), of Google Cloud Storage.
    ///
    /// # Errors
    /// As [`s3_from_settings`](Self::s3_from_settings).
    pub fn gcs_from_settings(settings: &dyn Settings, bucket: &str) -> Result<Self> {
        settings::gcs(settings, bucket)
    }

    /// As [`s3_from_settings`](Self::s3_from_settings), of Azure Blob Storage.
    ///
    /// # Errors
    /// As [`s3_from_settings`](Self::s3_from_settings).
    pub fn azure_from_settings(settings: &dyn Settings, container: &str) -> Result<Self> {
        settings::azure(settings, container)
    }

    /// Puts the files below this name in the bucket.
    #[must_use]
    pub fn with_folder(mut self, folder: impl Into<String>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Sets how long an address works where the request does not say it; 24 hours by default, at
    /// most 7 days with S3 and GCS.
    #[must_use]
    pub fn with_life(mut self, life: Duration) -> Self {
        self.life = life;
        self
    }
}
