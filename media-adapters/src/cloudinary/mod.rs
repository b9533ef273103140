//! Cloudinary: files at permanent addresses, and images changed by transformations.
//!
//! **Environment:** `CLOUDINARY_CLOUD_NAME`, `CLOUDINARY_API_KEY`, `CLOUDINARY_API_SECRET`;
//! `CLOUDINARY_FOLDER` puts the files into a folder, `CLOUDINARY_MODERATION` names a moderation
//! add-on (`aws_rek`), `CLOUDINARY_SIGNATURE_ALGORITHM` is `sha256` for accounts that are set to
//! it, `CLOUDINARY_BASE_URL` replaces the address.
//!
//! **Supported:**
//! - [`CloudinaryHost`], `cloudinary`: signed uploads, of large files in parts that go on where
//!   they were cut, and of files that Cloudinary fetches itself; deletion.
//! - [`CloudinaryEnhancer`], `cloudinary/edit`: crops, sizes, formats, larger images, backgrounds,
//!   improvement, and the verdict of a moderation add-on.
//! - [`Cloudinary::transformed`]: signed addresses of changed images.
//!
//! ```no_run
//! use media_adapters::cloudinary::Cloudinary;
//! use social_core::enhance::{EnhanceRequest, Enhancement};
//! use social_core::host::HostRequest;
//! use social_core::image::AspectRatio;
//! use social_core::make::Maker as _;
//! use social_core::media::{Media, MediaType};
//! use social_core::run::Run;
//!
//! # async fn example() -> social_core::Result<()> {
//! let cloudinary = Cloudinary::from_env()?;
//! let photo = Media::file("bread.png");
//! let public = cloudinary.host().make(&Run::ephemeral(), &HostRequest::new(photo.clone())).await?;
//! println!("{}", public.url);
//!
//! let changes = [Enhancement::Crop(AspectRatio::PORTRAIT), Enhancement::Convert(MediaType::Jpeg)];
//! let request = EnhanceRequest::new(photo, changes);
//! let image = cloudinary.enhancer("edit").make(&Run::ephemeral(), &request).await?;
//! println!("{:?}", image.media);
//! # Ok(()) }
//! ```
//!
//! **Known limits:** what an account may upload and how large is its plan's matter; larger images
//! come of small ones only, and add-ons have to be bought. Prices are in credits and not reported.
//! No transformation meets a limit in bytes. How long an upload in parts may rest is not
//! documented; one that Cloudinary has forgotten is begun again. What statuses 420 and 423 mean is
//! unconfirmed.
//!
//! **Sources:** cloudinary.com (upload API, transformations, signatures; 2026), its clients
//! pycloudinary 1.46.3 and cloudinary_npm.

mod enhance;
pub(crate) mod entry;
mod error;
mod host;
mod moderation;
mod sign;
mod transformation;
mod upload;
mod wire;

#[cfg(test)]
mod tests;

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use social_core::http::{Call, Endpoint, EndpointBuilder, Multipart, Repeat};
use social_core::media::RemoteMedia;
use social_core::settings::{Environment, Reader, Setting, Settings};
use social_core::{Error, Result};
use url::Url;

pub use enhance::CloudinaryEnhancer;
pub use host::CloudinaryHost;
pub use sign::SignatureAlgorithm;

use wire::Destroyed;

/// The address of accounts in the United States, which most are; `api-eu` and `api-ap` are others.
pub const BASE_URL: &str = "https://api.cloudinary.com/v1_1";

const PAGE: &str = "https://console.cloudinary.com/settings/api-keys";

const CLOUD_NAME: Setting = Setting::new("CLOUDINARY_CLOUD_NAME", "the name of the product environment", PAGE, "demo");
const API_KEY: Setting = Setting::new("CLOUDINARY_API_KEY", "the API key", PAGE, "123456789012345");
const API_SECRET: Setting = Setting::new("CLOUDINARY_API_SECRET", "the API secret", PAGE, "secret-0000").secret();
const FOLDER: Setting =
    Setting::new("CLOUDINARY_FOLDER", "the folder of the files", "a name of your choice", "posts").optional();
const MODERATION: Setting = Setting::new(
    "CLOUDINARY_MODERATION",
    "the add-on that judges uploads",
    "https://console.cloudinary.com/settings/addons",
    "aws_rek",
)
.optional();
const ALGORITHM: Setting = Setting::new(
    "CLOUDINARY_SIGNATURE_ALGORITHM",
    "what the account signs with",
    "https://console.cloudinary.com/settings/security",
    "sha1",
)
.optional();
const URL: Setting = Setting::base_url("CLOUDINARY_BASE_URL", BASE_URL);

/// A file above this goes in parts; Cloudinary wants at least 5 MB for each but the last.
const PART: u64 = 20_000_000;

/// Whose account, and how its requests are signed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Credentials {
    /// The name of the product environment, which is part of every address.
    pub cloud_name: String,
    /// The API key. It is sent along and is no secret.
    pub api_key: String,
    /// The API secret, which signs and is never sent.
    pub api_secret: SecretString,
    /// What the account signs with.
    pub algorithm: SignatureAlgorithm,
}

impl Credentials {
    /// A key of an account that signs with SHA-1.
    #[must_use]
    pub fn new(cloud_name: impl Into<String>, api_key: impl Into<String>, api_secret: SecretString) -> Self {
        let algorithm = SignatureAlgorithm::default();
        Self { cloud_name: cloud_name.into(), api_key: api_key.into(), api_secret, algorithm }
    }

    /// Says what the account signs with.
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: SignatureAlgorithm) -> Self {
        self.algorithm = algorithm;
        self
    }
}

/// A client of Cloudinary. Cheap to clone.
///
/// A signature is good for an hour by Cloudinary's clock and made anew for each request; a machine
/// whose clock is wrong by more is refused with [`Auth`](social_core::ErrorKind::Auth) and the code
/// `stale_request`.
#[derive(Clone, Debug)]
pub struct Cloudinary {
    endpoint: Endpoint,
    credentials: Credentials,
    folder: Option<String>,
    moderation: Option<String>,
    part: u64,
}

impl Cloudinary {
    /// The endpoint; [`BASE_URL`] unless replaced. Requests are signed in their forms.
    pub fn endpoint() -> EndpointBuilder {
        Endpoint::builder("cloudinary", BASE_URL).classify(error::classify)
    }

    /// A client of this endpoint; start from [`Cloudinary::endpoint`].
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for an endpoint that cannot be built, and for a
    /// cloud name that is not letters, digits, `-` and `_`.
    pub fn new(endpoint: EndpointBuilder, credentials: Credentials) -> Result<Self> {
        let name = &credentials.cloud_name;
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
            return Err(Error::config(format!("`{name}` is no cloud name")).with_field("CLOUDINARY_CLOUD_NAME"));
        }
        let endpoint = endpoint.secret(&credentials.api_secret).build()?;
        Ok(Self { endpoint, credentials, folder: None, moderation: None, part: PART })
    }

    /// A client with the account in `CLOUDINARY_CLOUD_NAME`, `CLOUDINARY_API_KEY` and
    /// `CLOUDINARY_API_SECRET`, and with what the other settings say.
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) naming every setting that is missing, and for an
    /// unknown signature algorithm.
    pub fn from_settings(settings: &dyn Settings) -> Result<Self> {
        let read = Reader::new("cloudinary", settings, &[CLOUD_NAME, API_KEY, API_SECRET])?;
        let algorithm = match read.optional_text(&ALGORITHM) {
            Some(name) => SignatureAlgorithm::named(&name).map_err(|e| e.with_field(ALGORITHM.name))?,
            None => SignatureAlgorithm::default(),
        };
        let credentials = Credentials::new(read.text(&CLOUD_NAME)?, read.text(&API_KEY)?, read.secret(&API_SECRET)?);
        let mut cloudinary = Self::new(read.endpoint(Self::endpoint(), &URL), credentials.with_algorithm(algorithm))?;
        cloudinary.folder = read.optional_text(&FOLDER);
        cloudinary.moderation = read.optional_text(&MODERATION);
        Ok(cloudinary)
    }

    /// [`from_settings`](Self::from_settings) with the environment.
    ///
    /// # Errors
    /// As [`from_settings`](Self::from_settings).
    pub fn from_env() -> Result<Self> {
        Self::from_settings(&Environment)
    }

    /// Puts the files into this folder.
    #[must_use]
    pub fn with_folder(mut self, folder: impl Into<String>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Has an add-on judge what is uploaded: `aws_rek`, `webpurify`, `manual`.
    #[must_use]
    pub fn with_moderation(mut self, add_on: impl Into<String>) -> Self {
        self.moderation = Some(add_on.into());
        self
    }

    /// Files at Cloudinary.
    #[must_use]
    pub fn host(&self) -> CloudinaryHost {
        CloudinaryHost::new(self.clone())
    }

    /// Images that are changed at Cloudinary. The name is yours to choose: there is one enhancer.
    #[must_use]
    pub fn enhancer(&self, name: impl Into<String>) -> CloudinaryEnhancer {
        CloudinaryEnhancer::new(self.clone(), name.into())
    }

    /// The signed address of a hosted image with a transformation, for instance
    /// `c_fill,g_auto,h_1350,w_1080/q_auto/f_jpg`. The image is made when the address is first
    /// fetched. A platform that wants JPEG is given `f_jpg`: `f_auto` may be AVIF.
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for an address that is not one of
    /// this account's files.
    pub fn transformed(&self, hosted: &RemoteMedia, transformation: &str) -> Result<RemoteMedia> {
        let (head, tail) = self.split(&hosted.url)?;
        let (before, version, name) = of_version(tail);
        if !before.is_empty() {
            return Err(Error::invalid("hosted", format!("`{}` has a transformation already", hosted.url)));
        }
        let signed = format!("{transformation}/{}", decoded(name));
        let signature = self.credentials.algorithm.of_address(&signed, &self.credentials.api_secret);
        let mut url = hosted.url.clone();
        url.set_path(&format!("{head}s--{signature}--/{transformation}/{version}{name}"));
        Ok(RemoteMedia { url, expires_at: hosted.expires_at })
    }

    /// The path of a file's address up to `/upload/`, and what follows.
    fn split<'a>(&self, url: &'a Url) -> Result<(&'a str, &'a str)> {
        let ours = |at: usize| {
            let (head, tail) = url.path().split_at_checked(at + "/upload/".len())?;
            head.split('/').any(|part| part == self.credentials.cloud_name).then_some((head, tail))
        };
        url.path()
            .find("/upload/")
            .and_then(ours)
            .ok_or_else(|| Error::invalid("made", format!("`{url}` is not an address of a file of this account")))
    }

    /// The kind and the name of the file at an address.
    fn named_in(&self, url: &Url) -> Result<(String, String)> {
        let (head, tail) = self.split(url)?;
        let family = head.trim_end_matches("/upload/").rsplit('/').next().unwrap_or("image").to_owned();
        let (.., name) = of_version(tail);
        // Only a raw file's name has the ending.
        let name = match name.rsplit_once('.') {
            Some((name, _)) if family != "raw" => name,
            _ => name,
        };
        Ok((family, decoded(name)))
    }

    /// Removes a file and what was made of it. One that is not there counts as removed.
    async fn destroy(&self, family: &str, public_id: &str) -> Result<()> {
        let fields = [("public_id", public_id.to_owned()), ("invalidate", "1".to_owned())];
        let call = self.post(family, "destroy")?.operation("remove").repeat(Repeat::Keyed);
        let reply = call.multipart(self.signed(Multipart::new(), &fields)).send().await?;
        let destroyed: Destroyed = reply.json()?;
        match destroyed.result.as_str() {
            "ok" | "not found" => Ok(()),
            other => Err(reply.unreadable(format!("the file was not removed: {other}"))),
        }
    }

    fn post(&self, family: &str, action: &str) -> Result<Call<'_>> {
        self.endpoint.post(&format!("{}/{family}/{action}", self.credentials.cloud_name))
    }

    /// Adds the fields, the time, the key and the signature over all of them to a form.
    fn signed(&self, form: Multipart, fields: &[(&str, String)]) -> Multipart {
        let timestamp = self.endpoint.clock().now().as_second().to_string();
        let credentials = &self.credentials;
        let signed = fields.iter().map(|(name, value)| (*name, value.as_str())).chain([("timestamp", &*timestamp)]);
        let signed: Vec<_> = signed.filter(|(_, value)| !value.is_empty()).collect();
        let signature = credentials.algorithm.of_parameters(signed.iter().copied(), &credentials.api_secret);
        let form = signed.iter().fold(form, |form, (name, value)| form.text(name, *value));
        form.text("signature", signature).text("api_key", credentials.api_key.clone())
    }
}

/// What stands before the version, the version with its slash, and the name:
/// `c_fill/`, `v1719307544/` and `posts/bread.png`.
fn of_version(tail: &str) -> (&str, &str, &str) {
    let is_version = |part: &str| {
        let digits = part.strip_prefix('v').filter(|digits| !digits.is_empty());
        digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let mut start = 0;
    for part in tail.split_inclusive('/') {
        let end = start + part.len();
        if part.strip_suffix('/').is_some_and(is_version)
            && let (Some(before), Some(name)) = (tail.get(..start), tail.get(end..))
        {
            return (before, part, name);
        }
        start = end;
    }
    ("", "", tail)
}

fn decoded(name: &str) -> String {
    percent_decode_str(name).decode_utf8_lossy().into_owned()
}

/// A field's value as Cloudinary's clients write it: 1 for yes, commas between several.
fn text_of(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => u8::from(*flag).to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text_of).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
