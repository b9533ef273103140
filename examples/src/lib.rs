//! The programs are in `src/bin`. Here is what `replay` and `request` share: the adapters that they
//! know, as a table, and how results are shown. The README's code is compiled here, too.

pub mod adapters;
pub mod show;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
