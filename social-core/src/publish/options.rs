//! What a platform alone understands.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Platform;
use crate::error::{Error, Result};

/// Options that one platform understands: who may see the post, whose board it is pinned to, who
/// made it together.
///
/// They are a type of the platform's own crate. They stand in the post under the platform's name,
/// are part of what is approved, and are refused by name where the publisher does not understand
/// them: the [`Rules`](super::Rules) of a placement list the options that it knows.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use social_core::Platform;
/// use social_core::publish::{PlatformOptions, Post};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct PinOptions {
///     board: String,
/// }
///
/// impl PlatformOptions for PinOptions {
///     const PLATFORM: Platform = Platform::new("pinboard");
/// }
///
/// let post = Post::new("Bread").with_options(&PinOptions { board: "Bakery".to_owned() })?;
/// assert_eq!(post.options.get::<PinOptions>()?, Some(PinOptions { board: "Bakery".to_owned() }));
/// # Ok::<_, social_core::Error>(())
/// ```
pub trait PlatformOptions: Serialize + DeserializeOwned {
    /// The platform that understands them.
    const PLATFORM: Platform;
}

/// The options of a post, by platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PostOptions(BTreeMap<Platform, Map<String, Value>>);

impl PostOptions {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets the options of a platform; what it had before is replaced.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for options that are not an object in
    /// JSON.
    pub fn set<T: PlatformOptions>(&mut self, options: &T) -> Result<()> {
        let fields = match serde_json::to_value(options) {
            Ok(Value::Object(fields)) => fields,
            other => {
                let error = Error::invalid(field::<T>(), "the options cannot be written as an object in JSON");
                return Err(match other {
                    Err(e) => error.with_source(e),
                    Ok(_) => error,
                });
            }
        };
        if fields.is_empty() {
            self.0.remove(&T::PLATFORM);
        } else {
            self.0.insert(T::PLATFORM, fields);
        }
        Ok(())
    }

    /// The options of a platform.
    ///
    /// # Errors
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for options that are not of this type,
    /// saying why.
    pub fn get<T: PlatformOptions>(&self) -> Result<Option<T>> {
        let Some(fields) = self.0.get(&T::PLATFORM) else { return Ok(None) };
        T::deserialize(Value::Object(fields.clone()))
            .map(Some)
            .map_err(|e| Error::invalid(field::<T>(), e.to_string()).with_source(e))
    }

    /// Every option as platform, name and value.
    pub fn iter(&self) -> impl Iterator<Item = (&Platform, &str, &Value)> {
        self.0
            .iter()
            .flat_map(|(platform, fields)| fields.iter().map(move |(name, value)| (platform, name.as_str(), value)))
    }
}

fn field<T: PlatformOptions>() -> String {
    format!("options.{}", T::PLATFORM)
}
