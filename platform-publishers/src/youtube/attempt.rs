//! The uploads of one post: the newest one, and how those before it ended.

use serde::{Deserialize, Serialize};
use social_core::Result;
use social_core::run::Run;
use url::Url;

/// The step with an upload's address.
const ADDRESS: &str = "address";
/// The step that says that bytes may have been sent.
const BEGUN: &str = "begun";
/// The step that says how an upload ended that is of no more use.
const OVER: &str = "over";

/// How an upload ended that is of no more use.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ended {
    /// YouTube refused it: it made no video.
    Refused,
    /// YouTube forgot it: it may have made one before.
    Forgotten,
}

/// One upload of a post.
pub(super) struct Attempt {
    run: Run,
    /// Where it goes, once it has begun.
    pub(super) address: Option<Url>,
    /// How the one before it ended.
    pub(super) before: Option<Ended>,
}

impl Attempt {
    /// The upload that is of use, begun or not.
    pub(super) async fn newest(run: &Run) -> Result<Self> {
        let (mut number, mut before) = (1, None);
        loop {
            let run = run.child(&format!("attempt-{number}"));
            match run.result(OVER).await? {
                Some(ended) => before = Some(ended),
                None => return Ok(Self { address: run.result(ADDRESS).await?, run, before }),
            }
            number += 1;
        }
    }

    /// Its address, begun by `begin` where there is none yet.
    pub(super) async fn address<F>(&self, begin: impl FnOnce() -> F + Send) -> Result<Url>
    where
        F: Future<Output = Result<Url>> + Send,
    {
        self.run.step(ADDRESS, begin).await
    }

    /// Notes that bytes are about to be sent, and says whether some may have been before.
    pub(super) async fn resumes(&self) -> Result<bool> {
        let resumes = self.run.result::<bool>(BEGUN).await?.is_some();
        self.run.step(BEGUN, || async { Ok(true) }).await?;
        Ok(resumes)
    }

    /// Notes that it is of no more use.
    pub(super) async fn end(&self, how: Ended) -> Result<()> {
        self.run.step(OVER, || async { Ok(how) }).await.map(|_: Ended| ())
    }
}
