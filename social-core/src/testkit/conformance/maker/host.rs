//! What is tried with files to be hosted.

use std::time::Duration;

use super::{Samples, TestRequest, Variant, flag};
use crate::clock::Clock as _;
use crate::host::{HostCapabilities, HostRequest};
use crate::media::RemoteMedia;
use crate::testkit::FixedClock;

impl TestRequest for HostRequest {
    fn unsound(&self, remote: &RemoteMedia) -> Option<String> {
        if remote.url.scheme() != "https" || !remote.url.has_host() {
            return Some(format!("`{}` is not an absolute HTTPS address", remote.url));
        }
        let lasts = self.until.is_none_or(|until| remote.is_usable_at(until));
        (!lasts).then(|| "the address stops working before the time that was asked for".to_owned())
    }

    fn variants(&self, can: &HostCapabilities, _samples: &Samples) -> Vec<Variant<Self>> {
        let soon = FixedClock::default().now() + Duration::from_secs(3600);
        vec![flag("until", can.until, self.clone().with_until(soon))]
    }
}
