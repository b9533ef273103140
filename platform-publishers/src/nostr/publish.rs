//! Publishing: sign everything once, then offer it to every relay.

use async_trait::async_trait;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use social_core::clock::Timestamp;
use social_core::host;
use social_core::media::{Media, MediaInfo};
use social_core::publish::{
    self, AccountLimits, Approved, Attachment, Delivery, Finding, MediaRole, Placement, Post, PostRole, Publisher,
    PublisherCapabilities, Readiness, Receipt, ReceiptState, RemotePost, Rules,
};
use social_core::run::{Found, Run};
use social_core::{Account, AccountKey, Effect, Error, ErrorKind, Platform, Result};

use super::event::Event;
use super::note::{self, Draft, File, NOTE};
use super::relay::Relay;
use super::{Nostr, NostrOptions, names, options, rules};
use crate::offered::refuse_unless_offered;

/// The step that keeps the signed notes.
const NOTES: &str = "notes";

#[async_trait]
impl Publisher for Nostr {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        let key = AccountKey::new(options::PLATFORM, &self.key.public).with_tenant(&self.tenant);
        Ok(Account::new(key, self.key.npub()))
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS)
            .with_finds_lost_posts(true)
            .with_status(true)
            .with_delete(true)
            .with_limits(true)
            .with_readiness(true)
            .with_needs_host(self.host.is_none())
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    async fn limits(&self, placement: &Placement) -> Result<AccountLimits> {
        self.limits_now(placement).await
    }

    fn check(&self, post: &Post, _facts: &[MediaInfo]) -> Vec<Finding> {
        options::check(post, self.host.is_some())
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        refuse_unless_offered(&options::PLATFORM, &post.placement, rules::instead(&post.placement))?;
        publish::durably(self, run, post, |delivery| async move { self.deliver(&delivery, post).await }).await
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        self.delete_all(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

/// A note that a relay has, and what the other relays said.
#[derive(Clone, Serialize, Deserialize)]
struct Out {
    post: RemotePost,
    warnings: Vec<String>,
}

impl Nostr {
    async fn deliver(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let mut notes = self.notes(delivery, post).await?;
        let Some(last) = notes.pop() else { return Err(Error::invalid("post", "there is nothing to publish")) };
        let mut receipt = delivery.receipt(ReceiptState::Published);
        for (index, note) in notes.iter().enumerate() {
            let role = if index == 0 { PostRole::MAIN } else { PostRole::PART };
            let (send, find) = (|| self.out(note, role.clone()), |_| self.found(note, role.clone()));
            receipt = with(receipt, delivery.part(index, send, find).await?);
        }
        let role = if notes.is_empty() { PostRole::MAIN } else { PostRole::PART };
        let (last, receipt, role) = (&last, &receipt, &role);
        let send = || async move { Ok(with(receipt.clone(), self.out(last, role.clone()).await?)) };
        let find = |_| async move { Ok(self.found(last, role.clone()).await?.map(|out| with(receipt.clone(), out))) };
        delivery.once(send, find).await
    }

    /// The signed notes of a post, the same in every attempt: they are signed once.
    async fn notes(&self, delivery: &Delivery, post: &Post) -> Result<Vec<Event>> {
        let run = &delivery.run;
        if let Some(notes) = run.result(NOTES).await? {
            return Ok(notes);
        }
        let options = post.options.get::<NostrOptions>()?.unwrap_or_default();
        let (mut files, mut before) = (Vec::new(), 0);
        let further = post.thread.iter().map(|part| &part.attachments);
        for attachments in std::iter::once(&post.attachments).chain(further) {
            let facts = delivery.facts.get(before..before + attachments.len()).unwrap_or_default();
            files.push(self.files(run, attachments, facts, before).await?);
            before += attachments.len();
        }
        let answered = match post.reply_to.as_ref().and_then(|answered| names::event_id(&answered.id)) {
            Some(id) => Some(run.step("answered", || self.lookup(&id)).await?),
            None => None,
        };
        run.step(NOTES, || async {
            let relay = self.relays.first().map_or("", Relay::name);
            let mut files = files.iter().map(Vec::as_slice);
            let draft = note::first(post, &options, files.next().unwrap_or_default(), answered.as_ref(), relay);
            let mut notes = vec![self.signed(run, draft)?];
            for (part, files) in post.thread.iter().zip(files) {
                let Some(before) = notes.last() else { break };
                let draft = note::part(&part.text, &options, files, before, relay);
                notes.push(self.signed(run, draft)?);
            }
            Ok(notes)
        })
        .await
    }

    fn signed(&self, run: &Run, draft: Draft) -> Result<Event> {
        self.key.sign(NOTE, draft.tags, draft.content, run.clock().now(), &**run.random())
    }

    /// The files of a part, at their public addresses. `before` is the number of files before them.
    async fn files(
        &self,
        run: &Run,
        attachments: &[Attachment],
        facts: &[MediaInfo],
        before: usize,
    ) -> Result<Vec<File>> {
        let mut files = Vec::new();
        let shown = attachments.iter().zip(facts).enumerate().filter(|(_, (file, _))| file.role == MediaRole::Content);
        for (index, (attachment, info)) in shown {
            let (url, sha256) = match (&attachment.media, &self.host) {
                (Media::Remote(remote), _) => (remote.url.clone(), None),
                (media, Some(host)) => {
                    let public = host::public(run, host.as_ref(), media, None).await;
                    (public.map_err(|error| error.with_item(before + index))?.url, Some(media.sha256().await?))
                }
                (_, None) => return Err(Error::config("relays store no files: a media host is missing")),
            };
            files.push(File::new(url, sha256, attachment, info));
        }
        Ok(files)
    }

    /// The note of any author, for an answer to it.
    async fn lookup(&self, id: &str) -> Result<Event> {
        match self.have(id).await? {
            Some((event, _)) => Ok(event),
            None => {
                let message = format!("none of the relays has the note {id}; name a relay that has it");
                Err(self.endpoint.error(ErrorKind::NotFound, message).with_field("reply_to"))
            }
        }
    }

    /// The event of an id, and the relays that do not have it or did not say.
    pub(super) async fn have(&self, id: &str) -> Result<Option<(Event, Vec<&Relay>)>> {
        let answers = join_all(self.relays.iter().map(|relay| relay.find(id))).await;
        let (mut event, mut lacking, mut failed, mut silent) = (None, Vec::new(), None, 0);
        for (relay, answer) in self.relays.iter().zip(answers) {
            match answer {
                Ok(Some(found)) => {
                    event = Some(found);
                    continue;
                }
                Ok(None) => {}
                Err(error) => {
                    silent += 1;
                    failed = failed.or(Some(error));
                }
            }
            lacking.push(relay);
        }
        match (event, failed) {
            (Some(event), _) => Ok(Some((event, lacking))),
            (None, Some(error)) if silent == self.relays.len() => Err(error),
            (None, _) => Ok(None),
        }
    }

    /// Offers a note to every relay; it is out when one takes it.
    async fn out(&self, note: &Event, role: PostRole) -> Result<Out> {
        let refused = self.offer(note, &self.relays.iter().collect::<Vec<_>>()).await?;
        Ok(self.told(note, role, refused))
    }

    /// What became of a note whose answer was lost. A note that is not found may be sent again
    /// whatever became of it: a relay stores an id once.
    async fn found(&self, note: &Event, role: PostRole) -> Result<Found<Out>> {
        Ok(match self.have(&note.id).await? {
            Some((_, lacking)) => {
                let lacking = lacking.iter().map(|relay| format!("{} is not known to have it", relay.name()));
                Found::Present(self.told(note, role, lacking.collect()))
            }
            None => Found::Absent,
        })
    }

    fn told(&self, note: &Event, role: PostRole, warnings: Vec<String>) -> Out {
        let relay = self.relays.first().map(|relay| &relay.url);
        let url = relay.and_then(|relay| names::address(&note.id, &note.pubkey, note.kind, relay));
        Out { post: RemotePost::new(&note.id, role).with_url(url), warnings }
    }

    /// Offers an event to these relays. Says why some did not take it where one did.
    pub(super) async fn offer(&self, event: &Event, relays: &[&Relay]) -> Result<Vec<String>> {
        let answers = join_all(relays.iter().map(|relay| relay.take(event))).await;
        let (mut taken, mut failed) = (false, Vec::new());
        for answer in answers {
            match answer {
                Ok(()) => taken = true,
                Err(error) => failed.push(error),
            }
        }
        let words = failed.iter().map(|error| error.message().to_owned()).collect();
        if taken {
            return Ok(words);
        }
        // One relay that may have it is doubt, whatever the others say.
        let doubt = failed.iter().position(|error| error.effect() == Effect::Unknown).unwrap_or_default();
        let alone = failed.len() == 1;
        match failed.into_iter().nth(doubt) {
            Some(error) if alone => Err(error),
            Some(error) => Err(error.map_message(|_| format!("no relay took it: {}", words.join("; ")))),
            None => Ok(words),
        }
    }
}

fn with(mut receipt: Receipt, out: Out) -> Receipt {
    receipt.warnings.extend(out.warnings);
    receipt.with_post(out.post)
}
