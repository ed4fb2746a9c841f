//! The command line. A command a file: what it takes, what it does, what it prints.

mod audit;
mod bench_data;
mod demo;
mod doctor;
mod forms;
mod generate;
mod init;
mod migrate;
mod openapi;
mod place;
mod refusal;
mod serve;
mod terminal;
mod token;

use std::process::ExitCode;

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::failure::{Failure, Result};

/// Help as users read it: Chinese headings around what clap fills in.
const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}\n";

/// The whole command line.
#[derive(Parser)]
#[command(
    name = "zhaoshang",
    version,
    about = "招商引资管理系统。非涉密系统，严禁录入国家秘密。",
    next_help_heading = "选项",
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    after_help = "第一次使用：运行 zhaoshang demo，再用浏览器打开它给出的网址。每个命令后加 --help 看用法。"
)]
struct Cli {
    #[arg(short = 'h', long, global = true, action = ArgAction::Help, help = "显示用法")]
    help: Option<bool>,
    #[arg(short = 'V', long, action = ArgAction::Version, help = "显示版本")]
    version: Option<bool>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Args),
    Init(init::Args),
    Serve(serve::Args),
    Migrate(migrate::Args),
    Doctor(doctor::Args),
    Token(token::Args),
    Audit(audit::Args),
    Forms(forms::Args),
    Openapi(openapi::Args),
    Generate(generate::Args),
    #[command(hide = true)]
    BenchData(bench_data::Args),
}

/// Does what the command line says.
pub fn run() -> ExitCode {
    let parsed = command()
        .try_get_matches()
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let done = match parsed {
        Ok(cli) => obey(cli.command),
        Err(refused) => return refusal::tell(&refused),
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            terminal::complain(&failure.message);
            ExitCode::from(failure.code)
        }
    }
}

fn obey(command: Command) -> Result<ExitCode> {
    match command {
        // No runtime, no configuration, no environment: this one reads strangers' files.
        Command::Forms(args) => forms::run(args),
        Command::Openapi(args) => openapi::run(&args),
        Command::Generate(args) => generate::run(&args),
        Command::Demo(args) => wait_for(demo::run(args)),
        Command::Init(args) => wait_for(init::run(args)),
        Command::Serve(args) => wait_for(serve::run(args)),
        Command::Migrate(args) => wait_for(migrate::run(args)),
        Command::Doctor(args) => wait_for(doctor::run(args)),
        Command::Token(args) => wait_for(token::run(args)),
        Command::Audit(args) => wait_for(audit::run(args)),
        Command::BenchData(args) => wait_for(bench_data::run(args)),
    }
}

fn wait_for(work: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    runtime
        .map_err(|error| Failure::new(format!("系统不允许启动线程：{error}。请检查资源限制")))?
        .block_on(work)
}

/// The command line as clap knows it, every command in Chinese.
fn command() -> clap::Command {
    let mut command = with_headings(Cli::command());
    command.build();
    with_usage(command)
}

/// Puts the template and Chinese headings on a command and on those below it.
fn with_headings(command: clap::Command) -> clap::Command {
    command
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .subcommand_value_name("命令")
        .mut_subcommands(with_headings)
}

/// Puts a Chinese usage line on a command and on those below it. They must know their full names by then.
fn with_usage(mut command: clap::Command) -> clap::Command {
    let usage = command.render_usage().to_string();
    let usage = usage
        .trim_start_matches("Usage:")
        .trim()
        .replace("[OPTIONS]", "[选项]");
    command.override_usage(usage).mut_subcommands(with_usage)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> std::result::Result<Cli, clap::Error> {
        let matches = command().try_get_matches_from(line.split(' '));
        matches.and_then(|matches| Cli::from_arg_matches(&matches))
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn help_is_chinese() {
        fn check(command: &mut clap::Command) {
            let help = command.render_long_help().to_string();
            for english in [
                "Usage",
                "Options",
                "Arguments",
                "COMMAND",
                "Commands",
                "Print ",
                "[default",
                "[possible",
                "[env",
            ] {
                assert!(!help.contains(english), "{english} in\n{help}");
            }
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{} of {} has no help",
                    argument.get_id(),
                    command.get_name()
                );
            }
            command.get_subcommands_mut().for_each(check);
        }
        check(&mut command());
    }

    #[test]
    fn the_lines_of_the_issue_are_understood() {
        for line in [
            "zhaoshang demo",
            "zhaoshang demo --data D --listen 127.0.0.1:0",
            "zhaoshang init --authority 市国资委 --database sqlite:z.db",
            "zhaoshang serve --config z.toml --listen 0.0.0.0:80",
            "zhaoshang migrate --database postgres://u@h/d",
            "zhaoshang doctor",
            "zhaoshang openapi",
            "zhaoshang token create --login officer --data D",
            "zhaoshang token create --login officer --database postgres://u@h/d",
            "zhaoshang audit verify --data D --heads a.json b.json",
            "zhaoshang forms read 附件1.docx --as annex1",
            "zhaoshang forms read - --source --name=a.docx --as annex1",
            "zhaoshang generate docs/generated",
            "zhaoshang bench-data --data D --projects 1000 --seed 7",
        ] {
            assert!(parse(line).is_ok(), "{line}");
        }
        for line in [
            "zhaoshang",
            "zhaoshang forms",
            "zhaoshang forms read",
            "zhaoshang token create",
            "zhaoshang forms read a --as annex9",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
