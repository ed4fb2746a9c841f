//! `zhaoshang bench-data`: many invented projects in a demo's database, for `make bench`. Not shown in the help.

use std::process::ExitCode;

use super::{place::Place, terminal::say};
use crate::{
    bench_data,
    config::DatabaseUrl,
    failure::{Failure, Result},
    wiring,
};

#[derive(clap::Args)]
#[command(
    about = "在演示数据里放入许多虚构项目，只用于测量速度；不经审核，不记审计",
    next_help_heading = "选项"
)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_name = "个数", help = "放入多少个项目")]
    projects: u32,
    #[arg(
        long,
        value_name = "整数",
        default_value_t = 1,
        hide_default_value = true,
        help = "随机数的种子，同一个种子得到同样的项目（缺省 1）"
    )]
    seed: u64,
}

pub async fn run(args: Args) -> Result<ExitCode> {
    let config = args.place.load(Vec::new())?;
    let url = config.database_url();
    if !for_measuring(&url) {
        return Err(Failure::new(
            "bench-data 只往演示目录（里面有 demo-accounts.json）或名字以 bench_ 开头的数据库里放数据，没有放入任何项目",
        ));
    }
    let store = wiring::open_store(&url).await?;
    let done = bench_data::fill(&store, args.projects, args.seed).await;
    store.close().await?;
    done?;
    say(format!("已放入 {} 个项目", args.projects));
    Ok(ExitCode::SUCCESS)
}

/// Whether invented projects do no harm there.
fn for_measuring(url: &DatabaseUrl) -> bool {
    match url.address() {
        store::Address::Sqlite(file) => file
            .parent()
            .is_some_and(|folder| folder.join("demo-accounts.json").exists()),
        store::Address::Postgres(url) => url
            .rsplit('/')
            .next()
            .is_some_and(|name| name.starts_with("bench_")),
    }
}
