//! Stands on rules of Unicode and of languages, and on invented designs.

use social_core::design::{Brand, Design};
use social_core::image::ImageRequest;
use social_core::make::Maker as _;

use super::super::LocalImage;
use super::super::language::Language;
use super::super::layout::{Canvas, Plan};
use super::super::poster::{self, Draft};
use super::super::raster::cover_around;
use super::super::typeset::{Face, Room, Style, Typesetter};
use super::bistro;

// Finding F4 of the campaign: businesses that write another script got nothing.
#[test]
fn f4_every_script_of_the_docs_is_drawn() {
    let texts = [
        ("en", "Our autumn menu, 7.50 € – 20 % off!"),
        ("el", "Φρέσκο ψωμί κάθε πρωί"),
        ("uk", "Свіжий хліб щоранку, їжа № 1"),
        ("ar", "خبز طازج كل صباح، من ٧ صباحًا"),
        ("fa", "نان تازه هر روز صبح، گچ پژ"),
        ("he", "לחם טרי בכל בוקר, 25 ₪"),
        ("hi", "हर सुबह ताज़ी रोटी, ₹४९"),
        ("th", "ขนมปังอบสดใหม่ทุกเช้า ๒๔ ชั่วโมง"),
        ("vi", "Bánh mì tươi mỗi sáng"),
        ("en", "PULSE⚡️STUDIO 🔥💪🏽 👩‍🍳 🇺🇦 ❤️"),
        #[cfg(feature = "local-cjk")]
        ("ja", "本日より味噌ラーメン、980円！"),
        #[cfg(feature = "local-cjk")]
        ("zh-Hans", "今天起，新鲜出炉的面包"),
        #[cfg(feature = "local-cjk")]
        ("zh-Hant", "今天起，新鮮出爐的麵包"),
        #[cfg(feature = "local-cjk")]
        ("ko", "매일 아침 갓 구운 빵, 뷁"),
    ];
    for (language, text) in texts {
        let brand = Brand { name: text.into(), ..Brand::default() };
        let design = Design { headline: text.into(), language: Some(language.into()), brand, ..bistro() };
        let accepted = LocalImage::new().accept(&ImageRequest::new("x").with_design(design));
        accepted.unwrap_or_else(|e| panic!("{language}: {e}"));
    }
}

/// The lines of a headline in a narrow room.
fn lines(language: &str, text: &str) -> Vec<String> {
    let mut typesetter = Typesetter::new(&[]).unwrap();
    typesetter.speak(Some(language), text);
    let style = Style { face: Face::Grotesk, tracking: 0.0, leading: 1.0, centred: false };
    let room = Room { width: 700.0, height: 900.0, largest: 150.0, smallest: 40.0, lines: 7 };
    typesetter.fit_display(text, style, room).unwrap().lines
}

#[test]
fn lines_break_by_the_rules_of_the_language() {
    // No line begins or ends within a word: the words between the breaks are all of the text.
    let whole = |language: &str, text: &str, words: &[&str]| {
        let lines = lines(language, text);
        assert!(lines.len() > 1, "{language}: {lines:?}");
        assert_eq!(lines.concat().replace(['\u{200b}', ' '], ""), text.replace(' ', ""), "{language}");
        for word in words {
            assert!(lines.iter().any(|line| line.replace('\u{200b}', "").contains(word)), "{word}: {lines:?}");
        }
    };
    whole("th", "ร้านกาแฟเปิดใหม่ใจกลางเมืองเชียงใหม่", &["กาแฟ", "เปิด", "เชียงใหม่"]);
    #[cfg(feature = "local-cjk")]
    {
        whole("ja", "本日より味噌ラーメンが帰ってきました", &["本日より", "ラーメンが"]);
        whole("zh-Hans", "今天起新鲜出炉的面包每天早上开门", &["今天", "新鲜", "面包", "早上"]);
        whole("ko", "매일 아침 갓 구운 빵을 드립니다", &["아침", "구운", "드립니다"]);
    }
}

// Finding F13: „Geschwindigkeitsbegrenzungsan / lagenüberprüfung“ without a hyphen.
#[test]
fn f13_long_words_are_divided_where_the_language_divides_them() {
    let word = "Geschwindigkeitsbegrenzungsanlagenüberprüfung";
    let lines = lines("de", word);
    assert!(lines.len() > 1 && lines.concat().replace('\u{ad}', "") == word, "{lines:?}");
    assert!(lines.iter().rev().skip(1).all(|line| line.ends_with('\u{ad}')), "a hyphen is drawn there: {lines:?}");
    assert_eq!(Language::of(Some("de"), "").hyphenated("kurze Wörter bleiben ganz"), "kurze Wörter bleiben ganz");
    assert_eq!(Language::of(Some("xx"), "").hyphenated(word), word, "no patterns, no hyphens");
}

#[test]
fn f13_capitals_are_those_of_the_language() {
    for (language, text, capitals) in [
        ("tr", "istanbul fırını", "İSTANBUL FIRINI"),
        ("en", "istanbul", "ISTANBUL"),
        ("el", "Ταβέρνα Ήλιος", "ΤΑΒΕΡΝΑ ΗΛΙΟΣ"),
        ("de", "Müßiggang", "MÜẞIGGANG"),
        ("ar", "صالون", "صالون"),
    ] {
        assert_eq!(Language::of(Some(language), text).capitals(text), capitals);
    }
}

#[test]
fn f4_a_layout_that_reads_to_the_left_is_mirrored() {
    let mut typesetter = Typesetter::new(&[]).unwrap();
    let canvas = Canvas::new(1600, 900).unwrap();
    let photo = Some(super::striped(800, 600));
    let mut places = |(headline, subline): (&str, &str), plan| {
        let design = Design { headline: headline.into(), subline: Some(subline.into()), ..bistro() };
        let draft = Draft { design, photo: photo.clone(), logo: None };
        let scene = poster::scene(&mut typesetter, &draft, canvas, (plan, Face::Grotesk)).unwrap();
        let of = |part| scene.words.iter().find(|words| words.part == part).unwrap().ink;
        [of("brand"), of("headline"), of("subline"), of("call_to_action"), of("signature")]
    };
    for plan in [Plan::Immersed, Plan::Arch] {
        let left = places(("Our autumn menu", "From Tuesday to Saturday, from six in the evening"), plan);
        let right = places(("قائمة الخريف وصلت", "من الثلاثاء إلى السبت، ابتداءً من السادسة مساءً"), plan);
        for (there, here) in left.iter().zip(&right) {
            assert!(here.right() > there.right() && here.left() > there.left(), "{plan:?}: {there:?} {here:?}");
        }
        // The button stands at the outer edge, the signature within it.
        assert!(right[3].right() > right[4].right() || right[3].top() < right[4].top(), "{plan:?}");
        let edge = right[1].right();
        assert!(right[..3].iter().all(|ink| (ink.right() - edge).abs() < 16.0), "{plan:?}: {right:?}");
    }
}

// Finding F7: heads were cut off.
#[test]
fn f7_the_focus_of_a_photo_stays_in_the_frame() {
    use social_core::design::Focus;

    // A mark of 20 x 20 in a photo of 400 x 300 and of 300 x 400.
    let photo = |width: u32, height: u32, x: u32, y: u32| {
        image::RgbImage::from_fn(width, height, |i, j| {
            image::Rgb(if i.abs_diff(x) < 10 && j.abs_diff(y) < 10 { [255, 0, 0] } else { [0; 3] })
        })
    };
    for (width, height) in [(400, 300), (300, 400)] {
        for (x, y) in [(5, 5), (50, 8), (95, 50), (50, 95), (50, 50)] {
            let photo = photo(width, height, width * x / 100, height * y / 100);
            for (to_w, to_h) in [(80, 100), (90, 160), (160, 90)] {
                let cut = cover_around(photo.clone(), Some(Focus::new(x as u8, y as u8)), to_w, to_h).unwrap();
                assert_eq!(cut.dimensions(), (to_w, to_h));
                assert!(cut.pixels().any(|pixel| pixel.0[0] > 200), "{width}x{height} {x},{y} in {to_w}x{to_h}");
            }
        }
    }
}
