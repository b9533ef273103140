//! Files: a lease from Reddit, then the bytes to the store that it names.

use std::time::Duration;

use http::Method;
use social_core::http::{Multipart, Repeat};
use social_core::media::{Media, MediaInfo};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};
use url::Url;

use super::Reddit;
use super::wire::{Lease, Uploaded};
use crate::upload::file_name;

/// How long one upload may take.
const PATIENCE: Duration = Duration::from_secs(1800);
/// A file that no post shows is used before it can expire.
const LIFE: Duration = Duration::from_secs(6 * 3600);

impl Reddit {
    /// A file that no post shows is not visible, so this may be repeated.
    pub(super) async fn file(&self, run: &Run, index: usize, media: &Media, info: &MediaInfo) -> Result<Uploaded> {
        let upload = || async {
            let clean = media.without_notes().await?;
            let (name, mime) = (file_name(info), info.media_type.as_mime());
            let call = self.api.post("api/media/asset.json")?.operation("begin upload").repeat(Repeat::Safe);
            let lease: Lease = call.form([("filepath", name.as_str()), ("mimetype", mime)]).send().await?.json()?;
            let address = self.address(&lease.args.action)?;
            let key = lease.args.fields.iter().find(|field| field.name == "key").map(|field| field.value.clone());
            let key = key.ok_or_else(|| self.api.error(ErrorKind::Protocol, "the answer names no key for the file"))?;
            // The store wants the fields first and the file last, and no token of ours, which is
            // masked all the same.
            let fields = lease.args.fields.into_iter();
            let form = fields.fold(Multipart::new(), |form, field| form.text(&field.name, field.value));
            let call = self.api.anonymous(Method::POST, address.clone()).operation("upload file");
            let call = call.secret(&self.tokens.token().await?).repeat(Repeat::Safe).response_timeout(PATIENCE);
            let reply =
                call.multipart(form.file("file", &name, mime, clean.body())).send().await.map_err(store_said)?;
            // The store speaks XML, or says nothing.
            if !reply.body.trim_ascii().is_empty() && !reply.body.trim_ascii().starts_with(b"<") {
                return Err(reply.unreadable("the answer is not that of the store"));
            }
            let url = format!("{}/{key}", address.as_str().trim_end_matches('/'));
            let until = run.clock().now().checked_add(LIFE).ok();
            Ok((Uploaded { asset_id: lease.asset.asset_id, url }, until))
        };
        run.step_until(&format!("file-{index}"), upload).await.map_err(|error| error.with_item(index))
    }

    /// The store's address, which comes without a scheme.
    fn address(&self, action: &str) -> Result<Url> {
        let address = if action.starts_with("//") { format!("https:{action}") } else { action.to_owned() };
        let address = Url::parse(&address)
            .ok()
            .filter(|url| url.scheme() == "https" || url.origin() == self.api.base_url().origin());
        address.ok_or_else(|| self.api.error(ErrorKind::Protocol, "the answer names no address for the file"))
    }
}

/// The store answers in XML; what it says of sizes is for a person.
fn store_said(error: Error) -> Error {
    let body = error.body().unwrap_or_default();
    let said = |name: &str| {
        let (_, rest) = body.split_once(&format!("<{name}>"))?;
        Some(rest.split_once("</")?.0.to_owned())
    };
    match (said("Code").as_deref(), said("ProposedSize"), said("MaxSizeAllowed")) {
        (Some("EntityTooLarge"), size, maximum) => {
            let (size, maximum) = (size.unwrap_or_default(), maximum.unwrap_or_default());
            let message = format!("the file is too large: it has {size} bytes, at most {maximum} are taken");
            Error::new(ErrorKind::MediaInvalid, message)
                .with_field("attachments")
                .with_code("EntityTooLarge")
                .with_source(error)
        }
        _ => error,
    }
}
