//! What the writer may say, what the owner says, and what becomes of a post whose text or image is
//! not as it should be.

use super::*;
use crate::publish::{Finding, FindingCode, Severity};
use crate::text::Unit;

/// A brief with a call and a link.
fn booking() -> Brief {
    let link = "https://41bistro.example/book".parse().ok();
    Brief { call_to_action: Some("Book a table".to_owned()), link, ..brief() }
}

fn texts(answers: impl IntoIterator<Item = &'static str>) -> Arc<Writer> {
    answers.into_iter().fold(Writer::new(true).with(Ok(CONCEPT)), |writer, answer| writer.with(Ok(answer)))
}

/// A wall on which a text has at most so many graphemes.
#[derive(Clone, Debug)]
struct Narrow(Wall, usize);

#[async_trait]
impl Publisher for Narrow {
    fn platform(&self) -> Platform {
        self.0.platform()
    }

    async fn account(&self) -> Result<Account> {
        self.0.account().await
    }

    fn capabilities(&self) -> PublisherCapabilities {
        self.0.capabilities()
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        Some(self.0.rules(placement)?.with_text(TextRule::of([(Unit::Graphemes, self.1)])))
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        let this = self.clone();
        publish::durably(self, run, post, |delivery| async move {
            let send = || async {
                this.0.posts.lock().unwrap().push(("1".to_owned(), (**post).clone()));
                Ok(delivery.receipt(ReceiptState::Published).with_post(RemotePost::main("1")))
            };
            delivery.once(send, |_| async { Ok(Found::Unknown) }).await
        })
        .await
    }
}

fn narrow(stage: &Stage, brief: Brief, room: usize) -> Campaign {
    stage.bare(brief).publish_to(Narrow(stage.wall("wall", None), room), [Placement::FEED])
}

fn found<'a>(findings: &'a [Finding], code: &FindingCode) -> Option<&'a Finding> {
    findings.iter().find(|finding| finding.code == *code)
}

#[tokio::test]
async fn the_call_and_the_link_stand_behind_the_text_and_before_the_hashtags() {
    let stage = Stage::new(Writer::new(true));
    assert!(stage.campaign(booking()).run().await.unwrap().is_complete());
    assert_eq!(
        stage.post(0).text,
        "Ravioli are back.\n\nBook a table: https://41bistro.example/book\n\n#autumn #pasta"
    );
    let asked = stage.writer.asked.lock().unwrap().last().unwrap().clone();
    assert!(asked.contains("Book a table: https://41bistro.example/book") && asked.contains("follows"), "{asked}");
}

#[tokio::test]
async fn what_the_writer_said_of_it_is_not_said_twice() {
    for (text, expected) in [
        (
            r#"{"text":"Ravioli! Book a table at https://41bistro.example/book now.","hashtags":[]}"#,
            "Ravioli! Book a table at https://41bistro.example/book now.",
        ),
        (
            r#"{"text":"Ravioli! BOOK A TABLE.","hashtags":[]}"#,
            "Ravioli! BOOK A TABLE.\n\nhttps://41bistro.example/book",
        ),
        (
            r##"{"text":"See https://41bistro.example/book","hashtags":["#See","see"]}"##,
            "See https://41bistro.example/book\n\nBook a table\n\n#See",
        ),
    ] {
        let stage = Stage::new(texts([text]));
        assert!(stage.campaign(booking()).run().await.unwrap().is_complete());
        assert_eq!(stage.post(0).text, expected);
    }
}

/// In every length, whatever the writer wrote: words and hashtags go, the owner's words stay.
#[tokio::test]
async fn the_call_and_the_link_survive_every_shortening() {
    const LONG: &str = r#"{"text":"Fresh ravioli with sage and brown butter are back on the menu from Friday on. Book a table: https://41bistro.example/book","hashtags":["pasta","ravioli"]}"#;
    for room in 45..170 {
        let stage = Stage::new(texts([LONG, LONG, LONG]));
        let report = narrow(&stage, booking(), room).run().await.unwrap();
        assert!(report.is_complete(), "{room}: {report}");
        let text = stage.post(0).text;
        assert!(Unit::Graphemes.count(&text) <= room, "{room}: {text}");
        assert!(text.contains("Book a table") && text.contains("https://41bistro.example/book"), "{room}: {text}");
        assert_eq!(text.matches("41bistro").count(), 1, "{text}");
        // A text without hashtags that is cut was asked for as often as is allowed, and it is said.
        let finding = found(&report.targets[0].findings, &FindingCode::TOO_LONG);
        let cut = text.contains('…') || !text.contains("Fresh");
        assert_eq!(finding.is_some_and(|finding| finding.severity == Severity::Warning), cut, "{room}: {report}");
    }
}

#[tokio::test]
async fn a_link_without_room_is_an_error_and_nothing_goes_out() {
    let stage = Stage::new(texts([TEXT, TEXT, TEXT]));
    let report = narrow(&stage, booking(), 25).run().await.unwrap();
    assert!(matches!(&report.targets[0].outcome, TargetOutcome::Held(_)), "{report}");
    assert!(found(&report.targets[0].findings, &FindingCode::LEFT_OUT).is_some(), "{report}");
    assert_eq!(stage.counts().2, 0);
}

#[tokio::test]
async fn a_text_that_is_too_long_or_empty_is_asked_for_again_with_the_reason() {
    for (answer, reason) in [
        (
            r#"{"text":"So many words that there is no room for all of them here","hashtags":[]}"#,
            "the text is too long",
        ),
        (r#"{"text":"","hashtags":["pasta"]}"#, "the text is empty"),
        (r#"{"text":" \u200b\n","hashtags":[]}"#, "the text is empty"),
        (r#"{"text":"Ravioli\u001b[8m","hashtags":[]}"#, "the control character U+001B"),
    ] {
        let stage = Stage::new(texts([answer, answer, r#"{"text":"Ravioli!","hashtags":[]}"#]));
        assert!(narrow(&stage, brief(), 30).run().await.unwrap().is_complete(), "{answer}");
        assert_eq!((stage.post(0).text.as_str(), stage.writer.asked()), ("Ravioli!", 4));
        let asked = stage.writer.asked.lock().unwrap().last().unwrap().clone();
        assert!(asked.contains(reason), "{reason}: {asked}");
    }
}

#[tokio::test]
async fn an_empty_text_is_never_published() {
    for empty in
        [r#"{"text":"","hashtags":["a"]}"#, r#"{"text":"\u2060","hashtags":[]}"#, r#"{"text":"\n","hashtags":[]}"#]
    {
        let stage = Stage::new(texts([empty, empty, empty]));
        let report = stage.campaign(booking()).run().await.unwrap();
        assert!(matches!(&report.targets[0].outcome, TargetOutcome::Held(_)), "{report}");
        assert!(found(&report.targets[0].findings, &FindingCode::EMPTY).is_some(), "{report}");
        assert_eq!((stage.writer.asked(), stage.counts().2), (4, 0));
    }
}

#[tokio::test]
async fn control_characters_of_a_writer_keep_a_post_back() {
    for hidden in ["\\u001b[2K", "\\r", "\\u202e", "\\u0000", "\\b", "\\u2028", "\\u2066", "\\u009b", "\\u007f"] {
        let answer: &'static str = format!(r#"{{"text":"Only 5 euros{hidden} today","hashtags":[]}}"#).leak();
        let stage = Stage::new(texts([answer, answer, answer]));
        let report = stage.campaign(brief()).run().await.unwrap();
        assert!(matches!(&report.targets[0].outcome, TargetOutcome::Held(_)), "{hidden}: {report}");
        assert!(found(&report.targets[0].findings, &FindingCode::CONTROL).is_some(), "{hidden}: {report}");
        assert!(!report.to_string().contains(|c: char| c.is_control() && c != '\n'), "{hidden}");
        assert_eq!(stage.counts().2, 0);
    }
}

#[tokio::test]
async fn the_owners_words_win_on_the_poster_and_an_empty_headline_is_asked_for_again() {
    const HEADLESS: &str = r#"{"headline":" ","subline":"S","call_to_action":"Order online now","alt_text":"A","image_prompt":"I","video_prompt":"V"}"#;
    let stage = Stage::new(Writer::new(true).with(Ok(HEADLESS)).with(Ok(HEADLESS)).with(Ok(HEADLESS)));
    let seen: Arc<Mutex<Vec<ImageRequest>>> = Arc::default();
    let painter = Sees(stage.image_model(), seen.clone());
    assert!(stage.campaign(booking()).image_with(painter).run().await.unwrap().is_complete());
    let request = seen.lock().unwrap()[0].clone();
    let design = request.design.unwrap();
    assert_eq!((design.headline.as_str(), design.call_to_action.as_deref()), ("Ravioli", Some("Book a table")));
    assert_eq!(stage.writer.asked(), 4);
}

/// Keeps the requests.
#[derive(Debug)]
struct Sees(Machine<ImageCapabilities>, Arc<Mutex<Vec<ImageRequest>>>);

#[async_trait]
impl Maker<ImageRequest> for Sees {
    fn address(&self) -> &ModelAddress {
        self.0.address()
    }

    fn capabilities(&self) -> ImageCapabilities {
        self.0.capabilities()
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        self.1.lock().unwrap().push(request.clone());
        self.0.make(run, request).await
    }
}

#[tokio::test]
async fn a_text_goes_out_alone_when_its_image_cannot_be_made() {
    let stage = Stage::new(Writer::new(true));
    let failing = || stage.image_model().failing(ErrorKind::MediaInvalid);
    let walls = |campaign: Campaign| campaign.publish_to(stage.wall("fence", None), [Placement::STORY]);
    let report = walls(stage.campaign(brief())).image_with(failing()).run().await.unwrap();
    assert!(matches!(report.targets[0].outcome, TargetOutcome::Taken(_)), "{report}");
    assert!(matches!(report.targets[1].outcome, TargetOutcome::Failed { .. }), "an image is needed there: {report}");
    let finding = found(&report.targets[0].findings, &FindingCode::LEFT_OUT).unwrap();
    assert_eq!(finding.severity, Severity::Warning);
    assert!(finding.message.contains("image-4x5-1") && finding.message.contains("out of paint"), "{finding}");
    assert_eq!(stage.post(0).attachments.len(), 0);
    // It stays as it was approved when the image could be made later.
    let report = walls(stage.campaign(brief())).run().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert_eq!(stage.posts.lock().unwrap().len(), 2);
    assert_eq!(stage.post(0).attachments.len(), 0);
}

#[tokio::test]
async fn who_stopped_a_campaign_is_not_asked_anything_more() {
    let stage = Stage::new(Writer::new(false));
    let options = OpenOptions::default();
    let cancel = options.cancel.clone();
    let asked: Arc<AtomicUsize> = Arc::default();
    let campaign = ["wall", "fence", "gate"]
        .into_iter()
        .fold(stage.bare(brief()), |campaign, name| campaign.publish_to(stage.wall(name, None), [Placement::FEED]));
    let campaign = campaign.options(options).approve_with(Stops(cancel, asked.clone()));
    let report = campaign.run().await.unwrap();
    assert_eq!((asked.load(Ordering::SeqCst), stage.counts().2), (1, 0), "{report}");
}

/// Says yes, and is stopped at that moment.
#[derive(Debug)]
struct Stops(tokio_util::sync::CancellationToken, Arc<AtomicUsize>);

#[async_trait]
impl Approver for Stops {
    async fn decide(&self, _request: &ApprovalRequest<'_>) -> Result<Decision> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.cancel();
        Ok(Decision::approve("the owner"))
    }
}

#[tokio::test]
async fn words_of_a_brief_that_nobody_can_read_are_refused_before_anything_is_asked() {
    let stage = Stage::new(Writer::new(true));
    let brand = |name: String| Brand { name, ..brief().brand };
    let table = [
        (Brief { subject: "Ravioli\u{202e}".to_owned(), ..brief() }, "subject"),
        (Brief { subject: "a.".repeat(10_000), ..brief() }, "subject"),
        (Brief { brand: brand("41\u{1b}[0m".to_owned()), ..brief() }, "brand.name"),
        (Brief { brand: brand("x".repeat(1_000_000)), ..brief() }, "brand.name"),
        (Brief { facts: vec!["ok".to_owned(), "\0".to_owned()], ..brief() }, "facts[1]"),
        (Brief { facts: vec!["ok".to_owned(); 1_000], ..brief() }, "facts"),
        (Brief { call_to_action: Some("Book\rnow".to_owned()), ..brief() }, "call_to_action"),
        (Brief { language: Some("German".to_owned()), ..brief() }, "language"),
        (Brief { language: Some("de_AT".to_owned()), ..brief() }, "language"),
        (Brief { language: Some(String::new()), ..brief() }, "language"),
    ];
    for (brief, field) in table {
        let error = stage.campaign(brief).run().await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some(field)), "{error}");
    }
    for language in ["de", "pt-BR", "zh-Hant-TW", "fil"] {
        Brief { language: Some(language.to_owned()), ..brief() }.validate().unwrap();
    }
    assert_eq!(stage.counts(), (0, 0, 0));
}

/// A platform with link cards shows the link once: in the text, or as a card where nothing else is
/// shown.
#[tokio::test]
async fn a_link_stands_in_the_text_or_on_a_card() {
    #[derive(Clone, Debug)]
    struct Cards(Narrow);

    #[async_trait]
    impl Publisher for Cards {
        fn platform(&self) -> Platform {
            self.0.platform()
        }

        async fn account(&self) -> Result<Account> {
            self.0.account().await
        }

        fn capabilities(&self) -> PublisherCapabilities {
            self.0.capabilities()
        }

        fn rules(&self, placement: &Placement) -> Option<Rules> {
            Some(Rules { link_card: true, ..self.0.rules(placement)? })
        }

        async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
            let this = self.clone();
            publish::durably(self, run, post, |delivery| async move {
                let send = || async {
                    this.0.0.posts.lock().unwrap().push(("1".to_owned(), (**post).clone()));
                    Ok(delivery.receipt(ReceiptState::Published).with_post(RemotePost::main("1")))
                };
                delivery.once(send, |_| async { Ok(Found::Unknown) }).await
            })
            .await
        }
    }

    let with_link = r#"{"text":"Book a table: https://41bistro.example/book","hashtags":[]}"#;
    for (image, answer, text, card) in [
        (true, TEXT, "Ravioli are back.\n\nBook a table: https://41bistro.example/book\n\n#autumn #pasta", false),
        (false, TEXT, "Ravioli are back.\n\nBook a table\n\n#autumn #pasta", true),
        (false, with_link, "Book a table: https://41bistro.example/book", false),
    ] {
        let stage = Stage::new(texts([answer]));
        let painter = stage.image_model();
        let painter = if image { painter } else { painter.failing(ErrorKind::MediaInvalid) };
        let cards = Cards(Narrow(stage.wall("wall", None), 300));
        let campaign = stage.bare(booking()).publish_to(cards, [Placement::FEED]).image_with(painter);
        assert!(campaign.run().await.unwrap().is_complete());
        let post = stage.post(0);
        assert_eq!((post.text.as_str(), post.link.is_some()), (text, card));
    }
}
