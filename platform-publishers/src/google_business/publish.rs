//! Publishing: the one request that makes a post visible, and what Google makes of it.

use async_trait::async_trait;
use social_core::clock::Timestamp;
use social_core::host;
use social_core::job::{self, Job, JobState, Pending};
use social_core::media::{Media, MediaInfo};
use social_core::publish::{
    self, Approved, Delivery, Finding, Placement, Post, Publisher, PublisherCapabilities, Readiness, Receipt,
    ReceiptState, RemotePost, Rules,
};
use social_core::run::Run;
use social_core::{Account, Error, ErrorKind, Platform, Result};
use url::Url;

use super::check::findings;
use super::options::{self, Button, EVENT, GoogleBusinessOptions, OFFER};
use super::when::LocalTime;
use super::wire::{CallToAction, Event, LocalPost, NewPost, Offer, Photo, Schedule, words};
use super::{GoogleBusiness, rules};
use crate::offered::refuse_unless_offered;

#[async_trait]
impl Publisher for GoogleBusiness {
    fn platform(&self) -> Platform {
        options::PLATFORM
    }

    async fn account(&self) -> Result<Account> {
        Ok(self.account.clone())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new(rules::PLACEMENTS)
            .with_finds_lost_posts(true)
            .with_status(true)
            .with_delete(true)
            .with_readiness(true)
            .with_needs_host(self.host.is_none())
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        rules::rules(placement)
    }

    fn check(&self, post: &Post, _: &[MediaInfo]) -> Vec<Finding> {
        findings(post, self.host.is_some())
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        refuse_unless_offered(&options::PLATFORM, &post.placement, rules::instead(&post.placement))?;
        let work = |delivery: Delivery| async move { self.deliver(&delivery, post).await };
        let receipt = publish::durably(self, run, post, work).await?;
        Ok(self.with_outcome(run, receipt).await)
    }

    async fn status(&self, receipt: &Receipt) -> Result<Receipt> {
        self.status_of(receipt).await
    }

    async fn delete(&self, run: &Run, receipt: &Receipt) -> Result<Receipt> {
        self.delete_post(run, receipt).await
    }

    async fn readiness(&self, at: Timestamp) -> Result<Readiness> {
        self.readiness_at(at).await
    }
}

impl GoogleBusiness {
    async fn deliver(&self, delivery: &Delivery, post: &Post) -> Result<Receipt> {
        let options = post.options.get::<GoogleBusinessOptions>()?.unwrap_or_default();
        let mut media = Vec::new();
        for (index, file) in post.content() {
            let source_url = self.address(&delivery.run, &file.media, post.publish_at).await;
            let source_url = source_url.map_err(|error| error.with_item(index))?;
            media.push(Photo { media_format: "PHOTO", location_association: None, source_url });
        }
        let body = request(post, options, media)?;
        let known_by = words(&body.summary, body.event.as_ref().map(|event| event.title.as_str()));
        // What Google does not say is not taken for a success.
        let receipt = |made: LocalPost| {
            let state = made.receipt_state().unwrap_or(ReceiptState::Processing);
            delivery.receipt(state).with_post(RemotePost::main(made.name).with_url(made.search_url))
        };
        let send = || async {
            let call = self.api.post(&self.location.path("localPosts"))?.operation("publish");
            let reply = call.json(&body).send().await?;
            let made: LocalPost = reply.json()?;
            match self.location.object("localPosts", &made.name) {
                Ok(_) if made.state.is_some() => Ok(receipt(made)),
                _ => Err(reply.unreadable("the answer does not say what became of the post")),
            }
        };
        let known_by = &known_by;
        let find = |lost| async move { Ok(self.find(known_by, lost).await?.map(receipt)) };
        delivery.once(send, find).await
    }

    /// Where Google fetches a photo, until that time.
    pub(super) async fn address(&self, run: &Run, media: &Media, until: Option<Timestamp>) -> Result<Url> {
        match (media, &self.host) {
            (Media::Remote(remote), None) => Ok(remote.url.clone()),
            (media, Some(host)) => Ok(host::public(run, host.as_ref(), media, until).await?.url),
            (_, None) => Err(Error::config("Google fetches photos itself and needs a media host")),
        }
    }

    /// What Google makes of a post that it took. Nothing of it can fail the post.
    async fn with_outcome(&self, run: &Run, mut receipt: Receipt) -> Receipt {
        if receipt.state != ReceiptState::Processing {
            return receipt;
        }
        let ask = || async {
            let job = Job::new(receipt.id(), receipt.at);
            let ended = job::wait(run, &self.poll, &job, || async {
                let post = self.read_post(receipt.id()).await?;
                Ok(match post.receipt_state() {
                    None | Some(ReceiptState::Processing) => Pending::working("processing").into(),
                    Some(state) => JobState::Done((state, post.search_url)),
                })
            });
            match ended.await {
                // It may take longer; `status` tells later.
                Err(error) if error.kind() == ErrorKind::Timeout => Ok((ReceiptState::Processing, None)),
                ended => ended,
            }
        };
        let outcome: Result<(ReceiptState, Option<Url>)> = run.step("outcome", ask).await;
        if let Ok((state, url)) = outcome {
            receipt.state = state;
            if state == ReceiptState::Rejected {
                let message = "Google took the post and rejected it; look at its text and photo in the profile";
                receipt.warnings.push(message.to_owned());
            }
            if let Some(post) = receipt.posts.first_mut() {
                post.url = url.or(post.url.take());
            }
        }
        receipt
    }
}

fn request(post: &Post, options: GoogleBusinessOptions, media: Vec<Photo>) -> Result<NewPost> {
    let is_offer = post.placement == OFFER;
    let event = match post.placement == EVENT || is_offer {
        true => Some(event(post, &options)?),
        false => None,
    };
    let button = options.button.or(post.link.as_ref().map(|_| Button::LearnMore)).filter(|_| !is_offer);
    Ok(NewPost {
        language_code: post.languages.first().cloned(),
        summary: post.text.clone(),
        topic_type: match () {
            () if is_offer => "OFFER",
            () if event.is_some() => "EVENT",
            () => "STANDARD",
        },
        call_to_action: button.map(|button| CallToAction { action_type: action_type(button), url: post.link.clone() }),
        event,
        offer: is_offer.then(|| Offer {
            coupon_code: options.coupon,
            redeem_online_url: post.link.clone(),
            terms_conditions: options.terms,
        }),
        media,
        scheduled_time: post.publish_at,
    })
}

const fn action_type(button: Button) -> &'static str {
    match button {
        Button::Book => "BOOK",
        Button::Order => "ORDER",
        Button::Shop => "SHOP",
        Button::LearnMore => "LEARN_MORE",
        Button::SignUp => "SIGN_UP",
        Button::Call => "CALL",
    }
}

/// An offer has one, too.
fn event(post: &Post, options: &GoogleBusinessOptions) -> Result<Event> {
    let time = |name: &'static str, time: &Option<String>| {
        let parsed = time.as_deref().and_then(LocalTime::parse);
        parsed.ok_or_else(|| Error::invalid(name, "an event begins and ends at a date or a time"))
    };
    let (starts, ends) = (time("starts", &options.starts)?, time("ends", &options.ends)?);
    let schedule =
        Schedule { start_date: starts.date, start_time: starts.time, end_date: ends.date, end_time: ends.time };
    Ok(Event { title: post.title.clone().unwrap_or_default(), schedule })
}
