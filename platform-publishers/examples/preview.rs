//! Lays a preview of every platform and placement into a folder, to be looked at beside what the
//! platforms show: `preview FOLDER FILE...`, with an image of each shape, an upright video and a
//! document, for instance.
//!
//! Nothing is sent, and no settings are read.

#![allow(clippy::print_stdout)]

use std::time::Duration;

use platform_publishers::catalogue;
use platform_publishers::outbox::{Card, Page};
use social_core::design::Brand;
use social_core::media::{Media, MediaInfo, MediaKind};
use social_core::publish::{Attachment, MediaRole, Poll, Post, PostRef, Rules, ThreadPart, check};
use social_core::{Error, Result};

/// Texts that are hard to lay out.
const TEXTS: [(&str, &str, &str); 4] = [
    (
        "en",
        "Fresh bread from seven",
        "Our bakery opens at seven. There is rye, spelt and wheat, and the coffee is from the roaster around the \
         corner.\n\nCome early on Saturdays, because the cardamom buns are gone by nine. 🥐 https://bread.example/menu \
         #bakery #rye",
    ),
    (
        "ar",
        "خبز طازج من السابعة",
        "يفتح مخبزنا في السابعة صباحا. لدينا خبز الجاودار والحنطة والقمح، والقهوة من المحمصة المجاورة. تعالوا مبكرين يوم \
         السبت لأن كعك الهيل ينفد قبل التاسعة https://bread.example/menu #خبز",
    ),
    (
        "ja",
        "七時から焼きたてのパン",
        "当店は七時に開店します。ライ麦、スペルト小麦、小麦のパンがあり、コーヒーは角の焙煎所のものです。土曜日は早めにお越し\
         ください。カルダモンロールは九時には売り切れます。毎週必ず売り切れますので、お早めにどうぞ。#パン",
    ),
    (
        "de",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzesrindfleischetikettierungsüberwachungsaufgaben\
         übertragungsgesetz https://bread.example/a/very/long/address/without/any/place/to/break/it/at/all/0123456789",
    ),
];

/// The files of the command line by what they are.
#[derive(Default)]
struct Files {
    images: Vec<Attachment>,
    videos: Vec<(Attachment, MediaInfo)>,
    documents: Vec<Attachment>,
}

impl Files {
    async fn read(paths: impl Iterator<Item = String>) -> Result<Self> {
        let mut files = Self::default();
        for path in paths {
            let attachment = Attachment::new(Media::file(path)).with_alt_text("A test image of coloured bars");
            let info = attachment.info().await?;
            match info.media_type.kind() {
                MediaKind::Image => files.images.push(attachment),
                MediaKind::Video => files.videos.push((attachment, info)),
                _ => files.documents.push(attachment),
            }
        }
        Ok(files)
    }

    fn image(&self, number: usize) -> Option<Attachment> {
        self.images.get(number % self.images.len().max(1)).cloned()
    }
}

/// The posts by which a placement is looked at, as far as it offers what they show.
fn posts(rules: &Rules, files: &Files) -> Vec<(&'static str, Post)> {
    let (language, title, text) = TEXTS[0];
    let plain = || dressed(rules, language, title, text);
    let with = |post: Post, media: Vec<Attachment>| media.into_iter().fold(post, Post::with_attachment);
    let media = &rules.media;
    let most = |count: Option<usize>| count.unwrap_or(4).min(media.together.maximum.unwrap_or(4)).min(4);
    let images = |count| (0..count).filter_map(|number| files.image(number)).collect::<Vec<_>>();
    let mut posts = Vec::new();
    for (count, name) in [(1, "image"), (most(media.images.maximum), "images")] {
        let fits = rules.image.is_some() && media.images.contains(count) && media.together.contains(count);
        if fits && (count > 1 || name == "image") {
            posts.push((name, with(plain(), images(count))));
        }
    }
    for (video, info) in &files.videos {
        let fits = |rule: &social_core::publish::VideoRule| {
            info.aspect_ratio().is_some_and(|ratio| rule.aspect_ratio.contains(ratio))
        };
        if rules.video.as_ref().is_some_and(fits) && media.videos.contains(1) && media.together.contains(1) {
            let cover = files.image(0).filter(|_| rules.cover.is_some()).map(|cover| cover.with_role(MediaRole::Cover));
            let name = if info.aspect_ratio().is_some_and(|ratio| ratio > 1.0) { "wide video" } else { "video" };
            posts.push((name, with(plain(), cover.into_iter().chain([video.clone()]).collect())));
        }
    }
    if let Some(document) = files.documents.first().filter(|_| rules.document.is_some()) {
        posts.push(("document", plain().with_attachment(document.clone())));
    }
    if media.images.minimum.unwrap_or(0) + media.videos.minimum.unwrap_or(0) + media.together.minimum.unwrap_or(0) == 0
    {
        posts.extend(texts(rules, files));
    }
    posts
}

/// The posts without files.
fn texts(rules: &Rules, files: &Files) -> Vec<(&'static str, Post)> {
    let (language, title, text) = TEXTS[0];
    let mut posts = vec![("text", dressed(rules, language, title, text))];
    let link = "https://bread.example/menu".parse::<url::Url>();
    if let (true, Ok(link)) = (rules.link_card, link) {
        let card = dressed(rules, language, title, "The menu").with_title(title).with_link(link);
        let cover = files.image(3).filter(|_| rules.cover.is_some()).map(|cover| cover.with_role(MediaRole::Cover));
        posts.push(("link card", cover.into_iter().fold(card, Post::with_attachment)));
    }
    if rules.poll.is_some() {
        let poll = Poll::new(["Rye", "Spelt, which is an old kind of wheat"]).open_for(Duration::from_secs(86_400));
        posts.push(("poll", dressed(rules, language, title, "Which bread next week?").with_poll(poll)));
    }
    if rules.thread.is_some() {
        let part = files.image(1).into_iter().fold(ThreadPart::new("There is rye."), ThreadPart::with_attachment);
        let post = dressed(rules, language, title, "What we bake, in three parts:").with_thread_part(part);
        posts.push(("thread", post.with_thread_part(ThreadPart::new("And spelt. #bakery"))));
    }
    if rules.replies {
        posts.push((
            "answer",
            dressed(rules, language, title, "Yes, until two.").with_reply_to(PostRef::new("1765000000")),
        ));
    }
    posts
}

fn dressed(rules: &Rules, language: &str, title: &str, text: &str) -> Post {
    let wordless = rules.text.limits.iter().any(|limit| limit.maximum == 0);
    let post =
        Post::new(if wordless { "" } else { text }).with_placement(rules.placement.clone()).with_language(language);
    // Where a link has a card, the title is the card's.
    let titled = rules.title.as_ref().is_some_and(|rule| rule.required || !rules.link_card);
    let post = if titled { post.with_title(title) } else { post };
    match &rules.first_comment {
        Some(_) => post.with_first_comment("The whole menu: https://bread.example/menu"),
        None => post,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        return Err(Error::config("say into which folder: preview FOLDER FILE..."));
    };
    let files = Files::read(arguments).await?;
    let brand = Brand { name: "Bäckerei Korn".to_owned(), colours: vec!["#8a4b1f".to_owned()], ..Brand::default() };
    let mut page = Page::new("Every platform and placement").with_brand(brand);
    for entry in catalogue().own() {
        for rules in &entry.rules {
            let mut all = posts(rules, &files);
            for (language, title, text) in TEXTS.into_iter().skip(1) {
                let media = if rules.image.is_some() { files.image(0) } else { None };
                let video = files.videos.first().map(|(video, _)| video.clone()).filter(|_| rules.video.is_some());
                all.push((
                    language,
                    media.or(video).into_iter().fold(dressed(rules, language, title, text), Post::with_attachment),
                ));
            }
            for (name, post) in all {
                let mut facts = Vec::new();
                for file in post.files() {
                    facts.push(file.info().await);
                }
                let mut card = Card::new(&entry.name, post).with_rules(rules);
                card.target = format!("{} {} {name}", entry.name, rules.placement);
                card.findings = check(rules, &card.post, &facts);
                page = page.with_card(card);
            }
        }
    }
    println!("{}", page.write(folder).await?.display());
    Ok(())
}
