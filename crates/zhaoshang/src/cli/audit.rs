//! `zhaoshang audit verify`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use app::audit::{HeadExport, Verdict, parse_export};

use super::{place::Place, terminal::say};
use crate::{
    config::Config,
    failure::{Failure, Result},
    key_file, wiring,
};

/// Where the daily exports of the chains' heads are, in the data folder.
const HEADS: &str = "audit-heads";

#[derive(clap::Args)]
#[command(about = "核验审计")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Verify(VerifyArgs),
}

#[derive(clap::Args)]
#[command(
    about = "逐条核验审计链，指出第一个不可信的事件；有问题时退出码为 1",
    next_help_heading = "选项"
)]
struct VerifyArgs {
    #[arg(
        long,
        value_name = "文件",
        num_args = 1..,
        help = "导出的链尾文件，可写多个；用来发现被截断的链（缺省用数据目录下 audit-heads 里的全部）"
    )]
    heads: Vec<PathBuf>,
    #[command(flatten)]
    place: Place,
}

pub async fn run(args: Args) -> Result<ExitCode> {
    let Command::Verify(args) = args.command;
    let config = args.place.load(Vec::new())?;
    let exports = exports(&config, args.heads)?;
    let key = key_file::read(&config.key_file())?;
    let store = wiring::open_store(&config.database_url()).await?;
    wiring::up_to_date(&store).await?;
    let app = wiring::app_over(&config, store.clone(), key)?;
    let verdicts = app.audit_verify(&exports).await;
    store.close().await?;
    Ok(tell(&verdicts?, exports.len()))
}

fn tell(verdicts: &[Verdict], exports: usize) -> ExitCode {
    for verdict in verdicts {
        match &verdict.broken {
            None => say(format!(
                "{}：完好，共 {} 个事件",
                verdict.chain, verdict.sound
            )),
            Some(broken) => say(format!(
                "{}：从第 {} 个事件起不可信：{}",
                verdict.chain, broken.seq, broken.why
            )),
        }
    }
    match exports {
        0 => say("没有导出的链尾可比，链尾若被截断这里看不出来；请用 --heads 指定另存的链尾文件"),
        count => say(format!("与 {count} 份导出的链尾比对过")),
    }
    let broken = verdicts
        .iter()
        .filter(|verdict| verdict.broken.is_some())
        .count();
    if broken == 0 {
        say(format!("{} 条审计链全部完好", verdicts.len()));
        ExitCode::SUCCESS
    } else {
        say(format!(
            "{broken} 条审计链不可信。请保护现场，通知审计管理员，并与备份比对"
        ));
        ExitCode::FAILURE
    }
}

fn exports(config: &Config, named: Vec<PathBuf>) -> Result<Vec<HeadExport>> {
    let paths = if named.is_empty() {
        kept(&config.data_folder().join(HEADS))?
    } else {
        named
    };
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
        parse_export(&text)
            .map_err(|_| Failure::usage(format!("{} 不是审计链尾的导出文件", path.display())))
    };
    paths.iter().map(read).collect()
}

/// The exports in a folder, by name; none when there is no folder yet.
fn kept(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(|error| unreadable(folder, &error))?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!(
        "{} 读不出来：{error}。请检查路径和权限",
        path.display()
    ))
}
