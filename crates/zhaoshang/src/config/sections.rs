//! The sections. What stands here is what exists: structs, defaults, readers and the reference page all come from it.

use std::{net::SocketAddr, path::PathBuf};

use super::{
    section::section,
    value::{
        DatabaseUrl, database_url, hosts, listen, log_filter, path, public_url, switch, whole,
    },
};

section! {
    /// How the service is reached.
    Server "server" "服务" {
        /// Where it listens.
        listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8080)), listen, "", "监听的地址和端口。只供本机访问用 127.0.0.1，对外服务用 0.0.0.0";
        /// The address users see.
        public_url: Option<String> = None, public_url, "", "用户在浏览器里看到的地址。以 https:// 开头时，登录凭据只经加密连接发送，并要求浏览器今后只用加密连接";
        /// Whether a proxy in front is trusted.
        trust_forwarded: bool = false, switch, "", "前面有反向代理并由它改写 X-Forwarded-For 时设为 true，审计里才会记下用户的真实地址；没有代理时必须为 false，否则地址可以伪造";
    }
}

section! {
    /// Where files are kept.
    Data "data" "数据目录" {
        /// The folder.
        dir: Option<PathBuf> = None, path, "", "数据目录：审计链尾每日导出到其中的 audit-heads。未填时用 SQLite 文件所在的目录；用 PostgreSQL 时为当前目录下的 data";
    }
}

section! {
    /// Where the database is.
    Database "database" "数据库" {
        /// Its address.
        url: Option<DatabaseUrl> = None, database_url, "", "数据库地址：sqlite:路径，或 postgres://用户:口令@主机:端口/库。未填时用数据目录下的 zhaoshang.db";
    }
}

section! {
    /// What seals the audit.
    Audit "audit" "审计" {
        /// The key's file.
        key_file: Option<PathBuf> = None, path, "", "审计密钥文件，权限 0600，须与数据库分开备份。未填时用数据目录下的 audit.key";
    }
}

section! {
    /// Sessions in browsers.
    Session "session" "会话" {
        /// Unused for so long, it ends.
        idle_minutes: i64 = 30, whole(1..=1440), "分钟", "多久没有操作须重新登录";
        /// After so long, it ends.
        absolute_hours: i64 = 12, whole(1..=720), "小时", "登录多久后无论如何须重新登录";
    }
}

section! {
    /// Wrong passwords.
    SignIn "sign_in" "登录锁定" {
        /// So many lock a login.
        tries: i64 = 5, whole(1..=100), "次", "连续输错几次后锁定登录名";
        /// For so long.
        lock_minutes: i64 = 30, whole(1..=1440), "分钟", "锁定多久";
    }
}

section! {
    /// New passwords.
    Password "password" "口令" {
        /// Characters at least.
        min_length: i64 = 10, whole(8..=64), "个字符", "口令最短长度";
        /// Kinds of characters at least.
        kinds: i64 = 3, whole(1..=4), "类", "大写字母、小写字母、数字、符号中至少包含几类";
        /// Passwords that must not be used again.
        history: i64 = 5, whole(0..=24), "次", "新口令不能与最近几次用过的相同；0为不限";
        /// Days a password may be used.
        max_age_days: i64 = 90, whole(0..=3650), "天", "口令多久后须更换；0为不限";
    }
}

section! {
    /// API tokens.
    Token "token" "接口令牌" {
        /// They work for so long.
        days: i64 = 365, whole(1..=3650), "天", "新签发的接口令牌多久后失效";
    }
}

section! {
    /// Files that people send.
    Uploads "uploads" "上传" {
        /// Bytes of one at most.
        max_bytes: usize = 20 << 20, whole(1 << 10..=documents::limits::UPLOAD_BYTES), "字节", "上传文件的最大字节数，不能超过 20971520（20 MiB）";
        /// Unconfirmed imports are kept for so long.
        draft_hours: i64 = 24, whole(1..=720), "小时", "上传后没有确认的导入保留多久";
    }
}

section! {
    /// Files in PDF.
    Pdf "pdf" "PDF" {
        /// Where its fonts are.
        fonts_dir: Option<PathBuf> = None, path, "", "PDF 字体所在的目录，其中应有 FandolFang-Regular.otf、FandolHei-Regular.otf、FandolSong-Bold.otf、FandolSong-Regular.otf，以及供生僻字用的 NotoSerifCJK-Regular.ttc。未填时在程序旁的 fonts 目录和系统字体目录里找";
    }
}

section! {
    /// What is written to standard error.
    Log "log" "日志" {
        /// Which messages.
        filter: String = "info,sea_orm_migration=warn".to_owned(), log_filter, "", "记录哪些日志：error、warn、info、debug、trace，可按模块分别写，如 info,web=debug";
        /// In which form.
        json: bool = false, switch, "", "设为 true 时每行一个 JSON，便于日志系统收集";
    }
}

section! {
    /// Work without a person.
    Worker "worker" "后台任务" {
        /// Today's jobs are entered so often.
        plan_minutes: u64 = 5, whole(1..=60), "分钟", "多久安排一次当天的任务";
        /// Reminders are made so often.
        remind_seconds: u64 = 180, whole(1..=3600), "秒", "多久看一次有没有该发的提醒";
        /// Jobs are looked for so often.
        poll_seconds: u64 = 10, whole(1..=3600), "秒", "多久看一次有没有到期的任务、待发的消息";
    }
}

section! {
    /// What leaves the house.
    Outbound "outbound" "外发" {
        /// Whom to trust.
        ca_file: Option<PathBuf> = None, path, "", "信任的根证书文件（PEM），用于邮件服务器和钉钉。未填时用操作系统的根证书";
        /// A try takes no longer.
        timeout_seconds: u64 = 60, whole(1..=600), "秒", "发一封邮件、一条钉钉消息最多等多久；进程中途停掉时，两倍时间以后由别的实例接着发";
        /// Where webhooks may point.
        webhook_hosts: String = "oapi.dingtalk.com".to_owned(), hosts, "", "钉钉机器人地址允许的主机，多个用逗号分开，端口不是 443 的写明端口；专有钉钉请改为其域名";
    }
}
