//! Platforms by their names.

use std::sync::Arc;

use social_core::catalogue::Parts;
use social_core::publish::{Publisher, Rules};
use social_core::settings::{Environment, Settings};
use social_core::{Platform, Result};

use crate::catalogue;

/// Opens a platform by its name, for instance `bluesky`, with settings from the environment.
///
/// # Errors
/// [`Config`](social_core::ErrorKind::Config) for a name that is not known, listing those that are,
/// and for settings that are missing, naming each.
pub fn connect(platform: &str) -> Result<Arc<dyn Publisher>> {
    connect_with(platform, &Environment, Parts::default())
}

/// As [`connect`], with settings of your own and with what else a publisher needs: a media host for
/// platforms that fetch files themselves, the tenant of the account.
///
/// ```
/// use social_core::catalogue::Parts;
/// use social_core::settings::MapSettings;
///
/// # fn main() -> social_core::Result<()> {
/// let bakery = MapSettings::new().with("BLUESKY_HANDLE", "bakery.test").with("BLUESKY_APP_PASSWORD", "abcd-efgh");
/// let publisher = platform_publishers::connect_with("bluesky", &bakery, Parts::default().with_tenant("bakery"))?;
/// # let _ = publisher;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`connect`].
pub fn connect_with(platform: &str, settings: &dyn Settings, parts: Parts) -> Result<Arc<dyn Publisher>> {
    catalogue().connect(platform, settings, parts)
}

/// What a platform takes, one entry per placement that it offers. Needs no settings.
///
/// # Errors
/// [`Config`](social_core::ErrorKind::Config) for a name that is not known, listing those that are.
pub fn rules_of(platform: &str) -> Result<Vec<Rules>> {
    Ok(catalogue().find(platform)?.rules.clone())
}

/// The names that [`connect`] knows.
#[must_use]
pub fn platforms() -> Vec<Platform> {
    catalogue().platforms()
}

#[cfg(test)]
mod tests {
    //! Stands on nothing but the catalogue.

    use social_core::ErrorKind;

    #[test]
    fn an_unknown_platform_is_told_the_known_ones() {
        let error = super::connect("myspace").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        for name in super::platforms() {
            assert!(error.to_string().contains(name.as_str()), "{error}");
        }
    }
}
