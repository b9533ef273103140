//! Locations that a token may manage.

use social_core::Result;
use social_core::http::{Auth, Endpoint, EndpointBuilder, TokenSource};

use super::wire::{Accounts, Places};
use super::{ACCOUNTS, GoogleBusiness, INFORMATION};

/// More pages than anybody has locations for.
const PAGES: usize = 50;

/// A location that a token may manage.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GoogleLocation {
    /// Its name with its account, for [`GoogleBusiness::new`].
    pub name: String,
    /// What people call it.
    pub title: String,
}

impl GoogleBusiness {
    /// Lists the locations of every account that a token may manage: a sign-in tells the account,
    /// and each location is connected by its [name](GoogleLocation::name).
    ///
    /// # Errors
    /// [`Config`](social_core::ErrorKind::Config) for settings that cannot be used; the kinds of
    /// the HTTP path.
    pub async fn locations(api: EndpointBuilder, tokens: impl TokenSource + 'static) -> Result<Vec<GoogleLocation>> {
        let api = api.auth(Auth::source(tokens));
        let information = api.clone().base_url(INFORMATION).build()?;
        let api = api.base_url(ACCOUNTS).build()?;
        let mut accounts = Vec::new();
        let mut token = None;
        for _ in 0..PAGES {
            let page: Accounts = page(&api, "v1/accounts", &[("pageSize", "20")], token).await?;
            accounts.extend(page.accounts);
            token = page.next_page_token;
            if token.is_none() {
                break;
            }
        }
        let mut locations = Vec::new();
        for account in accounts {
            let path = format!("v1/{}/locations", account.name);
            let query = [("readMask", "name,title,storefrontAddress"), ("pageSize", "100")];
            let mut token = None;
            for _ in 0..PAGES {
                let page: Places = page(&information, &path, &query, token).await?;
                locations.extend(page.locations.into_iter().map(|place| GoogleLocation {
                    name: format!("{}/{}", account.name, place.name),
                    title: place.title,
                }));
                token = page.next_page_token;
                if token.is_none() {
                    break;
                }
            }
        }
        Ok(locations)
    }
}

async fn page<T: serde::de::DeserializeOwned>(
    endpoint: &Endpoint,
    path: &str,
    query: &[(&str, &str)],
    token: Option<String>,
) -> Result<T> {
    let call = query
        .iter()
        .fold(endpoint.get(path)?.operation("list locations"), |call, (name, value)| call.query(name, value));
    let call = match token {
        Some(token) => call.query("pageToken", token),
        None => call,
    };
    call.send().await?.json()
}
