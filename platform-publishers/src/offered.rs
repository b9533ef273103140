//! What apps cannot make on a platform, and what to use instead.

use social_core::publish::Placement;
use social_core::{Error, Platform, Result};

/// Refuses a placement that apps do not have, and says what to use instead.
pub(crate) fn refuse_unless_offered(platform: &Platform, placement: &Placement, instead: Option<&str>) -> Result<()> {
    let Some(instead) = instead else { return Ok(()) };
    let message = format!("{platform} has no placement `{placement}` for apps; {instead}");
    Err(Error::unsupported("placement", message).with_vendor(platform.as_str().to_owned()))
}
