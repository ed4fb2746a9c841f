//! `zhaoshang openapi`.

use std::process::ExitCode;

use super::terminal::hand_over;
use crate::failure::Result;

#[derive(clap::Args)]
#[command(about = "输出接口说明（OpenAPI，JSON）")]
pub struct Args {}

pub fn run(_: &Args) -> Result<ExitCode> {
    Ok(if hand_over(&web::openapi_json()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
