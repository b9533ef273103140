//! The catalogue proves it: every platform is tried by the suite of publishers, which breaks every
//! exchange in every way.

#![allow(clippy::unwrap_used)]

#[test]
fn every_platform_is_tried_by_the_suite_of_publishers() {
    let mut tried = 0;
    for entry in platform_publishers::catalogue().own() {
        let name = &entry.name;
        let folder = format!("{}/src/{name}", env!("CARGO_MANIFEST_DIR"));
        let tests =
            ["tests/conformance.rs", "tests.rs"].map(|file| std::fs::read_to_string(format!("{folder}/{file}")));
        let suite = "async fn it_keeps_the_contract_of_publishers()";
        let body = tests.iter().flatten().find_map(|source| source.split_once(suite)).map(|(_, body)| body);
        let body = body.unwrap_or_else(|| panic!("nothing tries `{name}`: see `testkit::conformance::publisher`"));
        let body = body.split("\nasync fn ").next().unwrap_or_default();
        assert!(body.contains("tried.with("), "the test of `{name}` runs no suite");
        tried += 1;
    }
    assert_eq!(tried, platform_publishers::platforms().len());
}
