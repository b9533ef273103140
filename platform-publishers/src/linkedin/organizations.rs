//! Organizations that a token may publish for.

use social_core::Result;

use super::LinkedIn;
use super::request::Restli;
use super::wire::{Elements, OrganizationName, Role};

/// Rows of one answer.
const PAGE: usize = 100;
/// More pages than anybody has organizations for.
const PAGES: usize = 20;
/// Roles that may publish.
const PUBLISHING: [&str; 3] = ["ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "CONTENT_ADMIN"];

/// An organization that a token may publish for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkedInOrganization {
    /// Its URN, for [`LinkedIn::for_author`].
    pub urn: String,
    /// Its name, where it could be read.
    pub name: Option<String>,
    /// What the token's owner is there: `ADMINISTRATOR`, `CONTENT_ADMINISTRATOR`.
    pub role: String,
}

/// Whom a token may publish for, and what could not be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkedInOrganizations {
    /// The organizations, each once.
    pub organizations: Vec<LinkedInOrganization>,
    /// What could not be looked into, and why: a URN or a role, a sentence.
    pub skipped: Vec<(String, String)>,
}

impl Role {
    /// The organization, where this role may publish for it.
    pub(super) fn publishes_for(&self) -> Option<&String> {
        let publishes = self.state == "APPROVED" && PUBLISHING.contains(&self.role.as_str());
        self.organization.as_ref().filter(|_| publishes)
    }
}

impl LinkedIn {
    /// Lists the organizations that this account's token may publish for, with their names. Needs
    /// the scope `rw_organization_admin`, which the sign-in has for
    /// [`BUSINESS`](social_core::auth::Purpose::BUSINESS).
    ///
    /// # Errors
    /// [`Permission`](social_core::ErrorKind::Permission) without the scope; the kinds of the HTTP
    /// path. What cannot be read of one organization is
    /// [skipped](LinkedInOrganizations::skipped), with why.
    pub async fn organizations(&self) -> Result<LinkedInOrganizations> {
        let mut found = LinkedInOrganizations::default();
        for role in self.roles().await? {
            let Some(urn) = role.publishes_for() else {
                let whose = role.organization.clone().unwrap_or_else(|| "an organization without a name".to_owned());
                found.skipped.push((whose, format!("{} ({}) may not publish", role.role, role.state)));
                continue;
            };
            if found.organizations.iter().any(|known| known.urn == *urn) {
                continue;
            }
            let name = match self.name_of(urn).await {
                Ok(name) => name,
                Err(error) => {
                    found.skipped.push((urn.clone(), format!("its name cannot be read: {}", error.message())));
                    None
                }
            };
            found.organizations.push(LinkedInOrganization { urn: urn.clone(), name, role: role.role.clone() });
        }
        Ok(found)
    }

    /// All roles of the token's owner.
    pub(super) async fn roles(&self) -> Result<Vec<Role>> {
        let mut roles = Vec::new();
        for _ in 0..PAGES {
            let call = self.rest(Restli::Finder, "organizationAcls")?.operation("list organizations");
            let call = call.query("q", "roleAssignee").query("count", PAGE.to_string());
            let call = call.query("start", roles.len().to_string());
            let page = call.send().await?.json::<Elements<Role>>()?.elements;
            let is_last = page.len() < PAGE;
            roles.extend(page);
            if is_last {
                break;
            }
        }
        Ok(roles)
    }

    async fn name_of(&self, urn: &str) -> Result<Option<String>> {
        let number: String = urn.chars().filter(char::is_ascii_digit).collect();
        let call = self.rest(Restli::Get, &format!("organizations/{number}"))?.operation("read organization");
        Ok(call.send().await?.json::<OrganizationName>()?.localized_name)
    }
}
