#![no_main]
//! Text with separators, in whatever encoding: as csv, and as what was pasted.

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    fuzz::read("表.csv", input);
    fuzz::read("粘贴的表格.txt", input);
});
