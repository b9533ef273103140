//! A channel that a person connected: its token lives an hour and renews itself.

use social_core::auth::{Accounts, Connection, Grant, MemoryTokens, OAuth, OAuthApp, Purpose, Unsealed, Vault};
use social_core::catalogue::Parts;
use social_core::settings::{MapSettings, Wired};

use super::*;
use crate::connect_account_with;

#[tokio::test]
async fn a_connected_channel_publishes_for_longer_than_its_token_lives() {
    let fake = Fake::new(Channel::default());
    fake.state.lock().unwrap().watch.set(&fake.clock);
    let endpoint = OAuth::endpoint(&sign_in::YOUTUBE).transport(fake.vendor.transport()).clock(fake.clock.clone());
    let app = OAuthApp::new("app", "https://app.example/back").with_secret("test-secret");
    let oauth = OAuth::new(&sign_in::YOUTUBE, app, endpoint);
    let accounts = Accounts::builder(Vault::new(MemoryTokens::new(), Unsealed)).clock(fake.clock.clone());
    let accounts = accounts.platform(oauth).build();
    let (key, now) = (AccountKey::new("youtube", CHANNEL).with_tenant("bakery"), fake.clock.now());
    let grant = Grant::new("token-of-yesterday", now)
        .with_refresh("refresh-token")
        .with_expires_at(now + Duration::from_secs(3600))
        .with_scopes(sign_in::YOUTUBE.scopes_for(&[Purpose::PUBLISH]));
    let connection = Connection::new(Account::new(key.clone(), "Our bakery"), grant, now);
    accounts.vault().save(&connection, None).await.unwrap();
    fake.clock.advance(Duration::from_secs(24 * 3600));

    let (clock, transport) = (fake.clock.clone(), fake.vendor.transport());
    let wire = move |endpoint: EndpointBuilder| endpoint.transport(transport.clone()).clock(clock.clone());
    let settings = Wired::new(MapSettings::new(), wire);
    let publisher = connect_account_with(&accounts, &key, &settings, Parts::default()).await.unwrap();
    assert_eq!(publisher.account().await.unwrap(), Account::new(key.clone(), "Our bakery"));
    let receipt = fake.publish(&*publisher, "run", video()).await.unwrap();
    assert_eq!((receipt.account, receipt.state), (key, ReceiptState::Published));
}
