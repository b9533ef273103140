//! Compared with the vendor's own: requests of @atproto/api 0.19 and the rich-text vectors of its
//! tests, and exchanges of the documents.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::*;
use crate::fake::{assert_golden, shared, shared_folder};

fn alice(fake: &Fake<Pds>) -> Bluesky {
    let endpoint = Bluesky::endpoint().base_url("https://pds.example.test").transport(fake.vendor.transport());
    Bluesky::new(endpoint.clock(fake.clock.clone()), "alice.test", SecretString::from("app-password")).unwrap()
}

const RUN: [&str; 5] = ["/rkey", "/repo", "/password", "/record/createdAt", "/record/embed/images/0/image/ref"];

#[tokio::test]
async fn a_text_with_facets_is_sent_as_the_sdk_sends_it() {
    let Some(mut golden) = shared("golden/bluesky/post_text_facets.json") else { return };
    // The library leaves its marker on mentions alone.
    golden["requests"][2]["body"]["json"]["record"]["facets"][0].as_object_mut().unwrap().remove("$type");
    let fake = Fake::new(Pds::default());
    let post = Post::new("Grüße @bob.test see https://example.test/x #café").with_language("de");
    fake.publish(&alice(&fake), "run", post).await.unwrap();
    assert_golden(&fake.vendor.received(), &golden, &RUN);
}

#[tokio::test]
async fn an_image_is_sent_as_the_sdk_sends_it() {
    let Some(golden) = shared("golden/bluesky/post_image.json") else { return };
    let fake = Fake::new(Pds::default());
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0-crc\0\0\0\x01IDATx-crc\0\0\0\0IEND-crc";
    let image = Attachment::new(Media::bytes(png.as_slice())).with_alt_text("cup");
    fake.publish(&alice(&fake), "run", Post::new("pic").with_attachment(image)).await.unwrap();
    let but: Vec<_> = RUN.into_iter().chain(["/record/embed/images/0/image/size"]).collect();
    assert_golden(&fake.vendor.received(), &golden, &but);
}

#[tokio::test]
async fn facets_are_those_of_the_reference() {
    let Some(vectors) = shared("specs/platforms/bluesky/richtext-detection-vectors.json") else { return };
    let Some(tags) = shared("specs/platforms/bluesky/richtext-tag-vectors.json") else { return };
    let mut cases = 0;
    for case in vectors["cases"].as_array().unwrap().iter().chain(tags["cases"].as_array().unwrap()) {
        let text = case["text"].as_str().unwrap();
        let fake = Fake::new(Pds { everybody_exists: true, ..Pds::default() });
        fake.publish(&connect(&fake), "run", Post::new(text)).await.unwrap();
        let pds = fake.state.lock().unwrap();
        let record = pds.records.values().next().unwrap();
        let ours: Vec<_> = record["facets"].as_array().into_iter().flatten().map(plain).collect();
        let theirs: Vec<_> = match case["facets"].as_array() {
            Some(facets) => facets.clone(),
            None => (case["tags"].as_array().unwrap().iter().zip(case["indices"].as_array().unwrap()))
                .map(|(tag, index)| {
                    json!({"byteStart": index["byteStart"], "byteEnd": index["byteEnd"], "type": "tag", "value": tag})
                })
                .collect(),
        };
        // The vectors of tags say nothing about what else is in the text.
        let of_kind = |facets: Vec<Value>| -> Vec<Value> {
            let tags_only = case["facets"].is_null();
            facets.into_iter().filter(|facet| !tags_only || facet["type"] == "tag").collect()
        };
        assert_eq!(of_kind(ours), theirs, "{text}");
        cases += 1;
    }
    assert!(cases > 50, "{cases}");
}

fn plain(facet: &Value) -> Value {
    let feature = facet["features"][0].as_object().unwrap();
    let kind = feature["$type"].as_str().unwrap().rsplit('#').next().unwrap();
    let value = feature.iter().find(|(name, _)| *name != "$type").unwrap().1;
    json!({"byteStart": facet["index"]["byteStart"], "byteEnd": facet["index"]["byteEnd"], "type": kind, "value": value})
}

#[test]
fn documented_answers_are_read() {
    for (name, cassette) in shared_folder("cassettes/platforms/bluesky") {
        let status = StatusCode::from_u16(cassette["response"]["status"].as_u64().unwrap() as u16).unwrap();
        let body = cassette["response"]["body"].to_string();
        if status.is_success() {
            match name.as_str() {
                "create-session.json" => {
                    let session: wire::SessionAnswer = serde_json::from_str(&body).unwrap();
                    let server = session.did_doc.unwrap().data_server().unwrap();
                    assert_eq!(server.as_str(), "https://example.us-west.host.bsky.network/");
                }
                "refresh-session.json" => drop(serde_json::from_str::<wire::SessionAnswer>(&body).unwrap()),
                "upload-blob.json" => drop(serde_json::from_str::<wire::Uploaded>(&body).unwrap()),
                _ if name.starts_with("create-record") => drop(serde_json::from_str::<wire::RecordRef>(&body).unwrap()),
                _ => {}
            }
            continue;
        }
        let headers = HeaderMap::new();
        let error = error::classify(&Failure { status, headers: &headers, body: body.as_bytes() });
        assert_eq!(error.code(), cassette["response"]["body"]["error"].as_str(), "{name}");
        assert_ne!(error.kind(), ErrorKind::Protocol, "{name}");
    }
}
