//! Invented posts; what lies in the folder is read back.

use std::path::Path;
use std::sync::{Arc, Mutex};

use futures_util::future::join_all;
use social_core::design::Brand;
use social_core::http::Repeat;
use social_core::media::{Media, MediaType};
use social_core::publish::{
    Attachment, Finding, FindingCode, ImageRule, Placement, Post, Publisher, Receipt, ReceiptState, RemotePost, Rules,
    Severity, Span, TextRule, check,
};
use social_core::run::{MemoryJournal, Run};
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Received, Scene, ScriptedVendor};
use social_core::text::Unit;
use social_core::{Account, AccountKey, ErrorKind, Result};

use super::super::{Card, Outbox, Page, StandIn};
use super::{approved, content, tags};

/// A GIF of one pixel.
fn image() -> Media {
    Media::bytes(&b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"[..])
}

fn rules(platform: &'static str, placement: Placement) -> Rules {
    Rules::new(platform, placement)
        .with_text(TextRule::of([(Unit::Graphemes, 300), (Unit::Bytes, 3000)]))
        .with_images(Span::up_to(4), ImageRule::new())
}

fn stand_in(dir: &Path, platform: &'static str) -> StandIn {
    let placements = [Placement::FEED, Placement::CAROUSEL, Placement::REEL, Placement::STORY];
    Outbox::new(dir).standing_in_for(platform, placements.map(|placement| rules(platform, placement)).into())
}

fn post(text: &str) -> Post {
    Post::new(text).with_attachment(Attachment::new(image()).with_alt_text("A dot"))
}

async fn run(journal: &MemoryJournal, name: &str) -> Run {
    Run::open(journal, name).await.unwrap()
}

async fn publish(stand_in: &StandIn, run: &Run, post: Post) -> Result<Receipt> {
    stand_in.publish(run, &approved(stand_in, post).await).await
}

fn count(dir: &Path, what: &str) -> usize {
    std::fs::read_to_string(dir.join("index.html")).unwrap().matches(what).count()
}

const CARD: &str = "<article class=\"card\"";

#[tokio::test]
async fn a_stand_in_keeps_the_contract_of_publishers() {
    let folder = Arc::new(Mutex::new(tempfile::tempdir().unwrap()));
    let (fresh, current, laid) = (folder.clone(), folder.clone(), folder.clone());
    let vendor = move || {
        *fresh.lock().unwrap() = tempfile::tempdir().unwrap();
        ScriptedVendor::new()
    };
    let connect = move |_: &Scene| -> Result<Arc<dyn Publisher>> {
        Ok(Arc::new(stand_in(current.lock().unwrap().path(), "instagram")))
    };
    let cards = move |_: &ScriptedVendor| {
        let records = folder.lock().unwrap().path().join("what-would-be-sent");
        std::fs::read_dir(records).map_or(0, |records| records.count())
    };
    // Nothing is sent: the files show what would be.
    let files = move |_: &ScriptedVendor| {
        let files = content(laid.lock().unwrap().path());
        let sent = files.into_iter().filter(|(name, _)| name != "index.html").map(|(name, bytes)| Received {
            method: http::Method::PUT,
            url: format!("https://folder.test/{name}").parse().unwrap(),
            headers: http::HeaderMap::new(),
            body: bytes.into(),
            repeat: Repeat::Safe,
        });
        sent.collect()
    };
    let subject = Subject::<dyn Publisher>::new(vendor, connect).counting(cards).reading(files);
    if let Err(violations) = conformance::publisher(&subject, &post("Hello")).await {
        panic!("{violations}");
    }
}

#[tokio::test]
async fn several_accounts_of_a_platform_stand_side_by_side() {
    let dir = tempfile::tempdir().unwrap();
    let accounts = ["1", "2"].map(|id| Account::new(AccountKey::new("instagram", id), format!("shop {id}")));
    let cards = accounts.clone().map(|account| {
        let mut card = Card::new("instagram", post("Hello")).with_account(account.clone().rehearsal());
        card.target = format!("instagram-feed {}", account.key);
        card
    });
    cards.into_iter().fold(Page::new("Shops"), Page::with_card).write(dir.path()).await.unwrap();
    for account in accounts {
        let stand_in = stand_in(dir.path(), "instagram").with_account(account.clone());
        let receipt = publish(&stand_in, &Run::ephemeral(), post("Hello")).await.unwrap();
        assert_eq!(receipt.account, account.key.rehearsal());
    }
    assert_eq!((count(dir.path(), CARD), count(dir.path(), "not sent to Instagram")), (2, 2));
}

#[tokio::test]
async fn the_same_run_rewrites_the_same_files() {
    let dir = tempfile::tempdir().unwrap();
    let (instagram, journal) = (stand_in(dir.path(), "instagram"), MemoryJournal::new());
    let approved = approved(&instagram, post("Hello #tapas")).await;

    let first = instagram.publish(&run(&journal, "friday").await, &approved).await.unwrap();
    let files = content(dir.path());
    let again = instagram.publish(&run(&journal, "friday").await, &approved).await.unwrap();

    assert_eq!((&first, &files), (&again, &content(dir.path())));
    let names: Vec<_> = files.keys().map(String::as_str).collect();
    assert_eq!(names, ["01-instagram-feed.gif", "index.html", "what-would-be-sent/instagram-feed.json"]);
    assert_eq!(count(dir.path(), CARD), 1);

    assert_eq!((first.account.platform.as_str(), first.state), ("instagram", ReceiptState::Draft));
    assert!(Path::new(first.id()).is_file(), "{}", first.id());
    let url = first.url().unwrap();
    assert_eq!((url.scheme(), url.fragment()), ("file", Some("instagram-feed")));
    assert!(url.to_file_path().unwrap().is_file());

    std::fs::remove_dir_all(dir.path()).unwrap();
    instagram.publish(&run(&journal, "friday").await, &approved).await.unwrap();
    assert!(content(dir.path()).contains_key("01-instagram-feed.gif"), "a removed folder comes back");
}

#[tokio::test]
async fn another_post_on_the_same_target_gets_its_own_card() {
    let dir = tempfile::tempdir().unwrap();
    let (instagram, journal) = (stand_in(dir.path(), "instagram"), MemoryJournal::new());
    let first = publish(&instagram, &run(&journal, "friday").await, post("Friday")).await.unwrap();
    let second = publish(&instagram, &run(&journal, "sunday").await, post("Sunday")).await.unwrap();
    publish(&instagram, &Run::ephemeral(), post("One")).await.unwrap();
    publish(&instagram, &Run::ephemeral(), post("Two")).await.unwrap();
    assert_ne!(first.id(), second.id());
    assert_eq!(count(dir.path(), CARD), 4);

    let other = publish(&instagram, &run(&journal, "friday").await, post("Changed")).await.unwrap_err();
    assert_eq!(other.kind(), ErrorKind::InvalidRequest, "a run is bound to its post");
}

#[tokio::test]
async fn publishers_of_one_folder_may_finish_in_any_order() {
    const PLATFORMS: [(&str, &str); 4] = [
        ("instagram", "Instagram · Feed post"),
        ("bluesky", "Bluesky · Feed post"),
        ("wall", "Wall · Feed post"),
        ("village_board", "Village board · Feed post"),
    ];
    let dir = tempfile::tempdir().unwrap();
    join_all(PLATFORMS.map(|(platform, _)| {
        let stand_in = stand_in(dir.path(), platform);
        tokio::spawn(async move { publish(&stand_in, &Run::ephemeral(), post("Hello")).await.unwrap() })
    }))
    .await;
    assert_eq!(count(dir.path(), CARD), PLATFORMS.len());
    for (_, label) in PLATFORMS {
        assert_eq!(count(dir.path(), &format!("</span>{label}</h2>")), 1, "{label}");
    }
    assert!(content(dir.path()).keys().all(|name| !name.contains("/.") && !name.starts_with('.')));
}

#[tokio::test]
async fn what_a_crash_left_neither_shows_nor_stops_the_page() {
    let dir = tempfile::tempdir().unwrap();
    let records = dir.path().join("what-would-be-sent");
    std::fs::create_dir_all(&records).unwrap();
    std::fs::write(dir.path().join(".01-instagram-feed.gif"), "half a pict").unwrap();
    std::fs::write(records.join(".instagram-feed.json"), "{\"target\":").unwrap();
    std::fs::write(records.join("bluesky-feed.json"), "{\"target\": \"blue").unwrap();
    publish(&stand_in(dir.path(), "instagram"), &Run::ephemeral(), post("Hello")).await.unwrap();
    assert_eq!(count(dir.path(), CARD), 1);
    assert_eq!(count(dir.path(), "The record bluesky-feed.json cannot be read"), 1);
    assert!(!dir.path().join(".01-instagram-feed.gif").exists());

    publish(&stand_in(dir.path(), "bluesky"), &Run::ephemeral(), post("Hello")).await.unwrap();
    assert_eq!((count(dir.path(), CARD), count(dir.path(), "cannot be read")), (2, 0));
}

#[tokio::test]
async fn publishing_completes_the_cards_of_the_preview() {
    let dir = tempfile::tempdir().unwrap();
    let brand = Brand { name: "La Hoz".to_owned(), logo: Some(image()), ..Brand::default() };
    let mut story = Card::new("instagram", post("Tonight").with_placement(Placement::STORY));
    story.degraded = true;
    story.changes = vec!["Cropped to 9:16.".to_owned()];
    let feed = Card::new("bluesky", post("Tonight")).with_rules(&rules("bluesky", Placement::FEED));
    let gone = Card::new("bluesky", post("").with_placement(Placement::CAROUSEL));

    let page = Page::new("Tapas night").with_brand(brand).with_card(story).with_card(feed);
    page.clone().with_card(gone).write(dir.path()).await.unwrap();
    let index = page.write(dir.path()).await.unwrap();
    let html = std::fs::read_to_string(index).unwrap();
    assert_eq!(html.matches(CARD).count(), 2, "an earlier page's card is gone");
    assert!(!dir.path().join("01-bluesky-carousel.gif").exists());
    assert!(html.contains("2 posts, waiting for your approval") && html.contains("src=\"logo.gif\""));
    assert!(html.find("Instagram · Story") < html.find("Bluesky · Feed"), "in the order in which they were given");

    let approved_story = post("Tonight").with_placement(Placement::STORY);
    let receipt = publish(&stand_in(dir.path(), "instagram"), &Run::ephemeral(), approved_story).await.unwrap();
    let html = std::fs::read_to_string(dir.path().join("index.html")).unwrap();
    for words in [
        "2 posts, 1 approved by a rule and not by a person, 1 waiting for your approval",
        "Ready in this folder, not sent to Instagram",
        "not by a person: test.",
        "Text filled in from a template",
        "Cropped to 9:16.",
        "<h1>Tapas night</h1>",
    ] {
        assert!(html.contains(words), "{words}");
    }
    assert_eq!(html.matches(CARD).count(), 2);

    // The page is written once more after the publishing, by an application that also published
    // elsewhere.
    let mut story = Card::new("instagram", post("Tonight").with_placement(Placement::STORY));
    story.receipt = Some(receipt);
    let mut feed = Card::new("bluesky", post("Tonight"));
    let at = "2026-11-16T18:05:00Z".parse().unwrap();
    let live = Receipt::new(AccountKey::new("bluesky", "1"), Placement::FEED, ReceiptState::Published, at);
    let url = "https://bsky.example/post/1".parse().unwrap();
    feed.receipt = Some(live.with_post(RemotePost::main("at://x").with_url(Some(url))));
    Page::new("Tapas night").with_card(story).with_card(feed).write(dir.path()).await.unwrap();
    for words in ["not sent to Instagram", ">Published<", "<a href=\"https://bsky.example/post/1\">"] {
        assert_eq!(count(dir.path(), words), 1, "{words}");
    }
    let home = dir.path().to_str().unwrap();
    assert!(content(dir.path()).values().all(|file| !String::from_utf8_lossy(file).contains(home)), "names {home}");
}

#[tokio::test]
async fn what_cannot_be_laid_down_is_a_finding_before_and_an_error_at_publishing() {
    let dir = tempfile::tempdir().unwrap();
    let broken = || Post::new("Hello").with_attachment(Attachment::new(Media::bytes("no image at all")));
    let mut card = Card::new("instagram", broken());
    card.findings.push(Finding::warning(FindingCode::TOO_SHORT, "text", "Short."));
    Page::new("Broken").with_card(card).write(dir.path()).await.unwrap();
    assert_eq!((count(dir.path(), "Must change"), count(dir.path(), "Please look")), (1, 1));
    assert_eq!(count(dir.path(), "This file could not be read."), 1);

    // Approval reads the file as it is; what it is comes to light when it is laid down.
    let error = publish(&stand_in(dir.path(), "instagram"), &Run::ephemeral(), broken()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MediaInvalid);
    assert_eq!(count(dir.path(), "not sent to"), 0);
    let board = Post::new("").with_placement(Placement::ARTICLE);
    let error = publish(&stand_in(dir.path(), "instagram"), &Run::ephemeral(), board).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("placement")));
    let twice = || Card::new("x", Post::new("Hello"));
    let error = Page::new("Twice").with_card(twice()).with_card(twice()).write(dir.path()).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some("cards")));
}

#[tokio::test]
async fn the_counter_is_the_one_of_the_check() {
    let dir = tempfile::tempdir().unwrap();
    // A family is one character in seven code points, so every unit gives another number.
    for (text, shown) in
        [("Grüße 👨‍👩‍👧‍👦".to_owned(), Unit::Graphemes), ("x".repeat(301), Unit::Graphemes), ("👨‍👩‍👧‍👦".repeat(150), Unit::Bytes)]
    {
        let card = Card::new("bluesky", Post::new(text.as_str())).with_rules(&rules("bluesky", Placement::FEED));
        let over = card.measures.values().flatten().any(|measure| measure.is_over());
        Page::new("Counts").with_card(card).write(dir.path()).await.unwrap();
        let limit = if shown == Unit::Graphemes { 300 } else { 3000 };
        assert_eq!(count(dir.path(), &format!("title=\"{}\">{} of {limit} ", shown.noun(), shown.count(&text))), 1);
        assert_eq!(count(dir.path(), "<li class=\"over\">"), usize::from(over));

        let checked = check(&rules("bluesky", Placement::FEED), &Post::new(text.as_str()), &[]);
        assert_eq!(over, checked.iter().any(|finding| finding.severity == Severity::Error));
        let published = publish(&stand_in(dir.path(), "bluesky"), &Run::ephemeral(), Post::new(text)).await;
        assert_eq!(published.err().map(|e| e.kind()), over.then_some(ErrorKind::InvalidRequest));
    }
}

#[tokio::test]
async fn a_placement_without_words_counts_none_and_misses_none() {
    let dir = tempfile::tempdir().unwrap();
    let mut story = rules("instagram", Placement::STORY);
    story.text = TextRule::of([(Unit::Utf16, 0)]);
    for (text, counted) in [("", 0), ("Tonight", 1)] {
        let post = Post::new(text).with_placement(Placement::STORY).with_attachment(Attachment::new(image()));
        Page::new("Story").with_card(Card::new("instagram", post).with_rules(&story)).write(dir.path()).await.unwrap();
        assert_eq!((count(dir.path(), " of 0 characters"), count(dir.path(), "No description yet")), (counted, 0));
    }
}

#[tokio::test]
async fn the_page_reaches_outside_only_through_the_post_s_own_links() {
    let dir = tempfile::tempdir().unwrap();
    let text = "Book: https://example.com/book or example.com #tapas @ana.example.com";
    let remote = Media::remote("https://cdn.example/a.jpg".parse().unwrap());
    let post = post(text).with_link("https://card.example/".parse().unwrap()).with_attachment(Attachment::new(remote));
    let cards = ["bluesky", "instagram"].map(|platform| Card::new(platform, post.clone()));
    Page::new("Links").with_card(cards[0].clone()).with_card(cards[1].clone()).write(dir.path()).await.unwrap();
    let page = std::fs::read_to_string(dir.path().join("index.html")).unwrap();
    let mut outside = Vec::new();
    for (tag, attributes) in tags(&page) {
        for (_, value) in attributes.iter().filter(|(_, value)| value.contains("//")) {
            assert_eq!(tag, "a", "{value} would be loaded");
            outside.push(value.clone());
        }
    }
    outside.sort();
    outside.dedup();
    let links =
        ["https://card.example/", "https://cdn.example/a.jpg", "https://example.com/", "https://example.com/book"];
    assert_eq!(outside, links);
    assert!(!include_str!("../style.css").contains("url("));
    assert_eq!(count(dir.path(), "<span class=\"tag\">#tapas</span>"), 2);
}

/// A video as large as this would show in the process's memory.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_large_file_is_copied_in_pieces() {
    const SIZE: u64 = 96 << 20;
    let peak = || -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
    };
    let dir = tempfile::tempdir().unwrap();
    let large = dir.path().join("large");
    // An audio file needs the minimum of bytes around its content: RIFF, `fmt ` with 16-bit mono at
    // 48 kHz, `data`.
    let mut head = b"RIFF".to_vec();
    head.extend(u32::try_from(SIZE - 8).unwrap().to_le_bytes());
    head.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x80\xbb\0\0\0\x77\x01\0\x02\0\x10\0data");
    head.extend(u32::try_from(SIZE - 44).unwrap().to_le_bytes());
    std::fs::write(&large, head).unwrap();
    std::fs::File::options().write(true).open(&large).unwrap().set_len(SIZE).unwrap();

    let before = peak();
    let out = dir.path().join("out");
    let card = Card::new("instagram", Post::new("").with_attachment(Attachment::new(Media::file(&large))));
    Page::new("Large").with_card(card).write(&out).await.unwrap();
    assert_eq!(std::fs::metadata(out.join("01-instagram-feed.wav")).unwrap().len(), SIZE);
    assert!(peak() - before < SIZE / 4, "{} MiB more", (peak() - before) >> 20);
    assert_eq!(Media::file(out.join("01-instagram-feed.wav")).info().await.unwrap().media_type, MediaType::Wav);
}

/// Who looks at the page has to know what is not on it, and that nobody but a rule decided.
#[tokio::test]
async fn what_has_no_post_and_what_was_not_sent_stand_on_the_page() {
    let dir = tempfile::tempdir().unwrap();
    let mut card = Card::new("bluesky", Post::new("Tapas"));
    card.problem = Some("the server said \u{1b}[2Kno".to_owned());
    let mut page = Page::new("Tapas night").with_name("tapas").with_card(card);
    page.miss("instagram-feed", "the fonts have none of its <characters>");
    page.write(dir.path()).await.unwrap();
    let html = std::fs::read_to_string(dir.path().join("index.html")).unwrap();
    for words in [
        "There is no post for one target; see below why.",
        "<b>instagram-feed</b>the fonts have none of its &lt;characters&gt;",
        "Not sent",
        "the server said \\u{1b}[2Kno",
    ] {
        assert!(html.contains(words), "{words}\n{html}");
    }
    // Nothing at all is said, too.
    let mut page = Page::new("Tapas night");
    page.miss("instagram-feed", "no font");
    page.write(dir.path()).await.unwrap();
    let html = std::fs::read_to_string(dir.path().join("index.html")).unwrap();
    assert!(!html.contains("No post has been laid") && html.contains("no font"), "{html}");
}

#[tokio::test]
async fn a_folder_says_whose_page_is_in_it() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(Page::name_in(dir.path()).await.unwrap(), None);
    Page::new("Tapas night").write(dir.path()).await.unwrap();
    assert_eq!(Page::name_in(dir.path()).await.unwrap().as_deref(), Some("Tapas night"));
    Page::new("Tapas night").with_name("tapas").write(dir.path()).await.unwrap();
    assert_eq!(Page::name_in(dir.path()).await.unwrap().as_deref(), Some("tapas"));
}
