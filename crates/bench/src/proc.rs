//! What Linux tells of a process: processor time, memory; and of the machine.

use std::{fs, time::Duration};

use crate::failure::Result;

/// Memory of a process, in KiB.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Memory {
    /// Resident: everything it touches, also what it shares with others.
    pub rss: u64,
    /// Proportional: what is shared counts by its share.
    pub pss: u64,
    /// Its own, not backed by a file: what the program itself asked for.
    pub anonymous: u64,
}

/// A running process.
#[derive(Debug, Clone, Copy)]
pub struct Process(pub u32);

impl Process {
    /// Processor time of its own threads so far, user and system, in the kernel's ticks.
    ///
    /// # Errors
    /// It is gone.
    pub fn ticks(self) -> Result<u64> {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        ticks_of(&text).ok_or_else(|| format!("/proc/{}/stat is not understood", self.0).into())
    }

    /// Its memory now.
    ///
    /// # Errors
    /// It is gone, or somebody else's.
    pub fn memory(self) -> Result<Memory> {
        let text = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.0))?;
        memory_of(&text)
            .ok_or_else(|| format!("/proc/{}/smaps_rollup is not understood", self.0).into())
    }
}

/// Ticks as time.
pub fn time_of(ticks: u64) -> Duration {
    let a_second = rustix::param::clock_ticks_per_second().max(1);
    Duration::from_micros(ticks * (1_000_000 / a_second))
}

/// utime + stime of a `stat` line. The name in brackets may hold blanks and brackets itself.
fn ticks_of(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    // The first field after the name is the third of proc(5); utime is the 14th, stime the 15th.
    let mut fields = after_name.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn memory_of(rollup: &str) -> Option<Memory> {
    Some(Memory {
        rss: kib(rollup, "Rss")?,
        pss: kib(rollup, "Pss")?,
        anonymous: kib(rollup, "Anonymous")?,
    })
}

/// The value of a line `Name:   123 kB`.
fn kib(text: &str, name: &str) -> Option<u64> {
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    value.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// The load averages of the last 1, 5 and 15 minutes, as the kernel writes them.
pub fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Processor, cores, memory and kernel in one line.
pub fn machine() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let processors = read("/proc/cpuinfo");
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("unknown processor", |(_, model)| model.trim());
    let cores = processors
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let memory = kib(&read("/proc/meminfo"), "MemTotal").unwrap_or_default() >> 20;
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "{model}, {cores} cores, {memory} GiB, Linux {}",
        kernel.trim()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_read_past_any_name() {
        let plain = "17 (zhaoshang) S 1 17 17 0 -1 4194304 900 0 3 0 250 31 9 9 20 0 4 0 99 1 2";
        assert_eq!(ticks_of(plain), Some(281));
        let odd = "17 (a ) S (b) S 1 17 17 0 -1 4194304 900 0 3 0 7 5 9 9 20 0 4 0 99 1 2";
        assert_eq!(ticks_of(odd), Some(12));
        assert_eq!(ticks_of("17 (cut"), None);
        assert_eq!(ticks_of("17 (cut) S 1 2"), None);
    }

    #[test]
    fn memory_is_read_by_name() {
        let text = "55d0-7ffe ---p 00000000 00:00 0   [rollup]\nRss:      43210 kB\nPss:      41000 kB\nPss_Dirty:      1 kB\nAnonymous:    20000 kB\n";
        assert_eq!(
            memory_of(text),
            Some(Memory {
                rss: 43210,
                pss: 41000,
                anonymous: 20000
            })
        );
        assert_eq!(memory_of("Rss: 1 kB\n"), None);
    }

    #[test]
    fn our_own_process_can_be_read() {
        let ourselves = Process(std::process::id());
        assert!(ourselves.ticks().is_ok());
        assert!(ourselves.memory().unwrap().rss > 0);
        assert!(machine().contains("cores"));
        assert_eq!(load().split(' ').count(), 3);
    }
}
