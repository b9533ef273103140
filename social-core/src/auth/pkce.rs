//! Secrets that prove who asked: PKCE verifiers (RFC 7636), state values, and their comparison.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::sign_in::ChallengeForm;
use crate::clock::Random;

/// 32 random bytes in base64 for URLs, which nothing has to escape: 43 characters, as many as a
/// PKCE verifier must have.
#[must_use]
pub fn secret_word(random: &dyn Random) -> SecretString {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes).into()
}

/// The challenge that belongs to a verifier.
pub(super) fn challenge(verifier: &SecretString, form: ChallengeForm) -> String {
    let digest = Sha256::digest(verifier.expose_secret());
    match form {
        ChallengeForm::Base64Url => URL_SAFE_NO_PAD.encode(digest),
        ChallengeForm::Hex => hex(&digest),
    }
}

/// The SHA-256 of a text in hexadecimal digits.
pub(super) fn fingerprint(text: &str) -> String {
    hex(&Sha256::digest(text))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two texts are equal, in a time that does not depend on where they differ: their digests
/// are compared, all bytes of them.
#[must_use]
pub fn same_secret(a: &str, b: &str) -> bool {
    let (a, b) = (Sha256::digest(a), Sha256::digest(b));
    a.iter().zip(b.iter()).fold(0, |different, (a, b)| different | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    //! Stands on RFC 7636, appendix B, and on TikTok's documentation for the other form.

    use super::*;
    use crate::testkit::FixedRandom;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    #[test]
    fn a_challenge_is_that_of_the_rfc() {
        let verifier = SecretString::from(VERIFIER);
        assert_eq!(challenge(&verifier, ChallengeForm::Base64Url), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    // Museum B11.
    #[test]
    fn b11_a_challenge_may_be_written_in_hexadecimal_digits() {
        let verifier = SecretString::from(VERIFIER);
        let expected = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";
        assert_eq!(challenge(&verifier, ChallengeForm::Hex), expected);
    }

    #[test]
    fn words_are_long_and_different() {
        let random = FixedRandom::default();
        let (a, b) = (secret_word(&random), secret_word(&random));
        assert_eq!(a.expose_secret().len(), 43);
        assert!(!same_secret(a.expose_secret(), b.expose_secret()));
        assert!(same_secret(a.expose_secret(), a.expose_secret()));
    }
}
