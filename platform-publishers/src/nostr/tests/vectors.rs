//! Stands on the test vectors of BIP-340, the examples in NIP-19, and an event of a client.

use k256::schnorr::{Signature, VerifyingKey};

use super::super::event::{Event, hex, unhex};
use super::super::key::Key;
use super::super::names;
use super::*;

/// Secret key, public key, auxiliary randomness, message, signature: BIP-340, 0 to 2.
const SIGNED: [[&str; 5]; 3] = [
    [
        "0000000000000000000000000000000000000000000000000000000000000003",
        "f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca821525f66a4a85ea8b71e482a74f382d2ce5ebeee8fdb2172f477df4900d310536c0",
    ],
    [
        "b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef",
        "dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659",
        "0000000000000000000000000000000000000000000000000000000000000001",
        "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
        "6896bd60eeae296db48a229ff71dfe071bde413e6d43f917dc8dcf8c78de33418906d11ac976abccb20b091292bff4ea897efcb639ea871cfa95f6de339e4b0a",
    ],
    [
        "c90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b14e5c9",
        "dd308afec5777e13121fa72b9cc1b7cc0139715309b086c960e18fd969774eb8",
        "c87aa53824b4d7ae2eb035a2b5bbbccc080e76cdc6d1692c4b0b62d798e6d906",
        "7e2d58d8b3bcdf1abadec7829054f90dda9805aab56c77333024b9d0a508b75c",
        "5831aaeed7b44bb74e5eab94ba9d4294c49bcf2a60728d8b4c200f50dd313c1bab745879a5ad954a72c45a91c3a51d3c7adea98d82f8481e0e1e03674a6f3fb7",
    ],
];

/// A signature whose point is not even: BIP-340, 6.
const REFUSED: &str = "fff97bd5755eeea420453a14355235d382f6472f8568a18b2f057a14602975563cc27944640ac607cd107ae10923d9ef7a73c643e166be5ebeafa34b1ac553e2";

#[test]
fn signatures_are_those_of_bip_340() {
    for [secret, public, spice, message, signature] in SIGNED {
        let key = Key::parse(&secret.into()).unwrap();
        assert_eq!(key.public, public);
        let [spice, message] = [spice, message].map(|text| unhex(text).unwrap());
        let signed = key.signing.sign_raw(&message, &spice.try_into().unwrap()).unwrap();
        assert_eq!(hex(&signed.to_bytes()), signature);
        let read = VerifyingKey::from_slice(&unhex(public).unwrap()).unwrap();
        assert!(read.verify_raw(&message, &signed).is_ok());
        let refused = Signature::from_slice(&unhex(REFUSED).unwrap());
        assert!(refused.and_then(|refused| read.verify_raw(&message, &refused)).is_err());
    }
}

#[test]
fn names_are_those_of_nip_19() {
    let key = Key::parse(&KEY.into()).unwrap();
    let npub = "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg";
    assert_eq!(key.public, "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e");
    assert_eq!(key.npub(), npub);
    assert_eq!(names::public_key(npub).as_ref(), Some(&key.public));
    let profile = "nprofile1qqsrhuxx8l9ex335q7he0f09aej04zpazpl0ne2cgukyawd24mayt8gpp4mhxue69uhhytnc9e3k7mgpz4mhxue69uhkg6nzv9ejuumpv34kytnrdaksjlyr9p";
    let public = "3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d";
    assert_eq!(names::public_key(profile).as_deref(), Some(public));
    assert_eq!(names::public_key(&profile[..60]), None);
    // Our own names are read again.
    let address = names::address(public, &key.public, 1, &RELAYS[0].parse().unwrap()).unwrap();
    assert_eq!(names::event_id(address.as_str()).as_deref(), Some(public));
    assert_eq!(names::event_id(&names::note(public)).as_deref(), Some(public));
    assert_eq!(names::event_id(npub), None);
}

/// An event of a client, as rust-nostr's tests have it.
#[test]
fn ids_and_signatures_are_those_of_a_client() {
    let event = json!({"content": "uRuvYr585B80L6rSJiHocw==?iv=oh6LVqdsYYol3JfFnXTbPA==", "created_at": 1_640_839_235,
        "id": "2be17aa3031bdcb006f0fce80c146dea9c1c0268b0af2398bb673365c6444d45", "kind": 4,
        "pubkey": "f86c44a2de95d9149b51c6a29afeabba264c18e2fa7c49de93424a0c56947785",
        "sig": "a5d9290ef9659083c490b303eb7ee41356d8778ff19f2f91776c8dc4443388a64ffcf336e61af4c25c05ac3ae952d1ced889ed655b67790891222aaa15b99fdd",
        "tags": [["p", "13adc511de7e1cfcf1c6b7f6365fb5a03442d7bcacf565ea57fa7770912c023d"]]});
    let event: Event = serde_json::from_value(event).unwrap();
    assert_eq!(hex(&event.digest().unwrap()), event.id);
    assert!(event.is_genuine());
    assert!(!Event { content: "Zap!".to_owned(), ..event.clone() }.is_genuine());
    assert!(!Event { pubkey: SIGNED[0][1].to_owned(), ..event }.is_genuine());
}

/// NIP-01: what is escaped, and nothing else.
#[test]
fn the_canonical_form_escapes_what_nip_01_names() {
    let event = Event { content: "a\"\\/\n\r\t\u{8}\u{c}<é>\u{2028}🍞\u{7f}".to_owned(), ..Event::default() };
    let form = r#"[0,"",0,0,[],"a\"\\/\n\r\t\b\f<é>"#.to_owned() + "\u{2028}🍞\u{7f}\"]";
    use sha2::{Digest as _, Sha256};
    assert_eq!(event.digest().unwrap(), *Sha256::digest(form));
    assert_eq!(super::super::event::clean("a\0b\u{1b}c\n"), "abc\n");
}
