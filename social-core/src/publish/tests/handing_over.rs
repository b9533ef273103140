//! What is handed to a platform besides text and files, what comes back, and what is refused.

use serde::{Deserialize, Serialize};

use super::*;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BoardOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pinned: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pined: Option<bool>,
}

impl PlatformOptions for BoardOptions {
    const PLATFORM: Platform = PLATFORM;
}

#[derive(Serialize, Deserialize)]
struct Elsewhere {
    board: String,
}

impl PlatformOptions for Elsewhere {
    const PLATFORM: Platform = Platform::new("pinboard");
}

#[tokio::test]
async fn options_are_typed_in_the_post_and_refused_by_name_where_nobody_knows_them() {
    let board = Board::new("1");
    let known = BoardOptions { pinned: Some(false), pined: None };
    let post = Post::new("Bread").with_options(&known).unwrap();
    assert_eq!(serde_json::to_value(&post).unwrap()["options"], serde_json::json!({ "example": { "pinned": false } }));
    assert_eq!(post.options.get::<BoardOptions>().unwrap(), Some(known));
    assert!(inspect(&board, &post).await.is_publishable());
    board.publish(&Run::ephemeral(), &approved(&board, post).await).await.unwrap();

    let typo = BoardOptions { pinned: None, pined: Some(true) };
    let post = Post::new("Bread").with_options(&typo).unwrap();
    let error = board.publish(&Run::ephemeral(), &approved(&board, post).await).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("options.example.pined")));
    assert!(error.message().ends_with("allowed pinned"), "names what is known: {error}");

    let post = Post::new("Bread").with_options(&Elsewhere { board: "bread".to_owned() }).unwrap();
    let error = board.publish(&Run::ephemeral(), &approved(&board, post).await).await.unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Unsupported, Some("options.pinboard")));
    assert_eq!(error.code(), Some("unknown_option"));
    assert_eq!(board.posts(), 1);
}

#[test]
fn options_that_are_not_of_the_type_say_which_field() {
    let json = serde_json::json!({ "text": "Bread", "options": { "example": { "pinned": "yes" } } });
    let post: Post = serde_json::from_value(json).unwrap();
    let error = post.options.get::<BoardOptions>().unwrap_err();
    assert_eq!(error.field(), Some("options.example"));
    assert!(error.message().contains("expected a boolean"), "{error}");
}

/// Museum D5: accepted, live, handed over, planned and drafted are different things in a record.
#[test]
fn d5_receipts_say_what_is_known_and_nothing_more() {
    use ReceiptState::*;
    let at = "2026-11-28T12:00:00Z".parse().unwrap();
    let table = [
        (Published, "published"),
        (Processing, "processing"),
        (HandedOver, "handed_over"),
        (Scheduled, "scheduled"),
        (Draft, "draft"),
        (Rejected, "rejected"),
        (Deleted, "deleted"),
    ];
    for (state, name) in table {
        let receipt = Receipt::new(AccountKey::new(PLATFORM, "1"), Placement::FEED, state, at)
            .with_post(RemotePost::main("9"))
            .with_post(RemotePost::new("10", PostRole::FIRST_COMMENT))
            .with_warning("no permalink");
        let json = serde_json::to_value(&receipt).unwrap();
        assert_eq!((&json["state"], &json["account"]), (&name.into(), &"default/example/1".into()));
        assert_eq!(
            json["posts"],
            serde_json::json!([{"id": "9", "role": "main"}, {"id": "10", "role": "first_comment"}])
        );
        assert_eq!((receipt.id(), receipt.url()), ("9", None));
        assert_eq!(serde_json::from_value::<Receipt>(json).unwrap(), receipt);
    }
}

#[tokio::test]
async fn what_a_publisher_does_not_offer_is_unsupported_and_never_a_pretended_success() {
    let board = Board::new("1");
    let receipt = board.publish(&Run::ephemeral(), &approved(&board, Post::new("Bread")).await).await.unwrap();
    let errors = [
        board.status(&receipt).await.map(drop),
        board.delete(&Run::ephemeral(), &receipt).await.map(drop),
        board.limits(&Placement::FEED).await.map(drop),
        board.readiness(receipt.at).await.map(drop),
    ];
    let fields: Vec<_> = errors
        .iter()
        .map(|result| result.as_ref().map_err(|error| (error.kind(), error.field().unwrap_or_default())))
        .collect();
    let unsupported = |call| Err((ErrorKind::Unsupported, call));
    assert_eq!(fields, ["status", "delete", "limits", "readiness"].map(unsupported));
}

#[test]
fn placements_are_open_words() {
    assert_eq!("pin".parse::<Placement>().unwrap(), Placement::new("pin"));
    assert_eq!(serde_json::from_str::<Placement>("\"pin\"").unwrap(), Placement::new("pin"));
    for word in ["", "Feed", "a b", "../feed", &"a".repeat(41)] {
        let error = word.parse::<Placement>().unwrap_err();
        assert!(error.message().contains("for instance `feed`"), "{error}");
    }
}
