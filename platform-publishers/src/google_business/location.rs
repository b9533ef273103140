//! Names of locations.

use social_core::{Error, Result};

/// A location of an account. The older API names both, the newer ones the location alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Location {
    account: String,
    location: String,
}

impl Location {
    pub(super) fn parse(name: &str) -> Result<Self> {
        let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        match name.split('/').collect::<Vec<_>>().as_slice() {
            ["accounts", account, "locations", location] if is_id(account) && is_id(location) => {
                Ok(Self { account: (*account).to_owned(), location: (*location).to_owned() })
            }
            _ => {
                let message = format!(
                    "`{name}` is not a location of a Business Profile, such as `accounts/123/locations/456`; \
                     `GoogleBusiness::locations` lists them"
                );
                Err(Error::config(message).with_field("location"))
            }
        }
    }

    pub(super) fn name(&self) -> String {
        format!("accounts/{}/locations/{}", self.account, self.location)
    }

    /// The path of something that belongs to it, in the older API.
    pub(super) fn path(&self, what: &str) -> String {
        format!("v4/{}/{what}", self.name())
    }

    /// Its path in the API of locations.
    pub(super) fn information(&self) -> String {
        format!("v1/locations/{}", self.location)
    }

    /// The path of an object of this kind that belongs to it, by its name.
    pub(super) fn object(&self, kind: &str, name: &str) -> Result<String> {
        let own = format!("{}/{kind}/", self.name());
        let is_id =
            |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        match name.strip_prefix(&own) {
            Some(id) if is_id(id) => Ok(format!("v4/{name}")),
            _ => Err(Error::invalid(kind.to_owned(), format!("`{name}` is not one of {own}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Names of the documents.

    use super::*;

    #[test]
    fn a_location_has_an_account() {
        let location = Location::parse("accounts/123/locations/456").unwrap();
        assert_eq!(location.path("localPosts"), "v4/accounts/123/locations/456/localPosts");
        assert_eq!(location.information(), "v1/locations/456");
        let post = "accounts/123/locations/456/localPosts/789";
        assert_eq!(location.object("localPosts", post).unwrap(), format!("v4/{post}"));
        for wrong in ["accounts/1/locations/456/localPosts/789", "accounts/123/locations/456/localPosts/../x", ""] {
            assert!(location.object("localPosts", wrong).is_err(), "{wrong}");
        }
        for wrong in ["accounts/123", "locations/456", "accounts/123/locations/", "accounts/1/locations/2/x"] {
            assert_eq!(Location::parse(wrong).unwrap_err().field(), Some("location"), "{wrong}");
        }
    }
}
