use super::layout::*;
use super::poster::*;
use super::typeset::*;
use social_core::design::*;

fn bistro() -> Design {
    Design {
        headline: "Our autumn menu has arrived".into(),
        subline: Some("Chestnut soup, venison ragout and plum tart. Tuesday to Saturday from six.".into()),
        call_to_action: Some("Book a table".into()),
        brand: Brand {
            name: "Bistro Lindenhof".into(),
            colours: vec!["#6b242c".into(), "#e8b05c".into()],
            signature: Some("bistro-lindenhof.example".into()),
            ..Default::default()
        },
        photo: None,
    }
}

#[test]
fn preview() {
    let Ok(dir) = std::env::var("POSTER_PREVIEW") else { return };
    let photo = std::env::var("POSTER_PHOTO")
        .ok()
        .map(|p| super::picture::flatten(super::picture::decode(&std::fs::read(p).unwrap()).unwrap()));
    let mut t = Typesetter::new(&[]).unwrap();
    for (with, photo) in [("photo", photo), ("plain", None)] {
        let draft = Draft { design: bistro(), photo, logo: None };
        for (w, h) in [(1080, 1350), (1080, 1080), (1080, 1920), (1600, 900)] {
            for n in 0..3 {
                let p = paint(
                    &mut t,
                    &draft,
                    Canvas::new(w, h).unwrap(),
                    (Plan::ALL[n], if n == 1 { Face::Grotesk } else { Face::Serif }),
                )
                .unwrap();
                let jpg = super::picture::jpeg(&super::scene::rgb(&p).unwrap(), 88).unwrap();
                std::fs::write(format!("{dir}/{with}-{w}x{h}-{n}.jpg"), jpg).unwrap();
            }
        }
    }
}
