//! The programs are in `src/bin`. This library only compiles the README's code.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
