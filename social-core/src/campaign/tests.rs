//! An invented writer, image model and platform that count what they were asked; the rules are the campaign's own.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::*;
use crate::chat::{ChatCapabilities, ChatReply, ChatRequest, ChatStream, FinishReason, OutputFormat, Part};
use crate::error::{Error, ErrorKind};
use crate::image::{ImageBatch, ImageCapabilities, ImageRequest};
use crate::make::{Made, MediaFile};
use crate::media::{MediaKind, MediaType};
use crate::money::{Price, Usage};
use crate::publish::{
    self, ApprovalRequest, Approved, AutoApprove, Decision, ImageRule, Post, PublisherCapabilities, Receipt,
    ReceiptState, RemotePost, Rules, Span, TextRule,
};
use crate::run::{MemoryJournal, Run};
use crate::{Account, AccountKey, ModelAddress, Platform};

const CONCEPT: &str =
    r#"{"headline":"H","subline":"S","call_to_action":"C","alt_text":"A","image_prompt":"I","video_prompt":"V"}"#;
const TEXT: &str = "```json\n{\"text\":\"Ravioli are back.\",\"hashtags\":[\"#autumn\",\"pasta\"]}\n```";

#[derive(Debug)]
struct Writer {
    address: ModelAddress,
    paid: bool,
    asked: AtomicUsize,
    /// What to do instead of answering well, first come first served.
    mishaps: Mutex<VecDeque<Result<&'static str, ErrorKind>>>,
}

impl Writer {
    fn new(paid: bool) -> Arc<Self> {
        Self::named("writer", paid)
    }

    fn named(name: &str, paid: bool) -> Arc<Self> {
        let address = ModelAddress::new("test", name);
        Arc::new(Self { address, paid, asked: AtomicUsize::new(0), mishaps: Mutex::default() })
    }

    fn with(self: Arc<Self>, mishap: Result<&'static str, ErrorKind>) -> Arc<Self> {
        self.mishaps.lock().unwrap().push_back(mishap);
        self
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl ChatModel for Writer {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ChatCapabilities {
        let mut can = ChatCapabilities::text();
        can.json_schema = true;
        can.paid = self.paid;
        can
    }

    async fn chat(&self, request: &ChatRequest) -> Result<ChatReply> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let text = match (self.mishaps.lock().unwrap().pop_front(), &request.output) {
            (Some(Err(kind)), _) => return Err(Error::new(kind, "as told")),
            (Some(Ok(text)), _) => text,
            (None, OutputFormat::Schema { name, .. }) if name == "concept" => CONCEPT,
            _ => TEXT,
        };
        let mut reply = ChatReply::new(self.address.clone(), vec![Part::Text(text.to_owned())], FinishReason::Stop);
        reply.usage = Some(Usage { input_tokens: Some(100), output_tokens: Some(50), ..Usage::default() });
        Ok(reply)
    }

    async fn stream(&self, request: &ChatRequest) -> Result<ChatStream> {
        Ok(ChatStream::from_reply(self.chat(request).await?))
    }
}

/// A PNG that says it has these dimensions. Its pixels are missing; nothing here decodes them.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x02\0\0\0\0\0\0\0");
    bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xaeB`\x82");
    bytes
}

#[derive(Debug)]
struct Painter {
    address: ModelAddress,
    drawn: Arc<AtomicUsize>,
    fails: bool,
}

#[async_trait]
impl Maker<ImageRequest> for Painter {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        ImageCapabilities::unknown().with_paid(false)
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        self.drawn.fetch_add(1, Ordering::SeqCst);
        if self.fails {
            return Err(Error::new(ErrorKind::Unavailable, "out of paint"));
        }
        assert!(request.design.is_some());
        let bytes = png(1080, 1350);
        let media = run
            .keep_file("image.png", async || {
                Ok(Box::pin(futures_util::stream::iter([Ok(bytes::Bytes::from(bytes))])) as crate::http::ByteStream)
            })
            .await?;
        let image = MediaFile::read(media, MediaKind::Image).await?;
        Ok(Made::new(self.address.clone(), ImageBatch::new(vec![image])))
    }
}

#[derive(Debug)]
struct Wall {
    name: &'static str,
    posts: Arc<Mutex<Vec<Post>>>,
    fails: Option<ErrorKind>,
}

#[async_trait]
impl Publisher for Wall {
    fn platform(&self) -> Platform {
        self.name.into()
    }

    async fn account(&self) -> Result<Account> {
        Ok(AccountKey::new(self.platform(), "1").into())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new([Placement::FEED])
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        let rules = Rules::new(self.platform(), placement.clone())
            .with_images(Span::up_to(1), ImageRule::new().with_formats([MediaType::Png]))
            .with_alt_text(TextRule::default());
        (*placement == Placement::FEED).then_some(rules)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        if let Some(kind) = self.fails {
            return Err(Error::new(kind, "as told"));
        }
        publish::durably(self, run, post, |delivery| async move {
            let send = || async {
                self.posts.lock().unwrap().push((**post).clone());
                Ok(delivery.receipt(ReceiptState::Published).with_post(RemotePost::main("1")))
            };
            delivery.once(send, |_| async { Ok(crate::run::Found::Unknown) }).await
        })
        .await
    }
}

/// Everything that a campaign touches, with its counts.
struct Stage {
    journal: MemoryJournal,
    writer: Arc<Writer>,
    drawn: Arc<AtomicUsize>,
    posts: Arc<Mutex<Vec<Post>>>,
}

impl Stage {
    fn new(writer: Arc<Writer>) -> Self {
        Self { journal: MemoryJournal::new(), writer, drawn: Arc::default(), posts: Arc::default() }
    }

    fn wall(&self, name: &'static str, fails: Option<ErrorKind>) -> Wall {
        Wall { name, posts: self.posts.clone(), fails }
    }

    fn image_model(&self) -> Painter {
        let address = ModelAddress::new("test", "painter");
        Painter { address, drawn: self.drawn.clone(), fails: false }
    }

    fn campaign(&self, brief: Brief) -> Campaign {
        Campaign::new(brief)
            .write_with(self.writer.clone())
            .image_with(self.image_model())
            .publish_to(self.wall("wall", None), [Placement::FEED])
            .approve_with(AutoApprove::because("a test"))
            .journal(self.journal.clone())
    }

    fn counts(&self) -> (usize, usize, usize) {
        (self.writer.asked(), self.drawn.load(Ordering::SeqCst), self.posts.lock().unwrap().len())
    }
}

fn brief() -> Brief {
    let brand = crate::design::Brand { name: "41 Bistro".to_owned(), ..Default::default() };
    Brief { subject: "Ravioli".to_owned(), facts: vec!["With sage".to_owned()], brand, ..Brief::default() }
}

#[tokio::test]
async fn a_campaign_publishes_once_and_answers_the_second_time_from_its_journal() {
    let stage = Stage::new(Writer::new(true));
    let report = stage.campaign(brief()).run().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert_eq!(stage.counts(), (2, 1, 1));
    let again = stage.campaign(brief()).run().await.unwrap();
    assert_eq!(again, report);
    assert_eq!(stage.counts(), (2, 1, 1));
    let post = stage.posts.lock().unwrap().remove(0);
    assert_eq!(post.text, "Ravioli are back.\n\n#autumn #pasta");
    assert_eq!(post.attachments.len(), 1);
    assert_eq!(post.attachments[0].alt_text.as_deref(), Some("A"));
}

#[tokio::test]
async fn a_brief_may_change_until_something_was_paid_for_or_published() {
    let stage = Stage::new(Writer::new(false));
    for subject in ["Ravoli", "Ravioli"] {
        let brief = Brief { subject: subject.to_owned(), ..brief() };
        let campaign = stage.campaign(brief).named("pasta").approve_with(No);
        assert!(matches!(campaign.run().await.unwrap().targets[0].outcome, TargetOutcome::Held(_)));
    }
    assert_eq!(stage.counts(), (4, 2, 0));
    assert!(stage.campaign(brief()).named("pasta").run().await.unwrap().is_complete());
    assert_eq!(stage.counts(), (4, 2, 1));
    let late = Brief { subject: "Lasagne".to_owned(), ..brief() };
    let error = stage.campaign(late).named("pasta").run().await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::InvalidRequest, Some("run")), "{error}");
    assert_eq!(stage.counts(), (4, 2, 1));
}

#[tokio::test]
async fn another_brief_under_the_same_name_is_refused() {
    let stage = Stage::new(Writer::new(true));
    stage.campaign(brief()).run().await.unwrap();
    let other = Brief { facts: vec!["With butter".to_owned()], ..brief() };
    let error = stage.campaign(other).run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    assert_eq!(stage.counts(), (2, 1, 1));
}

#[tokio::test]
async fn a_lost_paid_text_is_reported_and_paid_again_only_when_told() {
    let stage = Stage::new(Writer::new(true).with(Err(ErrorKind::Timeout)));
    for _ in 0..2 {
        let error = stage.campaign(brief()).run().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(stage.counts(), (1, 0, 0));
    }
    let report = stage.campaign(brief()).repeat_lost_generations(true).run().await.unwrap();
    assert!(report.is_complete());
    assert_eq!(stage.counts(), (3, 1, 1));
}

#[tokio::test]
async fn a_lost_text_of_a_free_writer_is_simply_written_again() {
    let stage = Stage::new(Writer::new(false).with(Err(ErrorKind::Timeout)));
    stage.campaign(brief()).run().await.unwrap_err();
    assert!(stage.campaign(brief()).run().await.unwrap().is_complete());
}

#[tokio::test]
async fn an_unreadable_answer_is_asked_for_once_more_and_no_oftener() {
    let stage = Stage::new(Writer::new(true).with(Ok("Sure! Here you go:")));
    assert!(stage.campaign(brief()).run().await.unwrap().is_complete());
    assert_eq!(stage.writer.asked(), 3);

    let stage = Stage::new(Writer::new(true).with(Ok("Sure!")).with(Ok("Sure!")));
    let error = stage.campaign(brief()).run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(error.partial(), Some("Sure!"), "the raw text is kept");
    assert_eq!(stage.writer.asked(), 2);
}

#[tokio::test]
async fn raw_line_breaks_in_an_answer_are_read() {
    let stage =
        Stage::new(Writer::new(true).with(Ok("{\"headline\":\"A\nB\",\"subline\":\"\",\"call_to_action\":\"\",
        \"alt_text\":\"\",\"image_prompt\":\"\",\"video_prompt\":\"\"}")));
    assert!(stage.campaign(brief()).run().await.unwrap().is_complete());
    assert_eq!(stage.writer.asked(), 2);
}

#[derive(Debug)]
struct No;

#[async_trait]
impl Approver for No {
    async fn decide(&self, _request: &ApprovalRequest<'_>) -> Result<Decision> {
        Ok(Decision::reject("the owner", "too salty"))
    }
}

#[tokio::test]
async fn what_nobody_approves_is_held_and_can_be_approved_later() {
    let stage = Stage::new(Writer::new(true));
    let report = stage.campaign(brief()).approve_with(No).run().await.unwrap();
    assert!(matches!(&report.targets[0].outcome, TargetOutcome::Held(why) if why.contains("too salty")), "{report}");
    assert_eq!(stage.counts(), (2, 1, 0));
    assert!(stage.campaign(brief()).run().await.unwrap().is_complete());
    assert_eq!(stage.counts(), (2, 1, 1));
}

// Museum A13.
#[tokio::test]
async fn a_rehearsal_approves_nothing_and_its_texts_are_not_paid_again() {
    let stage = Stage::new(Writer::new(true));
    let rehearsal = Campaign::new(brief())
        .journal(stage.journal.clone())
        .write_with(stage.writer.clone())
        .image_with(stage.image_model())
        .publish_to(crate::wrap::DryRun::new(Arc::new(stage.wall("wall", None))), [Placement::FEED])
        .approve_with(AutoApprove::because("nothing leaves this machine"));
    assert!(rehearsal.run().await.unwrap().is_complete());
    assert_eq!(stage.counts(), (2, 1, 0));
    let report = stage.campaign(brief()).approve_with(No).run().await.unwrap();
    assert!(matches!(&report.targets[0].outcome, TargetOutcome::Held(_)), "somebody is asked: {report}");
    assert!(stage.campaign(brief()).run().await.unwrap().is_complete());
    assert_eq!(stage.counts(), (2, 1, 1));
}

#[tokio::test]
async fn another_writer_writes_anew_and_is_not_posted_over_what_is_out() {
    let stage = Stage::new(Writer::new(true));
    stage.campaign(brief()).approve_with(No).run().await.unwrap();
    let other = Writer::named("other", true).with(Ok(CONCEPT)).with(Ok(r#"{"text":"Pasta!","hashtags":[]}"#));
    assert!(stage.campaign(brief()).write_with(other.clone()).run().await.unwrap().is_complete());
    assert_eq!(stage.posts.lock().unwrap()[0].text, "Pasta!");
    assert_eq!((stage.counts(), other.asked()), ((2, 1, 1), 2));
    let report = stage.campaign(brief()).run().await.unwrap();
    assert!(
        matches!(report.targets[0].outcome, TargetOutcome::Failed { kind: ErrorKind::InvalidRequest, .. }),
        "{report}"
    );
    assert_eq!(stage.counts(), (2, 1, 1), "neither paid nor posted again");
}

#[tokio::test]
async fn a_campaign_goes_to_further_places_later() {
    let stage = Stage::new(Writer::new(true));
    assert!(stage.campaign(brief()).run().await.unwrap().is_complete());
    let targets = vec!["wall".to_owned(), "fence".to_owned()];
    let further = stage.campaign(Brief { targets, ..brief() }).publish_to(stage.wall("fence", None), [Placement::FEED]);
    assert!(further.run().await.unwrap().is_complete());
    assert_eq!(stage.counts(), (3, 1, 2), "one text more, one post more");
}

#[tokio::test]
async fn a13_one_targets_failure_does_not_touch_the_others() {
    let stage = Stage::new(Writer::new(true));
    let campaign = |fails| stage.campaign(brief()).publish_to(stage.wall("fence", fails), [Placement::FEED]);
    let report = campaign(Some(ErrorKind::Permission)).run().await.unwrap();
    assert!(matches!(report.targets[0].outcome, TargetOutcome::Taken(_)));
    assert!(matches!(report.targets[1].outcome, TargetOutcome::Failed { kind: ErrorKind::Permission, .. }));
    assert!(campaign(None).run().await.unwrap().is_complete());
    assert_eq!(stage.posts.lock().unwrap().len(), 2, "the first target is not posted to again");
}

#[tokio::test]
async fn an_image_that_fails_is_its_targets_failure() {
    let stage = Stage::new(Writer::new(true));
    let image_model = Painter { fails: true, ..stage.image_model() };
    let report = stage.campaign(brief()).image_with(image_model).run().await.unwrap();
    assert!(
        matches!(&report.targets[0].outcome, TargetOutcome::Failed { message, .. } if message.contains("out of paint"))
    );
    assert_eq!(stage.counts(), (2, 1, 0));
}

#[tokio::test]
async fn bad_photos_are_refused_before_anything_is_asked() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| -> PathBuf {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let table: [(PathBuf, &str); 4] = [
        (file("renamed.jpg", b"%PDF-1.7\n1 0 obj\n%%EOF\n"), "application/pdf"),
        (file("empty.png", b""), "empty"),
        (file("huge.png", &png(20_000, 20_000)), "20000 x 20000"),
        (Path::new("/nowhere/photo.jpg").to_owned(), "/nowhere/photo.jpg"),
    ];
    for (photo, expected) in table {
        let stage = Stage::new(Writer::new(true));
        let photos = vec![Photo { file: photo, shows: None }];
        let error = stage.campaign(Brief { photos, ..brief() }).run().await.unwrap_err();
        assert!(error.to_string().contains("photos[0]"), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(stage.counts(), (0, 0, 0));
    }
}

#[tokio::test]
async fn bad_briefs_and_targets_are_refused_before_anything_is_asked() {
    let stage = Stage::new(Writer::new(true));
    let colours = |colour: &str| crate::design::Brand { colours: vec![colour.to_owned()], ..brief().brand };
    let table = [
        (Brief { subject: " ".to_owned(), ..brief() }, "subject"),
        (Brief { brand: colours("red"), ..brief() }, "brand.colours[0]"),
        (Brief { video_seconds: Some(0), ..brief() }, "video_seconds"),
        (Brief { link: "ftp://example.org".parse().ok(), ..brief() }, "link"),
    ];
    for (brief, field) in table {
        let error = stage.campaign(brief).run().await.unwrap_err();
        assert_eq!(error.field(), Some(field), "{error}");
    }
    let twice = stage.campaign(brief()).publish_to(stage.wall("wall", None), [Placement::FEED]);
    assert!(twice.run().await.unwrap_err().message().contains("twice"));
    let reel = stage.campaign(brief()).publish_to(stage.wall("fence", None), [Placement::REEL]);
    assert!(reel.run().await.unwrap_err().message().contains("only feed"));
    assert_eq!(stage.counts(), (0, 0, 0));
}

#[tokio::test]
async fn a_budget_counts_what_earlier_processes_spent() {
    let stage = Stage::new(Writer::new(true));
    let dollar = Some(MicroDollars(1_000_000));
    let prices = || {
        let price = Price { input_million: dollar, output_million: dollar, ..Price::default() };
        PriceTable::new("2026-11-01").with_price("test/writer", price)
    };
    let report = stage.campaign(brief()).spend_at_most(MicroDollars(100_000), prices()).run().await.unwrap();
    assert_eq!(report.cost, MicroDollars(300));
    let again = stage.campaign(brief()).spend_at_most(MicroDollars(100_000), prices()).run().await.unwrap();
    assert_eq!(again.cost, MicroDollars(300));
    let stage = Stage::new(Writer::new(true));
    let error = stage.campaign(brief()).spend_at_most(MicroDollars(10), prices()).run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OverBudget);
    assert_eq!(stage.counts(), (0, 0, 0));
}
