//! For tests of this family and of crates written elsewhere: scripted vendors, faults, a fixed clock, conformance suites.
