//! What an authority may set for itself. Typed here, stored as text, changed on the page 设置; what is not set there
//! is as the configuration says.

/// Who sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SettingArea {
    /// 安全: the security administrator.
    Security,
    /// 系统: the system administrator.
    System,
}

impl SettingArea {
    /// Every area, in the order of the page.
    pub const ALL: [Self; 2] = [Self::Security, Self::System];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::System => "system",
        }
    }

    /// The area of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|area| area.word() == word)
    }

    /// The words for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Security => "安全设置",
            Self::System => "系统设置",
        }
    }
}

/// What a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// A whole number from `least` to `most`.
    Whole {
        /// At least.
        least: i64,
        /// At most.
        most: i64,
    },
    /// A line of text of so many characters at most.
    Text {
        /// At most.
        most: usize,
    },
}

macro_rules! settings {
    ($($name:ident = $word:literal in $area:ident, $kind:expr, $label:literal, $unit:literal, $hint:literal;)*) => {
        /// A setting.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "each has its label and hint")]
        pub enum Setting { $($name,)* }

        impl Setting {
            /// Every setting, in the order of the page.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stored word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// Whose it is.
            pub const fn area(self) -> SettingArea {
                match self { $(Self::$name => SettingArea::$area,)* }
            }

            /// What it may be.
            pub const fn kind(self) -> ValueKind {
                match self { $(Self::$name => $kind,)* }
            }

            /// The words for users.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }

            /// What it is counted in.
            pub const fn unit(self) -> &'static str {
                match self { $(Self::$name => $unit,)* }
            }

            /// What it does.
            pub const fn hint(self) -> &'static str {
                match self { $(Self::$name => $hint,)* }
            }
        }
    };
}

const fn whole(least: i64, most: i64) -> ValueKind {
    ValueKind::Whole { least, most }
}

settings! {
    SessionIdleMinutes = "session_idle_minutes" in Security, whole(1, 1440), "无操作退出", "分钟", "多久没有操作须重新登录";
    SessionHours = "session_hours" in Security, whole(1, 720), "登录最长有效", "小时", "登录多久后无论如何须重新登录";
    LockTries = "lock_tries" in Security, whole(1, 100), "输错锁定", "次", "连续输错几次后锁定登录名";
    LockMinutes = "lock_minutes" in Security, whole(1, 1440), "锁定时长", "分钟", "锁定多久";
    PasswordMinLength = "password_min_length" in Security, whole(8, 64), "口令最短", "个字符", "对以后设置的口令生效";
    PasswordKinds = "password_kinds" in Security, whole(1, 4), "口令字符种类", "类", "大写、小写、数字、符号中至少几类";
    PasswordHistory = "password_history" in Security, whole(0, 24), "不得重复最近", "次口令", "新口令不能与之相同，0为不限";
    PasswordMaxAgeDays = "password_max_age_days" in Security, whole(0, 3650), "口令有效", "天", "到期须先更换口令，0为不限";
    TokenDays = "token_days" in Security, whole(1, 3650), "接口令牌最长有效", "天", "新生成的接口令牌最长多久后失效";
    DraftHours = "draft_hours" in System, whole(1, 720), "未确认导入保留", "小时", "上传后没有确认的导入保留多久";
    ProductName = "product_name" in System, ValueKind::Text { most: 20 }, "系统名称", "", "显示在页面顶端和登录页";
    Support = "support" in System, ValueKind::Text { most: 60 }, "技术支持", "", "显示在每页下端，写明找谁、电话";
}

impl Setting {
    /// The setting of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|setting| setting.word() == word)
    }

    /// The settings of an area.
    pub fn of(area: SettingArea) -> impl Iterator<Item = Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(move |setting| setting.area() == area)
    }

    /// A value as it is stored; blank is the default again.
    ///
    /// # Errors
    /// The sentence that says what it should be.
    pub fn check(self, text: &str) -> Result<String, String> {
        let text = crate::names::tidy(text);
        match self.kind() {
            _ if text.is_empty() => Ok(text),
            ValueKind::Whole { least, most } => text
                .parse::<i64>()
                .ok()
                .filter(|value| (least..=most).contains(value))
                .map(|value| value.to_string())
                .ok_or_else(|| {
                    format!(
                        "{}请填{least}到{most}之间的整数，或留空恢复默认",
                        self.label()
                    )
                }),
            ValueKind::Text { most } if text.chars().count() > most => {
                Err(format!("{}请控制在{most}个字以内", self.label()))
            }
            ValueKind::Text { .. } => Ok(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back_and_are_unique() {
        for setting in Setting::ALL {
            assert_eq!(Setting::from_word(setting.word()), Some(*setting));
        }
        let all: usize = SettingArea::ALL
            .into_iter()
            .map(|area| Setting::of(area).count())
            .sum();
        assert_eq!(all, Setting::ALL.len());
    }

    #[test]
    fn values_are_of_their_kind() {
        assert_eq!(Setting::LockTries.check(" 3 "), Ok("3".into()));
        assert_eq!(Setting::LockTries.check(""), Ok(String::new()));
        for bad in ["0", "101", "三", "1.5", "-1"] {
            assert!(Setting::LockTries.check(bad).is_err(), "{bad}");
        }
        assert_eq!(Setting::ProductName.check(" 招商 "), Ok("招商".into()));
        assert!(Setting::ProductName.check(&"长".repeat(21)).is_err());
    }
}
