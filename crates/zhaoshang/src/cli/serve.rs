//! `zhaoshang serve`.

use std::process::ExitCode;

use super::place::Place;
use crate::{config::Flag, failure::Result, key_file, logging, server, wiring::House};

#[derive(clap::Args)]
#[command(about = "启动服务", next_help_heading = "选项")]
pub struct Args {
    #[arg(
        long,
        value_name = "地址:端口",
        help = "监听的地址和端口（缺省 127.0.0.1:8080）"
    )]
    listen: Option<String>,
    #[command(flatten)]
    place: Place,
}

pub async fn run(args: Args) -> Result<ExitCode> {
    let flags = args.listen.into_iter().map(|text| Flag {
        key: "server.listen",
        text,
        name: "--listen",
    });
    let config = args.place.load(flags.collect())?;
    logging::begin(&config.log);
    let house = House::open(&config).await?;
    let listener = server::bind(config.server.listen).await?;
    if key_file::too_open(&config.key_file()) {
        tracing::warn!(file = %config.key_file().display(), "others may read the audit key: chmod 600");
    }
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, database = %config.database_url(), "listening on http://{address}");
    }
    server::run(listener, house, &config).await?;
    Ok(ExitCode::SUCCESS)
}
