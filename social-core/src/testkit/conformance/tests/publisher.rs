use std::sync::Arc;

use async_trait::async_trait;
use http::Method;
use serde_json::{Value, json};

use super::*;
use crate::Platform;
use crate::publish::{Approved, Placement, Post, Publisher, PublisherCapabilities, Receipt, ReceiptState, Rules};
use crate::run::{Found, Run};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Flaw {
    None,
    PostsTwice,
    DoesNotFind,
    NotBound,
    AsksTheLengthLate,
    PostsAnywhere,
    SaysThatItFailed,
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

    fn account(&self) -> Option<String> {
        None
    }

    fn capabilities(&self) -> PublisherCapabilities {
        PublisherCapabilities::new([Placement::Feed]).finding_lost_posts()
    }

    fn rules(&self, placement: Placement) -> Option<Rules> {
        (placement == Placement::Feed).then(|| {
            let mut rules = Rules::new(self.platform(), placement);
            rules.text.limits.push((crate::text::Unit::Graphemes, 300));
            rules
        })
    }

    async fn publish(&self, run: &Run, post: &Approved<Post>) -> Result<Receipt> {
        if self.rules(post.placement).is_none() {
            return Err(Error::unsupported("placement", "only the feed"));
        }
        if self.flaw != Flaw::PostsAnywhere {
            post.is_for(self)?;
        }
        if post.text.len() > 300 && self.flaw != Flaw::AsksTheLengthLate {
            return Err(Error::invalid("text", "too long"));
        }
        if self.flaw != Flaw::NotBound {
            run.bind(&post.approval().digest).await?;
        }
        let id = match self.flaw {
            Flaw::PostsTwice => run.step("publish", || self.post(run, &post.text)).await?,
            _ => run.once("publish", || self.post(run, &post.text), |_| self.find(run)).await.map_err(|error| {
                if self.flaw == Flaw::SaysThatItFailed {
                    Error::new(ErrorKind::Unavailable, "try again")
                } else {
                    error
                }
            })?,
        };
        Ok(Receipt::new(self.platform(), id, ReceiptState::Published, run.clock().now()))
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
        (Flaw::SaysThatItFailed, "the post is out, and the error says that it is not"),
    ] {
        assert_says(verdict(flaw).await, says);
    }
}
