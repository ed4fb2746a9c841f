//! `zhaoshang forms read`: what is understood of a file, as JSON. Also the child in which the server reads uploads.

use std::{
    fs::File,
    io::{Read, stdin},
    path::{Path, PathBuf},
    process::ExitCode,
};

use documents::{
    forms::{self, Form},
    limits::UPLOAD_BYTES,
};

use super::terminal::hand_over;
use crate::{
    child,
    failure::{Failure, Result},
};

#[derive(clap::Args)]
#[command(about = "读报表文件")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Read(ReadArgs),
}

#[derive(clap::Args)]
#[command(
    about = "读一个 docx、xlsx 或 csv，输出看懂了什么（一个 JSON 对象），不保存任何东西",
    next_help_heading = "选项"
)]
struct ReadArgs {
    #[arg(
        value_name = "文件",
        help_heading = "参数",
        help = "要读的文件；写 - 则从标准输入读"
    )]
    file: PathBuf,
    #[arg(
        long = "as",
        value_name = "表",
        help = "应当是哪张表：annex1（附件1）、annex2、annex3；不写则自己辨认"
    )]
    wanted: Option<Form>,
    #[arg(long, help = "连同每个数在文件里的位置和原文一起输出")]
    source: bool,
    #[arg(long, value_name = "文件名", help = "从标准输入读时，文件原来的名字")]
    name: Option<String>,
}

pub fn run(args: Args) -> Result<ExitCode> {
    let Command::Read(args) = args.command;
    // What comes on the standard input comes from the server, which has other people to serve.
    let before = if args.file == Path::new("-") {
        child::step_back()
    } else {
        Ok(())
    };
    before
        .and_then(|()| child::limit_ourselves())
        .map_err(|error| Failure::usage(format!("不能限制读文件的资源：{error}")))?;
    let bytes = bytes_of(&args.file)?;
    let name = args.name.unwrap_or_else(|| name_of(&args.file));
    let mut reading = forms::read(&name, &bytes, args.wanted);
    if !args.source {
        reading = reading.without_source();
    }
    let mut text = serde_json::to_string(&reading)
        .map_err(|error| Failure::usage(format!("结果写不成 JSON：{error}")))?;
    text.push('\n');
    Ok(if hand_over(&text) {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}

/// The bytes, at most one more than may be uploaded: enough for the reader to see that it is too much.
fn bytes_of(path: &Path) -> Result<Vec<u8>> {
    if path == Path::new("-") {
        return read_bounded(stdin(), path);
    }
    let unreadable = |why: String| Failure::usage(format!("文件 {} {why}", path.display()));
    let file = File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => unreadable("不存在，请检查路径".to_owned()),
        _ => unreadable(format!("打不开：{error}。请检查权限")),
    })?;
    let about = file
        .metadata()
        .map_err(|error| unreadable(format!("打不开：{error}")))?;
    if about.is_dir() {
        return Err(unreadable("是目录，请写文件的路径".to_owned()));
    }
    read_bounded(file, path)
}

fn read_bounded(from: impl Read, path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let most = u64::try_from(UPLOAD_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    match from.take(most).read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::usage(format!(
            "文件 {} 读不出来：{error}",
            path.display()
        ))),
    }
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
