//! The stores' settings.

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use secrecy::ExposeSecret as _;
use social_core::Result;
use social_core::settings::{Reader, Setting, Settings};

use super::BucketHost;

const AWS: &str = "https://console.aws.amazon.com/iam, or the console of your store";
const GOOGLE: &str = "https://console.cloud.google.com/iam-admin/serviceaccounts";
const AZURE: &str = "https://portal.azure.com, storage account, access keys";

pub(super) const S3_BUCKET: Setting =
    Setting::new("S3_BUCKET", "the bucket, where the address names none", AWS, "my-media").optional();
pub(super) const S3_KEY: Setting = Setting::new("AWS_ACCESS_KEY_ID", "the id of the access key", AWS, "AKIA0000");
pub(super) const S3_SECRET: Setting =
    Setting::new("AWS_SECRET_ACCESS_KEY", "the secret of the access key", AWS, "secret-0000").secret();
pub(super) const S3_TOKEN: Setting =
    Setting::new("AWS_SESSION_TOKEN", "the token of a temporary key", AWS, "token-0000").secret().optional();
pub(super) const S3_REGION: Setting =
    Setting::new("AWS_REGION", "the region; R2 wants `auto`", AWS, "eu-central-1").optional();
pub(super) const S3_URL: Setting = Setting::base_url("AWS_ENDPOINT_URL_S3", "https://ACCOUNT.r2.cloudflarestorage.com");

pub(super) const GCS_BUCKET: Setting =
    Setting::new("GCS_BUCKET", "the bucket, where the address names none", GOOGLE, "my-media").optional();
pub(super) const GCS_KEY_FILE: Setting = Setting::new(
    "GOOGLE_APPLICATION_CREDENTIALS",
    "the path of a service account's key file",
    GOOGLE,
    "service-account.json",
);
pub(super) const GCS_URL: Setting = Setting::base_url("GCS_BASE_URL", "https://storage.googleapis.com");

pub(super) const AZURE_CONTAINER: Setting =
    Setting::new("AZURE_CONTAINER", "the container, where the address names none", AZURE, "my-media").optional();
pub(super) const AZURE_ACCOUNT: Setting =
    Setting::new("AZURE_STORAGE_ACCOUNT", "the storage account", AZURE, "mymedia");
pub(super) const AZURE_KEY: Setting =
    Setting::new("AZURE_STORAGE_KEY", "the account's access key", AZURE, "c2VjcmV0LTAwMDA=").secret();
pub(super) const AZURE_URL: Setting = Setting::base_url("AZURE_BLOB_ENDPOINT", "https://mymedia.blob.core.windows.net");

/// The bucket that the address or the setting names.
fn bucket(read: &Reader<'_>, named: &str, setting: &Setting) -> Result<String> {
    match named.trim_matches('/') {
        "" => read.text(setting),
        bucket => Ok(bucket.to_owned()),
    }
}

pub(super) fn s3(settings: &dyn Settings, named: &str) -> Result<BucketHost> {
    let read = Reader::new("s3", settings, &[S3_KEY, S3_SECRET])?;
    let name = bucket(&read, named, &S3_BUCKET)?;
    let mut store = AmazonS3Builder::new()
        .with_bucket_name(&name)
        .with_access_key_id(read.text(&S3_KEY)?)
        .with_secret_access_key(read.secret(&S3_SECRET)?.expose_secret());
    let url = read.optional_text(&S3_URL);
    store = match &url {
        Some(url) => store.with_endpoint(url).with_allow_http(url.starts_with("http://")),
        // A certificate holds for one level below the store's name.
        None => store.with_virtual_hosted_style_request(!name.contains('.')),
    };
    if let Some(region) = read.optional_text(&S3_REGION) {
        store = store.with_region(region);
    }
    let mut endpoint = BucketHost::endpoint("s3").secret(&read.secret(&S3_SECRET)?);
    if let Some(token) = read.optional_secret(&S3_TOKEN) {
        store = store.with_token(token.expose_secret());
        endpoint = endpoint.secret(&token);
    }
    BucketHost::s3(read.endpoint(endpoint, None), &name, store)
}

pub(super) fn gcs(settings: &dyn Settings, named: &str) -> Result<BucketHost> {
    let read = Reader::new("gcs", settings, &[GCS_KEY_FILE])?;
    let name = bucket(&read, named, &GCS_BUCKET)?;
    let mut store =
        GoogleCloudStorageBuilder::new().with_bucket_name(&name).with_service_account_path(read.text(&GCS_KEY_FILE)?);
    if let Some(url) = read.optional_text(&GCS_URL) {
        store = store.with_base_url(&url);
    }
    BucketHost::gcs(read.endpoint(BucketHost::endpoint("gcs"), None), &name, store)
}

pub(super) fn azure(settings: &dyn Settings, named: &str) -> Result<BucketHost> {
    let read = Reader::new("azure", settings, &[AZURE_ACCOUNT, AZURE_KEY])?;
    let name = bucket(&read, named, &AZURE_CONTAINER)?;
    let key = read.secret(&AZURE_KEY)?;
    let mut store = MicrosoftAzureBuilder::new()
        .with_container_name(&name)
        .with_account(read.text(&AZURE_ACCOUNT)?)
        .with_access_key(key.expose_secret());
    if let Some(url) = read.optional_text(&AZURE_URL) {
        let allow_http = url.starts_with("http://");
        store = store.with_endpoint(url).with_allow_http(allow_http);
    }
    let endpoint = BucketHost::endpoint("azure").secret(&key);
    BucketHost::azure(read.endpoint(endpoint, None), &name, store)
}
