use std::sync::Arc;

use social_core::publish::Publisher;
use social_core::{Error, Result};

type Open = fn() -> Result<Arc<dyn Publisher>>;

const PLATFORMS: &[(&str, Open)] = &[
    #[cfg(feature = "bluesky")]
    ("bluesky", || Ok(Arc::new(crate::bluesky::Bluesky::from_env()?))),
    #[cfg(feature = "instagram")]
    ("instagram", || Ok(Arc::new(crate::instagram::Instagram::from_env()?))),
];

/// Opens a platform by its name, for instance `bluesky`, with the settings that the environment holds.
///
/// # Errors
/// [`Config`](social_core::ErrorKind::Config) for a name that this build does not know, listing those that it does, and
/// for a setting that is missing, naming the variable.
pub fn connect(target: &str) -> Result<Arc<dyn Publisher>> {
    match PLATFORMS.iter().find(|(name, _)| *name == target) {
        Some((_, open)) => open(),
        None => {
            let known: Vec<_> = PLATFORMS.iter().map(|(name, _)| *name).collect();
            Err(Error::config(format!("no platform is called `{target}`; this build knows {}", known.join(", "))))
        }
    }
}
