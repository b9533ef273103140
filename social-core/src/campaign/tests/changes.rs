//! A brief that changes between two processes: what is made again, what is kept, and what is out
//! stays out.

use super::*;
use crate::design::Brand;

/// A feed with an image and a reel with a video of slides, all of vendors.
struct Changes {
    stage: Stage,
    filmed: Arc<AtomicUsize>,
}

impl Changes {
    fn new() -> Self {
        Self { stage: Stage::new(Writer::new(true)), filmed: Arc::default() }
    }

    fn campaign(&self, brief: Brief) -> Campaign {
        let mut can = VideoCapabilities::unknown();
        can.slides = true;
        self.stage
            .bare(brief)
            .named("one")
            .image_with(self.stage.paid_image_model())
            .video_with(Machine::new("camera", can, &self.filmed))
            .publish_to(self.stage.wall("wall", None), [Placement::FEED, Placement::REEL])
    }

    /// How many texts, images and videos were paid.
    fn paid(&self) -> [usize; 3] {
        let (texts, images, _) = self.stage.counts();
        [texts, images, self.filmed.load(Ordering::SeqCst)]
    }

    fn posts(&self) -> usize {
        self.stage.counts().2
    }
}

fn with_photo(file: &std::path::Path) -> Brief {
    std::fs::write(file, png(1080, 1350)).unwrap();
    let photos = vec![Photo { file: file.to_owned(), shows: Some("Ravioli".to_owned()), focus: None }];
    Brief { photos, video_seconds: Some(9), ..brief() }
}

type Change = fn(&mut Brief);

#[tokio::test]
async fn a_change_makes_again_what_depends_on_it_and_nothing_else() {
    let table: [(&str, Change, [usize; 3]); 15] = [
        // The fake writer has the same idea each time; images and videos are made of that.
        ("subject", |brief| brief.subject = "Raviolli".to_owned(), [3, 0, 0]),
        ("facts", |brief| brief.facts = vec!["With butter".to_owned()], [3, 0, 1]),
        ("call_to_action", |brief| brief.call_to_action = Some("Come".to_owned()), [3, 1, 1]),
        ("link", |brief| brief.link = "https://bistro.example".parse().ok(), [3, 0, 0]),
        ("language", |brief| brief.language = Some("de".to_owned()), [3, 1, 1]),
        ("targets", |brief| brief.targets = vec!["wall".to_owned()], [0, 0, 0]),
        ("date", |brief| brief.date = Some("2026-12-03".to_owned()), [0, 0, 0]),
        ("video_seconds", |brief| brief.video_seconds = Some(8), [0, 0, 1]),
        ("brand.name", |brief| brief.brand.name = "42 Bistro".to_owned(), [3, 1, 1]),
        ("brand.colours", |brief| brief.brand.colours = vec!["#102030".to_owned()], [0, 1, 1]),
        ("brand.voice", |brief| brief.brand.voice = Some("dry".to_owned()), [3, 0, 0]),
        ("brand.signature", |brief| brief.brand.signature = Some("bistro.example".to_owned()), [3, 1, 1]),
        ("brand.logo", |brief| brief.brand.logo = Some(Media::bytes(png(9, 9))), [0, 1, 1]),
        ("photos.file", |brief| std::fs::write(&brief.photos[0].file, png(1080, 1440)).unwrap(), [0, 1, 1]),
        ("photos.shows", |brief| brief.photos[0].shows = Some("A plate".to_owned()), [3, 0, 0]),
    ];
    for (field, change, expected) in table {
        let (changes, dir) = (Changes::new(), tempfile::tempdir().unwrap());
        let brief = with_photo(&dir.path().join("photo.png"));
        let neither = Says::these([Decision::reject("the owner", "a typo"), Decision::reject("the owner", "a typo")]);
        let _ = changes.campaign(brief.clone()).approve_with(neither).run().await.unwrap();
        assert_eq!((changes.paid(), changes.posts()), ([3, 1, 1], 0), "{field}");
        let mut changed = brief.clone();
        change(&mut changed);
        let report = changes.campaign(changed.clone()).run().await.unwrap();
        assert!(report.is_complete(), "{field}: {report}");
        let again: Vec<_> = changes.paid().iter().zip([3, 1, 1]).map(|(now, before)| now - before).collect();
        assert_eq!((&*again, changes.posts()), (&expected[..], 2), "{field}");
        // Once more, and back: everything is there, and nothing is sent again.
        std::fs::write(&changed.photos[0].file, png(1080, 1350)).unwrap();
        for brief in [changed, brief] {
            assert!(changes.campaign(brief).approve_with(no()).run().await.unwrap().is_complete(), "{field}");
        }
        let after: Vec<_> = changes.paid().iter().zip([3, 1, 1]).map(|(now, before)| now - before).collect();
        assert_eq!((after, changes.posts()), (again, 2), "{field}: nothing was paid or sent again");
    }
}

#[tokio::test]
async fn a_post_that_is_out_stays_as_it_is_and_the_report_says_so() {
    let changes = Changes::new();
    let report = changes.campaign(brief()).run().await.unwrap();
    assert!(report.is_complete() && report.targets.iter().all(|target| !target.earlier), "{report}");
    let before = (changes.paid(), changes.posts());
    let seconds = Brief { video_seconds: Some(7), ..brief() };
    let report = changes.campaign(seconds).approve_with(no()).run().await.unwrap();
    assert_eq!(report.targets.iter().map(|target| target.earlier).collect::<Vec<_>>(), [false, true], "the reel only");
    let mended = Brief { facts: vec!["With fresh sage".to_owned()], ..brief() };
    let report = changes.campaign(mended).approve_with(no()).run().await.unwrap();
    assert!(report.is_complete() && report.targets.iter().all(|target| target.earlier), "{report}");
    assert_eq!(report.to_string().matches("already published, from the brief as it was").count(), 2, "{report}");
    assert_eq!(report.targets[0].post.as_ref().unwrap().text, changes.stage.post(0).text);
    assert_eq!((changes.paid(), changes.posts()), before, "neither made nor sent");
}

#[tokio::test]
async fn what_is_missing_goes_out_mended_and_what_is_out_is_not_made_again() {
    let stage = Stage::new(Writer::new(true));
    let campaign =
        |brief, fails| stage.campaign(brief).named("one").publish_to(stage.wall("fence", fails), [Placement::FEED]);
    assert!(!campaign(brief(), Some(ErrorKind::Permission)).run().await.unwrap().is_complete());
    assert_eq!((stage.writer.asked(), stage.counts().2), (3, 1));
    let mended = Brief { facts: vec!["With fresh sage".to_owned()], ..brief() };
    stage.writer.mishaps.lock().unwrap().extend([Ok(CONCEPT), Ok(r#"{"text":"Fresh sage.","hashtags":[]}"#)]);
    let report = campaign(mended, None).run().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert_eq!(report.targets.iter().map(|target| target.earlier).collect::<Vec<_>>(), [true, false]);
    assert_eq!((stage.writer.asked(), stage.counts().2), (5, 2), "the idea and one text, one post");
    assert_eq!((stage.post(0).text.contains("back"), stage.post(1).text.as_str()), (true, "Fresh sage."));
}

// The answer of the post was lost, and nobody can say what became of it.
#[tokio::test]
async fn a_post_that_may_be_out_is_not_replaced_by_another() {
    let stage = Stage::new(Writer::new(true));
    let campaign = |brief| {
        let wall = Wall { loses: true, ..stage.wall("wall", None) };
        stage.bare(brief).named("one").publish_to(wall, [Placement::FEED])
    };
    assert!(campaign(brief()).run().await.unwrap().has_unknown());
    let before = stage.counts();
    for brief in [brief(), Brief { facts: vec!["With fresh sage".to_owned()], ..brief() }] {
        let changed = brief.facts != super::brief().facts;
        let report = campaign(brief).approve_with(no()).run().await.unwrap();
        let target = &report.targets[0];
        assert!(report.has_unknown() && target.earlier == changed, "{report}");
        assert_eq!(stage.counts(), before, "nothing is paid, asked or sent");
    }
}

#[tokio::test]
async fn a_rehearsal_is_laid_out_again_when_the_brief_changes() {
    let stage = Stage::new(Writer::new(false));
    let campaign = |brief| {
        let rehearsal = crate::wrap::DryRun::new(Arc::new(stage.wall("wall", None)));
        stage.bare(brief).named("one").publish_to(rehearsal, [Placement::FEED])
    };
    assert!(campaign(brief()).run().await.unwrap().is_complete());
    let brand = Brand { colours: vec!["#102030".to_owned()], ..brief().brand };
    let report = campaign(Brief { brand, ..brief() }).run().await.unwrap();
    assert!(report.is_complete() && !report.targets[0].earlier, "{report}");
    assert_eq!(stage.counts(), (2, 2, 0), "another image");
}

#[tokio::test]
async fn the_last_report_can_be_read_without_holding_the_run() {
    let stage = Stage::new(Writer::new(true));
    let peek = async || Report::last(&Run::peek(&stage.journal, "one").await.unwrap()).unwrap();
    assert_eq!(peek().await, None);
    let first = stage.campaign(brief()).named("one").run().await.unwrap();
    assert_eq!(peek().await.as_ref(), Some(&first));
    let other = stage.bare(brief()).named("one").publish_to(stage.wall("fence", None), [Placement::FEED]);
    let other = other.leaving_others(true).run().await.unwrap();
    let labels: Vec<_> = peek().await.unwrap().targets.into_iter().map(|target| target.label).collect();
    assert_eq!((other.targets.len(), labels), (1, vec!["fence-feed".to_owned(), "wall-feed".to_owned()]));
}
