//! How a command fails: one plain Chinese sentence that says what to do, and an exit code.

use std::fmt;

/// A command could not do what was asked.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    /// For the person at the terminal.
    pub message: String,
    /// The exit code.
    pub code: u8,
}

/// What commands answer.
pub type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    /// The work failed.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: 1,
        }
    }

    /// The command was given something it cannot take.
    pub fn usage(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: 2,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<app::Error> for Failure {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::Invalid(invalid) => {
                let sentences: Vec<String> =
                    invalid.fields.into_iter().map(|(_, why)| why).collect();
                Self::new(sentences.join("；"))
            }
            app::Error::NotFound => Self::new("没有找到要办理的对象，或没有权限"),
            app::Error::Conflict(conflict) => {
                Self::new(format!("{}刚被他人改过，请重试", conflict.what))
            }
            app::Error::TooLarge => Self::new("文件太大，请缩小后再试"),
            app::Error::Unavailable(why) => Self::new(format!(
                "数据库暂时不可用（{why}）。请运行 zhaoshang doctor 查看原因"
            )),
            app::Error::Lacking { say, why } => Self::new(format!("{say}（{why}）")),
            app::Error::Internal(why) => {
                Self::new(format!("程序内部出错（{why}）。请把这一行告诉维护人员"))
            }
        }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        app::Error::from(error).into()
    }
}
