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

#[cfg(feature = "local-video")]
#[tokio::test(flavor = "multi_thread")]
async fn film_preview() {
    use social_core::video::*;
    let Ok(dir) = std::env::var("POSTER_PREVIEW") else { return };
    let photo = |n: &str| Some(social_core::media::Media::file(format!("/tmp/{n}.jpg")));
    let mut one = bistro();
    one.photo = photo("bistro");
    let mut two = Design {
        headline: "Chestnut soup, venison, plum tart".into(),
        subline: None,
        call_to_action: None,
        photo: photo("ceramics"),
        ..bistro()
    };
    two.brand.signature = None;
    let three = Design { headline: "Book your table tonight".into(), ..bistro() };
    for resolution in ["720p", "1080p"] {
        let mut request = VideoRequest::new("x")
            .with_resolution(resolution)
            .with_slide(one.clone())
            .with_slide(two.clone())
            .with_slide(three.clone());
        request.duration = Some(std::time::Duration::from_secs(8));
        let start = std::time::Instant::now();
        let run = social_core::run::Run::ephemeral();
        let film = super::LocalFilm::new().generate(&run, &request).await.unwrap();
        println!("{resolution} {:?} {:?}", start.elapsed(), film.info);
        std::fs::write(format!("{dir}/film-{resolution}.mp4"), film.media.read(1 << 30).await.unwrap()).unwrap();
    }
}
