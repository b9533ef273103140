//! Stands on the WHATWG HTML standard, section 13.2.5 (where a text or a quoted attribute value
//! ends).

use social_core::AccountKey;
use social_core::design::Brand;
use social_core::media::Media;
use social_core::publish::{Attachment, Finding, FindingCode, Placement, Post, Receipt, ReceiptState, RemotePost};
use url::Url;

use super::super::card::{Card, Heading};
use super::super::html::{Escaped, followable, is_file_name, slug};
use super::super::live::{LivePage, LiveState};
use super::super::page::Html;
use super::tags;

#[test]
fn foreign_text_cannot_leave_its_place() {
    for (text, html) in [
        ("plain 🍤 ü", "plain 🍤 ü"),
        ("\"><script>alert(1)</script>", "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("' onerror='x", "&#39; onerror=&#39;x"),
        ("&amp;", "&amp;amp;"),
        ("two\nlines\t", "two\nlines\t"),
        ("nul\0, return\r, turn \u{202e}", "nul\\u{0}, return\\r, turn \\u{202e}"),
        ("\u{1b}[2K\u{2066}open, line\u{2028}", "\\u{1b}[2K\\u{2066}open, line\\u{2028}"),
        ("\u{2067}שלום\u{2069}\u{200f}", "\u{2067}שלום\u{2069}\u{200f}"),
    ] {
        assert_eq!(Escaped(text).to_string(), html);
    }
}

#[test]
fn only_web_addresses_can_be_followed() {
    for (address, can) in [
        ("https://lahoz.example/a?b=c", true),
        ("HTTP://lahoz.example", true),
        ("javascript:alert(1)", false),
        ("data:text/html,<script>", false),
        ("file:///etc/passwd", false),
        ("lahoz.example", false),
    ] {
        assert_eq!(followable(address).is_some(), can, "{address}");
    }
}

#[test]
fn names_of_files_are_plain() {
    for (name, plain) in [
        ("01-instagram-feed.jpg", true),
        ("../01.jpg", false),
        ("a/b.jpg", false),
        ("javascript:alert(1)", false),
        (".hidden", false),
        ("a b.jpg", false),
        ("a\".jpg", false),
        ("", false),
    ] {
        assert_eq!(is_file_name(name), plain, "{name}");
    }
    for (name, file) in
        [("instagram-feed", "instagram-feed"), ("../\"><X>-Feed ", "x-feed"), ("村", "post"), ("a__b", "a-b")]
    {
        assert_eq!(slug(name), file);
    }
}

const BREAK: &str = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>";

/// A card whose every text tries to break out.
fn hostile(placement: Placement) -> Card {
    let link: Url = "javascript:alert(3)".parse().unwrap();
    let mut post = Post::new(format!("{BREAK} https://ok.example/?a=\"onclick= #a\"b @x'y"))
        .with_placement(placement)
        .with_title(BREAK)
        .with_link(link.clone())
        .with_language("en\" onload=\"alert(4)");
    for name in
        ["\" onerror=\"alert(5).jpg", "javascript:alert(6).mp4", "../../secret.png", "01-fine.jpg", "02-fine.mp4"]
    {
        post = post.with_attachment(Attachment::new(Media::file(name)).with_alt_text(BREAK));
    }
    let mut card = Card::new(format!("insta{BREAK}"), post);
    card.findings = vec![Finding::error(FindingCode::INVALID, BREAK, BREAK).with_value(BREAK).with_limit(BREAK)];
    card.changes = vec![BREAK.to_owned()];
    let at = "2026-11-16T18:05:00Z".parse().unwrap();
    let key = AccountKey::new(BREAK.to_owned(), BREAK);
    let digest = format!("1:{}", "0".repeat(64));
    let approval = serde_json::json!({ "digest": digest, "accounts": [key], "by": BREAK, "at": at });
    card.approval = serde_json::from_value(approval).unwrap();
    card.account = Some(social_core::Account::new(key.clone(), BREAK));
    card.appearance.name = BREAK.to_owned();
    card.appearance.accent = format!("red;background:url(//x){BREAK}");
    card.appearance.signs = vec![BREAK.into()];
    let receipt = Receipt::new(key, Placement::FEED, ReceiptState::Published, at);
    card.receipt = Some(receipt.with_post(RemotePost::main(BREAK).with_url(Some(link))).with_warning(BREAK));
    card
}

#[test]
fn nothing_hostile_becomes_a_tag_an_attribute_or_an_address() {
    let mut brand = Brand { name: "\"><script>".to_owned(), ..Brand::default() };
    brand.colours = vec!["red;}</style><script>".to_owned(), "#12345\"".to_owned(), "#aabbcc".to_owned()];
    brand.logo = Some(Media::file("\"onerror=\"x.png"));
    let heading =
        Heading { title: "</title><script>alert(0)</script>".to_owned(), brand: Some(brand), ..Heading::default() };
    let cards = [Placement::FEED, Placement::CAROUSEL, Placement::REEL, Placement::STORY].map(hostile);
    let unreadable = ["<script>.json".to_owned()];
    for live in [None, Some(hostile_desk(&cards))] {
        check(&Html { heading: &heading, cards: &cards, unreadable: &unreadable, live: live.as_ref() }.to_string());
    }
}

/// Forms for all posts, and what somebody rejected.
fn hostile_desk(cards: &[Card]) -> LivePage {
    let states = [
        LiveState::Asked { seen: BREAK.to_owned() },
        LiveState::Rejected { by: BREAK.to_owned(), reason: BREAK.to_owned() },
        LiveState::Working(BREAK.to_owned()),
    ];
    let cards = cards.iter().map(|card| card.target.clone());
    LivePage {
        person: BREAK.to_owned(),
        seal: BREAK.into(),
        cards: cards.zip(states.into_iter().cycle()).collect(),
        ..LivePage::default()
    }
}

fn check(page: &str) {
    const TAGS: &str = "html head meta title style body svg symbol path use div i b span small h1 h2 h3 p header nav main \
                        article footer ul li a img video figure figcaption details summary bdi input label section form button \
                        textarea ol script";
    const ATTRIBUTES: &str = "lang charset name content http-equiv class id viewbox d aria-hidden aria-label \
                              aria-labelledby style href src alt dir role tabindex autoplay muted loop playsinline \
                              controls preload title type id for method action autocomplete name value rows maxlength \
                              required disabled defer data-revision";

    let allowed = |list: &str, name: &str| list.split_whitespace().any(|allowed| allowed == name);
    for (tag, attributes) in tags(page) {
        assert!(allowed(TAGS, &tag), "<{tag}>");
        for (name, value) in attributes {
            assert!(allowed(ATTRIBUTES, &name), "<{tag} {name}=\"{value}\">");
            if tag == "script" {
                assert!(name != "src" || value == "review.js", "{value}");
            }
            if name == "href" || name == "src" {
                let own = value == "https://ok.example/?a=";
                let inside = value.starts_with('#') || value.split('/').all(is_file_name);
                assert!(own || inside, "<{tag} {name}=\"{value}\">");
            }
        }
    }
    assert!(!page.contains("<script>"), "only the page's own");
    assert!(!page.contains("url("), "a colour is a colour");
    for safe in ["src=\"01-fine.jpg\"", "src=\"02-fine.mp4\"", "background:#aabbcc", "This file could not be read."] {
        assert!(page.contains(safe), "{safe}");
    }
}
