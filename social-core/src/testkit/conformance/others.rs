//! What must be kept apart: other people's work at the same vendor, and other requests in the same
//! run.

use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::subject::Violations;
use super::trial::Trial;
use crate::error::{Error, ErrorKind, Result};
use crate::run::{OpenOptions, Run};
use crate::testkit::matrix::{ATTEMPTS, wait_after};
use crate::testkit::scene::{Lasting, Scene};
use crate::testkit::{Fault, FaultTransport, ScriptedVendor};

const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

/// Whose work stands beside ours when its answer is lost.
#[derive(Clone, Copy, Debug)]
enum Beside {
    /// The same, a week before.
    LastWeeks,
    /// Another one, after ours.
    Newer,
    /// Another one, a week before.
    Older,
}

impl<M, R, T, F, Call, Sound> Trial<'_, M, R, Call, Sound>
where
    M: Debug + ?Sized,
    R: Clone,
    T: Debug,
    F: Future<Output = Result<T>>,
    Call: Fn(Arc<M>, Run, R) -> F,
    Sound: Fn(&T) -> Option<String>,
{
    /// Somebody else's work is not taken for ours. `name` names a result where results have names.
    pub(super) async fn beside_others(
        &self,
        violations: &mut Violations,
        exchanges: usize,
        name: impl Fn(&T) -> Option<String>,
    ) {
        let Some(effect) = self.effect_at(exchanges).await else { return };
        for beside in [Beside::LastWeeks, Beside::Newer, Beside::Older] {
            for fault in [Fault::LostBefore, Fault::DiesBefore, Fault::CutAfter, Fault::DiesAfter] {
                if let Some(problem) = self.beside(beside, effect, fault, &name).await {
                    violations.add(format!("beside another's work ({beside:?}), {fault:?}: {problem}"));
                }
            }
        }
    }

    async fn beside(
        &self,
        beside: Beside,
        effect: usize,
        fault: Fault,
        name: &impl Fn(&T) -> Option<String>,
    ) -> Option<String> {
        let count = self.subject.count.as_ref()?;
        let (vendor, shared) = ((self.subject.vendor)(), Lasting::default());
        let other = match beside {
            Beside::LastWeeks => self.request.clone(),
            Beside::Newer | Beside::Older => self.another?.clone(),
        };
        let mut others = None;
        if !matches!(beside, Beside::Newer) {
            others = Some(self.stranger(&shared, &vendor, &other).await?);
            shared.clock.advance(WEEK);
        }
        let before = count(&vendor);
        let faulty = FaultTransport::on_clock(vendor.transport(), effect, false, fault, shared.clock.clone());
        let first = self.begin(&shared, faulty.clone(), self.request.clone());
        let mut result = tokio::select! {
            result = first => Some(result),
            () = faulty.death() => None,
        };
        let mut ours = count(&vendor) - before;
        if matches!(beside, Beside::Newer) {
            let before = count(&vendor);
            others = Some(self.stranger(&shared, &vendor, &other).await?);
            // A vendor that counts by keys or calls counts this one, too.
            if count(&vendor) != before + 1 {
                return None;
            }
        }
        let before = count(&vendor);
        for attempt in 1..=ATTEMPTS {
            match &result {
                Some(Ok(_)) => break,
                Some(Err(error)) => wait_after(error, attempt, &shared.clock),
                None => {}
            }
            result = Some(self.begin(&shared, vendor.transport(), self.request.clone()).await);
        }
        ours += count(&vendor) - before;
        match result? {
            _ if ours > 1 => Some(format!("{ours} effects")),
            Ok(_) if ours == 0 => Some("it is taken for ours, which never happened".to_owned()),
            Ok(result) => {
                let (ours, theirs) = (name(&result)?, name(&others?)?);
                (ours == theirs).then(|| format!("ours happened, and the result names theirs: {theirs}"))
            }
            Err(_) => None,
        }
    }

    /// The same vendor works for somebody else.
    async fn stranger(&self, shared: &Lasting, vendor: &ScriptedVendor, request: &R) -> Option<T> {
        let scene = another_scene(shared, vendor).await.ok()?;
        let implementation = (self.subject.connect)(&scene).ok()?;
        (self.call)(implementation, scene.run, request.clone()).await.ok()
    }

    /// A run belongs to its request: another one in it is refused, and not answered with what was
    /// made for the first.
    pub(super) async fn bound(&self, violations: &mut Violations) {
        let Some(another) = self.another else { return };
        let (vendor, shared) = ((self.subject.vendor)(), Lasting::default());
        let Ok(_) = self.begin(&shared, vendor.transport(), self.request.clone()).await else { return };
        let kind = self.begin(&shared, vendor.transport(), another.clone()).await.err().map(|error| error.kind());
        violations.check(kind == Some(ErrorKind::InvalidRequest), || {
            format!("another request in the same run is not refused as an invalid request but gives {kind:?}")
        });
    }
}

/// As [`Lasting::scene`], with the run of somebody else.
async fn another_scene(shared: &Lasting, vendor: &ScriptedVendor) -> Result<Scene, Error> {
    let (clock, random) = (shared.clock.clone(), shared.random.clone());
    let options = OpenOptions::new().with_clock(clock.clone()).with_random(random.clone());
    let run = Run::open_with(&shared.journal, "another", options).await?;
    Ok(Scene { transport: vendor.transport(), run, clock, random })
}
