//! What lies on the desk when a plan is made.

use super::FileKey;
use crate::campaign::Brief;
use crate::campaign::till::Prices;
use crate::media::MediaInfo;

/// What lies on the desk when a plan is made.
#[derive(Clone, Copy, Debug)]
pub(in crate::campaign) struct Desk<'a> {
    pub(in crate::campaign) brief: &'a Brief,
    /// What the bytes of the brief's photos say, in order.
    pub(in crate::campaign) photos: &'a [MediaInfo],
    /// Every file that some target gets.
    pub(in crate::campaign) wanted: &'a [FileKey],
    /// Files can be given a public address.
    pub(in crate::campaign) host: bool,
    /// Photos can be cut to another shape.
    pub(in crate::campaign) crops: bool,
    pub(in crate::campaign) prices: &'a Prices,
}
