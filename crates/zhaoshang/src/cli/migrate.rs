//! `zhaoshang migrate`.

use std::process::ExitCode;

use super::{place::Place, terminal::say};
use crate::{failure::Result, wiring};

#[derive(clap::Args)]
#[command(
    about = "把数据库升级到这个程序的版本（先备份、先停服务）",
    next_help_heading = "选项"
)]
pub struct Args {
    #[command(flatten)]
    place: Place,
    #[arg(long, help = "另外把项目库的汇总数重新清点一遍")]
    recount: bool,
}

pub async fn run(args: Args) -> Result<ExitCode> {
    let config = args.place.load(Vec::new())?;
    let store = wiring::open_or_make_store(&config.database_url()).await?;
    let done = store.migrate().await?;
    if args.recount {
        let tx = store.begin().await?;
        store::projects::totals::rebuild(&tx).await?;
        tx.commit().await?;
    }
    store.close().await?;
    if args.recount {
        say("项目库的汇总数已重新清点");
    }
    match done.as_slice() {
        [] => say("数据库已是最新，没有要做的"),
        names => say(format!(
            "已完成 {} 个迁移：{}",
            names.len(),
            names.join("、")
        )),
    }
    Ok(ExitCode::SUCCESS)
}
