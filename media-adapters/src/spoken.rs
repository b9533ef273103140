//! Speech that was only ever in an answer, as a file of the run.

use futures_util::{StreamExt as _, stream};
use serde::{Deserialize, Serialize};
use social_core::http::{ByteStream, Endpoint, Failure, StreamReply};
use social_core::make::Made;
use social_core::money::Usage;
use social_core::run::Run;
use social_core::speech::{Speech, SpokenWord};
use social_core::{Error, ModelAddress, Result};

use crate::kept::{self, Kept};

/// The largest error that is read, in bytes.
const MAX_ERROR: usize = 64 << 10;

/// What the journal keeps of speech.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Spoken {
    pub(crate) audio: Kept,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) words: Vec<SpokenWord>,
    pub(crate) usage: Usage,
}

impl Spoken {
    /// The speech, from the run's files.
    pub(crate) async fn open(self, run: &Run, address: &ModelAddress) -> Result<Made<Speech>> {
        let file = kept::reopen_one(run, self.audio).await?;
        let speech = Speech::new(file.media, file.info).with_words(self.words);
        Ok(Made::new(address.clone(), speech).with_usage(self.usage))
    }
}

/// The body of an answer that should be audio. Words instead of it are the vendor's error, whatever
/// the status.
pub(crate) async fn audio(endpoint: &Endpoint, reply: &mut StreamReply) -> Result<ByteStream> {
    let mut body = std::mem::replace(&mut reply.body, stream::empty().boxed());
    if !["application/json", "text/html", "text/plain"].iter().any(|words| reply.is(words)) {
        return Ok(body);
    }
    let mut words = Vec::new();
    while let Some(piece) = body.next().await {
        words.extend_from_slice(&piece?);
        if words.len() > MAX_ERROR {
            break;
        }
    }
    let failure = Failure { status: reply.status, headers: &reply.headers, body: &words };
    Err(reply.describe(endpoint.classify(&failure)))
}

/// The pieces of an answer as a stream.
pub(crate) fn streamed(pieces: Vec<bytes::Bytes>) -> ByteStream {
    stream::iter(pieces.into_iter().map(Ok::<_, Error>)).boxed()
}
