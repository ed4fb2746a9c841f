//! The child that reads strangers' files: first it takes power away from itself, then it looks at the file.
//!
//! It starts no threads, reads no configuration and no environment. What it may not do any more kills it, and the
//! parent answers that the file is too large or too complex (`app::reading`).

use std::{fs, io::stdout};

use rustix::{
    fs::{FileType, fstat},
    process::{Resource, Rlimit, nice, setrlimit},
};

/// Bytes of memory it may take beyond what the program itself occupies.
const MEMORY: u64 = 256 << 20;
/// What the program occupies at most, where the system does not say.
const PROGRAM: u64 = 512 << 20;
/// Seconds of processor time.
const PROCESSOR_SECONDS: u64 = 10;
/// Open files: the three standard ones, the file that is read, and one to spare.
const OPEN_FILES: u64 = 5;
/// Bytes of an answer written to a file (`forms read … > answer.json`). To a pipe nothing is counted.
const ANSWER: u64 = 64 << 20;

/// How far a child of the server steps back behind whoever else wants the processor: the pages of other people.
const STEP_BACK: i32 = 5;

/// Takes away what reading a file does not need. There is no way back.
///
/// # Errors
/// The system refuses; then nothing should be read.
pub fn limit_ourselves() -> std::io::Result<()> {
    let to_a_file = fstat(stdout())
        .is_ok_and(|out| FileType::from_raw_mode(out.st_mode) == FileType::RegularFile);
    // Last the files, because the occupied memory is read from one.
    for (resource, most) in [
        (Resource::As, occupied().unwrap_or(PROGRAM) + MEMORY),
        (Resource::Cpu, PROCESSOR_SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, if to_a_file { ANSWER } else { 0 }),
        (Resource::Nofile, OPEN_FILES),
    ] {
        setrlimit(
            resource,
            Rlimit {
                current: Some(most),
                maximum: Some(most),
            },
        )?;
    }
    Ok(())
}

/// Lets others go first. For the server's children; at a terminal nobody else waits.
///
/// # Errors
/// The system refuses.
pub fn step_back() -> std::io::Result<()> {
    nice(STEP_BACK)?;
    Ok(())
}

/// Bytes of address space the program occupies now.
fn occupied() -> Option<u64> {
    let pages: u64 = fs::read_to_string("/proc/self/statm")
        .ok()?
        .split(' ')
        .next()?
        .parse()
        .ok()?;
    Some(pages * u64::try_from(rustix::param::page_size()).ok()?)
}
