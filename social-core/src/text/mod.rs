//! Text as platforms count it: units, fitting, splitting, hashtags, mentions and links.

mod count;

pub use count::Unit;
