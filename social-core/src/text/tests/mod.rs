//! Counting, finding and fitting texts.

mod conformance;
mod fitting;
