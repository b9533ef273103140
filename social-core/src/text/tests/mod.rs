mod conformance;
mod fitting;
