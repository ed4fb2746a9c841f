#![no_main]
//! The text of a cell read for its dates.

libfuzzer_sys::fuzz_target!(|text: &str| documents::fuzzed::dates(text));
