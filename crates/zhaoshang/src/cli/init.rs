//! `zhaoshang init`.

use std::process::ExitCode;

use domain::{
    permission::Role,
    unit::{UnitFields, UnitKind},
};

use super::{
    place::Place,
    terminal::{complain, say},
};
use crate::{
    failure::{Failure, Result},
    files, key_file,
    system::SystemRandom,
    wiring,
};

/// The first accounts: login, name, role. Names are changed by the system administrator afterwards.
const ADMINISTRATORS: [(&str, &str, Role); 3] = [
    ("sysadmin", "系统管理员", Role::SystemAdmin),
    ("secadmin", "安全管理员", Role::SecurityAdmin),
    ("auditadmin", "审计管理员", Role::AuditAdmin),
];

#[derive(clap::Args)]
#[command(
    about = "初始化新系统：建库、建审计密钥、建监管机构和三位管理员",
    next_help_heading = "选项"
)]
pub struct Args {
    #[arg(
        long,
        value_name = "全称",
        help = "国资监管机构的全称，如 温州市人民政府国有资产监督管理委员会"
    )]
    authority: String,
    #[arg(
        long,
        value_name = "简称",
        help = "国资监管机构的简称，如 市国资委（缺省同全称）"
    )]
    short_name: Option<String>,
    #[command(flatten)]
    place: Place,
}

pub async fn run(args: Args) -> Result<ExitCode> {
    let authority = authority(&args.authority, args.short_name.as_deref())?;
    let config = args.place.load(Vec::new())?;
    files::make_private_folder(&config.data_folder())?;
    let store = wiring::open_or_make_store(&config.database_url()).await?;
    store.migrate().await?;
    if !store::people::everybody(&store.read()).await?.is_empty() {
        return Err(Failure::new(
            "数据库里已有账号，不能再次初始化。忘记口令请由安全管理员签发激活码",
        ));
    }
    let key_path = config.key_file();
    // A key that is there already is kept: an earlier try may have been interrupted after making it.
    let key = if key_path.exists() {
        key_file::read(&key_path)?
    } else {
        key_file::make(&key_path, &SystemRandom)?
    };
    let app = wiring::app_over(&config, store.clone(), key)?;
    let handed_out = app.init(authority, &ADMINISTRATORS).await?;
    store.close().await?;
    say("登录名      一次性激活码（72 小时内有效）");
    for (login, secret) in &handed_out {
        say(format!("{login:<12}{secret}"));
    }
    complain("请把激活码分别交给三个人，他们在网页 /activate 设置自己的口令。激活码只显示这一次。");
    complain(format!(
        "审计密钥在 {}，请与数据库分开备份；丢了就无法核验审计。",
        key_path.display()
    ));
    complain("下一步：用同样的 --data 或 --database 启动服务，即 zhaoshang serve 加上刚才的选项");
    Ok(ExitCode::SUCCESS)
}

fn authority(name: &str, short_name: Option<&str>) -> Result<UnitFields> {
    let name = domain::names::tidy(name);
    let short_name = domain::names::tidy(short_name.unwrap_or(&name));
    let fields = UnitFields {
        parent: None,
        kind: UnitKind::Authority,
        name,
        short_name,
        former_names: Vec::new(),
        position: 10,
        valid_from: None,
        valid_to: None,
    };
    match domain::unit::UnitTree::default().check(None, &fields) {
        Ok(()) => Ok(fields),
        Err(invalid) => Err(Failure {
            code: 2,
            ..app::Error::from(invalid).into()
        }),
    }
}
