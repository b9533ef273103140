//! Running a campaign once, again, with another writer, and with bad input.

use std::path::{Path, PathBuf};

use super::*;

#[tokio::test]
async fn a_campaign_publishes_once_and_answers_the_second_time_from_its_journal() {
    let stage = Stage::new(Writer::new(true));
    let report = stage.campaign(brief()).run().await.unwrap();
    assert!(report.is_complete(), "{report}");
    assert_eq!(stage.counts(), (2, 1, 1));
    let again = stage.campaign(brief()).run().await.unwrap();
    assert_eq!(again, report);
    assert_eq!(stage.counts(), (2, 1, 1));
    let post = stage.post(0);
    assert_eq!(post.text, "Ravioli are back.\n\n#autumn #pasta");
    assert_eq!(post.attachments.len(), 1);
    assert_eq!(post.attachments[0].alt_text.as_deref(), Some("A"));
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
async fn an_unreadable_answer_is_asked_for_once_more_and_not_again() {
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

#[tokio::test]
async fn what_nobody_approves_is_held_and_can_be_approved_later() {
    let stage = Stage::new(Writer::new(true));
    let report = stage.campaign(brief()).approve_with(no()).run().await.unwrap();
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
    let report = stage.campaign(brief()).approve_with(no()).run().await.unwrap();
    assert!(matches!(&report.targets[0].outcome, TargetOutcome::Held(_)), "somebody is asked: {report}");
    assert!(stage.campaign(brief()).run().await.unwrap().is_complete());
    assert_eq!(stage.counts(), (2, 1, 1));
}

#[tokio::test]
async fn another_writer_writes_anew_and_is_not_posted_over_what_is_out() {
    let stage = Stage::new(Writer::new(true));
    let _ = stage.campaign(brief()).approve_with(no()).run().await.unwrap();
    let other = Writer::named("other", true).with(Ok(CONCEPT)).with(Ok(r#"{"text":"Pasta!","hashtags":[]}"#));
    assert!(stage.campaign(brief()).write_with(other.clone()).run().await.unwrap().is_complete());
    assert_eq!(stage.post(0).text, "Pasta!");
    assert_eq!((stage.counts(), other.asked()), ((2, 1, 1), 2));
    let report = stage.campaign(brief()).run().await.unwrap();
    assert_eq!(report.targets[0].post.as_ref().unwrap().text, "Pasta!", "{report}");
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
    assert!(
        matches!(&report.targets[1].outcome, TargetOutcome::Failed { error, .. } if error.kind == ErrorKind::Permission)
    );
    assert!(campaign(None).run().await.unwrap().is_complete());
    assert_eq!(stage.posts.lock().unwrap().len(), 2, "the first target is not posted to again");
}

#[tokio::test]
async fn an_image_that_fails_is_its_targets_failure() {
    let stage = Stage::new(Writer::new(true));
    let image_model = stage.image_model().failing(ErrorKind::Permission);
    let story = stage.bare(brief()).publish_to(stage.wall("wall", None), [Placement::STORY]);
    let report = story.image_with(image_model).run().await.unwrap();
    let TargetOutcome::Failed { part: CampaignPart::File(file), error } = &report.targets[0].outcome else {
        panic!("{report}")
    };
    assert_eq!((file.to_string().as_str(), error.kind), ("image-9x16-1", ErrorKind::Permission));
    assert!(error.message.contains("out of paint"), "{error}");
    assert_eq!(stage.counts(), (1, 1, 0));
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
        let photos = vec![Photo { file: photo, shows: None, focus: None }];
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
    let reel = stage.campaign(brief()).publish_to(stage.wall("fence", None), [Placement::SHORT]);
    assert!(reel.run().await.unwrap_err().message().contains("only feed, reel, story"));
    let reel = stage.campaign(brief()).publish_to(stage.wall("fence", None), [Placement::REEL]);
    assert!(reel.run().await.unwrap_err().message().contains("video_with"));
    assert_eq!(stage.counts(), (0, 0, 0));
}
