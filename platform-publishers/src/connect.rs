use std::sync::Arc;

use social_core::host::MediaHost;
use social_core::publish::{Placement, Publisher, Rules};
use social_core::{Error, Result};

type Host = Option<Arc<MediaHost>>;

/// A platform that this build knows.
struct Entry {
    name: &'static str,
    open: fn(Host) -> Result<Arc<dyn Publisher>>,
    rules: fn(&Placement) -> Option<Rules>,
    placements: &'static [Placement],
}

const PLATFORMS: &[Entry] = &[
    #[cfg(feature = "bluesky")]
    Entry {
        name: "bluesky",
        open: |_| Ok(Arc::new(crate::bluesky::Bluesky::from_env()?)),
        rules: crate::bluesky::rules,
        placements: &crate::bluesky::PLACEMENTS,
    },
    #[cfg(feature = "instagram")]
    Entry {
        name: "instagram",
        open: |host| {
            let instagram = crate::instagram::Instagram::from_env()?;
            Ok(Arc::new(match host {
                Some(host) => instagram.with_host(host),
                None => instagram,
            }))
        },
        rules: crate::instagram::rules,
        placements: &crate::instagram::PLACEMENTS,
    },
    #[cfg(feature = "make")]
    Entry {
        name: "make",
        open: |host| {
            let make = crate::make::Make::from_env()?;
            Ok(Arc::new(match host {
                Some(host) => make.with_host(host),
                None => make,
            }))
        },
        rules: crate::make::rules,
        placements: &crate::make::PLACEMENTS,
    },
];

/// Opens a platform by its name, for instance `bluesky`, with the settings that the environment holds.
///
/// # Errors
/// [`Config`](social_core::ErrorKind::Config) for a name that this build does not know, listing those that it does, and
/// for a setting that is missing, naming the variable.
pub fn connect(platform: &str) -> Result<Arc<dyn Publisher>> {
    (find(platform)?.open)(None)
}

/// As [`connect`], with a media host for platforms that fetch files themselves.
///
/// # Errors
/// As [`connect`].
pub fn connect_with_host(platform: &str, host: Arc<MediaHost>) -> Result<Arc<dyn Publisher>> {
    (find(platform)?.open)(Some(host))
}

/// What a platform takes, one entry per placement that it offers. Needs no settings.
///
/// # Errors
/// [`Config`](social_core::ErrorKind::Config) for a name that this build does not know, listing those that it does.
pub fn rules_of(platform: &str) -> Result<Vec<Rules>> {
    let entry = find(platform)?;
    Ok(entry.placements.iter().filter_map(entry.rules).collect())
}

/// The names that [`connect`] knows in this build.
pub fn platforms() -> impl Iterator<Item = &'static str> {
    PLATFORMS.iter().map(|entry| entry.name)
}

fn find(platform: &str) -> Result<&'static Entry> {
    PLATFORMS.iter().find(|entry| entry.name == platform).ok_or_else(|| {
        let known: Vec<_> = platforms().collect();
        Error::config(format!("no platform is called `{platform}`; this build knows {}", known.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    //! Stands on nothing but the table.

    use social_core::ErrorKind;

    #[test]
    fn an_unknown_platform_is_told_the_known_ones() {
        let error = super::connect("myspace").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        for name in super::PLATFORMS.iter().map(|platform| platform.name) {
            assert!(error.to_string().contains(name), "{error}");
        }
    }
}
