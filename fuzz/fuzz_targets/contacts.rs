#![no_main]
//! The text of a cell read for its contacts.

libfuzzer_sys::fuzz_target!(|text: &str| documents::fuzzed::contacts(text));
