//! A post goes out as it was approved: whole, unchanged, in its order.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use serde_json::{Value, json};

use super::content::{all_texts, inside_json, shows_secret, texts};
use super::publisher::approved;
use super::subject::{Subject, Violations};
use super::trial::{URL, same, texts as texts_of, wire};
use super::wire::{Echo, Recorder};
use crate::clock::{Clock as _, Timestamp};
use crate::error::Result;
use crate::http::Transport;
use crate::media::Media;
use crate::publish::{
    Attachment, MediaRole, Poll, Post, PostOptions, PostRef, Publisher, Receipt, Rules, Severity, Span, ThreadPart,
    inspect,
};
use crate::testkit::scene::Lasting;
use crate::testkit::{Fault, FaultTransport, FixedClock, Received};

/// What was sent for a post, and what the vendor answered.
struct Tried {
    requests: Vec<Received>,
    answers: Vec<Vec<String>>,
    result: Result<Receipt>,
}

/// A post with one thing more, and the texts that must stand in its requests as they are.
struct Piece {
    field: &'static str,
    post: Post,
    words: Vec<String>,
}

/// Tries every field that the rules offer, alone.
pub(super) async fn content(subject: &Subject<dyn Publisher>, rules: &Rules, post: &Post, violations: &mut Violations) {
    let Ok(plain) = tried(subject, post).await else { return };
    let base = Piece { field: "text", post: post.clone(), words: words_of(rules, post) };
    stands(subject, &base, &plain, violations);
    for piece in pieces(subject, rules, post).into_iter().filter(|piece| piece.post != *post) {
        try_piece(subject, &piece, post, Some(&plain), violations).await;
    }
    options(subject, rules, post, violations).await;
    images(subject, rules, post, violations).await;
}

async fn tried(subject: &Subject<dyn Publisher>, post: &Post) -> Result<Tried> {
    tried_over(subject, post, |transport| transport).await
}

async fn tried_over(
    subject: &Subject<dyn Publisher>,
    post: &Post,
    over: impl FnOnce(Arc<dyn Transport>) -> Arc<dyn Transport>,
) -> Result<Tried> {
    let vendor = (subject.vendor)();
    let recorder = Recorder::new(over(vendor.transport()));
    let scene = Lasting::default().scene(recorder.clone()).await?;
    let publisher = (subject.connect)(&scene)?;
    let approved = approved(post.clone(), publisher.account().await?).await?;
    let result = Box::pin(publisher.publish(&scene.run, &approved)).await;
    let answers = recorder.exchanges().into_iter().map(|exchange| {
        let mut texts = Vec::new();
        inside_json(&String::from_utf8_lossy(&exchange.answer), &mut texts);
        texts
    });
    Ok(Tried { requests: subject.requests(&vendor), answers: answers.collect(), result })
}

/// Whether the check lets the post through, and which fields it says are not shown.
async fn checked(subject: &Subject<dyn Publisher>, post: &Post) -> Option<Vec<String>> {
    let scene = Lasting::default().scene((subject.vendor)().transport()).await.ok()?;
    let publisher = (subject.connect)(&scene).ok()?;
    let findings = inspect(&*publisher, post).await.findings;
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    (!refused).then(|| findings.into_iter().map(|finding| finding.field).collect())
}

async fn try_piece(
    subject: &Subject<dyn Publisher>,
    piece: &Piece,
    without: &Post,
    plain: Option<&Tried>,
    violations: &mut Violations,
) -> Option<Tried> {
    if subject.exceptions.contains_key(piece.field) {
        return None;
    }
    let reported = checked(subject, &piece.post).await?;
    let tried = tried(subject, &piece.post).await.ok()?;
    if let Err(error) = &tried.result {
        violations.add(format!("a post with {} passes the check and fails: {error:?}", piece.field));
        return None;
    }
    // What is said not to be shown may be left out.
    if reported.iter().any(|field| field.starts_with(piece.field)) {
        return Some(tried);
    }
    stands(subject, piece, &tried, violations);
    let other;
    let plain = match plain {
        Some(plain) => plain,
        None => {
            other = self::tried(subject, without).await.ok()?;
            &other
        }
    };
    violations.check(!same(&plain.requests, &tried.requests), || {
        format!("{} is dropped: the requests are the same without it", piece.field)
    });
    Some(tried)
}

/// Each text stands in the requests, alone and unchanged.
fn stands(subject: &Subject<dyn Publisher>, piece: &Piece, tried: &Tried, violations: &mut Violations) {
    if subject.exceptions.contains_key(piece.field) || tried.requests.is_empty() || tried.result.is_err() {
        return;
    }
    let sent = all_texts(&tried.requests);
    for word in &piece.words {
        violations.check(sent.contains(word), || {
            format!("{} is changed or dropped: `{word}` stands in no request as it is", piece.field)
        });
    }
}

fn words_of(rules: &Rules, post: &Post) -> Vec<String> {
    // A placement without rules for them takes none.
    let described = post.attachments.iter().filter(|_| rules.alt_text.is_some());
    let alt_texts = described.filter_map(|file| file.alt_text.clone());
    [post.text.clone()].into_iter().chain(alt_texts).chain(post.title.clone()).filter(|word| !word.is_empty()).collect()
}

const TITLE: &str = "A title for the conformance suite";
const LINK: &str = "https://conformance.example/page?x=1";

fn pieces(subject: &Subject<dyn Publisher>, rules: &Rules, post: &Post) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut add = |field, words: &[&str], post: Post| {
        pieces.push(Piece { field, post, words: words.iter().map(|word| (*word).to_owned()).collect() });
    };
    let base = || post.clone();
    if !post.text.is_empty() {
        let text = "  Grüße, 41 × \"bread\" & <cake> #tag";
        add("text", &[text.trim()], Post { text: text.trim().to_owned(), ..base() });
    }
    if rules.title.is_some() {
        add("title", &[TITLE], base().with_title(TITLE));
        if let Ok(link) = LINK.parse() {
            add("title", &[TITLE], base().with_title(TITLE).with_link(link));
        }
    }
    if let (true, Ok(link)) = (rules.link_card, LINK.parse()) {
        add("link", &[LINK], base().with_link(link));
    }
    let languages = Post { languages: Vec::new(), ..base() };
    match rules.max_languages {
        Some(0) => {}
        Some(1) => add("languages", &["pt"], languages.with_language("pt")),
        _ => add("languages", &["pt", "fr"], languages.with_language("pt").with_language("fr")),
    }
    if rules.ai_label {
        add("ai_generated", &[], Post { ai_generated: !post.ai_generated, ..base() });
    }
    if rules.thread.is_some() {
        let parts = base().with_thread_part(ThreadPart::new("the second part"));
        add(
            "thread",
            &["the second part", "the third part"],
            parts.with_thread_part(ThreadPart::new("the third part")),
        );
    }
    if rules.first_comment.is_some() {
        add("first_comment", &["the first comment"], base().with_first_comment("the first comment"));
    }
    if let Some(rule) = &rules.poll {
        add(
            "poll",
            &["the first choice", "the second choice"],
            base().with_poll(Poll::new(["the first choice", "the second choice"])),
        );
        let poll = Poll::new(["yes", "no"]);
        if rule.multiple {
            add("poll", &["yes", "no"], base().with_poll(poll.multiple()));
        }
    }
    if let Some(ahead) = &rules.publish_ahead {
        let soonest = ahead.minimum.unwrap_or_default().max(std::time::Duration::from_secs(3600));
        let at: Timestamp = FixedClock::default().now() + soonest;
        add("publish_at", &[], base().with_publish_at(at));
    }
    if rules.quotes {
        add("quote", &[], base().with_quote(PostRef::new("conformance-quoted")));
    }
    if rules.replies {
        add("reply_to", &[], base().with_reply_to(PostRef::new("conformance-answered")));
    }
    if rules.media.videos.maximum != Some(0) {
        let video = Attachment::new(subject.video.clone());
        let with_alt = rules.alt_text.is_some();
        let video = if with_alt { video.with_alt_text("the alt text of the video") } else { video };
        let words: &[&str] = if with_alt { &["the alt text of the video"] } else { &[] };
        add("attachments", words, Post { attachments: vec![video], ..base() });
    }
    pieces
}

/// Every option that is offered, one by one, by the examples that were handed in.
async fn options(subject: &Subject<dyn Publisher>, rules: &Rules, post: &Post, violations: &mut Violations) {
    if subject.exceptions.contains_key("options") {
        return;
    }
    let bases = bases(subject, rules, post);
    let excused = |name: &str| subject.exceptions.contains_key(name);
    let mut tried_names = BTreeSet::new();
    for sample in &subject.options {
        let ours = sample.iter().filter(|(platform, name, _)| **platform == rules.platform && !excused(name));
        for (_, name, _) in ours {
            // Some options say something about files or polls only.
            let mut dropped = None;
            for base in &bases {
                let Some((with, without)) = fitting(subject, base, sample, name).await else { continue };
                tried_names.insert(name.to_owned());
                let piece = Piece { field: "options", post: with, words: Vec::new() };
                let mut found = Violations::default();
                try_piece(subject, &piece, &without, None, &mut found).await;
                dropped = Some(found);
                if dropped.as_ref().is_some_and(|found| found.lines().is_empty()) {
                    break;
                }
            }
            for line in dropped.iter().flat_map(Violations::lines) {
                violations.add(format!("option `{name}`: {line}"));
            }
        }
    }
    for option in rules.options.iter().filter(|option| !tried_names.contains(&option.name) && !excused(&option.name)) {
        violations
            .add(format!("option `{}` is offered and not tried: hand in an example with `with_options`", option.name));
    }
}

/// The post itself, and with what some options are about: files, a poll.
fn bases(subject: &Subject<dyn Publisher>, rules: &Rules, post: &Post) -> Vec<Post> {
    let file = |media: Media| {
        let file = Attachment::new(media);
        if rules.alt_text.is_some() { file.with_alt_text("what it shows") } else { file }
    };
    let image = Post { attachments: vec![file(subject.image())], ..post.clone() };
    let video = Post { attachments: vec![file(subject.video.clone())], ..post.clone() };
    let poll = Post { attachments: Vec::new(), ..post.clone() }.with_poll(Poll::new(["yes", "no"]));
    vec![post.clone(), image, video, poll]
}

/// A post with an option of the sample, alone or among the others, and the same without it, which
/// both pass the check.
async fn fitting(
    subject: &Subject<dyn Publisher>,
    base: &Post,
    sample: &PostOptions,
    name: &str,
) -> Option<(Post, Post)> {
    let alone = Post { options: picked(sample, |other| other == name), ..base.clone() };
    let less = Post { options: picked(sample, |other| other != name), ..base.clone() };
    let all = Post { options: sample.clone(), ..base.clone() };
    for (with, without) in [(alone, base.clone()), (all, less)] {
        if checked(subject, &with).await.is_some() && checked(subject, &without).await.is_some() {
            return Some((with, without));
        }
    }
    None
}

fn picked(options: &PostOptions, keep: impl Fn(&str) -> bool) -> PostOptions {
    let mut value = json!({});
    for (platform, name, option) in options.iter().filter(|(_, name, _)| keep(name)) {
        if let Some(fields) = value.as_object_mut() {
            let platform = fields.entry(platform.as_str()).or_insert_with(|| json!({}));
            if let Value::Object(platform) = platform {
                platform.insert(name.to_owned(), option.clone());
            }
        }
    }
    serde_json::from_value(value).unwrap_or_default()
}

const ALT_TEXTS: [&str; 3] = ["the alt text of the first", "the alt text of the second", "the alt text of the third"];

/// Images go out all, each with its own description, in their order.
async fn images(subject: &Subject<dyn Publisher>, rules: &Rules, post: &Post, violations: &mut Violations) {
    let Span { minimum, maximum } = rules.media.images;
    let most = maximum.unwrap_or(usize::MAX).min(subject.images.len()).min(ALT_TEXTS.len());
    if most == 0 || subject.exceptions.contains_key("attachments") {
        return;
    }
    let has_alt = rules.alt_text.is_some();
    let attachment = |index: usize| {
        let image = subject.images.get(index).cloned().unwrap_or_else(|| Media::bytes(""));
        let file = Attachment::new(image);
        match ALT_TEXTS.get(index).filter(|_| has_alt) {
            Some(alt) => file.with_alt_text(*alt),
            None => file,
        }
    };
    let with = |indexes: &[usize]| {
        let kept = post.attachments.iter().filter(|file| file.role != MediaRole::Content).cloned();
        let attachments = indexes.iter().map(|index| attachment(*index)).chain(kept).collect();
        Post { attachments, ..post.clone() }
    };
    let least = minimum.unwrap_or(0);
    let all: Vec<usize> = (0..most).collect();
    if checked(subject, &with(&all)).await.is_none() {
        return;
    }
    let words: Vec<String> =
        ALT_TEXTS.iter().take(if has_alt { most } else { 0 }).map(|alt| (*alt).to_owned()).collect();
    let piece = Piece { field: "attachments", post: with(&all), words };
    let Some(whole) = try_piece(subject, &piece, &with(&[]), None, violations).await else { return };
    broken_uploads(subject, &piece, whole.answers.len(), violations).await;
    let own: Vec<_> = piece.words.iter().map(|alt| BTreeSet::from([alt.clone()])).collect();
    ordered(&whole.requests, &own, violations);
    if most < 2 {
        return;
    }
    for index in 0..most {
        // Another image in its place, under the same words.
        let mut replaced = with(&all);
        if let Some(file) = replaced.attachments.get_mut(index) {
            file.media = attachment((index + 1) % most).media;
        }
        if let Ok(replaced) = tried(subject, &replaced).await
            && replaced.result.is_ok()
        {
            violations.check(!same(&replaced.requests, &whole.requests), || {
                format!("attachments[{index}] is not sent: the requests are the same with another image in its place")
            });
        }
    }
    // What stands for each image in the requests: what is there with it and not without it.
    let mut marks = Vec::new();
    for index in 0..most {
        let others: Vec<usize> = (0..most).filter(|other| *other != index).collect();
        if others.len() < least.max(1) {
            continue;
        }
        let Ok(less) = tried(subject, &with(&others)).await else { return };
        if less.result.is_err() {
            return;
        }
        violations.check(!same(&less.requests, &whole.requests), || {
            format!("attachments[{index}] is dropped: the requests are the same without it")
        });
        let known: BTreeSet<String> = all_texts(&less.requests).into_iter().collect();
        marks.push(known);
    }
    let sent: Vec<String> = all_texts(&whole.requests);
    let mut named: Vec<BTreeSet<String>> = Vec::new();
    for known in &marks {
        let own = sent.iter().filter(|text| !known.contains(*text) && !ALT_TEXTS.contains(&text.as_str()));
        // A whole body differs with everything in it.
        let own: BTreeSet<String> = own.filter(|text| !text.contains(['{', '\n']) && text.len() > 3).cloned().collect();
        named.push(own);
    }
    // What the vendor calls each of them.
    let answered: Vec<BTreeSet<String>> = named.iter().map(|own| answers_to(&whole, own)).collect();
    let unique = |sets: &[BTreeSet<String>]| -> Vec<BTreeSet<String>> {
        let shared = |text: &String| sets.iter().filter(|set| set.contains(text)).count() > 1;
        sets.iter().map(|set| set.iter().filter(|text| !shared(text)).cloned().collect()).collect()
    };
    ordered(&whole.requests, &unique(&named), violations);
    ordered(&whole.requests, &unique(&answered), violations);
    let mut reversed = all.clone();
    reversed.reverse();
    if let Ok(backwards) = tried(subject, &with(&reversed)).await
        && backwards.result.is_ok()
    {
        violations.check(wire(&backwards.requests) != wire(&whole.requests), || {
            "the order of the attachments is lost: the requests are the same in the other order".to_owned()
        });
    }
}

/// A file that could not be sent is not left out, and no exchange shows the secret.
async fn broken_uploads(
    subject: &Subject<dyn Publisher>,
    piece: &Piece,
    exchanges: usize,
    violations: &mut Violations,
) {
    for exchange in 0..exchanges {
        for fault in [Fault::Status(400, None), Fault::Status(500, None), Fault::EmptyObject] {
            let broken = tried_over(subject, &piece.post, |inner| FaultTransport::at(inner, exchange, fault)).await;
            let Ok(broken) = broken else { continue };
            let mut found = Violations::default();
            stands(subject, piece, &broken, &mut found);
            let when = format!("exchange {exchange} of a post with files broken by {fault:?}");
            found
                .lines()
                .iter()
                .for_each(|line| violations.add(format!("{when}, a success without a part of it: {line}")));
        }
        let echo = |inner| Arc::new(Echo { inner, from: exchange, status: 400, exchanges: AtomicUsize::new(0) });
        let Ok(echoed) = tried_over(subject, &piece.post, |inner| echo(inner)).await else { continue };
        let shown = match &echoed.result {
            Ok(receipt) => format!("{receipt:?}"),
            Err(error) => texts_of(error),
        };
        let urls = echoed.requests.iter().map(|request| request.url.to_string());
        let urls = urls.filter(|_| !subject.exceptions.contains_key(URL));
        let urls = urls.filter(|_| !subject.exceptions.contains_key(URL));
        let shown = urls.fold(shown, |shown, url| format!("{shown} {url}"));
        violations.check(!shows_secret(&shown), || {
            format!("400 in exchange {exchange} of a post with files: the secret is in the error or in a URL")
        });
    }
}

/// The texts of the answers to the requests in which one of these stands.
fn answers_to(tried: &Tried, own: &BTreeSet<String>) -> BTreeSet<String> {
    let asked = tried.requests.iter().zip(&tried.answers);
    let answers = asked.filter(|(request, _)| texts(request).iter().any(|text| own.contains(text)));
    answers.flat_map(|(_, answer)| answer.iter().filter(|text| text.len() > 1).cloned()).collect()
}

/// Wherever several of them stand in one request, they stand in their order.
fn ordered(requests: &[Received], marks: &[BTreeSet<String>], violations: &mut Violations) {
    for request in requests {
        let body = format!("{}\n{}", request.url, request.text());
        // Of the forms in which a text stands, the longest first.
        let place = |set: &BTreeSet<String>| {
            let places = set.iter().filter_map(|text| {
                let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
                body.find(text.as_str()).or_else(|| body.find(&encoded))
            });
            places.min()
        };
        let places: Vec<usize> = marks.iter().filter_map(place).collect();
        violations.check(places.is_sorted(), || {
            format!("the attachments are in another order in {} {}", request.method, request.url.path())
        });
    }
}
