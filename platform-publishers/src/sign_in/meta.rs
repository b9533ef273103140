//! Meta: Facebook pages, Instagram by either login, Threads.

use std::time::Duration;

use social_core::auth::{
    BodyFormat, ConnectionIssue, Pkce, Purpose, Renewal, Revocation, RevocationStyle, ScopeGroup, SignIn, TokenSwap,
};

const DAY: Duration = Duration::from_secs(24 * 3600);
const SIXTY_DAYS: Duration = Duration::from_secs(60 * 24 * 3600);
const APPS: &str = "https://developers.facebook.com/apps";
const DIALOG: &str = "https://www.facebook.com/v25.0/dialog/oauth";
const TOKEN: &str = "https://graph.facebook.com/v25.0/oauth/access_token";

/// Codes and subcodes of Meta's envelope (developers.facebook.com, handling errors; November 2026).
const ISSUES: &[(&str, ConnectionIssue)] = &[
    ("190", ConnectionIssue::Revoked),
    ("102", ConnectionIssue::Revoked),
    ("190/458", ConnectionIssue::AppRemoved),
    ("190/459", ConnectionIssue::Checkpoint),
    ("190/460", ConnectionIssue::PasswordChanged),
    ("190/463", ConnectionIssue::Expired),
    ("190/464", ConnectionIssue::Checkpoint),
    ("190/467", ConnectionIssue::Revoked),
    ("190/492", ConnectionIssue::RoleLost),
    ("25/2207050", ConnectionIssue::AccountRestricted),
    ("368", ConnectionIssue::AccountRestricted),
    ("101", ConnectionIssue::AppRefused),
];

/// The exchange for sixty days; there is no refresh token, so it is also how a token is renewed.
const FACEBOOK_SWAP: TokenSwap =
    TokenSwap::new(TOKEN, "fb_exchange_token", "fb_exchange_token").with_client_id().with_client_secret();

const fn facebook_login(platform: &'static str, title: &'static str) -> SignIn {
    SignIn::new(platform, title, DIALOG, TOKEN)
        .with_console(APPS)
        .with_settings("FACEBOOK")
        .with_body(BodyFormat::Query)
        .with_pkce(Pkce::Unsupported)
        .with_scope_separator(",")
        // People untick single permissions, and the answer does not say which.
        .with_grants_as_asked(false)
        .with_long_lived(FACEBOOK_SWAP)
        .with_renewal(Renewal::Swap(FACEBOOK_SWAP.with_earliest(DAY)))
        .with_access_life(SIXTY_DAYS)
        .with_revocation(
            Revocation::new("https://graph.facebook.com/v25.0/me/permissions").with_style(RevocationStyle::Delete),
        )
        .with_issues(ISSUES)
}

/// Facebook pages.
///
/// **Console:** an app of type Business with the product Facebook Login for Business; the address
/// to come back to under "Valid OAuth Redirect URIs"; app review for each permission, and the
/// switch to Live, before others than testers can connect. Settings: `FACEBOOK_APP_ID`,
/// `FACEBOOK_APP_SECRET`, `FACEBOOK_REDIRECT_URI`.
///
/// **Ends a token:** 60 days without renewal, 90 days of data access, a changed password, the
/// application removed, a lost role on the page. Page tokens that were derived from a long-lived
/// one do not expire by time.
///
/// **Cannot be done:** PKCE; a refresh token. Which permissions were granted is read from
/// `/me/permissions`.
pub const FACEBOOK: SignIn = facebook_login("facebook", "Facebook")
    .with_scopes(&[
        ScopeGroup::new(Purpose::IDENTIFY, &["pages_show_list"]),
        ScopeGroup::new(Purpose::PUBLISH, &["pages_manage_posts", "pages_read_engagement", "pages_show_list"]),
        ScopeGroup::new(Purpose::READ, &["pages_read_engagement", "pages_show_list"]),
        ScopeGroup::new(Purpose::DELETE, &["pages_manage_posts", "pages_show_list"]),
        ScopeGroup::new(Purpose::COMMENTS, &["pages_manage_engagement", "pages_read_user_content"]),
        ScopeGroup::new(Purpose::INSIGHTS, &["read_insights", "pages_read_engagement"]),
        ScopeGroup::new(Purpose::ADS, &["ads_management", "ads_read"]),
        ScopeGroup::new(Purpose::BUSINESS, &["business_management"]),
    ])
    .with_renamed(&[("publish_pages", "pages_manage_posts"), ("manage_pages", "pages_show_list")]);

/// Instagram's professional accounts through Facebook Login: the account belongs to a page.
///
/// **Console, ends of a token:** as [`FACEBOOK`]. Deleting posts, product tags and some numbers
/// need this login.
pub const INSTAGRAM_FACEBOOK: SignIn =
    facebook_login("instagram", "Instagram (Facebook Login)").with_name("instagram-facebook").with_scopes(&[
        ScopeGroup::new(Purpose::IDENTIFY, &["instagram_basic", "pages_show_list"]),
        ScopeGroup::new(
            Purpose::PUBLISH,
            &["instagram_basic", "instagram_content_publish", "pages_read_engagement", "pages_show_list"],
        ),
        ScopeGroup::new(Purpose::READ, &["instagram_basic", "pages_read_engagement"]),
        ScopeGroup::new(Purpose::DELETE, &["instagram_basic", "instagram_content_publish"]),
        ScopeGroup::new(Purpose::COMMENTS, &["instagram_manage_comments"]),
        ScopeGroup::new(Purpose::INSIGHTS, &["instagram_manage_insights"]),
        ScopeGroup::new(Purpose::BUSINESS, &["business_management"]),
    ]);

/// Instagram's professional accounts through Instagram's own login; no page is needed.
///
/// **Console:** in the same app, Instagram > API setup with Instagram login: its own app id and
/// secret, which are not those of Facebook. Settings: `INSTAGRAM_APP_ID`, `INSTAGRAM_APP_SECRET`,
/// `INSTAGRAM_REDIRECT_URI`.
///
/// **Ends a token:** 60 days without renewal (from 24 hours after it was issued on), a changed
/// password, the application removed, an account that is no longer professional.
///
/// **Cannot be done:** PKCE, a refresh token, taking the grant back by an interface.
pub const INSTAGRAM: SignIn = SignIn::new(
    "instagram",
    "Instagram",
    "https://www.instagram.com/oauth/authorize",
    "https://api.instagram.com/oauth/access_token",
)
.with_console(APPS)
.with_settings("INSTAGRAM")
.with_pkce(Pkce::Unsupported)
.with_scope_separator(",")
.with_subject("user_id")
.with_access_life(Duration::from_secs(3600))
.with_long_lived(
    TokenSwap::new("https://graph.instagram.com/access_token", "ig_exchange_token", "access_token")
        .with_client_secret(),
)
.with_renewal(Renewal::Swap(
    TokenSwap::new("https://graph.instagram.com/refresh_access_token", "ig_refresh_token", "access_token")
        .with_earliest(DAY),
))
.with_issues(ISSUES)
.with_scopes(&[
    ScopeGroup::new(Purpose::IDENTIFY, &["instagram_business_basic"]),
    ScopeGroup::new(Purpose::PUBLISH, &["instagram_business_basic", "instagram_business_content_publish"]),
    ScopeGroup::new(Purpose::READ, &["instagram_business_basic"]),
    ScopeGroup::new(Purpose::COMMENTS, &["instagram_business_basic", "instagram_business_manage_comments"]),
    ScopeGroup::new(Purpose::INSIGHTS, &["instagram_business_basic", "instagram_business_manage_insights"]),
])
.with_renamed(&[
    ("business_basic", "instagram_business_basic"),
    ("business_content_publish", "instagram_business_content_publish"),
    ("business_manage_comments", "instagram_business_manage_comments"),
]);

/// Threads.
///
/// **Console:** an app with the use case Threads, which has an app id and secret of its own;
/// testers accept their invitation in Threads' settings. Settings: `THREADS_APP_ID`,
/// `THREADS_APP_SECRET`,
/// `THREADS_REDIRECT_URI`.
///
/// **Ends a token:** 60 days without renewal (from 24 hours on), 90 days after the person's
/// consent; tokens of private profiles cannot be renewed.
///
/// **Cannot be done:** PKCE, a refresh token, taking the grant back by an interface.
pub const THREADS: SignIn = SignIn::new(
    "threads",
    "Threads",
    "https://threads.net/oauth/authorize",
    "https://graph.threads.net/oauth/access_token",
)
.with_console(APPS)
.with_settings("THREADS")
.with_pkce(Pkce::Unsupported)
.with_scope_separator(",")
.with_subject("user_id")
.with_access_life(Duration::from_secs(3600))
.with_long_lived(
    TokenSwap::new("https://graph.threads.net/access_token", "th_exchange_token", "access_token").with_client_secret(),
)
.with_renewal(Renewal::Swap(
    TokenSwap::new("https://graph.threads.net/refresh_access_token", "th_refresh_token", "access_token")
        .with_earliest(DAY),
))
.with_issues(ISSUES)
.with_scopes(&[
    ScopeGroup::new(Purpose::IDENTIFY, &["threads_basic"]),
    ScopeGroup::new(Purpose::PUBLISH, &["threads_basic", "threads_content_publish"]),
    ScopeGroup::new(Purpose::READ, &["threads_basic"]),
    ScopeGroup::new(Purpose::DELETE, &["threads_basic", "threads_delete"]),
    ScopeGroup::new(Purpose::COMMENTS, &["threads_basic", "threads_manage_replies", "threads_read_replies"]),
    ScopeGroup::new(Purpose::INSIGHTS, &["threads_basic", "threads_manage_insights"]),
]);
