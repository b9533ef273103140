//! Invented rules and posts; the images are a few real bytes, the enhancer is a stand-in that
//! records what it is asked.

use std::sync::Mutex;

use async_trait::async_trait;
use bytes::Bytes;

use super::{apply, fit, propose};
use crate::ModelAddress;
use crate::enhance::{EnhanceCapabilities, EnhanceRequest, EnhancedImage, Enhancement, Enhancer};
use crate::error::{Error, ErrorKind, Result};
use crate::make::{Made, Maker, MediaFile};
use crate::media::{Media, MediaInfo, MediaType};
use crate::publish::{Attachment, ImageRule, Placement, Post, Rules, Span, TextRule, check, facts};
use crate::run::Run;
use crate::text::Unit;

/// A PNG header of this size: enough for its facts.
fn png(width: u32, height: u32) -> Media {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x02\0\0\0");
    bytes.extend([0; 4]);
    bytes.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xaeB`\x82");
    Media::bytes(bytes)
}

/// Says what it is asked and returns a small image of the format and size that was asked for.
#[derive(Debug)]
struct Recorder {
    address: ModelAddress,
    asked: Mutex<Vec<Vec<Enhancement>>>,
    fails: Option<ErrorKind>,
}

fn recorder(fails: Option<ErrorKind>) -> Recorder {
    Recorder { address: ModelAddress::new("test", "recorder"), asked: Mutex::default(), fails }
}

#[async_trait]
impl Maker<EnhanceRequest> for Recorder {
    fn address(&self) -> &ModelAddress {
        &self.address
    }

    fn capabilities(&self) -> EnhanceCapabilities {
        EnhanceCapabilities::unknown().with_paid(false)
    }

    async fn make(&self, _run: &Run, request: &EnhanceRequest) -> Result<Made<EnhancedImage>> {
        self.asked.lock().unwrap().push(request.operations.clone());
        if let Some(kind) = self.fails {
            return Err(Error::new(kind, "no"));
        }
        let info = MediaInfo { width: Some(1000), height: Some(1000), ..MediaInfo::new(MediaType::Jpeg, 9) };
        // Two marks and nothing between them: the shortest JPEG without notes.
        let media = Media::bytes(Bytes::from_static(b"\xff\xd8\xff\xd9"));
        Ok(Made::new(self.address.clone(), EnhancedImage::from(MediaFile::new(media, info))))
    }
}

fn rules() -> Rules {
    let image = ImageRule {
        formats: vec![MediaType::Jpeg],
        max_bytes: Some(8_000_000),
        aspect_ratio: Span::of(0.8, 2.0),
        width: Span::up_to(1440),
        ..ImageRule::default()
    };
    let mut rules = Rules::new("example", Placement::FEED)
        .with_text(TextRule::of([(Unit::Graphemes, 40)]))
        .with_images(Span::up_to(2), image);
    rules.alt_text = Some(TextRule::default());
    rules.max_languages = Some(3);
    rules
}

async fn changes(rules: &Rules, post: Post, enhancer: Option<&Enhancer>) -> (Post, Vec<String>) {
    let fitted = fit(&Run::ephemeral(), rules, post, enhancer).await.unwrap();
    (fitted.post, fitted.changes.iter().map(ToString::to_string).collect())
}

#[tokio::test]
async fn a_post_that_fits_is_not_touched() {
    let post = Post::new("Hello #a").with_language("de");
    let (fitted, changes) = changes(&rules(), post.clone(), None).await;
    assert_eq!((fitted, changes), (post, vec![]));
}

/// Museum C11: what is cut is said, never silent. C25: hashtags are limited by the platform's rule.
#[tokio::test]
async fn c11_words_are_fitted_and_every_change_is_said() {
    let mut rules = rules();
    rules.max_hashtags = Some(2);
    rules.max_languages = Some(1);
    let mut post = Post::new("Our #new bakery opens on Monday at eight o'clock sharp #bread #cake #vienna");
    post.languages = vec!["de".to_owned(), "en".to_owned()];
    let (post, changes) = changes(&rules, post, None).await;
    assert_eq!(post.text, "Our #new bakery opens on Monday… #bread");
    assert_eq!(post.languages, ["de"]);
    assert_eq!(
        changes,
        [
            "text: hashtag `#vienna` left out: there are too many",
            "text: hashtag `#cake` left out: there are too many",
            "text: 22 characters cut off the end, from `at eight o'clock sharp` on",
            "languages: `en` left out: there are too many",
        ]
    );
    assert_eq!(check(&rules, &post, &[]), []);
}

#[tokio::test]
async fn a_hashtag_inside_a_sentence_stays_as_a_word() {
    let mut rules = rules();
    rules.max_hashtags = Some(0);
    let (post, changes) = changes(&rules, Post::new("Fresh #bread today #yum"), None).await;
    assert_eq!(post.text, "Fresh bread today");
    assert_eq!(changes.len(), 2);
}

/// Museum C4, C18: images are made to fit before the check, and surplus ones go.
#[tokio::test]
async fn images_are_changed_only_as_far_as_the_rules_ask() {
    let image = |width, height| Attachment::new(png(width, height)).with_alt_text("a loaf");
    let post = [image(3000, 1000), image(1000, 1000), image(1000, 1000)]
        .into_iter()
        .fold(Post::new("Hello"), Post::with_attachment);
    let enhancer = recorder(None);
    let (post, changes) = changes(&rules(), post, Some(&enhancer)).await;
    assert_eq!(
        *enhancer.asked.lock().unwrap(),
        [
            vec![
                Enhancement::Upright,
                Enhancement::CropBetween { minimum: 0.8, maximum: 2.0 },
                Enhancement::ShrinkTo { width: 1440, height: 720 },
                Enhancement::Convert(MediaType::Jpeg),
                Enhancement::MaxBytes(8_000_000),
            ],
            vec![Enhancement::Upright, Enhancement::Convert(MediaType::Jpeg), Enhancement::MaxBytes(8_000_000)],
            vec![Enhancement::Upright, Enhancement::Convert(MediaType::Jpeg), Enhancement::MaxBytes(8_000_000)],
        ]
    );
    assert_eq!(post.attachments.len(), 2);
    assert_eq!(changes.last().unwrap(), "attachments[2]: left out: there are too many of its kind");
    assert!(changes.contains(&"attachments[0]: shrunk to at most 1440 x 720 pixels".to_owned()), "{changes:?}");
}

#[tokio::test]
async fn what_cannot_be_fitted_stays_and_is_found_by_the_check() {
    let post = Post::new("Hello").with_attachment(Attachment::new(png(3000, 1000)).with_alt_text("a loaf"));
    for enhancer in [None, Some(recorder(Some(ErrorKind::Unsupported)))] {
        let enhancer = enhancer.as_ref().map(|enhancer| enhancer as &Enhancer);
        let (fitted, _) = changes(&rules(), post.clone(), enhancer).await;
        assert_eq!(fitted.attachments, post.attachments);
        let found = check(&rules(), &fitted, &facts(&fitted).await);
        let fields: Vec<_> = found.iter().map(|finding| finding.field.as_str()).collect();
        assert_eq!(fields, ["attachments[0].media_type", "attachments[0].width", "attachments[0].aspect_ratio"]);
    }
    let down = recorder(Some(ErrorKind::Unavailable));
    let error = fit(&Run::ephemeral(), &rules(), post, Some(&down)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn notes_are_taken_out_of_images_that_need_nothing_else() {
    let mut rules = rules();
    rules.image = Some(ImageRule::default());
    let plain = png(100, 100).read(1000).await.unwrap();
    // A text chunk in front of the pixels; its checksum is not looked at.
    let mut noted = plain[..33].to_vec();
    noted.extend(b"\0\0\0\x0atEXtPlace\0Wien\0\0\0\0");
    noted.extend(&plain[33..]);
    let post = Post::new("Hello").with_attachment(Attachment::new(Media::bytes(noted)).with_alt_text("a loaf"));
    let (post, changes) = changes(&rules, post, None).await;
    assert_eq!(changes, ["attachments[0]: place, time and camera notes taken out"]);
    assert_eq!(post.attachments[0].media.read(1000).await.unwrap(), plain);
}

#[tokio::test]
async fn proposals_can_be_shown_taken_or_left() {
    let image = |width| Attachment::new(png(width, 1000)).with_alt_text("a loaf");
    let mut post = Post::new("Our #new bakery opens on Monday at eight o'clock sharp #bread").with_language("de");
    post = [3000, 1000, 1000].into_iter().fold(post, |post, width| post.with_attachment(image(width)));
    post.thread.push(crate::publish::ThreadPart::new("a".repeat(41)));
    let enhancer = recorder(None);
    let proposals = propose(&rules(), &post, Some(&enhancer)).await;
    let fields: Vec<_> = proposals.iter().map(|proposal| proposal.field.as_str()).collect();
    assert_eq!(
        fields,
        ["text", "thread[0].text", "attachments[0]", "attachments[1]", "attachments[2]", "attachments[2]"]
    );
    assert!(enhancer.asked.lock().unwrap().is_empty(), "nothing is done yet");
    assert_eq!(proposals[0].to_string(), "text: 22 characters cut off the end, from `at eight o'clock sharp` on");
    let stored = serde_json::to_string(&proposals).unwrap();
    let taken: Vec<super::Proposal> = serde_json::from_str(&stored).unwrap();
    // The text is left as it is; of the images the last is left out.
    let taken: Vec<_> = taken.into_iter().filter(|proposal| proposal.field != "text").collect();
    let fitted = apply(&Run::ephemeral(), post.clone(), &taken, Some(&enhancer)).await.unwrap();
    assert_eq!((&fitted.post.text, fitted.post.attachments.len()), (&post.text, 2));
    assert_eq!(fitted.post.thread[0].text, format!("{}…", "a".repeat(39)));
    assert_eq!(apply(&Run::ephemeral(), post.clone(), &[], None).await.unwrap().post, post);
}
