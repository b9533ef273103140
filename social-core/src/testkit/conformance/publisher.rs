use std::sync::Arc;

use super::subject::{Subject, Violations};
use super::trial::Trial;
use crate::error::{ErrorKind, Result};
use crate::publish::{ApprovalRequest, Approved, AutoApprove, Destination, Placement, Post, Publisher, Receipt};
use crate::testkit::scene::Lasting;

const PLACEMENTS: [Placement; 8] = [
    Placement::Feed,
    Placement::Carousel,
    Placement::Reel,
    Placement::Story,
    Placement::Short,
    Placement::Video,
    Placement::Article,
    Placement::Message,
];

/// Tries a publisher with a post that its platform takes.
///
/// # Errors
/// All that is wrong.
pub async fn publisher(subject: &Subject<dyn Publisher>, post: &Post) -> Result<(), Violations> {
    let mut violations = Violations::default();
    let trial = Trial {
        subject,
        request: post,
        call: |publisher: Arc<dyn Publisher>, run, post: Post| async move {
            let post = approved(&*publisher, post).await?;
            publisher.publish(&run, &post).await
        },
        sound: |receipt: &Receipt| receipt.id.is_empty().then(|| "the receipt has no id".to_owned()),
    };
    trial.common(&mut violations).await;
    trial.cancelled(&mut violations).await;
    let finds = refusals(subject, post, &mut violations).await;
    for case in trial.once(&mut violations).await {
        if let Some(Err(error)) = &case.broken
            && error.kind() != ErrorKind::OutcomeUnknown
            && case.effects_of_broken > 0
        {
            violations.add(format!("{case}: the post is out, and the error says that it is not: {error}"));
        }
        if finds && case.result.is_err() {
            violations.add(format!("{case}: it says that it finds lost posts, and did not: {:?}", case.result));
        }
    }
    violations.verdict()
}

async fn approved(publisher: &dyn Publisher, post: Post) -> Result<Approved<Post>> {
    let request = ApprovalRequest::new(Destination::of(publisher));
    let clock = crate::testkit::FixedClock::default();
    Approved::ask(post, &request, &AutoApprove::because("conformance"), &clock).await
}

/// What must be refused before the first request. Returns whether the publisher finds lost posts.
async fn refusals(subject: &Subject<dyn Publisher>, post: &Post, violations: &mut Violations) -> bool {
    let vendor = (subject.vendor)();
    let Ok(scene) = Lasting::default().scene(vendor.transport()).await else { return false };
    let Ok(publisher) = (subject.connect)(&scene) else { return false };
    let offered = publisher.capabilities();
    violations.check(!offered.placements.is_empty(), || "it offers no placement".to_owned());
    let mut refused = Vec::new();
    for placement in PLACEMENTS {
        let (is_offered, rules) = (offered.placements.contains(&placement), publisher.rules(placement));
        violations.check(is_offered == rules.is_some(), || {
            format!("{placement}: offered is {is_offered}, rules are there is {}", rules.is_some())
        });
        if !is_offered {
            refused.push((placement.as_str(), post.clone().with_placement(placement)));
        }
    }
    let limited = publisher.rules(post.placement).is_some_and(|rules| !rules.text.limits.is_empty());
    if limited {
        refused.push(("a text of a million letters", Post { text: "a".repeat(1_000_000), ..post.clone() }));
    }
    for (what, post) in refused {
        let Ok(post) = approved(&*publisher, post).await else { continue };
        let result = publisher.publish(&scene.run.child(what), &post).await;
        let sent = vendor.received().len();
        violations.check(result.is_err() && sent == 0, || {
            format!("{what}: refused is {}, after {sent} requests", result.is_err())
        });
    }
    let elsewhere = ApprovalRequest::new(Destination::new("elsewhere"));
    let clock = crate::testkit::FixedClock::default();
    if let Ok(post) = Approved::ask(post.clone(), &elsewhere, &AutoApprove::because("conformance"), &clock).await {
        let result = publisher.publish(&scene.run.child("elsewhere"), &post).await;
        let (kind, sent) = (result.err().map(|error| error.kind()), vendor.received().len());
        violations.check(kind == Some(ErrorKind::Rejected) && sent == 0, || {
            format!("a post that was approved for elsewhere gives {kind:?} after {sent} requests")
        });
    }
    let other = Post { text: format!("{} Another one.", post.text), ..post.clone() };
    if let (Ok(first), Ok(other)) = (approved(&*publisher, post.clone()).await, approved(&*publisher, other).await) {
        let _ = publisher.publish(&scene.run, &first).await;
        let kind = publisher.publish(&scene.run, &other).await.err().map(|error| error.kind());
        violations.check(kind == Some(ErrorKind::InvalidRequest), || {
            format!("another post in the same run is not refused as an invalid request but gives {kind:?}")
        });
    }
    offered.finds_lost_posts
}
