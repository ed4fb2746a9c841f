//! What is wrong with an installation, and the remedy.
//!
//! Each check stands for itself and says so in one [`Finding`]; what cannot be looked at because an earlier part is
//! broken is left out, the earlier finding being the one to mend.

mod database;
mod machine;
mod program;

use crate::{
    config::{Config, Layers},
    failure::Failure,
};

/// What one check found.
pub struct Finding {
    /// What was looked at.
    pub what: &'static str,
    /// How it is.
    pub state: State,
}

/// How a part is.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    /// In order.
    Good(String),
    /// In order, but worth knowing.
    Note(String),
    /// Wrong: what, and the remedy.
    Bad(String, String),
}

impl State {
    fn bad(why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Bad(why.into(), remedy.into())
    }

    /// A failure of ours: its first sentence says why, the rest what to do; else `remedy` says it.
    fn failed(failure: &Failure, remedy: &str) -> Self {
        match failure.message.split_once('。') {
            Some((why, own)) if !own.is_empty() => Self::bad(why, own),
            _ => Self::bad(failure.message.trim_end_matches('。'), remedy),
        }
    }
}

/// Looks at everything.
pub async fn examine(config: &Config, layers: &Layers) -> Vec<Finding> {
    let mut findings = vec![Finding {
        what: "环境变量",
        state: machine::variables(layers),
    }];
    let mut add = |what, state| findings.push(Finding { what, state });
    add("数据目录", machine::data_folder(&config.data_folder()));
    add("磁盘空间", machine::disk_space(&config.data_folder()));
    add("审计密钥", machine::key_file(&config.key_file()));
    add("读文件的子进程", program::child_reader().await);
    add("PDF 字体", program::fonts(config));
    findings.extend(database::examine(config).await);
    findings
}
