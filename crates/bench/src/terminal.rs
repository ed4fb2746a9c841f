//! What is said at the terminal. A reader that has gone away is no reason to fail.

use std::io::{Write, stderr, stdout};

/// A line on standard output.
pub fn say(line: impl AsRef<str>) {
    let mut out = stdout();
    let _ = writeln!(out, "{}", line.as_ref()).and_then(|()| out.flush());
}

/// A line on standard error.
pub fn note(line: impl AsRef<str>) {
    let _ = writeln!(stderr(), "{}", line.as_ref());
}
