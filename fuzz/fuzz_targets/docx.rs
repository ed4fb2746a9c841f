#![no_main]
//! A file with the name of a Word document, whatever is in it.

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzz::read("表.docx", &fuzz::packed(input)));
