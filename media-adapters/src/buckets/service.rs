//! The stores' requests on this family's HTTP path.

use async_trait::async_trait;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, HOST};
use http::{Method, Response};
use http_body_util::BodyExt as _;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use secrecy::SecretString;
use social_core::http::{Body, Endpoint, Repeat};
use social_core::{Error, Result};
use url::Url;

use super::error::Carried;

/// Sends what `object_store` has signed through an endpoint: its transport, its deadlines, its
/// repetitions and its limits.
#[derive(Clone, Debug)]
pub(super) struct OverEndpoint(pub(super) Endpoint);

impl HttpConnector for OverEndpoint {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for OverEndpoint {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        // The error is found again behind the store's own; the endpoint has repeated what it may.
        self.send(request).await.map_err(|error| HttpError::new(HttpErrorKind::Unknown, Carried::new(error)))
    }
}

impl OverEndpoint {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse> {
        let (head, body) = request.into_parts();
        let url = Url::parse(&head.uri.to_string())
            .map_err(|e| Error::config("the store's address is no URL").with_source(e))?;
        let operation = match head.method {
            Method::GET | Method::HEAD => "read file",
            Method::DELETE => "remove file",
            _ => "put file",
        };
        // A file's name follows from its bytes, so each request may come twice.
        let mut call = self.0.anonymous(head.method.clone(), url).operation(operation).repeat(Repeat::Keyed);
        for (name, value) in &head.headers {
            if [HOST, CONTENT_LENGTH].contains(name) {
                continue;
            }
            let value = value.to_str().map_err(|e| Error::config("a header of the store is no text").with_source(e))?;
            call = if *name == AUTHORIZATION {
                call.secret_header(name.clone(), &SecretString::from(value))
            } else {
                call.header(name.clone(), value)
            };
        }
        let body = body.collect().await.map_err(|e| Error::config("the store's request has no body").with_source(e))?;
        // Of a request with a body the length is said, also when it is zero.
        if ![Method::GET, Method::HEAD, Method::DELETE].contains(&head.method) {
            call = call.body(Body::Bytes(body.to_bytes()));
        }
        let reply = call.send().await?;
        let mut response = Response::new(reply.body.into());
        *response.status_mut() = reply.status;
        *response.headers_mut() = reply.headers;
        Ok(response)
    }
}
