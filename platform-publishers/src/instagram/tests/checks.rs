//! What is refused before the first container is made. Stands on the invented account of the
//! other tests.

use super::*;

#[tokio::test]
async fn a_used_up_quota_makes_no_container() {
    let fake = Fake::new(Graph { quota_used: 50, ..Graph::default() });
    let error = fake.publish(&connect(&fake), "run", feed()).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::QuotaExhausted, Effect::None));
    assert!(fake.state.lock().unwrap().containers.is_empty());
}

/// A14, C3, C18: everything that can be checked is checked before the first request.
// Museum C18, A14, C25.
#[tokio::test]
async fn c18_what_cannot_work_is_refused_before_the_first_container() {
    let eleven =
        (0..11).fold(Post::new("x").with_placement(Placement::CAROUSEL), |post, _| post.with_attachment(image()));
    let png = Media::bytes(
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x04\x38\0\0\x04\x38\x08\x02\0\0\0-crc\0\0\0\x01IDATx-crc\0\0\0\0IEND-crc"
            .as_slice(),
    );
    for (post, field) in [
        (eleven, "attachments"),
        (Post::new("no image"), "attachments"),
        (feed().with_placement(Placement::REEL), "attachments"),
        (Post::new("x").with_attachment(Attachment::new(png)), "attachments[0].media_type"),
        (Post::new("x".repeat(2201)).with_attachment(image()), "text"),
        (feed().with_placement(Placement::ARTICLE), "placement"),
    ] {
        let fake = Fake::new(Graph::default());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert!(error.field().is_some_and(|found| found.starts_with(field)), "{field}: {error}");
        assert!(fake.vendor.received().is_empty());
    }
    let fake = Fake::new(Graph::default());
    let endpoint = Instagram::endpoint().transport(fake.vendor.transport());
    let hostless = Instagram::new(endpoint, FixedToken::new(TOKEN), USER).unwrap();
    let error = fake.publish(&hostless, "run", feed()).await.unwrap_err();
    assert!(error.to_string().contains("media host"), "{error}");
    assert!(fake.vendor.received().is_empty());
}

/// C3: who fetches, and which file.
// Museum C3.
#[tokio::test]
async fn c3_an_address_that_meta_cannot_fetch_is_refused_with_its_place() {
    let fake = Fake::new(Graph::default());
    let instagram = connect(&fake).with_host(Cdn::new("http://cdn.test"));
    let error = fake.publish(&instagram, "run", feed()).await.unwrap_err();
    assert_eq!((error.kind(), error.item()), (ErrorKind::MediaInvalid, Some(0)));
    // A video at a public address is fetched by Instagram, an image too; no host is asked.
    let at = |address: &str| Attachment::new(Media::remote(address.parse().unwrap()));
    let post = Post::new("x")
        .with_placement(Placement::CAROUSEL)
        .with_attachment(at("https://files.test/v.mp4"))
        .with_attachment(at("https://files.test/a.jpg"));
    fake.publish(&instagram, "remote", post).await.unwrap();
    let graph = fake.state.lock().unwrap();
    let sent: Vec<_> = graph.containers.values().map(|container| &container.fields).collect();
    assert_eq!(sent[0]["video_url"], "https://files.test/v.mp4");
    assert_eq!(sent[1]["image_url"], "https://files.test/a.jpg");
}

#[tokio::test]
async fn typed_usernames_are_cleaned() {
    let fake = Fake::new(Graph::default());
    let options = InstagramOptions::new()
        .with_collaborator(" @\u{202a}baker_eva\u{202c}")
        .with_user_tag(UserTag::new("@eva.b\u{200b}").at(0.5, 0.5));
    fake.publish(&connect(&fake), "run", feed().with_options(&options).unwrap()).await.unwrap();
    let graph = fake.state.lock().unwrap();
    let sent = &graph.containers.values().next().unwrap().fields;
    assert_eq!(sent["collaborators"], r#"["baker_eva"]"#);
    assert!(sent["user_tags"].contains(r#""username":"eva.b""#), "{sent:?}");
}

/// What apps cannot make is said so, with what to use instead.
#[tokio::test]
async fn what_apps_cannot_make_names_what_to_use_instead() {
    let fake = Fake::new(Graph::default());
    for (placement, instead) in [("igtv", "reel"), ("video", "reel"), ("live", "reel"), ("guide", "feed")] {
        let post = feed().with_placement(placement.parse().unwrap());
        let error = fake.publish(&connect(&fake), "run", post).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("placement")));
        assert!(error.to_string().contains(instead), "{error}");
    }
    assert!(fake.vendor.received().is_empty());
}
