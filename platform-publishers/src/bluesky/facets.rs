//! Links, hashtags and mentions of a text. The server finds none by itself.

use std::collections::HashMap;
use std::ops::Range;

use social_core::{ErrorKind, Result};

use super::Account;
use super::wire::{ByteRange, Facet, Feature, Resolved};

/// What a part of a text is.
enum Part {
    Link(String),
    Tag(String),
    Mention(String),
}

fn parts(_text: &str) -> Vec<(Range<usize>, Part)> {
    Vec::new()
}

/// The facets of the final text. A mention of a handle that nobody has stays text.
pub(super) async fn find(account: &Account, text: &str) -> Result<Vec<Facet>> {
    let mut dids = HashMap::new();
    let mut facets = Vec::new();
    for (range, part) in parts(text) {
        let feature = match part {
            Part::Link(uri) => Feature::Link { uri },
            Part::Tag(tag) => Feature::Tag { tag },
            Part::Mention(handle) => {
                if !dids.contains_key(&handle) {
                    let did = resolve(account, &handle).await?;
                    dids.insert(handle.clone(), did);
                }
                match dids.get(&handle) {
                    Some(Some(did)) => Feature::Mention { did: did.clone() },
                    _ => continue,
                }
            }
        };
        let index = ByteRange { byte_start: range.start, byte_end: range.end };
        facets.push(Facet { index, features: [feature] });
    }
    Ok(facets)
}

/// The DID behind a handle; `None` when the server says that there is none.
async fn resolve(account: &Account, handle: &str) -> Result<Option<String>> {
    let call = account.query("com.atproto.identity.resolveHandle", "resolve handle")?.query("handle", handle);
    match call.send().await {
        Ok(reply) => Ok(Some(reply.json::<Resolved>()?.did)),
        Err(e) if matches!(e.kind(), ErrorKind::InvalidRequest | ErrorKind::NotFound) => Ok(None),
        Err(e) => Err(e),
    }
}
