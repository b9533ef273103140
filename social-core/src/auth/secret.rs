//! How secrets are written into what is sealed. Private: nothing else may write them.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serializer};

use super::app::OAuthApp;

pub(super) fn serialize<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    SecretString::deserialize(deserializer)
}

/// A secret that may be missing.
pub(super) mod optional {
    use secrecy::{ExposeSecret as _, SecretString};
    use serde::{Deserialize, Deserializer, Serialize as _, Serializer};

    pub(in crate::auth) fn serialize<S: Serializer>(
        secret: &Option<SecretString>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        secret.as_ref().map(|secret| secret.expose_secret()).serialize(serializer)
    }

    pub(in crate::auth) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<SecretString>, D::Error> {
        Option::deserialize(deserializer)
    }
}

/// An application with its secret.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(remote = "OAuthApp")]
pub(super) struct AppText {
    client_id: String,
    #[serde(with = "optional")]
    client_secret: Option<SecretString>,
    redirect_uri: String,
    extra: Vec<(String, String)>,
}

/// An application that may be missing.
pub(super) mod optional_app {
    use super::{AppText, Deserialize, Deserializer, OAuthApp, Serializer};

    #[derive(serde::Serialize)]
    struct Borrowed<'a>(#[serde(with = "AppText")] &'a OAuthApp);

    #[derive(serde::Deserialize)]
    struct Owned(#[serde(with = "AppText")] OAuthApp);

    pub(in crate::auth) fn serialize<S: Serializer>(app: &Option<OAuthApp>, serializer: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(&app.as_ref().map(Borrowed), serializer)
    }

    pub(in crate::auth) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<OAuthApp>, D::Error> {
        Ok(Option::<Owned>::deserialize(deserializer)?.map(|owned| owned.0))
    }
}
