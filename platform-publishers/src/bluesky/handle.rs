//! Who logs in, as a person types it.

use social_core::text::typed_name;
use social_core::{Error, Result};

/// A handle is a host name.
const LONGEST: usize = 253;
/// Where a browser shows an account.
const PROFILES: [&str; 4] = ["https://bsky.app/profile/", "http://bsky.app/profile/", "bsky.app/profile/", "at://"];

/// The handle, DID or e-mail address that was meant.
///
/// # Errors
/// [`Config`](social_core::ErrorKind::Config) for what is none of them.
pub(super) fn identifier(typed: &str) -> Result<String> {
    let name = typed_name(typed);
    let name = PROFILES.iter().find_map(|profile| name.strip_prefix(profile)).unwrap_or(&name);
    let name = name.split(['/', '?', '#']).next().unwrap_or_default().trim_start_matches('@');
    let wrong = |why: &str| {
        Err(Error::config(format!("`{name}` {why}; write the whole handle, for instance alice.bsky.social"))
            .with_field("handle"))
    };
    if name.is_empty() {
        return wrong("is empty");
    }
    if name.contains(char::is_whitespace) {
        return wrong("has a space in it");
    }
    if name.starts_with("did:") || name.contains('@') {
        return Ok(name.to_owned());
    }
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    if !name.contains('.') {
        return wrong("has no domain");
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if name.len() > LONGEST || !name.split('.').all(is_label) {
        return wrong("is not a handle");
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    //! Stands on the handle syntax of the AT Protocol, and on how people copy names.

    use social_core::ErrorKind;

    use super::identifier;

    #[test]
    fn a_typed_handle_is_cleaned() {
        for (typed, meant) in [
            ("alice.bsky.social", "alice.bsky.social"),
            ("\u{202a}alice.bsky.social\u{202c}", "alice.bsky.social"),
            (" @alice.bsky.social\n", "alice.bsky.social"),
            ("\u{feff}@Alice.Bsky.Social\u{200b}", "alice.bsky.social"),
            ("\u{2068}＠alice.example.com\u{2069}", "alice.example.com"),
            ("https://bsky.app/profile/alice.bsky.social", "alice.bsky.social"),
            ("https://bsky.app/profile/alice.bsky.social/post/3k", "alice.bsky.social"),
            ("at://alice.bsky.social", "alice.bsky.social"),
            ("alice.bsky.social.", "alice.bsky.social"),
            ("did:plc:z72i7hdynmk6r22z27h6tvur", "did:plc:z72i7hdynmk6r22z27h6tvur"),
            ("alice@example.com", "alice@example.com"),
        ] {
            assert_eq!(identifier(typed).unwrap(), meant, "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_handle_is_refused_with_what_is_missing() {
        for (typed, why) in [
            ("alice", "`alice` has no domain"),
            ("@alice", "`alice` has no domain"),
            ("\u{202a}alice\u{202c}", "`alice` has no domain"),
            ("", "is empty"),
            ("\u{200e}", "is empty"),
            ("alice bsky.social", "has a space in it"),
            ("alice_b.bsky.social", "is not a handle"),
            ("-alice.bsky.social", "is not a handle"),
            ("alice..social", "is not a handle"),
            ("alice。bsky。social", "has no domain"),
        ] {
            let error = identifier(typed).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("handle")), "{typed:?}");
            assert!(error.message().contains(why) && error.message().contains("alice.bsky.social"), "{error}");
        }
    }
}
