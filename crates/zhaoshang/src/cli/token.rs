//! `zhaoshang token create`.

use std::process::ExitCode;

use super::{place::Place, terminal::hand_over};
use crate::{failure::Result, wiring::House};

#[derive(clap::Args)]
#[command(about = "管理接口令牌")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Create(CreateArgs),
}

#[derive(clap::Args)]
#[command(
    about = "给一个账号签发接口令牌，只输出令牌；服务运行时也可以用",
    next_help_heading = "选项"
)]
struct CreateArgs {
    #[arg(long, value_name = "登录名", help = "令牌代表谁")]
    login: String,
    #[arg(
        long,
        value_name = "说明",
        default_value = "命令行签发",
        hide_default_value = true,
        help = "令牌的用途，记入审计"
    )]
    label: String,
    #[command(flatten)]
    place: Place,
}

pub async fn run(args: Args) -> Result<ExitCode> {
    let Command::Create(args) = args.command;
    let config = args.place.load(Vec::new())?;
    let house = House::open(&config).await?;
    let made = house.app.create_token(&args.login, &args.label).await;
    house.close().await?;
    Ok(if hand_over(&format!("{}\n", made?)) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
