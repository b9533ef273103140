//! The wrappers of enhancers, with invented enhancers and a moderator; what each was asked is
//! counted there.

use std::sync::Mutex;

use super::*;
use crate::ErrorKind;
use crate::enhance::{EnhanceCapabilities, EnhanceRequest, EnhancedImage, Enhancement};
use crate::host::{HostCapabilities, HostRequest};
use crate::image::AspectRatio;
use crate::make::{Condition, Test};
use crate::media::{Media, MediaInfo, MediaType, RemoteMedia};
use crate::moderate::{Moderation, ModerationCapabilities, ModerationCategory, ModerationRequest};
use crate::money::{Cost, MicroDollars};
use crate::publish::{FindingCode, Severity};
use crate::run::{MemoryJournal, Run};

use Enhancement::{Convert, Crop, MaxBytes, Polish, RemoveBackground, Upscale};

/// Writes down what it was asked, and appends its name to the image.
#[derive(Debug)]
struct Editor {
    address: ModelAddress,
    can: EnhanceCapabilities,
    asked: Mutex<Vec<EnhanceRequest>>,
    fails: Option<ErrorKind>,
}

impl Editor {
    fn new(vendor: &'static str, operations: &[&str], paid: bool) -> Self {
        let can = EnhanceCapabilities::new().with_operations(operations.iter().copied()).with_any_format();
        let can = can.with_paid(paid).with_generative(false).with_extra(paid);
        Self { address: ModelAddress::new(vendor, "editor"), can, asked: Mutex::default(), fails: None }
    }

    fn asked(&self) -> Vec<Vec<Enhancement>> {
        self.asked.lock().unwrap().iter().map(|request| request.operations.clone()).collect()
    }
}

#[async_trait]
impl Maker<EnhanceRequest> for Editor {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> EnhanceCapabilities {
        self.can.clone()
    }

    async fn make(&self, run: &Run, request: &EnhanceRequest) -> Result<Made<EnhancedImage>> {
        crate::make::begin(self, run, request).await?;
        self.asked.lock().unwrap().push(request.clone());
        if let Some(kind) = self.fails {
            return Err(Error::new(kind, "as told").with_vendor(&self.address.vendor));
        }
        let before = match &request.image {
            Media::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            other => format!("{other:?}"),
        };
        let media = Media::bytes(format!("{before} {}", self.address.vendor));
        let mut info = MediaInfo::new(MediaType::Png, 10);
        (info.width, info.height) = (Some(400), Some(300));
        let made = Made::new(self.address.clone(), EnhancedImage { media, info, moderation: None, steps: Vec::new() });
        let made = made.without_model().with_usage(Usage::default().with_images(1));
        Ok(if self.can.paid { made.with_cost(Cost::reported(MicroDollars(30_000))) } else { made })
    }

    async fn remove(&self, _run: &Run, _made: &EnhancedImage) -> Result<()> {
        self.asked.lock().unwrap().clear();
        Ok(())
    }
}

fn local() -> Arc<Editor> {
    Arc::new(Editor::new("local", &["crop", "convert", "max_bytes"], false))
}

fn paid() -> Arc<Editor> {
    Arc::new(Editor::new("studio", &["crop", "polish", "upscale", "remove_background"], true))
}

/// A PNG of this size whose pixels are not looked at.
fn image(width: u32, height: u32) -> Media {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [(b"IHDR", header.as_slice()), (b"IDAT", b"pixels"), (b"IEND", b"")] {
        png.extend_from_slice(&[&(body.len() as u32).to_be_bytes()[..], kind, body, b"-crc"].concat());
    }
    Media::bytes(png)
}

fn square() -> Enhancement {
    Crop(AspectRatio::SQUARE)
}

#[tokio::test]
async fn the_vendor_is_asked_once_and_only_where_it_helps() {
    let jpeg = || Convert(MediaType::Jpeg);
    let table = [
        (vec![square(), jpeg()], vec![vec![square(), jpeg()]], vec![]),
        (vec![square(), Polish, jpeg()], vec![vec![square()], vec![jpeg()]], vec![vec![Polish]]),
        (vec![Polish], vec![], vec![vec![Polish]]),
        // What lies between two of the vendor's is not brought back in between.
        (
            vec![Polish, square(), Upscale(2.0), MaxBytes(9)],
            vec![vec![MaxBytes(9)]],
            vec![vec![Polish, square(), Upscale(2.0)]],
        ),
    ];
    for (operations, locally, at_vendor) in table {
        let (local, paid) = (local(), paid());
        let router = LocalFirst::new(local.clone(), paid.clone());
        let made =
            router.make(&Run::ephemeral(), &EnhanceRequest::new(image(400, 300), operations.clone())).await.unwrap();
        assert_eq!((local.asked(), paid.asked()), (locally, at_vendor.clone()), "{operations:?}");
        let steps: Vec<_> = made.steps.iter().flat_map(|step| step.operations.clone()).collect();
        assert_eq!(steps, operations);
        let costs: Vec<_> = made.steps.iter().map(|step| step.cost.as_ref().unwrap().amount.0).collect();
        assert_eq!(made.cost.as_ref().unwrap().amount.0, costs.iter().sum::<u64>(), "{operations:?}");
        let spent = if at_vendor.is_empty() { Cost::free() } else { Cost::reported(MicroDollars(30_000)) };
        assert_eq!(made.cost, Some(spent));
        assert_eq!(made.address.vendor.as_str(), if at_vendor.is_empty() { "local" } else { "studio" });
        assert_eq!(made.usage.as_ref().unwrap().images, Some(1));
        for step in &made.steps {
            let expected =
                if step.maker.vendor.as_str() == "local" { "at no cost" } else { "local/editor does not offer" };
            assert!(step.reason.contains(expected), "{step:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_paid_twice() {
    let (local, paid, journal) = (local(), paid(), MemoryJournal::new());
    let request = EnhanceRequest::new(image(400, 300), [Polish, MaxBytes(9), Upscale(2.0)]);
    let router = LocalFirst::new(local.clone(), paid.clone());
    let error = router.make(&Run::ephemeral(), &request).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.field(), error.effect()),
        (ErrorKind::Unsupported, Some("max_bytes"), Effect::None)
    );
    // The run is bound to the request, and each part of it to its own.
    let run = Run::open(&journal, "photo").await.unwrap();
    router.make(&run, &EnhanceRequest::new(image(400, 300), [Polish])).await.unwrap();
    let error = router.make(&run, &EnhanceRequest::new(image(400, 300), [Upscale(2.0)])).await.unwrap_err();
    assert_eq!((error.kind(), paid.asked().len()), (ErrorKind::InvalidRequest, 1));
    // Behind the vendor's part nothing goes to the vendor again.
    let broken =
        Arc::new(Editor { fails: Some(ErrorKind::MediaInvalid), ..Editor::new("local", &["max_bytes"], false) });
    let router = LocalFirst::new(broken, paid.clone());
    let request = EnhanceRequest::new(image(400, 300), [Polish, MaxBytes(9)]);
    assert_eq!(router.make(&Run::ephemeral(), &request).await.unwrap_err().kind(), ErrorKind::MediaInvalid);
    assert_eq!(paid.asked().len(), 2);
}

#[tokio::test]
async fn what_neither_offers_is_refused_by_name() {
    let router = LocalFirst::new(local(), Arc::new(Editor::new("studio", &["polish"], true)));
    let can = router.capabilities();
    assert!(can.offers(&Polish) && can.offers(&square()) && !can.offers(&RemoveBackground) && can.paid);
    let request = EnhanceRequest::new(image(4, 4), [RemoveBackground]);
    let error = router.make(&Run::ephemeral(), &request).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("operations")));
}

#[tokio::test]
async fn a_small_image_is_enlarged_where_that_is_wanted() {
    let table = [
        (None, (400, 300), vec![square()], vec![]),
        (Some(1080), (1080, 1920), vec![square()], vec![]),
        (Some(600), (400, 300), vec![square()], vec![Upscale(2.0)]),
        (Some(6000), (400, 300), vec![square()], vec![Upscale(4.0)]),
        (Some(600), (400, 300), vec![Upscale(3.0)], vec![Upscale(3.0)]),
    ];
    for (min_side, (width, height), operations, at_vendor) in table {
        let (local, paid) = (local(), paid());
        let mut router = LocalFirst::new(local, paid.clone());
        router = match min_side {
            Some(pixels) => router.with_min_side(pixels),
            None => router,
        };
        let made =
            router.make(&Run::ephemeral(), &EnhanceRequest::new(image(width, height), operations)).await.unwrap();
        let asked: Vec<_> = paid.asked().into_iter().flatten().collect();
        assert_eq!(asked, at_vendor, "{min_side:?}");
        if let [Upscale(factor)] = asked[..]
            && factor != 3.0
        {
            assert!(made.steps[0].reason.contains("300 pixels on its shorter side, at least"), "{:?}", made.steps);
        }
    }
}

#[tokio::test]
async fn fields_of_the_vendors_and_images_it_cannot_read_go_to_the_vendor() {
    let (local, paid) = (local(), paid());
    let router = LocalFirst::new(local.clone(), paid.clone());
    let request = EnhanceRequest::new(image(400, 300), [square(), MaxBytes(9)]).with_extra("hdr", 30);
    let made = router.make(&Run::ephemeral(), &request).await.unwrap();
    assert_eq!((paid.asked(), local.asked()), (vec![vec![square()]], vec![vec![MaxBytes(9)]]));
    assert_eq!(paid.asked.lock().unwrap()[0].extra.len(), 1);
    assert!(made.steps[0].reason.contains("fields of the vendor's own"), "{:?}", made.steps);
    router.remove(&Run::ephemeral(), &made.value).await.unwrap();
    assert!(paid.asked().is_empty() && !local.asked().is_empty());

    let blind =
        Arc::new(Editor { fails: Some(ErrorKind::Unsupported), ..Editor::new("local", &["crop", "max_bytes"], false) });
    let router = LocalFirst::new(blind, paid.clone());
    let made = router.make(&Run::ephemeral(), &EnhanceRequest::new(image(400, 300), [square()])).await.unwrap();
    assert_eq!((made.steps.len(), made.steps[0].reason.as_str()), (1, "local/editor cannot do it: as told"));
    let error = router.make(&Run::ephemeral(), &EnhanceRequest::new(image(4, 4), [MaxBytes(9)])).await.unwrap_err();
    assert_eq!((error.message(), paid.asked().len()), ("as told", 1));
}

#[derive(Debug)]
struct Shelf(ModelAddress);

#[async_trait]
impl Maker<HostRequest> for Shelf {
    fn address(&self) -> &ModelAddress {
        &self.0
    }

    fn capabilities(&self) -> HostCapabilities {
        HostCapabilities::new().with_paid(false)
    }

    async fn make(&self, _run: &Run, _request: &HostRequest) -> Result<Made<RemoteMedia>> {
        let url = "https://shelf.example/1".parse().unwrap();
        Ok(Made::new(self.0.clone(), RemoteMedia { url, expires_at: None }).without_model())
    }
}

#[tokio::test]
async fn an_image_is_hosted_where_the_vendor_takes_addresses_only() {
    let mut editor = Editor::new("studio", &["polish"], true);
    editor.can = editor.can.with_condition(Condition::that("image", Test::Remote));
    let paid = Arc::new(editor);
    let router = LocalFirst::new(local(), paid.clone());
    let request = EnhanceRequest::new(image(4, 4), [Polish]);
    let error = router.make(&Run::ephemeral(), &request).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("image")));
    let router = router.with_host(Arc::new(Shelf(ModelAddress::new("shelf", "files"))));
    let made = router.make(&Run::ephemeral(), &request).await.unwrap();
    assert!(matches!(paid.asked.lock().unwrap()[0].image, Media::Remote(_)));
    assert_eq!(made.warnings, ["image: hosted at a public address"]);
}

/// Flags every image, or none.
#[derive(Debug)]
struct Judge(ModelAddress, bool);

#[async_trait]
impl Maker<ModerationRequest> for Judge {
    fn address(&self) -> &ModelAddress {
        &self.0
    }

    fn capabilities(&self) -> ModerationCapabilities {
        ModerationCapabilities::new().with_image_input(true)
    }

    async fn make(&self, _run: &Run, request: &ModerationRequest) -> Result<Made<Moderation>> {
        assert_eq!(request.images().count(), 1);
        let category = ModerationCategory::new("violence", self.1, Some(0.9));
        let made = Made::new(self.0.clone(), Moderation::new(false, [category]));
        Ok(made.with_cost(Cost::reported(MicroDollars(100))))
    }
}

#[tokio::test]
async fn a_flagged_image_is_not_publishable() {
    for flagged in [false, true] {
        let judge = Arc::new(Judge(ModelAddress::new("judge", "eye"), flagged));
        let judged = Judged::new(local(), judge);
        assert!(judged.capabilities().moderation);
        let made = judged.make(&Run::ephemeral(), &EnhanceRequest::new(image(4, 4), [square()])).await.unwrap();
        let finding = made.finding("attachments[0]");
        assert_eq!(made.publishable().is_err(), flagged);
        assert_eq!(finding.is_some(), flagged);
        if let (Err(error), Some(finding)) = (made.publishable(), finding) {
            assert_eq!((error.kind(), error.effect()), (ErrorKind::Rejected, Effect::None));
            assert_eq!(error.rejection().unwrap().category.as_deref(), Some("violence"));
            assert_eq!((finding.severity, &finding.code), (Severity::Error, &FindingCode::FLAGGED));
            assert_eq!(finding.value.as_deref(), Some("flagged: violence (0.90)"));
        }
    }
    // A verdict costs what it costs.
    let judge = Arc::new(Judge(ModelAddress::new("judge", "eye"), false));
    let made =
        Judged::new(paid(), judge).make(&Run::ephemeral(), &EnhanceRequest::new(image(4, 4), [Polish])).await.unwrap();
    assert_eq!(made.cost.as_ref().unwrap().amount, MicroDollars(30_100));
}
