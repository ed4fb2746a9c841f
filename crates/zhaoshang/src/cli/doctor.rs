//! `zhaoshang doctor`.

use std::process::ExitCode;

use super::{place::Place, terminal::say};
use crate::{
    doctor::{self, Finding, State},
    failure::Result,
};

#[derive(clap::Args)]
#[command(
    about = "检查安装和运行环境：哪里不对，怎么办；有问题时退出码为 1",
    next_help_heading = "选项"
)]
pub struct Args {
    #[command(flatten)]
    place: Place,
}

pub async fn run(args: Args) -> Result<ExitCode> {
    let layers = args.place.layers(Vec::new())?;
    let config = layers.load()?;
    let findings = doctor::examine(&config, &layers).await;
    findings.iter().for_each(tell);
    match findings
        .iter()
        .filter(|finding| matches!(finding.state, State::Bad(..)))
        .count()
    {
        0 => {
            say("一切正常");
            Ok(ExitCode::SUCCESS)
        }
        wrong => {
            say(format!("有 {wrong} 处问题，请按上面的办法处理后再检查一次"));
            Ok(ExitCode::FAILURE)
        }
    }
}

fn tell(finding: &Finding) {
    match &finding.state {
        State::Good(how) => say(format!("✓ {}：{how}", finding.what)),
        State::Note(what) => say(format!("！{}：{what}", finding.what)),
        State::Bad(why, remedy) => say(format!("✗ {}：{why}\n  办法：{remedy}", finding.what)),
    }
}
