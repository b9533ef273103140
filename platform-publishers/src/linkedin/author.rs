//! Who publishes: a member or an organization.

use social_core::{Error, Result};

const PERSON: &str = "urn:li:person:";
const ORGANIZATION: &str = "urn:li:organization:";

/// Who publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Author {
    /// A member, by the id that they have for this application.
    Person(String),
    /// An organization, by its number.
    Organization(String),
}

impl Author {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let is_id = |id: &str| {
            !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        };
        let author = match text.strip_prefix(ORGANIZATION) {
            Some(number) => Self::Organization(number.to_owned()),
            None => Self::Person(text.strip_prefix(PERSON).unwrap_or(text).to_owned()),
        };
        match &author {
            Self::Organization(number) if number.bytes().all(|byte| byte.is_ascii_digit()) && is_id(number) => {
                Ok(author)
            }
            Self::Person(id) if is_id(id) => Ok(author),
            _ => {
                let message = format!(
                    "`{text}` is not an author of LinkedIn: a member's id, `{PERSON}ID` or `{ORGANIZATION}NUMBER`"
                );
                Err(Error::config(message).with_field("author"))
            }
        }
    }

    pub(super) fn urn(&self) -> String {
        match self {
            Self::Person(id) => format!("{PERSON}{id}"),
            Self::Organization(number) => format!("{ORGANIZATION}{number}"),
        }
    }

    /// The account's id: a member's as the sign-in names it, an organization's URN.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Person(id) => id.clone(),
            Self::Organization(_) => self.urn(),
        }
    }

    pub(super) const fn is_organization(&self) -> bool {
        matches!(self, Self::Organization(_))
    }
}

#[cfg(test)]
mod tests {
    //! Ids of the cassettes.

    use super::*;

    #[test]
    fn authors_are_members_and_organizations() {
        let person = Author::Person("782bbtaQ".to_owned());
        assert_eq!(Author::parse("782bbtaQ").unwrap(), person);
        assert_eq!(Author::parse("urn:li:person:782bbtaQ").unwrap(), person);
        assert_eq!((person.urn().as_str(), person.key().as_str()), ("urn:li:person:782bbtaQ", "782bbtaQ"));
        let page = Author::parse("urn:li:organization:5583111").unwrap();
        assert_eq!((page.urn(), page.is_organization()), (page.key(), true));
        for wrong in ["", "urn:li:organization:", "urn:li:organization:x", "urn:li:sponsoredAccount:1", "a/b"] {
            assert_eq!(Author::parse(wrong).unwrap_err().field(), Some("author"), "{wrong}");
        }
    }
}
