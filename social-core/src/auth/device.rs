//! Connecting from a device without a browser (RFC 8628).

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

use super::authorize::{AuthorizationRequest, Authorized};
use super::fields::Fields;
use super::oauth::{Asker, OAuth};
use crate::Tenant;
use crate::clock::Timestamp;
use crate::error::{Error, ErrorKind, Result, Retry};
use crate::http::Repeat;

/// The value of `grant_type`.
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What a person types in where, on another device.
#[derive(Clone)]
#[non_exhaustive]
pub struct DeviceCode {
    /// What the person types in.
    pub user_code: String,
    /// Where.
    pub verification_uri: String,
    /// The same address with the code in it, where the platform gives one.
    pub verification_uri_complete: Option<String>,
    /// Until when.
    pub expires_at: Timestamp,
    interval: Duration,
    device_code: SecretString,
    tenant: Tenant,
    asked: Vec<String>,
    return_to: Option<String>,
}

impl fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCode").field("verification_uri", &self.verification_uri).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Answer {
    device_code: SecretString,
    user_code: String,
    // Google's older name.
    #[serde(alias = "verification_url")]
    verification_uri: String,
    verification_uri_complete: Option<String>,
    expires_in: u64,
    #[serde(default = "usual_interval")]
    interval: u64,
}

const fn usual_interval() -> u64 {
    5
}

impl OAuth {
    fn asker_here(&self) -> Asker<'_> {
        Asker { app: &self.app, addresses: &self.addresses, proof_key: None }
    }

    /// Asks for a code that a person types in on another device.
    ///
    /// # Errors
    /// [`Unsupported`](ErrorKind::Unsupported) where the platform does not offer it; the kinds of
    /// the HTTP path.
    pub async fn start_device(&self, request: &AuthorizationRequest) -> Result<DeviceCode> {
        let Some(url) = self.addresses.device.as_deref() else {
            let message = format!("{} offers no codes for devices", self.sign_in.title);
            return Err(Error::unsupported("device", message).with_vendor(self.sign_in.platform));
        };
        let asked = self.asked(request);
        let fields = Fields::default().plain(self.sign_in.scope_name, asked.join(self.sign_in.scope_separator));
        let reply = self.ask(&self.asker_here(), url, "start device", fields, Repeat::Safe).await?;
        let Ok(answer) = serde_json::from_slice::<Answer>(&reply.body) else {
            // The body may hold the code.
            return Err(reply.describe(self.error(ErrorKind::Protocol, "the answer has no device code")));
        };
        let life = Duration::from_secs(answer.expires_in);
        Ok(DeviceCode {
            user_code: answer.user_code,
            verification_uri: answer.verification_uri,
            verification_uri_complete: answer.verification_uri_complete,
            expires_at: self.clock().now().saturating_add(life).unwrap_or(Timestamp::MAX),
            interval: Duration::from_secs(answer.interval.max(1)),
            device_code: answer.device_code,
            tenant: request.tenant.clone(),
            asked,
            return_to: request.return_to.clone(),
        })
    }

    /// Waits until the person has typed the code in, in the rhythm that the platform asks for.
    ///
    /// # Errors
    /// [`Permission`](ErrorKind::Permission) when the person refused; [`Timeout`](ErrorKind::Timeout)
    /// when the code has expired; the kinds of the HTTP path. A platform that is down is asked
    /// again until then.
    pub async fn wait_for_device(&self, code: &DeviceCode) -> Result<Authorized> {
        let clock = self.clock();
        let mut interval = code.interval;
        loop {
            if clock.now().saturating_add(interval).is_ok_and(|next| next >= code.expires_at) {
                let message = "the code was not typed in before it expired: start again";
                return Err(self.error(ErrorKind::Timeout, message).with_retry(Retry::Never));
            }
            clock.sleep(interval).await;
            let fields = Fields::default().plain("grant_type", GRANT).secret("device_code", &code.device_code);
            // Each answer counts, so nothing below repeats it.
            let (asker, url) = (self.asker_here(), &self.addresses.token);
            let asked = self.ask(&asker, url, "wait for device", fields, Repeat::Never).await;
            let error = match asked.and_then(|reply| self.granted(&reply)) {
                Ok(grant) => {
                    return Ok(self.authorized(grant, code.tenant.clone(), code.asked.clone(), code.return_to.clone()));
                }
                Err(error) => error,
            };
            match error.code() {
                Some("authorization_pending") => {}
                Some("slow_down") => interval += Duration::from_secs(5),
                Some("expired_token") => {
                    let message = "the code has expired: start again";
                    return Err(self.error(ErrorKind::Timeout, message).with_retry(Retry::Never));
                }
                _ if error.retry() != Retry::Never => {
                    interval = interval.saturating_mul(2).min(Duration::from_secs(60));
                }
                _ => return Err(error),
            }
        }
    }
}
