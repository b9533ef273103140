//! Invented rules of the shapes that platforms have: nothing is known by a platform's name.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use social_core::media::Media;
use social_core::publish::{
    Appearance, Attachment, Finding, FindingCode, Habits, ImageRule, MediaRole, Placement, PlatformOptions, Poll, Post,
    PostRef, Rules, Span, TextPlace, TextRule, ThreadPart,
};
use social_core::text::Unit;
use social_core::{Account, AccountKey, Platform};

use super::super::buttons::buttons;
use super::super::{Card, Page};
use crate::fake::{jpeg, mp4};

/// Options that have any value.
#[derive(Serialize, Deserialize)]
struct Invented(serde_json::Map<String, Value>);

impl PlatformOptions for Invented {
    const PLATFORM: Platform = Platform::new("invented");
}

fn with_options(post: Post, options: Value) -> Post {
    post.with_options(&Invented(options.as_object().unwrap().clone())).unwrap()
}

fn rules(placement: Placement, longest: usize, appearance: Appearance) -> Rules {
    Rules::new("invented", placement)
        .with_text(TextRule::of([(Unit::Graphemes, longest)]))
        .with_images(Span::up_to(9), ImageRule::new())
        .with_appearance(appearance)
}

fn files(sizes: &[(u16, u16)]) -> Vec<Attachment> {
    sizes.iter().map(|(width, height)| Attachment::new(jpeg(*width, *height)).with_alt_text("bread")).collect()
}

fn with(post: Post, files: Vec<Attachment>) -> Post {
    files.into_iter().fold(post, Post::with_attachment)
}

/// The page of one card.
async fn shown(post: Post, rules: &Rules) -> String {
    let dir = tempfile::tempdir().unwrap();
    let post = post.with_placement(rules.placement.clone());
    let page = Page::new("Bread").with_card(Card::new("invented", post).with_rules(rules));
    std::fs::read_to_string(page.write(dir.path()).await.unwrap()).unwrap()
}

fn assert_shows(page: &str, all: &[&str]) {
    for words in all {
        assert!(page.contains(words), "{words}\n{}", page.split_once("<main>").unwrap().1);
    }
}

const LONG: &str = "Our bakery opens at seven. There is rye, spelt and wheat, and the coffee is from the roaster around \
                    the corner. Come early on Saturdays, because the cardamom buns are gone by nine, every single week.";

/// A platform of short texts: shown whole, with the parts of its thread and what it answers.
#[tokio::test]
async fn a_short_text_is_shown_whole_with_its_thread_and_its_poll() {
    let short = rules(Placement::FEED, 280, Appearance::new("Short"));
    let part = ThreadPart::new("And on Sunday? #bread").with_attachment(Attachment::new(jpeg(8, 8)));
    let mut answered = PostRef::new("17");
    answered.url = Some("https://short.example/17".parse().unwrap());
    let post = Post::new(LONG).with_thread_part(part).with_thread_part(ThreadPart::new("Closed."));
    let page = shown(post.with_reply_to(answered).with_quote(PostRef::new("<18>")), &short).await;
    assert_shows(
        &page,
        &[
            "Answers <a href=\"https://short.example/17\">",
            "Quotes</small><span class=\"tag\">&lt;18&gt;</span>",
            "2 / 3</span>",
            "3 / 3</span>",
            "src=\"01-invented-feed.jpg\"",
            "<span>Part 2, text</span>",
            "<span>Part 3, text</span>",
        ],
    );
    assert!(!page.contains("class=\"fold\""));
    let poll = Poll::new(["Rye", "Spelt <b>"]).open_for(Duration::from_secs(36 * 3600));
    let page = shown(Post::new("Which?").with_poll(poll.clone()), &short).await;
    assert_shows(&page, &["<ul class=\"poll\">", ">Spelt &lt;b&gt;</li>", "One answer · open for 36 hours"]);
    let page =
        shown(Post::new("Which?").with_poll(poll.multiple().open_for(Duration::from_secs(86_400))), &short).await;
    assert_shows(&page, &["<ul class=\"poll several\">", "Several answers · open for 1 day"]);
}

/// A platform of long texts: cut after some lines, and every word is on the page all the same.
#[tokio::test]
async fn a_long_text_is_cut_and_can_be_opened() {
    for (place, lines) in [(TextPlace::Above, 3), (TextPlace::Below, 2)] {
        let long = rules(Placement::FEED, 3000, Appearance::new("Long").with_text(place));
        let page = shown(Post::new(LONG), &long).await;
        let fold = format!("<details class=\"fold\" style=\"--lines:{lines}\">");
        assert_shows(&page, &[&fold, "every single week.", &format!("cut after about {lines} lines")]);
        for whole in ["Bread", "面包\n和咖啡"] {
            assert!(!shown(Post::new(whole), &long).await.contains("class=\"fold\""), "{whole}");
        }
        // Fifty letters of East Asia are as wide as a hundred others.
        assert!(shown(Post::new("面".repeat(75)), &long).await.contains("class=\"fold\""));
    }
    for placement in [Placement::MESSAGE, Placement::ARTICLE] {
        let long = rules(placement, 3000, Appearance::new("Long"));
        assert!(!shown(Post::new(LONG), &long).await.contains("class=\"fold\""));
    }
}

#[tokio::test]
async fn a_link_card_has_the_title_and_the_cover_and_a_first_comment_stands_below() {
    let mut pro = rules(Placement::FEED, 3000, Appearance::new("Pro")).with_title(TextRule::default());
    pro.first_comment = Some(TextRule::of([(Unit::Chars, 1250)]));
    let post = Post::new("Read").with_title("How we bake").with_link("https://bread.example/how".parse().unwrap());
    let post =
        post.with_first_comment("More: #rye").with_attachment(Attachment::new(jpeg(8, 4)).with_role(MediaRole::Cover));
    let page = shown(post.clone(), &pro).await;
    assert_shows(
        &page,
        &[
            "<a class=\"linkcard\" href=\"https://bread.example/how\"><img src=\"01-invented-feed-cover.jpg\" alt=\"\">",
            "<small>bread.example</small><b dir=\"auto\">How we bake</b></a>",
            "class=\"comment\"",
            "<span>First comment</span>",
        ],
    );
    assert!(!page.contains("class=\"title\""));
    // What the platform does not show is not shown here.
    for (field, words) in [("title", "How we bake"), ("link", "class=\"linkcard\"")] {
        let mut post = post.clone();
        post.link = post.link.filter(|_| field == "link");
        let mut card = Card::new("invented", post).with_rules(&pro);
        let dir = tempfile::tempdir().unwrap();
        card.findings.push(Finding::warning(FindingCode::NOT_SHOWN, field, "left out"));
        let page = Page::new("Bread").with_card(card).write(dir.path()).await.unwrap();
        let page = std::fs::read_to_string(page).unwrap();
        assert!(!page.split_once("class=\"facts\"").unwrap().0.contains(words), "{words}");
    }
    let pdf = Media::bytes(&b"%PDF-1.7\n%%EOF\n"[..]);
    let page = shown(Post::new("Read").with_title("Menu").with_attachment(Attachment::new(pdf)), &pro).await;
    assert_shows(&page, &["<a class=\"document\" href=\"01-invented-feed.pdf\"><b>pdf</b>", "class=\"title\""]);
}

/// Files are cut as the appearance says, and the page says which.
#[tokio::test]
async fn what_is_cut_is_said() {
    let pins = Appearance::new("Pins").with_text(TextPlace::Below).with_max_height_percent(150_u16);
    let pin = rules(Placement::new("pin"), 800, pins);
    let tall = files(&[(9, 21)]);
    assert_shows(&shown(with(Post::new(""), tall), &pin).await, &["max-height:150cqw", "(1:2.33) is cut to 2:3"]);
    assert!(!shown(with(Post::new(""), files(&[(4, 5)])), &pin).await.contains("How it is shown"));

    let several = || with(Post::new(""), files(&[(4, 5), (1, 1), (4, 5)]));
    let swiped = rules(Placement::FEED, 300, Appearance::new("Swiped").with_swipes(true));
    let page = shown(several(), &swiped).await;
    assert_shows(
        &page,
        &["1 / 3</figcaption>", "File 2 (1:1) is cut to the shape of the first (4:5)", "--tall:125cqw"],
    );
    assert!(!page.contains("File 3 ("));
    let page = shown(several(), &rules(Placement::FEED, 300, Appearance::new("Grid"))).await;
    assert_shows(&page, &["class=\"media grid\"", "Side by side, images are cut"]);
}

/// Where the number of characters is known, the text is cut there, between words.
#[tokio::test]
async fn a_text_is_folded_at_the_platforms_number_of_characters() {
    let rules = |fold: usize| {
        let look = Appearance::new("Tiles").with_text(TextPlace::Below).with_grid((3, 4));
        rules(Placement::FEED, 2200, look).with_habits(Habits::default().with_fold(fold))
    };
    let page = shown(with(Post::new(LONG), files(&[(4, 5)])), &rules(125)).await;
    let (head, rest) = page.split_once("<label class=\"more\"").unwrap();
    assert!(head.ends_with("around the corner. Come early</span>"), "{head}");
    assert_shows(rest, &["every single week."]);
    assert_shows(&page, &["first 122 characters", "profile’s grid (3:4)", "aspect-ratio:3/4"]);
    // A link that the cut goes through leads where the whole of it does, on both sides.
    let link = "https://bakery.com/a/very/long/way/to/the/oven";
    let page = shown(Post::new(format!("{} {link}", "x".repeat(20))), &rules(60)).await;
    assert_eq!(page.matches(&format!("href=\"{link}\"")).count(), 2, "{page}");
    // Lines count, too, and what is shorter is shown whole.
    let page = shown(Post::new("One\nTwo\nThree"), &rules(125)).await;
    assert_shows(&page, &["One\nTwo</span><label"]);
    for whole in ["One\nTwo", &LONG[..120]] {
        assert!(!shown(Post::new(whole), &rules(125)).await.contains("<label class=\"more\""), "{whole}");
    }
    for cut in 1..40 {
        shown(Post::new("日本語のとても長い文章です。🥖é".repeat(2)), &rules(cut)).await;
    }
}

/// Whose post it is, where that is known, and not for a rehearsal.
#[tokio::test]
async fn the_handle_is_shown_with_its_sign() {
    let rules = rules(Placement::FEED, 300, Appearance::new("Wall"));
    for (account, handle) in [
        (Account::new(AccountKey::new("invented", "1"), "bakery.test"), Some("<bdi>@bakery.test</bdi>")),
        (Account::new(AccountKey::new("invented", "1"), "The Bakery"), Some("<bdi>The Bakery</bdi>")),
        (Account::new(AccountKey::new("invented", "1"), "bakery.test").rehearsal(), None),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let card = Card::new("invented", Post::new("Bread")).with_rules(&rules).with_account(account);
        let page = Page::new("Bread").with_card(card).write(dir.path()).await.unwrap();
        let page = std::fs::read_to_string(page).unwrap();
        match handle {
            Some(handle) => assert_shows(&page, &[handle]),
            None => assert!(!page.contains("<bdi>"), "{page}"),
        }
    }
}

/// A screen: what platforms lay over it, and bars beside what has another shape.
#[tokio::test]
async fn a_screen_has_a_frame_in_which_words_are_safe() {
    for (placement, inset) in [(Placement::STORY, "14% 6% 20%"), (Placement::REEL, "14% 6% 35%")] {
        let page =
            shown(with(Post::new(LONG), files(&[(4, 5)])), &rules(placement, 2200, Appearance::new("Film"))).await;
        assert_shows(
            &page,
            &[&format!("inset:{inset}"), "Show the safe zone</label>", "File 1 (4:5) leaves bars", "<h3>Text</h3>"],
        );
        let page =
            shown(with(Post::new(LONG), files(&[(9, 16)])), &rules(Placement::REEL, 2200, Appearance::new("Film")))
                .await;
        assert!(!page.contains("leaves bars"));
    }
    // A platform that shows everything as tall as a screen, on placements of its own.
    let clips = Appearance::new("Clips").with_text(TextPlace::Below).with_max_height_percent(178_u16).with_swipes(true);
    let page =
        shown(with(Post::new("x"), files(&[(9, 16), (9, 16)])), &rules(Placement::new("photo"), 2200, clips)).await;
    assert_shows(&page, &["class=\"phone\"", "class=\"swipe whole\"", "2 / 2</figcaption>"]);
}

/// Where a title is wanted, it stands for the post.
#[tokio::test]
async fn a_player_has_its_title_below_and_a_short_shows_it_instead_of_the_text() {
    let tube = |placement| {
        rules(placement, 5000, Appearance::new("Tube")).with_title(TextRule::of([(Unit::Chars, 100)]).required())
    };
    let post = || with(Post::new(LONG).with_title("How we bake"), vec![Attachment::new(mp4())]);
    let page = shown(post(), &tube(Placement::VIDEO)).await;
    let player = page.split_once("<div class=\"post player\">").unwrap().1;
    let places = ["<video", "How we bake", "class=\"who\"", "class=\"signs\"", "class=\"fold\""]
        .map(|what| player.find(what).unwrap());
    assert!(places.is_sorted(), "{places:?}");
    let page = shown(post(), &tube(Placement::SHORT)).await;
    assert_shows(&page, &["aria-hidden=\"true\" dir=\"auto\">How we bake</div>"]);
}

/// Options are known by what they hold.
#[tokio::test]
async fn buttons_and_other_options_are_shown() {
    let local = rules(Placement::FEED, 1500, Appearance::new("Local")).with_option("privacy_level", "who sees it");
    let options = json!({"buttons": [[{"text": "Order <1>", "url": "https://bread.example/"}, {"text": "Later", "callback_data": "x"}]],
        "call_to_action": {"type": "LEARN_MORE", "url": "javascript:alert(1)"}, "privacy_level": "FOLLOWERS", "made_for_kids": false,
        "silent": true, "tags": ["rye", "spelt"], "period": {"from": 1}});
    let page = shown(with_options(Post::new("Bread"), options), &local).await;
    assert_shows(
        &page,
        &[
            "<a href=\"https://bread.example/\">Order &lt;1&gt;</a><span>Later</span>",
            "<span>Learn more</span>",
            "<li>Who sees it: FOLLOWERS</li>",
            "<li>Made for kids: no</li>",
            "<li>Silent</li>",
            "<li>Tags: rye, spelt</li>",
            "<li>Period: from 1</li>",
        ],
    );
    assert!(!page.contains("javascript:"));
    for (name, value, words) in [
        ("call_to_action", json!("CALL"), Some("Call")),
        ("call_to_action", json!({"book": "https://a.test/"}), Some("Book")),
        ("privacy", json!("CALL"), None),
        ("tags", json!(["x"]), None),
        ("tags", json!([]), None),
        ("pairs", json!([["x"]]), None),
    ] {
        let rows = buttons(name, &value);
        assert_eq!(rows.first().map(|row| row[0].words.as_str()), words, "{name} {value}");
    }
}

/// A file of a thread's part lies beside the page, and one that cannot be read is a finding there.
#[tokio::test]
async fn files_of_a_thread_lie_beside_the_page() {
    let dir = tempfile::tempdir().unwrap();
    let part = |media| ThreadPart::new("Part").with_attachment(Attachment::new(media));
    let post = with(Post::new("x"), files(&[(8, 8)]))
        .with_thread_part(part(jpeg(4, 3)))
        .with_thread_part(part(Media::bytes("no")));
    let page = Page::new("Thread").with_card(Card::new("invented", post));
    let html = std::fs::read_to_string(page.write(dir.path()).await.unwrap()).unwrap();
    assert_shows(&html, &["src=\"02-invented-feed.jpg\"", "Part 3, file 1", "This file could not be read."]);
    assert!(dir.path().join("02-invented-feed.jpg").is_file());
    Page::new("Thread").write(dir.path()).await.unwrap();
    assert!(!dir.path().join("02-invented-feed.jpg").exists(), "removed with its card");
}
