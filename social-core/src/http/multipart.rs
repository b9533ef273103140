//! Forms with files.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::HeaderValue;

use super::{Body, BodySource, ByteStream};
use crate::clock::Random;
use crate::error::{Error, Result};

/// A form of the kind `multipart/form-data`: texts and files, sent as they are read.
///
/// It can be sent again, and its length is known when the lengths of its files are.
#[derive(Debug, Default)]
#[must_use]
pub struct Multipart {
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    head: String,
    body: Body,
}

impl Multipart {
    /// A form without parts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        let head = format!("Content-Disposition: form-data; name=\"{}\"", quoted(name));
        self.parts.push(Part { head, body: Body::Bytes(value.into().into()) });
        self
    }

    /// Adds a file. The content type is a MIME type, for instance `image/jpeg`.
    pub fn file(mut self, name: &str, file_name: &str, content_type: &str, body: impl Into<Body>) -> Self {
        let (name, file_name) = (quoted(name), quoted(file_name));
        let head = format!(
            "Content-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\nContent-Type: {content_type}"
        );
        self.parts.push(Part { head, body: body.into() });
        self
    }

    /// The content type and the body to send.
    pub(super) fn finish(self, random: &dyn Random) -> Result<(HeaderValue, Body)> {
        // 128 random bits do not turn up in a file by accident.
        let mut bytes = [0; 16];
        random.fill(&mut bytes);
        let boundary = format!("{:032x}", u128::from_be_bytes(bytes));
        let content_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
            .map_err(|_| Error::invalid("body", "the form's boundary cannot be sent in a header"))?;
        let mut pieces = Vec::with_capacity(2 * self.parts.len() + 1);
        let mut before = String::new();
        for part in self.parts {
            if part.head.replace("\r\n", "").contains(char::is_control) {
                return Err(Error::invalid("body", "a content type of the form has characters that cannot be sent"));
            }
            pieces.push(Body::from(format!("{before}--{boundary}\r\n{}\r\n\r\n", part.head)));
            pieces.push(part.body);
            before = "\r\n".to_owned();
        }
        pieces.push(Body::from(format!("{before}--{boundary}--\r\n")));
        Ok((content_type, Body::Stream(Arc::new(Joined(pieces)))))
    }
}

/// A name as browsers write it, by the [HTML
/// standard](https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// Bodies one after the other.
struct Joined(Vec<Body>);

impl fmt::Debug for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Joined({} bodies)", self.0.len())
    }
}

impl BodySource for Joined {
    fn open(&self) -> ByteStream {
        let once = |bytes: Bytes| Box::pin(stream::iter([Ok(bytes)])) as ByteStream;
        let bodies = self.0.clone().into_iter().filter_map(move |body| match body {
            Body::Empty => None,
            Body::Bytes(bytes) => Some(once(bytes)),
            // Opened only when its turn has come.
            Body::Stream(source) => Some(Box::pin(stream::once(async move { source.open() }).flatten()) as ByteStream),
        });
        Box::pin(stream::iter(bodies).flatten())
    }

    fn length(&self) -> Option<u64> {
        self.0.iter().map(Body::length).sum()
    }
}

#[cfg(test)]
mod tests {
    // Stands on: RFC 7578 and the HTML standard's rules for names; the form is invented.

    use std::time::Duration;

    use async_trait::async_trait;
    use futures_util::TryStreamExt as _;

    use super::*;
    use crate::clock::{Clock, SystemRandom, Timestamp};
    use crate::error::{Effect, ErrorKind};
    use crate::http::{Endpoint, Repeat, Request, Response, Transport};

    #[derive(Debug)]
    struct File(Option<u64>);

    impl BodySource for File {
        fn open(&self) -> ByteStream {
            Box::pin(stream::iter(["im", "age"].map(|piece| Ok(Bytes::from_static(piece.as_bytes())))))
        }

        fn length(&self) -> Option<u64> {
            self.0
        }
    }

    #[derive(Debug, Default)]
    struct Reads(std::sync::Mutex<Vec<(String, Option<u64>, String)>>);

    #[async_trait]
    impl Transport for Reads {
        async fn send(&self, request: Request) -> Result<Response> {
            let Body::Stream(source) = &request.body else { panic!("not a stream") };
            let bytes: Vec<u8> = source.open().map_ok(|piece| piece.to_vec()).try_concat().await?;
            let content_type = request.headers["content-type"].to_str().unwrap().to_owned();
            self.0.lock().unwrap().push((content_type, source.length(), String::from_utf8(bytes).unwrap()));
            Err(Error::new(ErrorKind::Transport, "refused").with_effect(Effect::None))
        }
    }

    #[derive(Debug)]
    struct NoWait;

    #[async_trait]
    impl Clock for NoWait {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        async fn sleep(&self, _: Duration) {}
    }

    #[tokio::test]
    async fn a_form_is_sent_the_same_each_time() {
        let transport = Arc::new(Reads::default());
        let endpoint = Endpoint::builder("acme", "https://api.example")
            .transport(transport.clone())
            .clock(Arc::new(NoWait))
            .build()
            .unwrap();
        let form = Multipart::new().text("caption", "Grüße\r\n--").text("empty", "").file(
            "file\"1",
            "a\r\nb.png",
            "image/png",
            Body::Stream(Arc::new(File(Some(5)))),
        );
        endpoint.post("x").unwrap().repeat(Repeat::Never).multipart(form).send().await.unwrap_err();
        let sent = transport.0.lock().unwrap().clone();
        assert_eq!(sent.len(), 4);
        assert!(sent.iter().all(|each| *each == sent[0]));
        let (content_type, length, text) = &sent[0];
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
        let expected = [
            "--B",
            "Content-Disposition: form-data; name=\"caption\"",
            "",
            "Grüße\r\n--",
            "--B",
            "Content-Disposition: form-data; name=\"empty\"",
            "",
            "",
            "--B",
            "Content-Disposition: form-data; name=\"file%221\"; filename=\"a%0D%0Ab.png\"",
            "Content-Type: image/png",
            "",
            "image",
            "--B--",
            "",
        ];
        assert_eq!(text.replace(boundary, "B"), expected.join("\r\n"));
        assert_eq!(*length, Some(text.len() as u64));
    }

    #[test]
    fn a_file_of_unknown_length_makes_a_form_of_unknown_length() {
        let form = Multipart::new().file("f", "f", "video/mp4", Body::Stream(Arc::new(File(None))));
        assert_eq!(form.finish(&SystemRandom).unwrap().1.length(), None);
        let form = Multipart::new();
        assert!(form.finish(&SystemRandom).unwrap().1.length().is_some());
    }

    #[test]
    fn a_content_type_cannot_add_headers() {
        for content_type in ["image/png\nX-Evil: 1", "image/png\r\r\n\nX-Evil: 1", "a\0b"] {
            let form = Multipart::new().file("f", "f", content_type, "bytes");
            assert_eq!(form.finish(&SystemRandom).unwrap_err().kind(), ErrorKind::InvalidRequest, "{content_type:?}");
        }
    }
}
