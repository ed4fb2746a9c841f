//! `zhaoshang generate`: the pages of `docs/generated`, each from what the program itself declares.

use std::{fs, path::PathBuf, process::ExitCode};

use crate::{config::reference, failure::Result, files};

#[derive(clap::Args)]
#[command(about = "生成说明文档（开发用）", hide = true)]
pub struct Args {
    #[arg(value_name = "目录", help_heading = "参数", help = "写到哪个目录")]
    folder: PathBuf,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    fs::create_dir_all(&args.folder).map_err(|error| files::cannot_write(&args.folder, &error))?;
    for (name, text) in [
        ("permissions.md", domain::permission::as_markdown()),
        ("configuration.md", reference::as_markdown()),
        ("cli.md", command_line()),
        ("openapi.json", web::openapi_json()),
    ] {
        let path = args.folder.join(name);
        fs::write(&path, text).map_err(|error| files::cannot_write(&path, &error))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The help of every command as one page.
fn command_line() -> String {
    let mut page =
        "# 命令\n\n由 `zhaoshang generate` 从程序的用法说明生成，请勿手改。\n".to_owned();
    add_help(&mut page, &mut super::command(), "zhaoshang");
    page
}

fn add_help(page: &mut String, command: &mut clap::Command, name: &str) {
    if command.is_hide_set() {
        return;
    }
    let help = command.render_help().to_string();
    page.push_str(&format!(
        "\n## {name}\n\n```text\n{}\n```\n",
        help.trim_end()
    ));
    for below in command.get_subcommands_mut() {
        let name = format!("{name} {}", below.get_name());
        add_help(page, below, &name);
    }
}
