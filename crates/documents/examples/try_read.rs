//! Scratch: reads files named on standard input.
use std::io::BufRead as _;
fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let (path, wanted) = line.split_once('\t').unwrap();
        let bytes = std::fs::read(path).unwrap();
        let name = std::path::Path::new(path)
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let reading = documents::forms::read(&name, &bytes, wanted.parse().ok());
        println!(
            "{}",
            serde_json::to_string(&reading.without_source()).unwrap()
        );
    }
}
