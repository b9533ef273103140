//! What is kept of a profile besides its posts.

use social_core::publish::{Approvable, Approved, Ask, AutoApprove};
use social_core::{Account, Result};

use super::*;

async fn approve<T>(account: &Account, content: T) -> Approved<T>
where
    T: Approvable + serde::Serialize + serde::de::DeserializeOwned,
{
    let (ask, policy) = (Ask::for_account(account.clone()), AutoApprove::because("test"));
    Approved::ask(&Run::ephemeral(), content, &ask, &policy).await.unwrap().approved().unwrap()
}

#[tokio::test]
async fn locations_of_all_accounts_are_listed() {
    let fake = Fake::new(site());
    let found = GoogleBusiness::locations(endpoint(&fake), FixedToken::new(TOKEN)).await.unwrap();
    let names: Vec<_> = found.iter().map(|location| (location.name.as_str(), location.title.as_str())).collect();
    assert_eq!(names, [(PLACE, "41 Bistro"), ("accounts/123/locations/457", "Bar")]);
}

// Row 103 of the checklist.
#[tokio::test]
async fn a_review_is_replied_to_as_it_was_approved() {
    let fake = Fake::new(site());
    let google = connect(&fake);
    let reviews = google.reviews().await.unwrap();
    let read: Vec<_> =
        reviews.iter().map(|review| (review.stars, review.text.as_str(), review.reply.is_some())).collect();
    assert_eq!(read, [(5, "Lovely", false), (2, "Cold soup", false)]);
    let reply = approve(&google.account, ReviewReply::new(&reviews[1].name, "We are sorry & have mended it")).await;
    assert!(reply.preview().contains("We are sorry"));
    let run = Run::ephemeral();
    for _ in 0..2 {
        let taken = google.reply(&run, &reply).await.unwrap();
        assert_eq!((taken.text.as_str(), taken.state.as_deref()), ("We are sorry & have mended it", Some("PENDING")));
    }
    let path = format!("/v4/{}/reply", reviews[1].name);
    assert_eq!(fake.vendor.calls(&Method::PUT, &path), 1);
    // Another reply on the same run, another location's, an empty and a long one are refused.
    let other = approve(&google.account, ReviewReply::new(&reviews[1].name, "Another")).await;
    assert_eq!(google.reply(&run, &other).await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    let stranger = AccountKey::new("google_business", "accounts/123/locations/457").into();
    let elsewhere = approve(&stranger, ReviewReply::new(&reviews[1].name, "Hi")).await;
    assert_eq!(google.reply(&Run::ephemeral(), &elsewhere).await.unwrap_err().kind(), ErrorKind::Rejected);
    for (review, text) in
        [(&*reviews[1].name, " ".to_owned()), (&*reviews[1].name, "x".repeat(4097)), ("x", "x".to_owned())]
    {
        let wrong = approve(&google.account, ReviewReply::new(review, text)).await;
        assert_eq!(google.reply(&Run::ephemeral(), &wrong).await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
    assert_eq!(fake.vendor.calls(&Method::PUT, &path), 1);
    for _ in 0..2 {
        google.delete_reply(&Run::ephemeral(), &reviews[1].name).await.unwrap();
    }
    assert!(google.reviews().await.unwrap()[1].reply.is_none());
}

// Row 102 of the checklist.
#[tokio::test]
async fn hours_are_set_and_other_days_stay() {
    let fake = Fake::new(site());
    let google = connect(&fake);
    assert_eq!(google.opening_hours().await.unwrap(), [OpeningHours::new("MONDAY", "09:00", "17:30")]);
    let hours = [OpeningHours::new("TUESDAY", "11:00", "24:00")];
    google.set_opening_hours(&Run::ephemeral(), &hours).await.unwrap();
    assert_eq!(google.opening_hours().await.unwrap(), hours);
    let days = [SpecialDay::open("2026-12-24", "09:00", "13:00"), SpecialDay::closed("2026-12-25")];
    let run = Run::ephemeral();
    for _ in 0..2 {
        google.set_special_days(&run, &days).await.unwrap();
    }
    let all = [days[0].clone(), days[1].clone(), SpecialDay::closed("2026-12-31")];
    assert_eq!(google.special_days().await.unwrap(), all);
    let changed = [SpecialDay::open("2026-12-31", "18:00", "23:00")];
    assert_eq!(google.set_special_days(&run, &changed).await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    google.set_special_days(&Run::ephemeral(), &changed).await.unwrap();
    assert_eq!(google.special_days().await.unwrap()[2], changed[0]);
    for wrong in [SpecialDay::closed("2026-11-31"), SpecialDay::open("2026-12-24", "9", "13:00")] {
        assert_eq!(
            google.set_special_days(&Run::ephemeral(), &[wrong]).await.unwrap_err().kind(),
            ErrorKind::InvalidRequest
        );
    }
    let wrong = [OpeningHours::new("Monday", "09:00", "17:00")];
    assert_eq!(google.set_opening_hours(&Run::ephemeral(), &wrong).await.unwrap_err().field(), Some("day"));
}

// Row 100 of the checklist.
#[tokio::test]
async fn a_photo_is_added_once() {
    let fake = Fake::new(site());
    let google = connect(&fake);
    let photo = approve(&google.account, ProfilePhoto::new(photo(600), PhotoCategory::FoodAndDrink)).await;
    assert!(photo.preview().contains("FOOD_AND_DRINK"));
    let watch = Watch::default();
    let work = async |scene: Scene| -> Result<String> {
        watch.set(&scene.clock);
        let endpoint = GoogleBusiness::endpoint().transport(scene.transport.clone()).clock(scene.clock.clone());
        let google =
            GoogleBusiness::new(endpoint, FixedToken::new(TOKEN), PLACE)?.with_host(Cdn::new("https://cdn.test"));
        google.add_photo(&scene.run, &photo).await
    };
    let photos = |fake: &Fake<Site>| fake.state.lock().unwrap().photos.len();
    let cases = social_core::testkit::fault_matrix(|| Fake::new(site()), work, photos).await.unwrap();
    for case in cases {
        assert_eq!(case.violation(), None);
        // What did not arrive stays unknown: the list cannot say that there will be none.
        assert!(case.effects == 1 || case.result.is_err(), "{case}");
    }
    google.add_photo(&Run::ephemeral(), &photo).await.unwrap();
    let sent = &fake.state.lock().unwrap().photos[0];
    assert_eq!(
        (&sent["mediaFormat"], &sent["locationAssociation"]["category"]),
        (&json!("PHOTO"), &json!("FOOD_AND_DRINK"))
    );
}
