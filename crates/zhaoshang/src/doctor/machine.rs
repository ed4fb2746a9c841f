//! Around the program: environment, folder, disk, key file, clock.

use std::{
    fs::{self, OpenOptions},
    path::Path,
};

use domain::Instant;

use super::State;
use crate::{config::Layers, key_file as key};

/// Less free space than this needs attention.
const SPACE: u64 = 512 << 20;
/// Years in which this program runs. A clock outside is wrong.
const YEARS: std::ops::RangeInclusive<i32> = 2025..=2100;

/// Variables with our prefix that set nothing: most likely misspelt.
pub fn variables(layers: &Layers) -> State {
    match layers.idle_variables().as_slice() {
        [] => State::Good("没有写错的配置项".to_owned()),
        idle => State::Note(format!(
            "这些变量没有对应的配置项，可能写错了名字：{}",
            idle.join("、")
        )),
    }
}

/// Whether files can be written where they are to be kept.
pub fn data_folder(folder: &Path) -> State {
    if !folder.is_dir() {
        return State::bad(
            format!("{} 不存在", folder.display()),
            "检查 --data 或 data.dir；新系统请运行 zhaoshang init",
        );
    }
    let probe = folder.join(format!(".doctor-{}", std::process::id()));
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&probe)
        .and_then(|_| fs::remove_file(&probe));
    match written {
        Ok(()) => State::Good(format!("{} 可写", folder.display())),
        Err(error) => State::bad(
            format!("{} 写不进去：{error}", folder.display()),
            "把目录的所有者改为运行本程序的用户",
        ),
    }
}

/// Whether there is room to write.
pub fn disk_space(folder: &Path) -> State {
    // Of the nearest folder that is there.
    let there = folder
        .ancestors()
        .find(|folder| folder.is_dir())
        .unwrap_or(Path::new("."));
    match rustix::fs::statvfs(there) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let shown = format!("剩余 {} MiB", free >> 20);
            if free < SPACE {
                State::bad(shown, "清理磁盘或扩容，至少留出 512 MiB")
            } else {
                State::Good(shown)
            }
        }
        Err(error) => State::Note(format!("查不到剩余空间：{error}")),
    }
}

/// Whether the audit key is there and private.
pub fn key_file(path: &Path) -> State {
    match key::read(path) {
        Err(failure) => State::failed(&failure, "从备份恢复密钥文件"),
        Ok(_) if key::too_open(path) => State::bad(
            format!("{} 的权限太宽，别的用户也能读", path.display()),
            format!("运行 chmod 600 {}", path.display()),
        ),
        Ok(_) => State::Good(format!("{} 只有所有者能读", path.display())),
    }
}

/// Whether the clock can be right: of our time, and not before what is already recorded.
pub fn clock(now: Instant, newest_event: Option<Instant>) -> State {
    use chrono::Datelike;
    let shown = domain::dates::print_minute(now);
    let remedy = "校准系统时间，启用时间同步（如 chrony）";
    match newest_event {
        _ if !YEARS.contains(&now.year()) => State::bad(format!("系统时间是 {shown}"), remedy),
        Some(event) if event > now => {
            let event = domain::dates::print_minute(event);
            State::bad(
                format!("系统时间是 {shown}，早于审计里最后一件事的时间 {event}"),
                remedy,
            )
        }
        _ => State::Good(format!("北京时间 {shown}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_that_went_back_is_wrong() {
        let now = at("2026-03-01T00:00:00Z");
        assert!(matches!(clock(now, None), State::Good(_)));
        assert!(matches!(
            clock(now, Some(at("2026-02-28T00:00:00Z"))),
            State::Good(_)
        ));
        assert!(matches!(
            clock(now, Some(at("2026-03-02T00:00:00Z"))),
            State::Bad(..)
        ));
        assert!(matches!(
            clock(at("1970-01-01T00:00:00Z"), None),
            State::Bad(..)
        ));
    }

    #[test]
    fn a_folder_is_looked_at_and_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(data_folder(folder.path()), State::Good(_)));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(matches!(
            data_folder(&folder.path().join("nowhere")),
            State::Bad(..)
        ));
    }
}
