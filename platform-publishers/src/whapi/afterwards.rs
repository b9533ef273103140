//! What can be asked of a channel, and of a message that Whapi took.

use http::Method;
use social_core::clock::Timestamp;
use social_core::job::{self, Job, JobState, Pending};
use social_core::publish::{Finding, FindingCode, PostRole, Readiness, Receipt, ReceiptState};
use social_core::run::Run;
use social_core::{Error, ErrorKind, Result};

use super::wire::{Done, Health, Message};
use super::{Chat, Whapi};

impl Whapi {
    async fn message(&self, id: &str) -> Result<Message> {
        self.of_message(Method::GET, id)?.operation("read message").send().await?.json()
    }

    /// Waits until WhatsApp has a message. Nothing of it can fail the post.
    pub(super) async fn with_outcome(&self, run: &Run, mut receipt: Receipt) -> Receipt {
        let Some(id) = receipt.post(&PostRole::MAIN).map(|post| post.id.clone()) else { return receipt };
        if receipt.state != ReceiptState::Processing {
            return receipt;
        }
        let ask = || async {
            let job = Job::new(&id, receipt.at);
            let told = job::wait(run, &self.poll, &job, || async {
                let message = self.message(&id).await?;
                Ok(match message.state() {
                    ReceiptState::Processing => Pending::queued(message.status).into(),
                    state => JobState::Done(state),
                })
            });
            match told.await {
                Ok(state) => Ok(Some(state)),
                // From now on its status tells.
                Err(error) if error.kind() == ErrorKind::Timeout => Ok(None),
                Err(error) => Err(error),
            }
        };
        if let Ok(Some(state)) = run.step("outcome", ask).await {
            receipt = told(receipt, state);
        }
        receipt
    }

    pub(super) async fn status_of(&self, receipt: &Receipt) -> Result<Receipt> {
        match self.message(&main(receipt)?).await {
            Ok(message) => Ok(told(receipt.clone(), message.state())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(receipt.clone().with_state(ReceiptState::Deleted)),
            Err(error) => Err(error),
        }
    }

    /// Takes a message down for everybody. One that is gone already is taken down.
    pub(super) async fn delete_message(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        if self.chat == Chat::Stories {
            let message = "Whapi takes no stories down; delete it in WhatsApp, or wait: it ends after 24 hours";
            return Err(Error::unsupported("delete", message).with_vendor(self.api.vendor()));
        }
        let id = main(receipt)?;
        let delete = || async {
            let answer = self.of_message(Method::DELETE, &id)?.operation("delete").send().await;
            match answer.and_then(|reply| Ok((reply.json::<Done>()?, reply))) {
                Ok((Done { success: true }, _)) => Ok(()),
                Ok((_, reply)) => Err(reply.unreadable("the message was not deleted")),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                Err(error) => Err(error),
            }
        };
        run.step(&format!("delete {id}"), delete).await?;
        Ok(receipt.clone().with_state(ReceiptState::Deleted))
    }

    /// Whether the channel is linked to a phone.
    pub(super) async fn readiness_at(&self, at: Timestamp) -> Result<Readiness> {
        let account = self.known().await?;
        let readiness = Readiness::new(account, at);
        let (message, value) = match self.get::<Health>("health", "read health").await {
            Ok(health) if health.status.text == "AUTH" => return Ok(readiness),
            Ok(health) => {
                let message = match health.status.text.as_str() {
                    "QR" => "no phone is linked to the channel: scan its code in Whapi's panel",
                    "INIT" | "LAUNCH" => "the channel is starting; ask again in a minute",
                    _ => "the channel does not work: look into Whapi's panel",
                };
                (message.to_owned(), health.status.text)
            }
            Err(error) if matches!(error.kind(), ErrorKind::Auth | ErrorKind::QuotaExhausted) => {
                (error.message().to_owned(), error.kind().to_string())
            }
            Err(error) => return Err(error),
        };
        Ok(readiness.with_finding(Finding::error(FindingCode::INVALID, "channel", message).with_value(value)))
    }
}

fn told(mut receipt: Receipt, state: ReceiptState) -> Receipt {
    receipt.state = state;
    let warning = "WhatsApp could not send the message: look into the phone, and send it in a new run";
    if state == ReceiptState::Rejected && receipt.warnings.is_empty() {
        receipt.warnings.push(warning.to_owned());
    }
    receipt
}

fn main(receipt: &Receipt) -> Result<String> {
    let main = receipt.post(&PostRole::MAIN).map(|post| post.id.clone());
    main.ok_or_else(|| Error::invalid("receipt", "the receipt names no message"))
}
