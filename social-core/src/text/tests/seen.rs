//! Where links, mentions and hashtags end for a reader, the same in check, fit and facets.
//!
//! Stands on what readers of these scripts and of Markdown see; invented texts.

use crate::text::{EntityKind, Syntax, Unit, entities, fit, fits, links};

fn values(text: &str, kind: EntityKind) -> Vec<String> {
    entities(text, Syntax::AtProtocol).into_iter().filter(|e| e.kind == kind).map(|e| e.value).collect()
}

const SEEN: &[(&str, &[&str])] = &[
    // punctuation of scripts without spaces
    ("詳細はこちら：https://example.com/a。次の文", &["https://example.com/a"]),
    ("詳細 https://example.com/a。次の文も読んで", &["https://example.com/a"]),
    ("「https://example.com/a」をご覧ください", &["https://example.com/a"]),
    ("（https://example.com/a）、【https://example.com/b】", &["https://example.com/a", "https://example.com/b"]),
    ("ご予約はhttps://example.com/aまで！", &["https://example.com/a"]),
    ("予約はexample.comで。", &["https://example.com"]),
    ("详情：https://example.com/a，谢谢！", &["https://example.com/a"]),
    ("《https://example.com/a》；https://example.com/b？", &["https://example.com/a", "https://example.com/b"]),
    ("ดูที่https://example.com/aครับ", &["https://example.com/a"]),
    ("자세히: https://example.com/a를 보세요", &["https://example.com/a"]),
    ("Подробнее: «https://example.com/a».", &["https://example.com/a"]),
    ("المزيد: https://example.com/a، شكرا؟", &["https://example.com/a"]),
    ("अधिक: https://example.com/a।", &["https://example.com/a"]),
    // quotes
    ("Read \"https://example.com/x\" now", &["https://example.com/x"]),
    ("Read “https://example.com/x” and ‘https://example.com/y’", &["https://example.com/x", "https://example.com/y"]),
    ("„https://example.com/x“, ‹example.com/y›", &["https://example.com/x", "https://example.com/y"]),
    ("It is at 'https://example.com/x' today", &["https://example.com/x"]),
    ("example.com's shop, https://example.com/a's menu", &["https://example.com", "https://example.com/a"]),
    // Markdown
    ("**https://example.com/a** and _https://example.com/b_", &["https://example.com/a", "https://example.com/b"]),
    ("[our menu](https://example.com/menu)", &["https://example.com/menu"]),
    ("[https://example.com/a](https://example.com/a)", &["https://example.com/a", "https://example.com/a"]),
    (
        "<https://example.com/a>, `https://example.com/b`, ~~example.com~~",
        &["https://example.com/a", "https://example.com/b", "https://example.com"],
    ),
    ("__https://example.com/a_b__", &["https://example.com/a_b"]),
    // ellipsis and stops
    ("Full list: https://example.com/b…", &["https://example.com/b"]),
    (
        "Full list: https://example.com/b... or https://example.com/c?!",
        &["https://example.com/b", "https://example.com/c"],
    ),
    ("https://example.com/a—https://example.com/b", &["https://example.com/a", "https://example.com/b"]),
    ("https://example.com/a,https://example.com/b", &["https://example.com/a", "https://example.com/b"]),
    ("https://example.com/a🎉", &["https://example.com/a"]),
    // brackets
    ("(see https://en.wikipedia.org/wiki/Ramen_(film))", &["https://en.wikipedia.org/wiki/Ramen_(film)"]),
    ("https://example.com/a(this one)", &["https://example.com/a"]),
    ("https://example.com/x?q[]=1&r[2]=3.", &["https://example.com/x?q[]=1&r[2]=3"]),
    // what belongs to an address
    ("https://ja.wikipedia.org/wiki/日本 を見て", &["https://ja.wikipedia.org/wiki/日本"]),
    ("https://example.com/räder/смена-колес.", &["https://example.com/räder/смена-колес"]),
    (
        "https://shop.example/book?x=1#top and http://localhost:3000/a",
        &["https://shop.example/book?x=1#top", "http://localhost:3000/a"],
    ),
    ("https://example.com#top, https://example.com/a/", &["https://example.com#top", "https://example.com/a/"]),
    ("https://medium.com/@alice.com/post", &["https://medium.com/@alice.com/post"]),
    (
        "https://web.archive.org/web/2020/https://example.com/",
        &["https://web.archive.org/web/2020/https://example.com/"],
    ),
    ("my-shop.com and WWW.EXAMPLE.COM/Menu", &["https://my-shop.com", "https://WWW.EXAMPLE.COM/Menu"]),
    ("http://192.168.0.1/x", &["http://192.168.0.1/x"]),
    ("https://müßiggang-söhne.example/räder", &["https://müßiggang-söhne.example/räder"]),
    // newer top-level domains
    ("New on band.music, then day.spa and club.kids", &["https://band.music", "https://day.spa", "https://club.kids"]),
    // none
    ("https:// or http://. or a.b.c or website.com.jpg or cat.png", &[]),
    ("mail ada@example.com or john.me@example.org", &[]),
];

#[test]
fn links_end_where_a_reader_sees_them_end() {
    for (text, expected) in SEEN {
        assert_eq!(values(text, EntityKind::Link), *expected, "{text}");
    }
}

/// What is one link for a facet is kept whole by fit, and is none of the words around.
#[test]
fn fit_keeps_the_links_that_facets_are_made_of() {
    for (text, _) in SEEN {
        let text = format!("{text} and so many more words that some of them have to go somewhere");
        let seen = values(&text, EntityKind::Link);
        for maximum in 1..text.len() {
            let fitted = fit(&text, &[(Unit::Bytes, maximum)]).text;
            assert!(fits(&fitted, &[(Unit::Bytes, maximum)]));
            for link in values(&fitted, EntityKind::Link) {
                assert!(seen.contains(&link), "{link} is not in {text}: {fitted}");
            }
        }
    }
}

/// By the usual rules, too, punctuation beyond ASCII is never inside a link.
#[test]
fn the_usual_rules_agree_about_the_end() {
    for text in [
        "あ https://example.com/a。次",
        "「https://example.com/a」",
        "\"https://example.com/a\"",
        "**https://example.com/a**",
    ] {
        assert_eq!(links(text)[0].value, "https://example.com/a", "{text}");
    }
}

#[test]
fn mentions_end_where_a_reader_sees_them_end() {
    for (text, expected) in [
        ("New on band.music, says @alice.music", &["alice.music"][..]),
        ("写真は@alice.bsky.social。", &["alice.bsky.social"]),
        ("「@alice.bsky.social」と（@bob.test）", &["alice.bsky.social", "bob.test"]),
        ("\"@alice.com\" **@bob.com** _@eve.com_ 🎉@kim.com", &["alice.com", "bob.com", "eve.com", "kim.com"]),
        (".@alice.com: cc:@bob.com… ＠eve.com！", &["alice.com", "bob.com", "eve.com"]),
        ("with @\u{202a}alice.bsky.social\u{202c} and @\u{200b}bob.com", &["alice.bsky.social", "bob.com"]),
        ("@alice.com's and @bob.com-", &["alice.com", "bob.com"]),
        ("mail ada@alice.com, a.b_@alice.com, @bob@alice.com, @alice@bob.com", &[]),
        ("@alice @nobody.jpg @.com", &[]),
    ] {
        assert_eq!(values(text, EntityKind::Mention), expected, "{text}");
    }
}

#[test]
fn hashtags_end_where_a_reader_sees_them_end() {
    for (text, expected) in [
        ("#日本語。次の文", &["日本語"][..]),
        ("「#ラーメン」、#カフェ・バー！", &["ラーメン", "カフェ・バー"]),
        ("（＃新商品）#限定…", &["新商品", "限定"]),
        ("\"#soup\" (#bread) **#cake** `#tea` <#pie>", &["soup", "bread", "cake", "tea", "pie"]),
        ("#soup… #don\u{2019}t #mum\u{2019} «#кофе» #قهوة، ok", &["soup", "don\u{2019}t", "mum", "кофе", "قهوة"]),
        ("#one—two #three–four", &["one", "three"]),
        ("#with,punctuation #n0n3s@n5e!", &["with,punctuation", "n0n3s@n5e"]),
        ("写真#tag C# a#b &#39; #1 #...", &[]),
    ] {
        assert_eq!(values(text, EntityKind::Hashtag), expected, "{text}");
    }
}
