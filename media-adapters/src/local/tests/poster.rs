//! Invented designs; what is drawn is measured.

use std::path::Path;

use image::{ImageFormat, Rgba, RgbaImage};
use social_core::design::{Brand, Design};
use social_core::error::ErrorKind;
use social_core::image::{AspectRatio, ImageBatch, ImageRequest};
use social_core::make::{Made, Maker as _};
use social_core::media::{Media, MediaType};
use social_core::run::Run;

use super::super::LocalImage;
use super::super::colour::{Colour, Palette};
use super::super::layout::{Canvas, Plan};
use super::super::poster::{self, Draft, canvas_size};
use super::super::raster::{cover, decode, flatten, jpeg};
use super::super::scene::{MIN_CONTRAST, rgb};
use super::super::typeset::{Face, Room, Style, Typesetter};
use super::{bistro, file, photo, striped};

const SHAPES: [(u32, u32); 11] =
    [(1, 1), (4, 5), (9, 16), (16, 9), (2, 3), (3, 4), (191, 100), (1, 3), (3, 1), (3, 2), (5, 7)];

/// Words of very different length and colours from black to white.
fn designs() -> Vec<Design> {
    let brand = |name: &str, colours: &[&str]| Brand {
        name: name.into(),
        colours: colours.iter().map(ToString::to_string).collect(),
        ..Brand::default()
    };
    vec![
        bistro(),
        Design { headline: "Ja".into(), brand: brand("", &[]), ..Design::default() },
        Design {
            headline: "Weihnachtsfeierreservierungsbestätigungen ab sofort".into(),
            brand: brand("Ölmühle Übersee", &["#ffffff", "#ffff00", "#fefefe"]),
            ..bistro()
        },
        Design {
            headline: "Wir reparieren dein Rad, während du Kaffee trinkst, und sagen vorher, was es kostet".into(),
            brand: brand("Radwerkstatt", &["#000000", "#111111"]),
            ..bistro()
        },
        Design {
            headline: "Весна в городе".into(), brand: brand("Ταβέρνα", &["#0af", "#c85a3c"]), ..bistro()
        },
    ]
}

#[test]
fn words_stay_within_the_safe_part_and_can_be_read_in_every_shape() {
    let mut typesetter = Typesetter::new(&[]).unwrap();
    for ratio in SHAPES {
        let (width, height) = canvas_size(AspectRatio { width: ratio.0, height: ratio.1 }).unwrap();
        assert_eq!((width % 2, height % 2), (0, 0));
        let shape = f64::from(width) / f64::from(height) * f64::from(ratio.1) / f64::from(ratio.0);
        assert!((0.995..1.005).contains(&shape), "{ratio:?}: {width}x{height}");
        // A third of the size: the layout is the same, the drawing nine times as fast.
        let canvas = Canvas::new(width / 3, height / 3).unwrap();
        if ratio == (9, 16) {
            assert!(canvas.safe.top() >= 0.14 * 640.0 && canvas.safe.bottom() <= 0.80 * 640.0);
        }
        for design in designs() {
            for photo in [None, Some(striped(300, 240))] {
                for plan in Plan::ALL {
                    let headline = if plan == Plan::Arch { Face::Grotesk } else { Face::Serif };
                    let draft = Draft { design: design.clone(), photo: photo.clone(), logo: None };
                    let case = format!("{ratio:?} {plan:?} photo {} `{}`", photo.is_some(), design.headline);
                    let scene = poster::scene(&mut typesetter, &draft, canvas, (plan, headline))
                        .unwrap_or_else(|e| panic!("{case}: {e}"));
                    let parts = scene.words.iter().map(|w| w.part).collect::<Vec<_>>();
                    assert!(parts.contains(&"headline"), "{case}");
                    assert_eq!(parts.contains(&"call_to_action"), design.call_to_action.is_some(), "{case}");
                    for words in &scene.words {
                        assert!(canvas.safe.contains(&words.ink), "{case}: {} at {:?}", words.part, words.ink);
                    }
                    for (index, one) in scene.words.iter().enumerate() {
                        for other in scene.words.iter().skip(index + 1) {
                            assert!(one.ink.intersect(&other.ink).is_none(), "{case}: {} on {}", one.part, other.part);
                        }
                    }
                    let (w, h) = scene.window_size();
                    let photo = photo.clone().map(|p| cover(p, w, h).unwrap());
                    let painted = scene.paint(photo.as_ref()).unwrap();
                    assert!(painted.contrast >= MIN_CONTRAST, "{case}: contrast {}", painted.contrast);
                }
            }
        }
    }
}

trait Contains {
    fn contains(&self, other: &tiny_skia::Rect) -> bool;
}

impl Contains for tiny_skia::Rect {
    fn contains(&self, other: &tiny_skia::Rect) -> bool {
        self.left() <= other.left()
            && self.top() <= other.top()
            && self.right() >= other.right()
            && self.bottom() >= other.bottom()
    }
}

#[test]
fn lines_are_about_equally_long_and_words_stay_whole() {
    let mut typesetter = Typesetter::new(&[]).unwrap();
    let style = Style { face: Face::Serif, tracking: 0.0, leading: 1.0, centred: false };
    let room = Room { width: 900.0, height: 700.0, largest: 160.0, smallest: 40.0, lines: 6 };
    for (text, lines) in
        [("Our autumn menu has arrived", vec!["Our autumn", "menu has", "arrived"]), ("One\nTwo", vec!["One", "Two"])]
    {
        assert_eq!(typesetter.fit_display(text, style, room).unwrap().lines, lines);
    }
    // A word that is too long even at the smallest size is broken, and nothing is lost.
    let long = "Donaudampfschifffahrtsgesellschaftskapitänsmütze".repeat(2);
    let block = typesetter.fit_display(&long, style, Room { width: 400.0, ..room }).unwrap();
    assert_eq!(block.lines.concat(), long);
    assert!(block.width <= 400.5 && block.outline.bounds().right() <= 402.0);
    assert!(typesetter.fit_display(&"too much ".repeat(200), style, room).is_none());
}

#[tokio::test]
async fn the_same_request_makes_the_same_bytes_and_a_run_draws_once() {
    let request = ImageRequest::new("x").with_design(bistro()).with_reference(photo(400, 300));
    let run = Run::ephemeral();
    let first = LocalImage::new().make(&run, &request).await.unwrap();
    let again = LocalImage::new().make(&run, &request).await.unwrap();
    let other = LocalImage::new().make(&Run::ephemeral(), &request).await.unwrap();
    let digest = |batch: Made<ImageBatch>| async move { batch.images[0].media.sha256().await.unwrap() };
    let info = first.images[0].info.clone();
    assert_eq!((info.media_type, info.width, info.height), (MediaType::Jpeg, Some(1080), Some(1350)));
    assert_eq!(first.cost.as_ref().unwrap().amount.0, 0);
    let first = digest(first).await;
    assert_eq!(first, digest(again).await);
    assert_eq!(first, digest(other).await);
    // The run belongs to its request.
    let mut changed = request;
    changed.prompt = "y".into();
    let error = LocalImage::new().make(&run, &changed).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn a_count_goes_through_the_layouts_and_a_seed_chooses_one() {
    let request = ImageRequest::new("Open day on Sunday").with_aspect_ratio(AspectRatio::SQUARE);
    let make = |request: ImageRequest| async move {
        let batch = LocalImage::new().make(&Run::ephemeral(), &request).await.unwrap();
        let mut digests = Vec::new();
        for image in batch.value.images {
            digests.push(image.media.sha256().await.unwrap());
        }
        digests
    };
    let all = make(request.clone().with_count(6).with_seed(0)).await;
    assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), 6, "six different posters");
    assert_eq!(make(request.with_seed(2)).await[0], all[2]);
}

#[tokio::test]
async fn what_cannot_be_honoured_is_refused_by_name() {
    let request = || ImageRequest::new("Hello");
    let design = |change: fn(&mut Design)| {
        let mut design = bistro();
        change(&mut design);
        ImageRequest::new("x").with_design(design)
    };
    let cases = [
        (request().with_negative_prompt("cats"), ErrorKind::Unsupported, "negative_prompt"),
        (request().with_size("4K"), ErrorKind::Unsupported, "size"),
        (request().with_count(7), ErrorKind::Unsupported, "count"),
        (request().with_aspect_ratio(AspectRatio { width: 1, height: 4 }), ErrorKind::Unsupported, "aspect_ratio"),
        (design(|d| d.headline = " \n ".into()), ErrorKind::InvalidRequest, "design.headline"),
        (design(|d| d.headline = "კაფე".into()), ErrorKind::Unsupported, "design.headline"),
        (design(|d| d.headline = "too long ".repeat(120)), ErrorKind::InvalidRequest, "design.headline"),
        (design(|d| d.brand.colours = vec!["crimson".into()]), ErrorKind::InvalidRequest, "design.brand.colours"),
        (design(|d| d.photo = Some(Media::bytes("GIF89a"))), ErrorKind::MediaInvalid, "design.photo"),
    ];
    for (request, kind, field) in cases {
        let error = LocalImage::new().make(&Run::ephemeral(), &request).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (kind, Some(field)), "{error}");
        assert_eq!(error.effect(), social_core::Effect::None, "{error}");
    }
}

// Finding F8 of the campaign: a gap welds numbers together, and words go missing without a word.
#[tokio::test]
async fn f8_a_character_without_a_font_is_refused_before_anything_is_drawn() {
    type Part = fn(&mut Design) -> &mut String;
    let parts: [(&str, Part); 5] = [
        ("design.headline", |d| &mut d.headline),
        ("design.subline", |d| d.subline.get_or_insert_default()),
        ("design.call_to_action", |d| d.call_to_action.get_or_insert_default()),
        ("design.brand.name", |d| &mut d.brand.name),
        ("design.brand.signature", |d| d.brand.signature.get_or_insert_default()),
    ];
    // Scripts that the fonts of this crate lack.
    let texts =
        [("only 1ა48,000ა8", "ა"), ("კაფე Kita", "კ"), ("புதிய கடை", "பு"), ("Նոր խանութ", "Ն"), ("ហាងថ្មី", "ហា")];
    for (field, part) in parts {
        for (text, missing) in texts {
            let mut design = bistro();
            *part(&mut design) = text.into();
            let request = ImageRequest::new("x").with_design(design.clone());
            let run = Run::ephemeral();
            let error = LocalImage::new().make(&run, &request).await.unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some(field)), "{text}: {error}");
            assert!(error.message().contains(missing), "{text}: {error}");
            assert_eq!(error.effect(), social_core::Effect::None);
            assert_eq!(LocalImage::new().accept(&request).unwrap_err().message(), error.message());
        }
    }
    // Latin with every mark, Greek, Cyrillic, currencies and what is typed without being seen.
    for text in [
        "Ærøskøbing, Łódź, Việt Nam, İstanbul",
        "Ταβέρνα «Ήλιος»",
        "Їжа № 5",
        "1¥48,000 8€ – £5 ½",
        "so\u{ad}ft\u{200b} wrap",
    ] {
        let mut design = bistro();
        design.headline = text.into();
        LocalImage::new().accept(&ImageRequest::new("x").with_design(design)).unwrap_or_else(|e| panic!("{text}: {e}"));
    }
    let prompt = LocalImage::new().accept(&ImageRequest::new("კაფე")).unwrap_err();
    assert_eq!(prompt.field(), Some("design.headline"));
}

/// A PNG of a few bytes that claims a very large size.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { c >> 1 ^ 0xedb8_8320 } else { c >> 1 })
        })
    }
    let mut png = file(image::RgbImage::new(1, 1), ImageFormat::Png);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    png
}

// Museum G5.
#[test]
fn g5_images_too_large_to_decode_are_refused_before_memory_is_taken() {
    assert!(decode(&bomb(1, 1)).is_ok(), "the forged header is well-formed");
    for (width, height) in [(20_000, 20_000), (16_000, 16_000), (1, 100_000)] {
        assert_eq!(decode(&bomb(width, height)).unwrap_err().kind(), ErrorKind::MediaInvalid);
    }
}

#[test]
fn transparency_is_laid_on_white_and_crops_keep_the_upper_part() {
    let clear = RgbaImage::from_pixel(2, 2, Rgba([200, 0, 0, 0]));
    assert_eq!(flatten(clear.into()).get_pixel(0, 0).0, [255, 255, 255]);
    let tall = image::RgbImage::from_fn(10, 100, |_, y| image::Rgb([y as u8; 3]));
    let cut = cover(tall, 10, 10).unwrap();
    assert!(cut.get_pixel(5, 5).0[0] < 50, "the middle of the crop lies above the middle of the photo");
}

#[test]
fn colours_of_any_brand_become_a_palette_that_can_be_read() {
    for lead in ["#000000", "#ffffff", "#ffff00", "#ff0000", "#808080", "#0033ff", "#7fffd4"] {
        for accent in ["#000000", "#ffffff", "#ffee00", "#c85a3c", "#777777"] {
            let palette = Palette::new(&[lead.into(), accent.into()], 0).unwrap();
            for ground in [palette.deep, palette.paper, palette.ground()] {
                let button = palette.accent_on(ground);
                assert!(palette.ink_on(ground).contrast(ground) >= MIN_CONTRAST, "{lead} {accent}");
                assert!(palette.ink_on(button).contrast(button) >= MIN_CONTRAST, "{lead} {accent} {button:?}");
                assert!(button.contrast(ground) >= 3.0, "{lead} {accent} on {ground:?}");
            }
        }
    }
    // Contrast as WCAG defines it: black on white is 21, #777 on white 4.48.
    assert!((Colour::new(0, 0, 0).contrast(Colour::WHITE) - 21.0).abs() < 0.01);
    assert!((Colour::parse("#777").unwrap().contrast(Colour::WHITE) - 4.48).abs() < 0.01);
}

/// Not a check: draws into the folder that `LOCAL_PREVIEW` names, for looking at.
#[test]
fn preview() {
    let Ok(folder) = std::env::var("LOCAL_PREVIEW") else { return };
    let photo = std::env::var("LOCAL_PHOTO").ok().map(|path| flatten(decode(&std::fs::read(path).unwrap()).unwrap()));
    let mut typesetter = Typesetter::new(&[]).unwrap();
    for (name, photo) in [("photo", photo), ("plain", None)] {
        let draft = Draft { design: bistro(), photo, logo: None };
        for (width, height) in [(1080, 1350), (1080, 1080), (1080, 1920), (1600, 900)] {
            for index in 0..6 {
                let canvas = Canvas::new(width, height).unwrap();
                let poster = poster::paint(&mut typesetter, &draft, canvas, poster::style(0, index)).unwrap();
                let path = Path::new(&folder).join(format!("{name}-{width}x{height}-{index}.jpg"));
                std::fs::write(path, jpeg(&rgb(&poster).unwrap(), 88).unwrap()).unwrap();
            }
        }
    }
}
