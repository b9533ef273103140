//! The rules are invented to the pattern of real ones; the files' facts are written by hand.

use std::time::Duration;

use super::check;
use crate::error::{Error, ErrorKind, Result};
use crate::media::{AudioInfo, Media, MediaInfo, MediaType, VideoInfo};
use crate::publish::{
    Attached, Attachment, AudioRule, CaptionRule, Finding, FindingCode, ImageRule, MediaRole, Placement, Poll,
    PollRule, Post, PostRef, Rules, Severity, Span, TextLimit, TextRule, ThreadPart, ThreadRule, VideoRule,
};
use crate::text::Unit;

fn rules() -> Rules {
    let image = ImageRule {
        formats: vec![MediaType::Jpeg],
        max_bytes: Some(8_000_000),
        aspect_ratio: Span::of(0.8, 1.91),
        width: Span::of(320, 1440),
        max_pixels: Some(36_152_320),
        ..ImageRule::default()
    };
    let video = VideoRule {
        formats: vec![MediaType::Mp4, MediaType::Mov],
        codecs: vec!["h264".to_owned(), "hevc".to_owned()],
        audio: AudioRule {
            codecs: vec!["aac".to_owned()],
            required: true,
            max_sample_rate: Some(48_000),
            max_channels: Some(2),
        },
        max_bytes: Some(300_000_000),
        max_bit_rate: Some(25_000_000),
        duration: Span::of(Duration::from_secs(3), Duration::from_secs(90)),
        aspect_ratio: Span::of(0.01, 10.0),
        width: Span::up_to(1920),
        frame_rate: Span::of(23.0, 60.0),
        fast_start: true,
        ..VideoRule::default()
    };
    let mut rules = Rules::new("example", Placement::FEED)
        .with_text(TextRule::of([(Unit::Graphemes, 30), (Unit::Bytes, 60)]))
        .with_images(Span::up_to(3), image.clone())
        .with_videos(Span::up_to(1), video);
    rules.media.mixed = false;
    rules.alt_text = Some(TextRule::of([(Unit::Chars, 20)]));
    rules.cover = Some(image);
    rules.captions = Some(CaptionRule::new([MediaType::Vtt]).with_max_files(1).with_max_bytes(20_000));
    rules.max_hashtags = Some(2);
    rules.max_mentions = Some(1);
    rules.max_links = Some(1);
    rules.max_languages = Some(1);
    rules
}

fn photo() -> MediaInfo {
    MediaInfo { width: Some(1080), height: Some(1080), ..MediaInfo::new(MediaType::Jpeg, 200_000) }
}

fn video() -> MediaInfo {
    MediaInfo {
        width: Some(1080),
        height: Some(1920),
        duration: Some(Duration::from_secs(30)),
        video: Some(VideoInfo { codec: "h264".to_owned(), frame_rate: Some(29.97) }),
        audio: Some(AudioInfo { codec: "aac".to_owned(), sample_rate: Some(48_000), channels: Some(2) }),
        fast_start: Some(true),
        ..MediaInfo::new(MediaType::Mp4, 9_000_000)
    }
}

fn attachment() -> Attachment {
    Attachment::new(Media::bytes("x")).with_alt_text("a bicycle")
}

fn with_files(facts: &[MediaInfo]) -> (Post, Vec<Result<MediaInfo>>) {
    let post = facts.iter().fold(Post::new("Hello"), |post, _| post.with_attachment(attachment()));
    (post, facts.iter().cloned().map(Ok).collect())
}

/// The findings as `severity field value < limit`.
fn found(rules: &Rules, post: &Post, facts: &[Result<MediaInfo>]) -> Vec<String> {
    let line = |f: &Finding| {
        let severity = match f.severity {
            Severity::Error => "E",
            Severity::Warning => "W",
            Severity::Note => "N",
        };
        let [value, limit] = [&f.value, &f.limit].map(|text| text.as_deref().unwrap_or("-"));
        format!("{severity} {}: {value} < {limit}", f.field)
    };
    check(rules, post, facts).iter().map(line).collect()
}

#[test]
fn a_post_that_keeps_to_the_rules_has_no_findings() {
    let (post, facts) = with_files(&[photo(), photo()]);
    assert_eq!(found(&rules(), &post, &facts), [""; 0]);
    let (post, facts) = with_files(&[video()]);
    assert_eq!(found(&rules(), &post, &facts), [""; 0]);
    // 29.97 and 59.94 are rates, and 1080:566 is a shape, that platforms take although the numbers
    // do not say so.
    let wide = MediaInfo { height: Some(566), ..photo() };
    let (post, facts) = with_files(&[wide]);
    assert_eq!(found(&rules(), &post, &facts), [""; 0]);
}

/// Museum C5, C11, C18, C25, C26, D15, E12: each limit by itself, found with its field, value and
/// limit.
#[test]
fn each_limit_is_found_with_its_field_value_and_unit() {
    let text = |text: &str| (Post::new(text), Vec::new());
    type Case = ((Post, Vec<Result<MediaInfo>>), &'static [&'static str]);
    let table: Vec<Case> = vec![
        (text(" "), &["E post: - < -"]),
        (
            text(&"é".repeat(31)),
            &[
                "E text: 31 characters (graphemes) < at most 30 characters (graphemes)",
                "E text: 62 bytes < at most 60 bytes",
            ],
        ),
        (text("#a #b #c"), &["E text: 3 hashtags < at most 2 hashtags"]),
        (text("@a @b"), &["E text: 2 mentions < at most 1 mentions"]),
        (text("a.at b.at a.at"), &["E text: 2 different links < at most 1 different links"]),
        (text("<think>hm"), &["E text: - < -"]),
        (text("Hello {{name}}"), &["E text: {{name}} < -"]),
        ((text("Hi").0.with_title("T"), vec![]), &["W title: T < -"]),
        (
            (text("Hi").0.with_language("de").with_language("de_AT"), vec![]),
            &["E languages: 2 languages < at most 1 languages", "E languages[1]: de_AT < -"],
        ),
        ((text("Hi").0.with_link("https://a.at/".parse().unwrap()), vec![]), &["W link: https://a.at/ < -"]),
        (with_files(&[photo(), photo(), photo(), photo()]), &["E attachments: 4 images < 0 to 3 images"]),
        (with_files(&[photo(), video()]), &["E attachments: 1 images, 1 videos, 0 documents < one kind of files"]),
        (
            with_files(&[photo(), MediaInfo { media_type: MediaType::Png, ..photo() }]),
            &["E attachments[1].media_type: image/png < image/jpeg"],
        ),
        (
            with_files(&[MediaInfo { width: Some(20_000), height: Some(20_000), ..photo() }]),
            &[
                "E attachments[0].width: 20000 pixels < 320 to 1440 pixels",
                "E attachments[0].width: 20000 x 20000 = 400000000 pixels < at most 36152320 pixels",
            ],
        ),
        (
            with_files(&[MediaInfo { bytes: 8_000_001, ..photo() }]),
            &["E attachments[0].bytes: 8000001 bytes < at most 8000000 bytes"],
        ),
        (
            with_files(&[MediaInfo { height: Some(1920), ..photo() }]),
            &["E attachments[0].aspect_ratio: 1080:1920 = 0.562 < 0.8 to 1.91"],
        ),
        (
            with_files(&[MediaInfo { width: None, ..photo() }]),
            &["W attachments[0].width: - < -", "W attachments[0].aspect_ratio: - < -"],
        ),
        (
            with_files(&[MediaInfo { duration: Some(Duration::from_millis(90_400)), ..video() }]),
            &["E attachments[0].duration: 90.4 seconds < 3 to 90 seconds"],
        ),
        (
            with_files(&[MediaInfo { bytes: 200_000_000, ..video() }]),
            &["E attachments[0].bit_rate: 53333333 bits per second < at most 25000000 bits per second"],
        ),
        (
            with_files(&[MediaInfo {
                video: Some(VideoInfo { codec: "vp9".to_owned(), frame_rate: Some(15.0) }),
                ..video()
            }]),
            &[
                "E attachments[0].video.codec: vp9 < h264, hevc",
                "E attachments[0].video.frame_rate: 15 frames per second < 23 to 60 frames per second",
            ],
        ),
        (
            with_files(&[MediaInfo { audio: None, fast_start: Some(false), ..video() }]),
            &["E attachments[0].audio: - < -", "E attachments[0].fast_start: - < -"],
        ),
        (
            with_files(&[MediaInfo::new(MediaType::Pdf, 9)]),
            &["E attachments: 1 documents < 0 documents", "E attachments[0].media_type: application/pdf < -"],
        ),
    ];
    for ((post, facts), expected) in table {
        assert_eq!(found(&rules(), &post, &facts), expected, "{post:?}");
    }
}

#[test]
fn alt_texts_are_asked_for_and_counted() {
    let (mut post, facts) = with_files(&[photo(), photo()]);
    post.attachments[0].alt_text = None;
    post.attachments[1].alt_text = Some("a".repeat(21));
    assert_eq!(
        found(&rules(), &post, &facts),
        ["E attachments[1].alt_text: 21 characters < at most 20 characters", "W attachments[0].alt_text: - < -",]
    );
    let mut without = rules();
    without.alt_text = None;
    assert_eq!(found(&without, &post, &facts), ["W attachments[1].alt_text: - < -"]);
}

/// Museum C4: the bytes decide what a file is, not its name.
#[test]
fn c4_a_renamed_file_is_what_its_bytes_say() {
    let post = Post::new("Hello").with_attachment(Attachment::new(Media::file("a.jpg")).with_alt_text("a bicycle"));
    let png = MediaInfo { media_type: MediaType::Png, ..photo() };
    assert_eq!(
        found(&rules(), &post, &[Ok(png)]),
        ["W attachments[0].media_type: image/png < -", "E attachments[0].media_type: image/png < image/jpeg",]
    );
}

/// Museum C23: a cover is a cover wherever it stands in the list, and never counts as content.
#[test]
fn c23_roles_are_told_by_name_not_by_place() {
    let mut post = Post::new("Hello");
    for role in [MediaRole::Cover, MediaRole::Content, MediaRole::Captions] {
        post = post.with_attachment(attachment().with_role(role));
    }
    let facts = |cover: MediaInfo| vec![Ok(cover), Ok(video()), Ok(MediaInfo::new(MediaType::Vtt, 100))];
    assert_eq!(found(&rules(), &post, &facts(photo())), [""; 0]);
    assert_eq!(found(&rules(), &post, &facts(video())), ["E attachments[0].media_type: video/mp4 < an image"]);
    let mut strict = rules();
    strict.cover_required = true;
    post.attachments.remove(0);
    assert_eq!(found(&strict, &post, &facts(photo())[1..]), ["E attachments: - < -"]);
}

/// Museum A14: every file of the list is judged, and one that cannot be read is not taken for a
/// missing one.
#[test]
fn a14_an_unreadable_file_is_a_finding_of_its_own() {
    let (post, mut facts) = with_files(&[photo(), photo()]);
    facts[0] = Err(Error::new(ErrorKind::MediaInvalid, "the file is empty"));
    let mut pair = rules();
    pair.media.images.minimum = Some(2);
    let findings = check(&pair, &post, &facts);
    assert_eq!(findings.iter().map(ToString::to_string).collect::<Vec<_>>(), ["attachments[0]: the file is empty"]);
    assert_eq!(found(&pair, &post, &[]), ["E attachments[0]: - < -", "E attachments[1]: - < -"]);
}

#[test]
fn animated_images_with_rules_of_their_own_count_as_videos() {
    let gif = MediaInfo { animated: true, media_type: MediaType::Gif, ..photo() };
    let (post, facts) = with_files(&[gif.clone(), photo()]);
    let mut rules = rules();
    assert_eq!(found(&rules, &post, &facts), ["E attachments[0].media_type: image/gif < image/jpeg"]);
    rules.animation = Some(ImageRule { max_bytes: Some(15_000_000), ..ImageRule::default() });
    assert_eq!(found(&rules, &post, &facts), ["E attachments: 1 images, 1 videos, 0 documents < one kind of files",]);
    rules.media.videos = Span::up_to(0);
    let (post, facts) = with_files(&[gif]);
    assert_eq!(found(&rules, &post, &facts), ["E attachments: 1 videos < 0 videos"]);
}

#[test]
fn a_platform_that_cannot_be_told_about_a_model_is_worth_a_note() {
    let mut post = Post::new("Hello");
    post.ai_generated = true;
    assert_eq!(found(&rules(), &post, &[]), ["N ai_generated: - < -"]);
    let mut telling = rules();
    telling.ai_label = true;
    assert_eq!(found(&telling, &post, &[]), [""; 0]);
}

#[test]
fn limits_can_be_said_to_a_writer() {
    assert_eq!(
        rules().limits_text(),
        "The text has at most 30 characters (graphemes) and at most 60 bytes. There is no title: leave it empty. \
         The alt text of each image has at most 20 characters. Hashtags: at most 2. \
         Mentions: at most 1. Different links: at most 1."
    );
}

/// Telegram's limits: 4,096 characters alone, 1,024 beside files.
#[test]
fn a_limit_may_depend_on_what_is_attached() {
    let mut rules = rules();
    rules.text = TextRule::default()
        .with_limit(TextLimit::new(Unit::Utf16, 4096).when(Attached::Nothing))
        .with_limit(TextLimit::new(Unit::Utf16, 1024).when(Attached::Files));
    let text = "a".repeat(1025);
    assert_eq!(found(&rules, &Post::new(&text), &[]), [""; 0]);
    let (mut post, facts) = with_files(&[photo()]);
    post.text = text;
    assert_eq!(found(&rules, &post, &facts), ["E text: 1025 UTF-16 units < at most 1024 UTF-16 units"]);
    assert_eq!(
        rules.limits_text().split(" There").next().unwrap(),
        "Beside files, the text has at most 1024 UTF-16 units. Without files, the text has at most 4096 UTF-16 units."
    );
}

#[test]
fn what_is_not_offered_is_refused_by_name() {
    let asking = Post::new("Hello")
        .with_thread_part(ThreadPart::new("two"))
        .with_first_comment("first")
        .with_publish_at("2026-12-01T08:00:00Z".parse().unwrap())
        .with_poll(Poll::new(["yes", "no"]))
        .with_quote(PostRef::new("1"))
        .with_reply_to(PostRef::new("2"));
    let codes = |rules: &Rules| -> Vec<_> {
        check(rules, &asking, &[]).into_iter().map(|finding| (finding.field, finding.code)).collect()
    };
    let fields = ["thread", "first_comment", "poll", "publish_at", "quote", "reply_to"];
    assert_eq!(codes(&rules()), fields.map(|field| (field.to_owned(), FindingCode::UNSUPPORTED)));
    let mut offering = rules();
    offering.thread = Some(ThreadRule::new());
    offering.first_comment = Some(TextRule::of([(Unit::Chars, 10)]));
    offering.publish_ahead = Some(Span::ANY);
    offering.poll = Some(PollRule::new());
    (offering.quotes, offering.replies) = (true, true);
    assert_eq!(codes(&offering), []);
}

#[test]
fn threads_polls_and_comments_keep_to_their_rules() {
    let mut rules = rules();
    rules.thread = Some(ThreadRule::new().with_max_parts(1));
    rules.first_comment = Some(TextRule::of([(Unit::Chars, 5)]));
    rules.poll = Some(
        PollRule::new()
            .with_choices(Span::of(2, 4))
            .with_choice(TextRule::of([(Unit::Chars, 3)]))
            .with_open_for(Span::of(Duration::from_secs(300), Duration::from_secs(86_400))),
    );
    let thread = ["x".repeat(31), String::new()].map(ThreadPart::new);
    let post = thread.into_iter().fold(Post::new("Hello"), Post::with_thread_part);
    assert_eq!(
        found(&rules, &post, &[]),
        [
            "E thread: 2 parts < at most 1 parts",
            "E thread[0].text: 31 characters (graphemes) < at most 30 characters (graphemes)",
            "E thread[1]: - < -",
        ]
    );
    let (part, facts) = with_files(&[MediaInfo { media_type: MediaType::Png, ..photo() }]);
    let part = part.attachments.into_iter().fold(ThreadPart::new("two"), ThreadPart::with_attachment);
    let post = Post::new("Hello").with_thread_part(part);
    assert_eq!(found(&rules, &post, &facts), ["E thread[0].attachments[0].media_type: image/png < image/jpeg"]);

    let post = Post::new("Hello").with_first_comment("too long");
    assert_eq!(found(&rules, &post, &[]), ["E first_comment: 8 characters < at most 5 characters"]);
    let poll = Poll::new(["yes", "maybe", " "]).open_for(Duration::from_secs(60)).multiple();
    let (post, facts) = with_files(&[photo()]);
    assert_eq!(
        found(&rules, &post.with_poll(poll), &facts),
        [
            "E poll.choices[1]: 5 characters < at most 3 characters",
            "E poll.choices[2]: - < -",
            "E poll.open_for: 60 seconds < 300 to 86400 seconds",
            "E poll.multiple: - < -",
            "E poll: - < -",
        ]
    );
    for (choices, value) in [(&["yes"][..], "1 answers"), (&["a", "b", "c", "d", "e"], "5 answers")] {
        let post = Post::new("Hello").with_poll(Poll::new(choices.iter().copied()));
        assert_eq!(found(&rules, &post, &[]), [format!("E poll.choices: {value} < 2 to 4 answers")]);
    }
}

#[test]
fn a_publish_time_is_near_enough_and_not_over() {
    let mut rules = rules();
    rules.publish_ahead = Some(Span::of(Duration::from_secs(600), Duration::from_secs(3600)));
    let now = "2026-12-01T08:00:00Z".parse().unwrap();
    for (time, code) in [
        ("2026-12-01T07:00:00Z", Some(FindingCode::TOO_SHORT)),
        ("2026-12-01T08:05:00Z", Some(FindingCode::TOO_SHORT)),
        ("2026-12-01T08:30:00Z", None),
        ("2026-12-01T10:00:00Z", Some(FindingCode::TOO_LONG)),
    ] {
        let post = Post::new("Hello").with_publish_at(time.parse().unwrap());
        let finding = super::offers::publish_time(&rules, &post, now);
        assert_eq!(finding.map(|finding| finding.code), code, "{time}");
    }
}

#[test]
fn captions_come_in_the_formats_of_the_rule() {
    let post = Post::new("Hello")
        .with_attachment(attachment())
        .with_attachment(attachment().with_role(MediaRole::Captions).with_language("de_AT"));
    let facts = vec![Ok(video()), Ok(MediaInfo::new(MediaType::Srt, 100))];
    assert_eq!(
        found(&rules(), &post, &facts),
        ["E attachments[1].language: de_AT < -", "E attachments[1].media_type: application/x-subrip < text/vtt"]
    );
    let mut both = rules();
    both.captions = Some(CaptionRule::new([MediaType::Vtt, MediaType::Srt]));
    assert_eq!(found(&both, &post, &facts), ["E attachments[1].language: de_AT < -"]);
}

#[test]
fn each_finding_has_a_code() {
    let (post, facts) = with_files(&[MediaInfo { bytes: 8_000_001, height: Some(1920), ..photo() }]);
    let post = Post { text: "<think>{{x}}".repeat(5), ..post };
    let mut codes: Vec<_> = check(&rules(), &post, &facts).into_iter().map(|finding| finding.code).collect();
    codes.dedup();
    let expected = [
        FindingCode::TOO_LONG,
        FindingCode::REASONING,
        FindingCode::PLACEHOLDER,
        FindingCode::TOO_LARGE,
        FindingCode::WRONG_SHAPE,
    ];
    assert_eq!(codes, expected);
}

/// In every text that goes out, and with the same code.
#[test]
fn characters_that_nobody_sees_are_errors_in_every_field() {
    for hidden in ["\u{1b}[2K", "\0", "\r", "\u{8}", "\u{7f}", "\u{9b}", "\u{2028}", "\u{202e}", "\u{2066}", "\u{feff}"]
    {
        let text = || format!("Soup{hidden}!");
        let all = Rules {
            title: Some(TextRule::default()),
            thread: Some(ThreadRule::new()),
            first_comment: Some(TextRule::default()),
            poll: Some(PollRule { with_files: true, ..PollRule::new() }),
            any_options: true,
            quotes: true,
            ..rules()
        };
        let mut post = Post::new(text())
            .with_title(text())
            .with_attachment(attachment().with_alt_text(text()))
            .with_thread_part(ThreadPart::new(text()).with_attachment(attachment().with_alt_text(text())))
            .with_first_comment(text())
            .with_poll(Poll::new(["Yes".to_owned(), text()]))
            .with_quote(PostRef::new(text()));
        post.options = serde_json::from_value(serde_json::json!({ "example": { "tags": ["ok", text()] } })).unwrap();
        let findings = check(&all, &post, &[Ok(photo()), Ok(photo())]);
        let fields: Vec<_> = findings
            .iter()
            .filter(|finding| finding.code == FindingCode::CONTROL && finding.severity == Severity::Error)
            .map(|finding| finding.field.as_str())
            .collect();
        for field in [
            "text",
            "title",
            "attachments[0].alt_text",
            "thread[0].text",
            "thread[0].attachments[0].alt_text",
            "first_comment",
            "poll.choices[1]",
            "quote",
            "options.example.tags[1]",
        ] {
            assert!(fields.contains(&field), "{hidden:?} in {field}: {fields:?}");
        }
        let said = findings.iter().map(ToString::to_string).collect::<String>();
        assert!(!said.contains(hidden) && said.contains("U+"), "{said:?}");
    }
}

#[test]
fn what_languages_are_written_with_is_no_finding() {
    for text in [
        "👩\u{200d}🍳 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        "שלום\u{200f} \u{2066}+49\u{2069}",
        "می\u{200c}خواهم",
    ] {
        let rules = Rules::new("example", Placement::FEED);
        assert_eq!(check(&rules, &Post::new(text), &[]), [], "{text}");
    }
}

#[test]
fn a_text_of_which_nobody_sees_anything_is_empty() {
    for text in ["\u{200b}", "\u{2060} \u{ad}", "\u{3164}"] {
        let rules = Rules::new("example", Placement::FEED);
        assert_eq!(check(&rules, &Post::new(text), &[])[0].code, FindingCode::EMPTY, "{text:?}");
    }
}

#[test]
fn a_title_stands_in_one_line() {
    let rules = Rules { title: Some(TextRule::default()), ..Rules::new("example", Placement::FEED) };
    let post = Post::new("Soup").with_title("Two\nlines");
    assert_eq!(check(&rules, &post, &[])[0].code, FindingCode::CONTROL);
}
