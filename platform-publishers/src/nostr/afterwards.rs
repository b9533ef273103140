//! What can be asked of relays, and of a note that is out.

use futures_util::future::join_all;
use social_core::clock::Timestamp;
use social_core::publish::{
    AccountLimits, Finding, FindingCode, Placement, Publisher as _, Readiness, Receipt, ReceiptState,
};
use social_core::run::Run;
use social_core::{Error, Result};

use super::note::NOTE;
use super::relay::Relay;
use super::{Nostr, rules};

/// A request to delete (NIP-09).
const DELETION: u32 = 5;

impl Nostr {
    /// Offers the notes of a receipt to the relays that do not have them, and says in its warnings
    /// which still do not. Notes are never doubled by it.
    ///
    /// # Errors
    /// [`InvalidRequest`](social_core::ErrorKind::InvalidRequest) for another account's receipt;
    /// [`NotFound`](social_core::ErrorKind::NotFound) for a note that no relay has; those of the
    /// relays when none could be asked.
    pub async fn spread(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        let mut told = receipt.clone();
        told.warnings.clear();
        for post in &receipt.posts {
            let Some((event, lacking)) = self.have(&post.id).await? else {
                let message = format!("none of the relays has the note {}", post.id);
                return Err(self.endpoint.error(social_core::ErrorKind::NotFound, message));
            };
            let answers = join_all(lacking.iter().map(|relay| relay.take(&event))).await;
            told.warnings.extend(answers.into_iter().filter_map(Result::err).map(|error| error.message().to_owned()));
        }
        Ok(told)
    }

    /// A note that one relay has is live.
    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        let mut told = receipt.clone().with_state(ReceiptState::Published);
        told.warnings.clear();
        for post in &receipt.posts {
            match self.have(&post.id).await? {
                Some((_, lacking)) => {
                    let lacking = lacking.iter().map(|relay| format!("{} is not known to have it", relay.name()));
                    told.warnings.extend(lacking);
                }
                None => told.state = ReceiptState::Deleted,
            }
        }
        Ok(told)
    }

    /// Asks relays and clients to drop the notes. The request is signed once.
    pub(super) async fn delete_all(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        receipt.is_of(&self.account().await?)?;
        let request = run.step("deletion", || async {
            let mut tags: Vec<Vec<String>> =
                receipt.posts.iter().map(|post| vec!["e".to_owned(), post.id.clone()]).collect();
            tags.push(vec!["k".to_owned(), NOTE.to_string()]);
            self.key.sign(DELETION, tags, String::new(), run.clock().now(), &**run.random())
        });
        let request = request.await?;
        let relays: Vec<&Relay> = self.relays.iter().collect();
        let refused: Vec<String> = run.step("delete", || self.offer(&request, &relays)).await?;
        let deleted = receipt.clone().with_state(ReceiptState::Deleted);
        Ok(refused.into_iter().fold(deleted, Receipt::with_warning))
    }

    /// The strictest of what the relays say; those that say nothing set no limit.
    pub(super) async fn limits_now(&self, placement: &Placement) -> Result<AccountLimits> {
        let Some(mut rules) = rules::rules(placement) else {
            return Err(Error::unsupported("placement", format!("Nostr has no placement `{placement}`")));
        };
        let answers = join_all(self.relays.iter().map(Relay::information)).await;
        let (mut longest, mut failed, mut told) = (None::<usize>, None, false);
        for answer in answers {
            match answer {
                Ok(information) => {
                    told = true;
                    longest = [longest, information.limitation.max_content_length].into_iter().flatten().min();
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if let (false, Some(error)) = (told, failed) {
            return Err(error);
        }
        if let (Some(longest), Some(limit)) = (longest, rules.text.limits.first_mut()) {
            limit.maximum = longest;
        }
        Ok(AccountLimits::new(self.account().await?, self.endpoint.clock().now()).with_rules(rules))
    }

    /// A relay that would refuse is a warning, and an error when no other is left.
    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let answers = join_all(self.relays.iter().map(Relay::information)).await;
        let mut readiness = Readiness::new(self.account().await?, at);
        let mut usable = self.relays.len();
        for (relay, answer) in self.relays.iter().zip(answers) {
            let limitation = match answer {
                Ok(information) => information.limitation,
                Err(error) => {
                    usable -= 1;
                    let message = format!("the relay does not answer: {}", error.message());
                    let finding = Finding::warning(FindingCode::NOT_CHECKED, "relays", message);
                    readiness.findings.push(finding.with_value(relay.name()));
                    continue;
                }
            };
            let wants = [
                (limitation.min_pow_difficulty.is_some_and(|bits| bits > 0), "proof of work, which is not offered"),
                (limitation.payment_required == Some(true), "payment; the account must have paid there"),
                (limitation.restricted_writes == Some(true), "that its operator admits the account"),
            ];
            usable -= usize::from(limitation.min_pow_difficulty.is_some_and(|bits| bits > 0));
            for (_, what) in wants.iter().filter(|(wanted, _)| *wanted) {
                let finding =
                    Finding::warning(FindingCode::UNSUPPORTED, "relays", format!("the relay asks for {what}"));
                readiness.findings.push(finding.with_value(relay.name()));
            }
        }
        if usable == 0 {
            let message = "no relay can be used; name others";
            readiness.findings.push(Finding::error(FindingCode::MISSING, "relays", message));
        }
        Ok(readiness)
    }
}
