//! Which pages and Instagram accounts a person may use, those that a business owns among them.

use http::Method;
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use social_core::http::{Auth, Endpoint, EndpointBuilder, Repeat};
use social_core::{ErrorKind, Result};

/// A page, and the Instagram account that belongs to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct MetaPage {
    /// The page's id.
    pub id: String,
    /// The page's name.
    pub name: String,
    /// The page's own token, by which it publishes. It does not expire by time where the person's
    /// token is long-lived.
    pub token: Option<SecretString>,
    /// The Instagram account's id and name.
    pub instagram: Option<(String, String)>,
    /// The business that owns it, where it was found through one.
    pub business: Option<String>,
}

/// What a person may use, and what they may not.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct MetaPages {
    /// The pages, each once.
    pub pages: Vec<MetaPage>,
    /// What could not be looked into, and why: an edge, a sentence.
    pub skipped: Vec<(String, String)>,
    /// The permissions that the person granted.
    pub granted: Vec<String>,
}

#[derive(Deserialize)]
struct Listed<T> {
    data: Vec<T>,
    paging: Option<Paging>,
}

#[derive(Deserialize)]
struct Paging {
    cursors: Option<Cursors>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Cursors {
    after: Option<String>,
}

#[derive(Deserialize)]
struct PageItem {
    id: String,
    #[serde(default)]
    name: String,
    access_token: Option<SecretString>,
    instagram_business_account: Option<InstagramItem>,
}

#[derive(Deserialize)]
struct InstagramItem {
    id: String,
    #[serde(default)]
    username: String,
}

#[derive(Deserialize)]
struct Business {
    id: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Permission {
    permission: String,
    status: String,
}

const FIELDS: &str = "id,name,access_token,instagram_business_account{id,username}";
/// More pages of an answer than anybody has.
const LONGEST: usize = 50;

/// Lists the pages of a person's token: their own, and those that their businesses own or manage
/// for others. The three lists are merged, since none has them all.
///
/// `endpoint` is at `https://graph.facebook.com`, `version` such as `v25.0`.
///
/// # Errors
/// The kinds of the HTTP path for the person's own list. What a business does not let in is
/// [skipped](MetaPages::skipped), with why.
pub async fn meta_pages(endpoint: EndpointBuilder, version: &str, token: &SecretString) -> Result<MetaPages> {
    let graph = Graph { endpoint: endpoint.auth(Auth::Bearer(token.clone())).build()?, version };
    let mut found = MetaPages::default();
    match graph.all::<Permission>("me/permissions", "").await {
        Ok(all) => {
            let granted = all.into_iter().filter(|permission| permission.status == "granted");
            found.granted = granted.map(|permission| permission.permission).collect();
        }
        Err(error) => found.skipped.push(("me/permissions".to_owned(), error.message().to_owned())),
    }
    for page in graph.all::<PageItem>("me/accounts", FIELDS).await? {
        found.add(page, None);
    }
    let businesses = match graph.all::<Business>("me/businesses", "id,name").await {
        Ok(businesses) => businesses,
        Err(error) => {
            let why = match error.kind() {
                ErrorKind::Permission => "`business_management` was not granted, so pages of businesses are not seen",
                _ => error.message(),
            };
            found.skipped.push(("me/businesses".to_owned(), why.to_owned()));
            Vec::new()
        }
    };
    for Business { id, name } in businesses {
        for edge in ["owned_pages", "client_pages"] {
            let edge = format!("{id}/{edge}");
            match graph.all::<PageItem>(&edge, FIELDS).await {
                Ok(pages) => pages.into_iter().for_each(|page| found.add(page, Some(name.clone()))),
                Err(error) => found.skipped.push((edge, error.message().to_owned())),
            }
        }
    }
    for page in found.pages.iter().filter(|page| page.token.is_none()) {
        let why = "the person has no role on the page: ask for one in the business's settings";
        found.skipped.push((page.name.clone(), why.to_owned()));
    }
    Ok(found)
}

/// An account that pays for advertisements, which a person may use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MetaAdAccount {
    /// Its id, `act_` and a number.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The currency that it pays in, for instance `EUR`.
    pub currency: Option<String>,
    /// Whether it may advertise now. **Unconfirmed:** status 1 is active.
    pub is_active: bool,
}

#[derive(Deserialize)]
struct AdAccountItem {
    id: String,
    #[serde(default)]
    name: String,
    currency: Option<String>,
    account_status: Option<i64>,
}

/// Lists the ad accounts of a person's token, which was granted `ads_read` or `ads_management`
/// ([`Purpose::ADS`](social_core::auth::Purpose::ADS)).
///
/// `endpoint` and `version` are those of [`meta_pages`].
///
/// # Errors
/// [`Permission`](ErrorKind::Permission) without the grant, and the kinds of the HTTP path.
pub async fn meta_ad_accounts(
    endpoint: EndpointBuilder,
    version: &str,
    token: &SecretString,
) -> Result<Vec<MetaAdAccount>> {
    let graph = Graph { endpoint: endpoint.auth(Auth::Bearer(token.clone())).build()?, version };
    let all = graph.all::<AdAccountItem>("me/adaccounts", "id,name,currency,account_status").await?;
    let account = |AdAccountItem { id, name, currency, account_status }| MetaAdAccount {
        id,
        name,
        currency,
        is_active: account_status == Some(1),
    };
    Ok(all.into_iter().map(account).collect())
}

impl MetaPages {
    /// A page that was seen already is completed.
    fn add(&mut self, item: PageItem, business: Option<String>) {
        let instagram = item.instagram_business_account.map(|account| (account.id, account.username));
        if let Some(known) = self.pages.iter_mut().find(|page| page.id == item.id) {
            known.token = known.token.take().or(item.access_token);
            known.instagram = known.instagram.take().or(instagram);
            known.business = known.business.take().or(business);
            return;
        }
        let PageItem { id, name, access_token: token, .. } = item;
        self.pages.push(MetaPage { id, name, token, instagram, business });
    }
}

struct Graph<'a> {
    endpoint: Endpoint,
    version: &'a str,
}

impl Graph<'_> {
    /// All items of an edge, over all its pages.
    async fn all<T: DeserializeOwned>(&self, edge: &str, fields: &str) -> Result<Vec<T>> {
        let mut items = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..LONGEST {
            // The answer's own `next` has the token in it; only its cursor is used.
            let mut url = self.endpoint.base_url().clone();
            url.set_path(&format!("{}/{edge}", self.version));
            url.query_pairs_mut().append_pair("limit", "100");
            if !fields.is_empty() {
                url.query_pairs_mut().append_pair("fields", fields);
            }
            if let Some(after) = &after {
                url.query_pairs_mut().append_pair("after", after);
            }
            let call = self.endpoint.follow(Method::GET, url).operation("list pages").repeat(Repeat::Safe);
            let reply = call.send().await?;
            // The body holds tokens, so it must not end up in the error.
            let listed: Listed<T> = serde_json::from_slice(&reply.body).map_err(|_| {
                reply.describe(social_core::Error::new(ErrorKind::Protocol, format!("`{edge}` cannot be read")))
            })?;
            items.extend(listed.data);
            after = listed.paging.filter(|paging| paging.next.is_some()).and_then(|paging| paging.cursors?.after);
            if after.is_none() {
                break;
            }
        }
        Ok(items)
    }
}
