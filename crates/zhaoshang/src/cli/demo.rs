//! `zhaoshang demo`.

use std::{net::IpAddr, path::PathBuf, process::ExitCode};

use super::terminal::{complain, say};
use crate::{
    config::{Config, Flag, Layers, environment},
    demo::{Account, Folder},
    failure::{Failure, Result},
    logging, server, wiring,
};

#[derive(clap::Args)]
#[command(
    about = "启动演示：第一次运行时建好数据和账号，以后接着用",
    next_help_heading = "选项"
)]
pub struct Args {
    #[arg(
        long,
        value_name = "目录",
        default_value = "demo-data",
        hide_default_value = true,
        help = "演示数据的目录（缺省 demo-data）"
    )]
    data: PathBuf,
    #[arg(
        long,
        value_name = "地址:端口",
        default_value = "127.0.0.1:8080",
        hide_default_value = true,
        help = "监听的地址和端口（缺省 127.0.0.1:8080；端口写 0 由系统选一个）"
    )]
    listen: String,
}

pub async fn run(args: Args) -> Result<ExitCode> {
    let flags = vec![Flag {
        key: "server.listen",
        text: args.listen,
        name: "--listen",
    }];
    let config = Layers {
        environment: environment(),
        flags,
        file: None,
    }
    .load()?;
    logging::begin(&config.log);
    let folder = Folder::enter(&args.data)?;
    // The port before the seeding, so that a port that is taken is told at once.
    let listener = server::bind(config.server.listen).await?;
    if !folder.is_seeded() {
        complain(format!("正在建立演示数据：{} ……", args.data.display()));
        folder.seed(&config).await?;
    }
    let config = folder.place(config);
    migrate(&config).await?;
    let house = wiring::House::open(&config)
        .await
        .map_err(|failure| restart_hint(failure, &args.data))?;
    introduce(&folder.accounts(), &args.data);
    let mut address = listener
        .local_addr()
        .map_err(|error| Failure::new(format!("不知道监听在哪里：{error}")))?;
    if address.ip().is_unspecified() {
        // Nobody can open 0.0.0.0; on this machine the loopback address is the same place.
        address.set_ip(IpAddr::from([127, 0, 0, 1]));
    }
    folder.write_address(&address.to_string())?;
    say(format!("listening on http://{address}"));
    say("按 Ctrl-C 停止；数据保留，下次启动接着用。");
    let served = server::run(listener, house, &config).await;
    folder.forget_address();
    served?;
    Ok(ExitCode::SUCCESS)
}

/// A newer program brings an older demo up to date by itself: there is nobody to ask.
async fn migrate(config: &Config) -> Result<()> {
    let store = wiring::open_store(&config.database_url()).await?;
    store.migrate().await?;
    Ok(store.close().await?)
}

fn restart_hint(failure: Failure, data: &std::path::Path) -> Failure {
    Failure {
        message: format!(
            "{}。演示数据不要紧的话，删掉目录 {} 重新启动即可",
            failure.message,
            data.display()
        ),
        ..failure
    }
}

fn introduce(accounts: &Option<Vec<Account>>, data: &std::path::Path) {
    let Some(accounts) = accounts else {
        complain(format!(
            "{} 里的 demo-accounts.json 不见了，账号仍可用，但口令只有登录过的人知道",
            data.display()
        ));
        return;
    };
    say("演示账号（口令是首次启动时随机生成的）：");
    say(format!("  {:<16}{:<22}角色（单位）", "登录名", "口令"));
    for account in accounts {
        say(format!(
            "  {:<18}{:<24}{}（{}）",
            account.login,
            account.password,
            account.role.label(),
            account.unit
        ));
    }
    say(format!(
        "以上也写在 {}",
        data.join("demo-accounts.json").display()
    ));
}
