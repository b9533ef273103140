//! Links, hashtags and mentions of a text. The server finds none by itself.

use std::collections::HashMap;

use social_core::text::{EntityKind, Syntax, entities};
use social_core::{ErrorKind, Result};

use super::LoggedIn;
use super::wire::{ByteRange, Facet, Feature, Resolved};

/// The facets of the final text. A mention of an unknown handle stays text.
pub(super) async fn find(login: &LoggedIn, text: &str) -> Result<Vec<Facet>> {
    let mut dids: HashMap<String, Option<String>> = HashMap::new();
    let mut facets = Vec::new();
    for entity in entities(text, Syntax::AtProtocol) {
        let feature = match entity.kind {
            EntityKind::Link => Feature::Link { uri: entity.value },
            EntityKind::Hashtag => Feature::Tag { tag: entity.value },
            EntityKind::Cashtag => Feature::Tag { tag: format!("${}", entity.value) },
            EntityKind::Mention => {
                let did = match dids.get(&entity.value) {
                    Some(known) => known.clone(),
                    None => resolve(login, &entity.value).await?,
                };
                dids.insert(entity.value, did.clone());
                match did {
                    Some(did) => Feature::Mention { did },
                    None => continue,
                }
            }
            _ => continue,
        };
        let index = ByteRange { byte_start: entity.range.start, byte_end: entity.range.end };
        facets.push(Facet { index, features: [feature] });
    }
    Ok(facets)
}

/// The DID behind a handle; `None` when the server does not find it.
async fn resolve(login: &LoggedIn, handle: &str) -> Result<Option<String>> {
    let call = login.query("com.atproto.identity.resolveHandle", "resolve handle")?.query("handle", handle);
    match call.send().await {
        Ok(reply) => Ok(Some(reply.json::<Resolved>()?.did)),
        Err(e) if matches!(e.kind(), ErrorKind::InvalidRequest | ErrorKind::NotFound) => Ok(None),
        Err(e) => Err(e),
    }
}
