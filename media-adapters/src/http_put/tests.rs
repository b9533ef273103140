//! Stands on RFC 9110; the server is invented.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Method, StatusCode};
use social_core::ErrorKind;
use social_core::host::MediaHost;
use social_core::testkit::conformance::{self, Subject};
use social_core::testkit::{Answer, Scene, ScriptedVendor, fault_matrix};

use super::*;

type Files = Arc<Mutex<BTreeMap<String, Bytes>>>;

fn bucket() -> (ScriptedVendor, Files) {
    let files = Files::default();
    let kept = files.clone();
    let left = files.clone();
    let vendor = ScriptedVendor::new().respond(Method::PUT, "/in/box/*", move |request| {
        if request.header("authorization") != Some("Bearer token-of-the-bucket") {
            return Answer::status(StatusCode::UNAUTHORIZED);
        }
        assert_eq!(request.header("content-type"), Some("text/vtt"));
        kept.lock().unwrap().insert(request.url.path().to_owned(), request.body.clone());
        Answer::status(StatusCode::CREATED)
    });
    let vendor = vendor.respond(Method::DELETE, "/in/box/*", move |request| {
        match left.lock().unwrap().remove(request.url.path()) {
            Some(_) => Answer::status(StatusCode::NO_CONTENT),
            None => Answer::status(StatusCode::NOT_FOUND),
        }
    });
    (vendor, files)
}

fn connect(scene: &Scene) -> HttpPut {
    let endpoint = HttpPut::endpoint()
        .base_url("https://bucket.test/in/box")
        .auth(Auth::Bearer("token-of-the-bucket".into()))
        .transport(scene.transport.clone())
        .clock(scene.clock.clone());
    HttpPut::new(endpoint, "https://cdn.test/files/").unwrap()
}

fn captions() -> Media {
    Media::bytes("WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n")
}

#[tokio::test]
async fn whatever_breaks_a_file_has_one_name_and_is_there() {
    let name = format!("{}.vtt", captions().sha256().await.unwrap());
    let work = async |scene: Scene| connect(&scene).make(&scene.run, &HostRequest::new(captions())).await;
    let cases = fault_matrix(bucket, work, |(_, files): &(ScriptedVendor, Files)| files.lock().unwrap().len());
    for case in cases.await.unwrap() {
        // A PUT is a success by its status; that its body is strange says nothing.
        let silent = case.effects == 0 && case.result.is_ok();
        assert!(!silent || matches!(case.fault, social_core::testkit::Fault::ErrorBodyIn200), "{case}");
        assert_eq!(case.result.as_ref().unwrap().url.as_str(), format!("https://cdn.test/files/{name}"), "{case}");
        assert_eq!(case.exchanges_after_success, Some(0), "{case}: put once");
    }
}

#[tokio::test]
async fn a_file_is_removed_and_what_is_not_there_counts_as_removed() {
    let (vendor, files) = bucket();
    let endpoint = HttpPut::endpoint()
        .base_url("https://bucket.test/in/box")
        .auth(Auth::Bearer("token-of-the-bucket".into()))
        .transport(vendor.transport());
    let host = HttpPut::new(endpoint, "https://cdn.test/files/").unwrap();
    let run = Run::ephemeral();
    let made = host.make(&run, &HostRequest::new(captions())).await.unwrap();
    assert_eq!(files.lock().unwrap().len(), 1);
    for _ in 0..2 {
        host.remove(&run, &made).await.unwrap();
        assert!(files.lock().unwrap().is_empty());
    }
    let elsewhere = RemoteMedia { url: "https://cdn.test/other/a.vtt".parse().unwrap(), expires_at: None };
    assert_eq!(host.remove(&run, &elsewhere).await.unwrap_err().kind(), ErrorKind::InvalidRequest);
}

#[tokio::test]
async fn it_keeps_the_contract_of_hosts() {
    let connect = |scene: &Scene| {
        let endpoint = HttpPut::endpoint()
            .base_url("https://bucket.test/in/box")
            .auth(Auth::Bearer(conformance::SECRET.into()))
            .transport(scene.transport.clone())
            .clock(scene.clock.clone())
            .random(scene.random.clone());
        Ok(Arc::new(HttpPut::new(endpoint, "https://cdn.test/files/")?) as Arc<MediaHost>)
    };
    let vendor = || ScriptedVendor::new().respond(Method::PUT, "/in/box/*", |_| Answer::status(StatusCode::CREATED));
    let subject = Subject::new(vendor, connect).except("until", "a file stays until it is removed");
    conformance::maker(&subject, &HostRequest::new(captions())).await.unwrap();
}

#[tokio::test]
async fn what_has_an_address_keeps_it() {
    let endpoint = HttpPut::endpoint().base_url("https://bucket.test").transport(bucket().0.transport());
    let host = HttpPut::new(endpoint, "https://cdn.test").unwrap();
    let remote = Media::remote("https://elsewhere.test/a.jpg".parse().unwrap());
    assert_eq!(
        host.make(&Run::ephemeral(), &HostRequest::new(remote)).await.unwrap().url.host_str(),
        Some("elsewhere.test")
    );
}

#[test]
fn a_public_address_is_https() {
    for public in ["http://cdn.test", "cdn.test", "https://cdn.test?sig=1"] {
        let endpoint = HttpPut::endpoint().base_url("https://bucket.test").transport(bucket().0.transport());
        assert_eq!(HttpPut::new(endpoint, public).unwrap_err().kind(), ErrorKind::Config, "{public}");
    }
}
