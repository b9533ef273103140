//! Stands on exchanges put together from the SDK's types and from a client's tests, and on requests
//! that the SDK sent; nothing was recorded.

mod image;
mod video;

use crate::shared;

#[test]
fn every_exchange_in_shared_is_read_by_a_test() {
    let found = shared::numbers("ark");
    let mut read = [&image::EXCHANGES[..], &video::EXCHANGES].concat();
    read.sort_unstable();
    assert!(found.is_empty() || found == read, "{found:?}");
}
