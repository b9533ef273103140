//! A publisher with one flaw at a time, which the suite must name.

use std::sync::Arc;

use async_trait::async_trait;
use http::Method;
use serde_json::{Value, json};

use super::*;
use crate::publish::{
    self, Approved, Placement, Post, Publisher, PublisherCapabilities, Receipt, ReceiptState, RemotePost, Rules,
    TextRule,
};
use crate::run::{Found, Lost, Run};
use crate::{Account, AccountKey, Platform};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Flaw {
    None,
    PostsTwice,
    DoesNotFind,
    NotBound,
    AsksTheLengthLate,
    PostsAnywhere,
    SaysThatItFailed,
    NamesNothing,
    SaysThatItDeletes,
    PointsNowhere,
}

#[derive(Debug)]
struct Wall {
    api: Endpoint,
    flaw: Flaw,
}

impl Wall {
    async fn post(&self, run: &Run, text: &str) -> Result<String> {
        let body = json!({"text": text, "key": run.key("publish")});
        let reply = self.api.post("posts")?.json(&body).send().await?;
        let answer: Value = reply.json()?;
        answer["id"].as_str().map(str::to_owned).ok_or_else(|| reply.unreadable("the answer has no id"))
    }

    async fn find(&self, run: &Run) -> Result<Found<String>> {
        if self.flaw == Flaw::DoesNotFind {
            return Ok(Found::Unknown);
        }
        let reply = self.api.get("posts")?.query("key", run.key("publish")).send().await?;
        let answer: Value = reply.json()?;
        let posts = answer["posts"].as_array().ok_or_else(|| reply.unreadable("the answer has no posts"))?;
        Ok(posts.first().and_then(Value::as_str).map_or(Found::Absent, |id| Found::Present(id.to_owned())))
    }
}

#[async_trait]
impl Publisher for Wall {
    fn platform(&self) -> Platform {
        Platform::new("wall")
    }

    async fn account(&self) -> Result<Account> {
        Ok(AccountKey::new("wall", "41").into())
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new([Placement::FEED])
            .with_finds_lost_posts(true)
            .with_delete(self.flaw == Flaw::SaysThatItDeletes)
    }

    fn rules(&self, placement: &Placement) -> Option<Rules> {
        let mut rules = Rules::new("wall", placement.clone())
            .with_text(TextRule::of([(crate::text::Unit::Graphemes, 300)]))
            .with_source("text.limits", "made up", "2026-11", false);
        if self.flaw == Flaw::PointsNowhere {
            rules = rules.with_source("text.maximum", "made up", "2026-11", false);
        }
        (*placement == Placement::FEED).then_some(rules)
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        let receipt = |id: String| {
            let receipt = Receipt::new(
                AccountKey::new("wall", "41"),
                Placement::FEED,
                ReceiptState::Published,
                run.clock().now(),
            );
            if self.flaw == Flaw::NamesNothing { receipt } else { receipt.with_post(RemotePost::main(id)) }
        };
        let send = || async { Ok(receipt(self.post(run, &post.text).await?)) };
        let find = |_| async { Ok(self.find(run).await?.map(receipt)) };
        match self.flaw {
            Flaw::None | Flaw::NamesNothing | Flaw::SaysThatItDeletes | Flaw::PointsNowhere | Flaw::DoesNotFind => {
                publish::durably(self, run, post, |delivery| async move { delivery.once(send, find).await }).await
            }
            _ => self.carelessly(run, post, send, find).await,
        }
    }
}

impl Wall {
    /// Without the shell, and with one flaw.
    async fn carelessly<F, G>(
        &self,
        run: &Run,
        post: &Approved<Post>,
        send: impl FnOnce() -> F + Send,
        find: impl FnMut(Lost) -> G + Send,
    ) -> Result<Receipt>
    where
        F: Future<Output = Result<Receipt>> + Send,
        G: Future<Output = Result<Found<Receipt>>> + Send,
    {
        if self.flaw != Flaw::PostsAnywhere && self.flaw != Flaw::AsksTheLengthLate {
            publish::preflight(self, run, post).await?;
        }
        if self.flaw == Flaw::AsksTheLengthLate {
            post.is_for(&self.account().await?)?;
        }
        if self.flaw != Flaw::NotBound {
            run.bind(&post.approval().digest).await?;
        }
        match self.flaw {
            Flaw::PostsTwice => run.step("publish", send).await,
            Flaw::SaysThatItFailed => {
                let result = run.once("publish", send, find).await;
                result.map_err(|_| Error::new(ErrorKind::Unavailable, "try again"))
            }
            _ => run.once("publish", send, find).await,
        }
    }
}

fn wall() -> ScriptedVendor {
    let posts = Arc::new(std::sync::Mutex::new(0));
    let listed = posts.clone();
    ScriptedVendor::new()
        .respond(Method::POST, "/v1/posts", move |_| {
            *posts.lock().unwrap() += 1;
            Answer::json(json!({"id": "p1"}))
        })
        .respond(Method::GET, "/v1/posts", move |_| {
            let some = *listed.lock().unwrap() > 0;
            Answer::json(json!({"posts": if some { vec!["p1"] } else { vec![] }}))
        })
}

async fn verdict(flaw: Flaw) -> Result<(), Violations> {
    let connect = move |scene: &Scene| Ok(Arc::new(Wall { api: endpoint(scene)?, flaw }) as Arc<dyn Publisher>);
    let subject = Subject::new(wall, connect).counting(|vendor| vendor.calls(&Method::POST, "/v1/posts"));
    publisher(&subject, &Post::new("Hello")).await
}

#[tokio::test]
async fn the_publisher_suite_passes_care_and_names_flaws() {
    verdict(Flaw::None).await.unwrap();
    for (flaw, says) in [
        (Flaw::PostsTwice, "2 effects"),
        (Flaw::DoesNotFind, "it says that it finds lost posts, and did not"),
        (Flaw::NotBound, "another post in the same run is not refused"),
        (Flaw::AsksTheLengthLate, "a text of a million letters"),
        (Flaw::PostsAnywhere, "a post that was approved for elsewhere"),
        (Flaw::PostsAnywhere, "a post that was approved for another account"),
        (Flaw::SaysThatItFailed, "the post is out, and the error says that it is not"),
        (Flaw::NamesNothing, "the receipt names no remote post"),
        (Flaw::SaysThatItDeletes, "delete is offered and fails"),
        (Flaw::PointsNowhere, "a source is about `text.maximum`"),
    ] {
        assert_says(verdict(flaw).await, says);
    }
}
