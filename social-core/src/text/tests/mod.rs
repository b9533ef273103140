//! Tests of counting, finding, fitting and splitting.

mod conformance;
mod fitting;
mod seen;
mod speed;
