//! Where this program keeps its connections.

use std::path::Path;

use platform_publishers::{bluesky, sign_in};
use secrecy::ExposeSecret as _;
use social_core::auth::{
    Accounts, AppStatus, FileEvents, FileStates, FileTokens, HealthQuestion, Keyring, OAuth, OAuthApp, SignIn, Vault,
};
use social_core::settings::Environment;
use social_core::{AccountKey, Error, Result};

/// The connections of a directory.
pub(crate) struct Book {
    pub(crate) accounts: Accounts,
    pub(crate) states: FileStates,
}

/// A way to sign in by its name.
pub(crate) fn find(name: &str) -> Result<&'static SignIn> {
    let all = || sign_in::sign_ins().iter().copied().chain([&bluesky::SIGN_IN]);
    all().find(|sign_in| sign_in.name == name).ok_or_else(|| {
        let known: Vec<_> = all().map(|sign_in| sign_in.name).collect();
        Error::config(format!("no platform is called `{name}`; known are {}", known.join(", ")))
    })
}

impl Book {
    pub(crate) fn open(home: &Path) -> Result<Self> {
        let keyring = Keyring::from_settings(&Environment)?;
        let vault = Vault::new(FileTokens::open(home.join("tokens"))?, keyring.clone());
        let mut accounts = Accounts::builder(vault).log(FileEvents::open(home.join("events.jsonl"))?);
        for sign_in in sign_in::sign_ins() {
            // Platforms without settings are left out; their accounts cannot be renewed here.
            if let Ok(app) = OAuthApp::from_settings(sign_in, &Environment) {
                accounts = accounts.platform(OAuth::new(sign_in, app, OAuth::endpoint(sign_in)));
            }
        }
        // Each account of these brings its own application along.
        for sign_in in [&bluesky::SIGN_IN, &sign_in::MASTODON] {
            let no_app = OAuthApp::new("", "");
            accounts = accounts.platform(OAuth::new(sign_in, no_app, OAuth::endpoint(sign_in)));
        }
        Ok(Self { accounts: accounts.build(), states: FileStates::open(home.join("states"), keyring)? })
    }

    pub(crate) async fn list(&self, purposes: &[String]) -> Result<()> {
        for key in self.accounts.vault().list(None).await? {
            let wanted = find(key.platform.as_str())
                .map(|sign_in| purposes.iter().filter_map(|word| sign_in.purpose(word)).collect::<Vec<_>>())
                .unwrap_or_default();
            let question = HealthQuestion::new(wanted).with_app(AppStatus::default());
            match self.accounts.health(&key, &question).await {
                Ok(health) => {
                    let state = if health.is_well() { "well" } else { "not well" };
                    let end = health.expires_at.map_or("when it is revoked".to_owned(), |end| end.to_string());
                    let renewed = if health.renews_itself { ", renewed by itself" } else { "" };
                    println!("{key}  {}  {state}  token ends {end}{renewed}", health.account.label);
                    for issue in &health.issues {
                        println!("    {}: {}", issue.issue, issue.message);
                    }
                }
                Err(error) => println!("{key}  {error}"),
            }
        }
        Ok(())
    }

    pub(crate) async fn env(&self, key: &AccountKey) -> Result<()> {
        let token = self.accounts.access(key).await?;
        let name = key.platform.as_str().to_ascii_uppercase();
        println!("# {key}: this token ends; the program that uses it does not renew it");
        println!("{name}_ACCESS_TOKEN={}", token.expose_secret());
        println!("{name}_USER_ID={}", key.id);
        Ok(())
    }
}
