//! An invented writer, invented models and an invented platform that count what they were asked;
//! the rules are the campaign's own.

mod briefs;
mod changes;
mod deciding;
mod kept;
mod money;
mod naming;
mod narrated;
mod places;
mod plans;
mod room;
mod running;
mod wording;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use super::*;
use crate::chat::{ChatCapabilities, ChatReply, ChatRequest, ChatStream, FinishReason, OutputFormat, Part};
use crate::design::Brand;
use crate::error::{Error, ErrorKind};
use crate::image::{ImageBatch, ImageCapabilities};
use crate::make::{Made, MediaFile};
use crate::media::{Media, MediaKind, MediaType, SampleVideo};
use crate::money::Usage;
use crate::publish::{
    self, ApprovalRequest, Approved, AutoApprove, Decision, ImageRule, Post, PublisherCapabilities, Receipt,
    ReceiptState, RemotePost, Rules, Span, TextRule, VideoRule,
};
use crate::run::{Found, MemoryJournal, Run};
use crate::video::VideoCapabilities;
use crate::{Account, AccountKey, ModelAddress, Platform};

const CONCEPT: &str =
    r#"{"headline":"H","subline":"S","call_to_action":"C","alt_text":"A","image_prompt":"I","video_prompt":"V"}"#;
const TEXT: &str = "```json\n{\"text\":\"Ravioli are back.\",\"hashtags\":[\"#autumn\",\"pasta\"]}\n```";

#[derive(Debug)]
struct Writer {
    address: ModelAddress,
    paid: bool,
    degraded: bool,
    asked: Mutex<Vec<String>>,
    /// What to do instead of answering well, first come first served.
    mishaps: Mutex<VecDeque<Result<&'static str, ErrorKind>>>,
}

impl Writer {
    fn new(paid: bool) -> Arc<Self> {
        Self::named("writer", paid)
    }

    fn named(name: &str, paid: bool) -> Arc<Self> {
        let address = ModelAddress::new("test", name);
        Arc::new(Self { address, paid, degraded: false, asked: Mutex::default(), mishaps: Mutex::default() })
    }

    /// Fills templates.
    fn template() -> Arc<Self> {
        let Self { address, asked, mishaps, .. } = Arc::into_inner(Self::new(false)).unwrap();
        Arc::new(Self { address, paid: false, degraded: true, asked, mishaps })
    }

    fn with(self: Arc<Self>, mishap: Result<&'static str, ErrorKind>) -> Arc<Self> {
        self.mishaps.lock().unwrap().push_back(mishap);
        self
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
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
        self.asked.lock().unwrap().push(serde_json::to_string(&request.messages).unwrap());
        let text = match (self.mishaps.lock().unwrap().pop_front(), &request.output) {
            (Some(Err(kind)), _) => return Err(Error::new(kind, "as told")),
            (Some(Ok(text)), _) => text,
            (None, OutputFormat::Schema { name, .. }) if name == "concept" => CONCEPT,
            _ => TEXT,
        };
        let mut reply = ChatReply::new(self.address.clone(), vec![Part::Text(text.to_owned())], FinishReason::Stop);
        reply.usage = Some(Usage { input_tokens: Some(100), output_tokens: Some(50), ..Usage::default() });
        reply.degraded = self.degraded;
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

async fn keep(run: &Run, name: &str, bytes: Vec<u8>) -> Result<Media> {
    let content = || async move {
        Ok(Box::pin(futures_util::stream::iter([Ok(bytes::Bytes::from(bytes))])) as crate::http::ByteStream)
    };
    run.keep_file(name, content).await
}

/// Makes images or videos, each with a request that is sent once and cannot be asked about.
#[derive(Debug)]
struct Machine<C> {
    address: ModelAddress,
    can: C,
    sent: Arc<AtomicUsize>,
    fails: Option<ErrorKind>,
    /// What it has no letters for.
    cannot_draw: Option<&'static str>,
    /// What it made cannot be fetched again.
    gone: bool,
    generated: bool,
    requests: Arc<Mutex<Vec<VideoRequest>>>,
}

impl<C: crate::make::MakeCapabilities> Machine<C> {
    fn new(name: &'static str, can: C, sent: &Arc<AtomicUsize>) -> Self {
        let address = ModelAddress::new("test", name);
        let (sent, requests) = (sent.clone(), Arc::default());
        Self { address, can, sent, fails: None, cannot_draw: None, gone: false, generated: true, requests }
    }

    fn failing(self, kind: ErrorKind) -> Self {
        Self { fails: Some(kind), ..self }
    }

    async fn send(&self, run: &Run) -> Result<()> {
        let send = || async {
            self.sent.fetch_add(1, Ordering::SeqCst);
            self.fails.map_or(Ok(()), |kind| Err(Error::new(kind, "out of paint")))
        };
        match self.can.paid() {
            true => run.once("send", send, |_| async { Ok(Found::Unknown) }).await,
            false => run.step("send", send).await,
        }
    }

    fn made<T>(&self, value: T) -> Made<T> {
        let made = Made::new(self.address.clone(), value);
        if self.generated { made } else { made.without_model() }
    }
}

#[async_trait]
impl Maker<ImageRequest> for Machine<ImageCapabilities> {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> ImageCapabilities {
        self.can.clone()
    }

    fn accept(&self, request: &ImageRequest) -> Result<()> {
        let headline = request.design.as_ref().map_or("", |design| &design.headline);
        match self.cannot_draw.filter(|letters| headline.contains(letters)) {
            Some(letters) => Err(Error::unsupported("design.headline", format!("no font has `{letters}`"))),
            None => Ok(()),
        }
    }

    async fn make(&self, run: &Run, request: &ImageRequest) -> Result<Made<ImageBatch>> {
        assert!(request.design.is_some());
        self.send(run).await?;
        let png = if self.gone { b"gone".to_vec() } else { png(1080, 1350) };
        let media = keep(run, "image.png", png).await?;
        let image = MediaFile::read(media, MediaKind::Image).await?;
        let made = self.made(ImageBatch::new(vec![image]));
        Ok(if self.can.paid { made.with_usage(Usage::default().with_images(1)) } else { made })
    }
}

#[async_trait]
impl Maker<VideoRequest> for Machine<VideoCapabilities> {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> VideoCapabilities {
        self.can.clone()
    }

    async fn make(&self, run: &Run, request: &VideoRequest) -> Result<Made<MediaFile>> {
        crate::make::begin(self, run, request).await?;
        self.requests.lock().unwrap().push(request.clone());
        self.send(run).await?;
        let media = keep(run, "video.mp4", SampleVideo::default().write()).await?;
        Ok(self.made(MediaFile::read(media, MediaKind::Video).await?).with_usage(Usage::default().with_seconds(2.0)))
    }
}

/// A platform with a feed that takes images, reels that are videos, and stories without a text.
#[derive(Clone, Debug)]
struct Wall {
    name: &'static str,
    /// Whose it is; `Err` while the platform is down.
    account: Result<&'static str, ErrorKind>,
    posts: Arc<Mutex<Vec<(String, Post)>>>,
    fails: Option<ErrorKind>,
    /// Posts go out and their answers are lost.
    loses: bool,
    needs_host: bool,
}

#[async_trait]
impl Publisher for Wall {
    fn platform(&self) -> Platform {
        self.name.into()
    }

    async fn account(&self) -> Result<Account> {
        let id = self.account.map_err(|kind| Error::new(kind, "the platform is down"))?;
        Ok(AccountKey::new(self.platform(), id).into())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new([Placement::FEED, Placement::REEL, Placement::STORY])
            .with_needs_host(self.needs_host)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        let rules = Rules::new(self.platform(), placement.clone()).with_alt_text(TextRule::default());
        let image = ImageRule::new().with_formats([MediaType::Png]);
        match placement {
            placement if *placement == Placement::FEED => Some(rules.with_images(Span::up_to(1), image)),
            placement if *placement == Placement::REEL => Some(rules.with_videos(Span::of(1, 1), VideoRule::new())),
            placement if *placement == Placement::STORY => {
                Some(rules.with_images(Span::of(1, 1), image).with_text(TextRule::forbidden()))
            }
            _ => None,
        }
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        if let Some(kind) = self.fails {
            return Err(Error::new(kind, "as told"));
        }
        publish::durably(self, run, post, |delivery| async move {
            let send = || async {
                self.posts.lock().unwrap().push((self.account.unwrap().to_owned(), (**post).clone()));
                if self.loses {
                    return Err(Error::new(ErrorKind::Timeout, "no answer"));
                }
                Ok(delivery.receipt(ReceiptState::Published).with_post(RemotePost::main("1")))
            };
            delivery.once(send, |_| async { Ok(Found::Unknown) }).await
        })
        .await
    }
}

/// Everything that a campaign touches, with its counts.
struct Stage {
    journal: MemoryJournal,
    writer: Arc<Writer>,
    drawn: Arc<AtomicUsize>,
    posts: Arc<Mutex<Vec<(String, Post)>>>,
}

impl Stage {
    fn new(writer: Arc<Writer>) -> Self {
        Self { journal: MemoryJournal::new(), writer, drawn: Arc::default(), posts: Arc::default() }
    }

    fn wall(&self, name: &'static str, fails: Option<ErrorKind>) -> Wall {
        Wall { name, account: Ok("1"), posts: self.posts.clone(), fails, loses: false, needs_host: false }
    }

    /// An image model of this machine.
    fn image_model(&self) -> Machine<ImageCapabilities> {
        let can = ImageCapabilities::unknown().with_paid(false).with_generative(false);
        Machine { generated: false, ..Machine::new("painter", can, &self.drawn) }
    }

    /// An image model of a vendor.
    fn paid_image_model(&self) -> Machine<ImageCapabilities> {
        Machine::new("paid-painter", ImageCapabilities::unknown(), &self.drawn)
    }

    fn video_model(&self, can: VideoCapabilities) -> Machine<VideoCapabilities> {
        Machine::new("camera", can, &self.drawn)
    }

    fn campaign(&self, brief: Brief) -> Campaign {
        self.bare(brief).publish_to(self.wall("wall", None), [Placement::FEED])
    }

    /// A campaign that goes nowhere yet.
    fn bare(&self, brief: Brief) -> Campaign {
        Campaign::new(brief)
            .write_with(self.writer.clone())
            .image_with(self.image_model())
            .approve_with(AutoApprove::because("a test"))
            .journal(self.journal.clone())
    }

    /// How many texts were written, files made, and posts published.
    fn counts(&self) -> (usize, usize, usize) {
        (self.writer.asked(), self.drawn.load(Ordering::SeqCst), self.posts.lock().unwrap().len())
    }

    fn post(&self, index: usize) -> Post {
        self.posts.lock().unwrap()[index].1.clone()
    }
}

fn brief() -> Brief {
    let brand = Brand { name: "41 Bistro".to_owned(), ..Default::default() };
    Brief { subject: "Ravioli".to_owned(), facts: vec!["With sage".to_owned()], brand, ..Brief::default() }
}

/// An approver that says what it is told, one after the other, and in the end yes.
#[derive(Debug, Default)]
struct Says(Mutex<VecDeque<Decision>>);

impl Says {
    fn these(decisions: impl IntoIterator<Item = Decision>) -> Self {
        Self(Mutex::new(decisions.into_iter().collect()))
    }
}

#[async_trait]
impl Approver for Says {
    async fn decide(&self, _request: &ApprovalRequest<'_>) -> Result<Decision> {
        Ok(self.0.lock().unwrap().pop_front().unwrap_or(Decision::approve("the owner")))
    }
}

fn no() -> Says {
    Says::these([Decision::reject("the owner", "too salty")])
}
