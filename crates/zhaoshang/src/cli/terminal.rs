//! What is said at the terminal. A reader that has gone away is no reason to fail.

use std::io::{Write, stderr, stdout};

/// A line on standard output.
pub fn say(line: impl AsRef<str>) {
    let _ = writeln!(stdout(), "{}", line.as_ref());
}

/// A line on standard error.
pub fn complain(line: impl AsRef<str>) {
    let _ = writeln!(stderr(), "{}", line.as_ref());
}

/// The result of a command, as it is, on standard output. False when it could not be written.
pub fn hand_over(text: &str) -> bool {
    let mut out = stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .is_ok()
}
