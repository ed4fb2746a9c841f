#![no_main]
//! The text of a cell read for its amounts.

libfuzzer_sys::fuzz_target!(|text: &str| documents::fuzzed::amounts(text));
