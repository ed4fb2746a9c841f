//! The audit key's file: 64 hexadecimal digits, readable by its owner only, never in the database.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use app::{
    Random,
    secrets::{AuditKey, hex},
};

use crate::failure::{Failure, Result};

/// Bytes of a key.
const KEY: usize = 32;

/// Reads the key.
///
/// # Errors
/// The file is missing, cannot be read or is not a key.
pub fn read(path: &Path) -> Result<AuditKey> {
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Failure::new(format!(
            "审计密钥文件 {} 不存在。请从备份恢复；新系统请先运行 zhaoshang init",
            path.display()
        )),
        _ => Failure::new(format!(
            "审计密钥文件 {} 读不出来：{error}。请检查文件权限",
            path.display()
        )),
    })?;
    parse(text.trim())
        .map(AuditKey)
        .ok_or_else(|| Failure::new(format!("{} 不是审计密钥文件。请从备份恢复", path.display())))
}

fn parse(text: &str) -> Option<[u8; KEY]> {
    if text.len() != 2 * KEY || !text.is_ascii() {
        return None;
    }
    let mut key = [0; KEY];
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(key)
}

/// Makes a fresh key where there is none.
///
/// # Errors
/// There is one already, or the file cannot be written.
pub fn make(path: &Path, random: &dyn Random) -> Result<AuditKey> {
    let mut key = [0; KEY];
    random.fill(&mut key);
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)?;
        writeln!(file, "{}", hex(&key))?;
        file.sync_all()
    };
    write().map_err(|error| {
        Failure::new(format!(
            "审计密钥文件 {} 写不进去：{error}。请检查目录权限",
            path.display()
        ))
    })?;
    Ok(AuditKey(key))
}

/// Whether others than its owner may read or write the file. A file that is not there is not too open.
pub fn too_open(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemRandom;

    #[test]
    fn a_made_key_is_private_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.key");
        let key = make(&path, &SystemRandom).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert!(!too_open(&path));
        assert_eq!(read(&path).unwrap().0, key.0);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(too_open(&path));
    }

    #[test]
    fn a_key_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.key");
        let key = make(&path, &SystemRandom).unwrap();
        assert!(make(&path, &SystemRandom).is_err());
        assert_eq!(read(&path).unwrap().0, key.0);
    }

    #[test]
    fn what_is_not_a_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("audit.key");
        assert!(read(&path).unwrap_err().message.contains("不存在"));
        for text in ["", "00", &"g".repeat(64), &"键".repeat(22)] {
            fs::write(&path, text).unwrap();
            assert!(
                read(&path)
                    .unwrap_err()
                    .message
                    .contains("不是审计密钥文件"),
                "{text:?}"
            );
        }
    }
}
