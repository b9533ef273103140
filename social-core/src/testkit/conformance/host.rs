use std::sync::Arc;

use super::subject::{Subject, Violations};
use super::trial::Trial;
use crate::error::Result;
use crate::host::MediaHost;
use crate::media::{Media, RemoteMedia};

/// Tries a media host with a file. What is counted are its uploads.
///
/// # Errors
/// All that is wrong.
pub async fn host(subject: &Subject<dyn MediaHost>, media: &Media) -> Result<(), Violations> {
    let mut violations = Violations::default();
    let trial = Trial {
        subject,
        request: media,
        call: |host: Arc<dyn MediaHost>, run, media: Media| async move { host.host(&run, &media).await },
        sound: |remote: &RemoteMedia| {
            let sound = remote.url.scheme() == "https" && remote.url.has_host();
            (!sound).then(|| format!("`{}` is not an absolute HTTPS address", remote.url))
        },
    };
    trial.common(&mut violations).await;
    trial.cancelled(&mut violations).await;
    trial.once(&mut violations).await;
    violations.verdict()
}
