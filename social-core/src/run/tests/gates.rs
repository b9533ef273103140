//! Gates, events and spending: what others are asked and told, and what later processes know.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;

use super::*;
use crate::clock::Clock as _;
use crate::error::Retry;
use crate::identity::AccountKey;
use crate::testkit::FixedClock;
use crate::usage::MicroDollars;

fn clock() -> Arc<FixedClock> {
    Arc::default()
}

#[tokio::test]
async fn a_kill_switch_stops_what_cannot_be_taken_back_and_nothing_else() {
    let (vendor, switch, clock) = (Vendor::default(), KillSwitch::new(), clock());
    let run = Run::ephemeral_with(OpenOptions::new().with_clock(clock.clone()).with_gate(switch.clone()));
    switch.stop("wrong price list");
    assert_eq!(run.step("upload", || async { Ok(1) }).await.unwrap(), 1);
    let error = run.once("publish", || vendor.post(), |_| vendor.find()).await.unwrap_err();
    assert_eq!((error.kind(), error.effect(), error.retry()), (ErrorKind::Paused, Effect::None, Retry::Never));
    assert!(error.message().contains("wrong price list") && error.message().contains("publish"), "{error}");
    assert_eq!((vendor.posts(), run.unsettled().len()), (0, 0));

    switch.pause_until(clock.now() + Duration::from_secs(60), "quiet hours");
    let error = run.once("publish", || vendor.post(), |_| vendor.find()).await.unwrap_err();
    assert_eq!(error.wait(), Some(Duration::from_secs(60)));
    clock.advance(Duration::from_secs(60));
    assert_eq!(run.once("publish", || vendor.post(), |_| vendor.find()).await.unwrap(), 1);

    // What is done stays done, and what was lost is asked about, whatever the switch says.
    switch.stop("still wrong");
    assert_eq!(run.once("publish", || vendor.post(), |_| vendor.find()).await.unwrap(), 1);
    let lost = run.once("reply", || vendor.post_and_lose_the_answer(), |_| vendor.cannot_tell()).await;
    assert_eq!(lost.unwrap_err().kind(), ErrorKind::Paused);
    switch.release();
    run.once("reply", || vendor.post_and_lose_the_answer(), |_| vendor.cannot_tell()).await.unwrap_err();
    switch.stop("wrong again");
    assert_eq!(run.once("reply", || vendor.post(), |_| vendor.find()).await.unwrap(), 2);
    assert_eq!(vendor.posts(), 2);
}

/// Lets so many posts of an account pass.
#[derive(Debug)]
struct Quota(Mutex<u32>, Mutex<Vec<GateRequest>>);

#[async_trait]
impl Gate for Quota {
    async fn admit(&self, request: &GateRequest) -> Result<Admission> {
        self.1.lock().unwrap().push(request.clone());
        if request.account.is_none() {
            return Err(Error::new(ErrorKind::Unavailable, "the quota store is down"));
        }
        let mut left = self.0.lock().unwrap();
        match left.checked_sub(1) {
            Some(less) => *left = less,
            None => return Ok(Admission::Closed(Closed::new("no posts left today"))),
        }
        Ok(Admission::Open)
    }
}

#[tokio::test]
async fn a_gate_knows_the_account_and_one_that_fails_is_closed() {
    let (vendor, quota) = (Vendor::default(), Arc::new(Quota(Mutex::new(1), Mutex::default())));
    let run = Run::ephemeral_with(OpenOptions::new().with_gate(quota.clone()));
    let error = run.once("generate", || vendor.post(), |_| vendor.find()).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unavailable, Effect::None));
    let account = AccountKey::new("aurora", "17");
    let published = run.child("aurora").for_account(&account);
    published.once("publish", || vendor.post(), |_| vendor.find()).await.unwrap();
    let error = published.child("reply").once("publish", || vendor.post(), |_| vendor.find()).await.unwrap_err();
    assert_eq!((error.kind(), vendor.posts()), (ErrorKind::Paused, 1));
    let asked = quota.1.lock().unwrap();
    let steps: Vec<_> = asked.iter().map(|request| (request.step.as_str(), request.account.as_ref())).collect();
    assert_eq!(
        steps,
        [("generate", None), ("aurora/publish", Some(&account)), ("aurora/reply/publish", Some(&account))]
    );
}

#[tokio::test]
async fn an_observer_is_told_in_events_that_serialise() {
    let (vendor, switch, heard) = (Vendor::default(), KillSwitch::new(), Arc::new(Mutex::new(Vec::new())));
    let events = heard.clone();
    let options = OpenOptions::new().with_clock(clock()).with_gate(switch.clone());
    let options = options.with_observer(move |event| events.lock().unwrap().push(event));
    let journal = MemoryJournal::new();
    let run = Run::open_with(&journal, RunId::new("tonight").of_tenant("acme"), options).await.unwrap();
    let child = run.child("instagram");
    child.step("upload", || vendor.post()).await.unwrap();
    child.step("upload", || vendor.post()).await.unwrap();
    child.once("publish", || vendor.refuse(), |_| vendor.find()).await.unwrap_err();
    child.once("publish", || vendor.post_and_lose_the_answer(), |_| vendor.cannot_tell()).await.unwrap_err();
    switch.stop("wrong price list");
    child.once("reply", || vendor.post(), |_| vendor.find()).await.unwrap_err();
    let heard = heard.lock().unwrap();
    let told: Vec<_> = heard.iter().map(|event| serde_json::to_value(event).unwrap()).collect();
    let words: Vec<_> = told.iter().map(|e| format!("{} {}", e["step"], e["event"]).replace('"', "")).collect();
    assert_eq!(
        words,
        [
            "instagram/upload started",
            "instagram/upload done",
            "instagram/upload done",
            "instagram/publish started",
            "instagram/publish failed",
            "instagram/publish started",
            "instagram/publish unknown",
            "instagram/reply refused",
        ]
    );
    assert_eq!((&told[1]["replayed"], &told[2]["replayed"]), (&false.into(), &true.into()));
    assert_eq!(told[4]["error"]["kind"], "rate_limited");
    assert_eq!(told[7]["closed"]["reason"], "wrong price list");
    assert_eq!(told[0]["run"], serde_json::json!({"tenant": "acme", "name": "tonight"}));
    for (event, json) in heard.iter().zip(told) {
        assert_eq!(serde_json::from_value::<RunEvent>(json).unwrap(), *event);
    }
}

/// A budget in memory, by key.
#[derive(Debug)]
struct Purse {
    limit: u64,
    set_aside: Mutex<std::collections::BTreeMap<ChargeKey, u64>>,
    spent: Mutex<u64>,
}

impl Purse {
    fn of(limit: u64) -> Arc<Self> {
        Arc::new(Self { limit, set_aside: Mutex::default(), spent: Mutex::default() })
    }

    fn gone(&self) -> u64 {
        *self.spent.lock().unwrap() + self.set_aside.lock().unwrap().values().sum::<u64>()
    }
}

#[async_trait]
impl BudgetStore for Purse {
    async fn reserve(&self, charge: &ChargeKey, estimate: Option<MicroDollars>) -> Result<()> {
        let estimate = estimate.unwrap_or_default().0;
        if self.set_aside.lock().unwrap().contains_key(charge) {
            return Ok(());
        }
        if self.gone() + estimate > self.limit {
            return Err(Error::new(ErrorKind::OverBudget, "too little is left"));
        }
        self.set_aside.lock().unwrap().insert(charge.clone(), estimate);
        Ok(())
    }

    async fn settle(&self, charge: &ChargeKey, cost: Option<MicroDollars>) -> Result<()> {
        let estimate = self.set_aside.lock().unwrap().remove(charge);
        *self.spent.lock().unwrap() += cost.map_or(estimate.unwrap_or(0), |cost| cost.0);
        Ok(())
    }
}

fn micro(amount: u64) -> Option<MicroDollars> {
    Some(MicroDollars(amount))
}

#[tokio::test]
async fn a_replay_costs_nothing_and_an_unknown_outcome_counts_as_spent() {
    let (journal, vendor, purse) = (MemoryJournal::new(), Vendor::default(), Purse::of(100));
    let paid = |run: &Run, name: &str| run.child(name).charge(micro(40)).paid_from(purse.clone());
    for process in 0..3 {
        let run = Run::open(&journal, "tonight").await.unwrap();
        let charge = paid(&run, "image-1");
        charge.run().once("generate", || vendor.post(), |_| vendor.find()).await.unwrap();
        charge.settle(micro(30)).await.unwrap();
        assert_eq!((run.spending().known, vendor.posts(), purse.gone()), (MicroDollars(30), 1, 30), "{process}");
    }
    let run = Run::open(&journal, "tonight").await.unwrap();
    // Lost: it is spent until somebody knows better, in this process and the next.
    let charge = paid(&run, "image-2");
    let lost = || vendor.post_and_lose_the_answer();
    charge.run().once("generate", lost, |_| vendor.cannot_tell()).await.unwrap_err();
    drop((charge, run));
    let run = Run::open(&journal, "tonight").await.unwrap();
    let spending = run.spending();
    assert_eq!(
        (spending.known, spending.unknown_upper_bound, spending.at_most().0),
        (MicroDollars(30), MicroDollars(40), 70)
    );
    assert_eq!(run.child("image-2").spending().at_most(), MicroDollars(40));
    assert_eq!(run.open_charges().len(), 1);
    assert_eq!(Run::peek(&journal, "tonight").await.unwrap().spending(), spending);
    // Going on with the same work sets nothing more aside; a person lets it be paid for again, and
    // that counts twice.
    let charge = paid(&run, "image-2");
    run.settle("image-2/generate", Settlement::repeat("anna")).await.unwrap();
    let error = paid(&run, "image-3").run().once("generate", lost, |_| vendor.find()).await.unwrap_err();
    assert_eq!((error.kind(), vendor.posts()), (ErrorKind::OverBudget, 2));
    charge.run().once("generate", || vendor.post(), |_| vendor.find()).await.unwrap();
    charge.settle(micro(35)).await.unwrap();
    let spending = run.spending();
    assert_eq!(
        (spending.known, spending.unknown_upper_bound, spending.unpriced_calls),
        (MicroDollars(65), MicroDollars(40), 0)
    );
}

#[tokio::test]
async fn what_was_found_out_later_costs_what_it_cost() {
    let (journal, vendor) = (MemoryJournal::new(), Vendor::default());
    let run = Run::open(&journal, "tonight").await.unwrap();
    let charge = run.child("video").charge(micro(900));
    charge.run().once("submit", || vendor.post_and_lose_the_answer(), |_| vendor.cannot_tell()).await.unwrap_err();
    drop((charge, run));
    let run = Run::open(&journal, "tonight").await.unwrap();
    let charge = run.child("video").charge(micro(900));
    charge.run().once("submit", || vendor.post(), |_| vendor.find()).await.unwrap();
    charge.settle(micro(700)).await.unwrap();
    assert_eq!((run.spending().at_most(), vendor.posts()), (MicroDollars(700), 1));
    // A refusal costs nothing, and work without a price is counted as such.
    let charge = run.child("text").charge(micro(10));
    charge.run().once("write", || vendor.refuse(), |_| vendor.find()).await.unwrap_err();
    charge.settle(micro(0)).await.unwrap();
    let charge = run.child("voice").charge(None);
    charge.run().step("speak", || vendor.post()).await.unwrap();
    charge.settle(None).await.unwrap();
    let spending = run.spending();
    assert_eq!((spending.at_most(), spending.unpriced_calls), (MicroDollars(700), 1));
}
