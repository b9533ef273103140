//! What several dialects need: bodies, readers of JSON, images, schemas, words of refusal.

#[macro_use]
mod about;

pub(crate) mod arguments;
pub(crate) mod batch;
pub(crate) mod body;
pub(crate) mod borrowed;
pub(crate) mod cache_control;
pub(crate) mod call_id;
pub(crate) mod document;
pub(crate) mod embedding;
pub(crate) mod image;
pub(crate) mod in_place;
pub(crate) mod plain_text;
pub(crate) mod schema;
pub(crate) mod service;
pub(crate) mod think;
