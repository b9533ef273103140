//! A connected workspace, on the fake of these tests.

use social_core::auth::{Accounts, Connection, Grant, MemoryTokens, OAuth, OAuthApp, Unsealed, Vault};
use social_core::catalogue::Parts;
use social_core::clock::Clock as _;
use social_core::settings::Wired;

use super::*;
use crate::connect_account_with;

/// The account is the workspace, by whose tokens the bot writes into the channel of the settings.
#[tokio::test]
async fn a_connected_workspace_writes_into_the_channel_of_the_settings() {
    let fake = Fake::new(Server::default());
    let app = OAuthApp::new("app", "https://app.example/back").with_secret("test-secret");
    let oauth = OAuth::new(&SLACK, app, OAuth::endpoint(&SLACK).transport(fake.vendor.transport()));
    let accounts = Accounts::builder(Vault::new(MemoryTokens::new(), Unsealed)).clock(fake.clock.clone());
    let accounts = accounts.platform(oauth).build();
    let key = AccountKey::new("slack", "T0000").with_tenant("bakery");
    let (now, account) = (fake.clock.now(), Account::new(key.clone(), "Acme"));
    accounts.vault().save(&Connection::new(account, Grant::new(TOKEN, now), now), None).await.unwrap();

    let (clock, transport) = (fake.clock.clone(), fake.vendor.transport());
    let wired = |map| Wired::new(map, move |endpoint| endpoint.transport(transport.clone()).clock(clock.clone()));
    let settings = wired.clone()(MapSettings::new().with("SLACK_CHANNEL_ID", CHANNEL));
    let slack = connect_account_with(&accounts, &key, &settings, Parts::default()).await.unwrap();
    assert_eq!(slack.account().await.unwrap().key, AccountKey::new("slack", CHANNEL).with_tenant("bakery"));
    fake.publish(&*slack, "run", text("Hello")).await.unwrap();
    assert_eq!(fake.state.lock().unwrap().messages.len(), 1);
    let error = connect_account_with(&accounts, &key, &wired(MapSettings::new()), Parts::default()).await.unwrap_err();
    assert!(error.to_string().contains("SLACK_CHANNEL_ID"), "{error}");
}
