//! The program itself: the child that reads files, the front end within the binary.

use app::{
    App,
    printing::Printer,
    reading::{ChildReader, FormReader},
};
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use documents::forms::Outcome;
use tower::ServiceExt;

use super::State;
use crate::{config::Config, wiring};

/// A form as small as can be.
const SAMPLE: &[u8] =
    "2017年1-10月招商引资情况一览表,,,\n,,,单位：万元\n单位,任务数,1-10月累计完成数,完成率\n\
    温州银行股份有限公司,10000,90309,903.09%\n合计,10000,90309,903.09%\n"
        .as_bytes();
/// A file every build of the front end has.
const MANIFEST: &str = "/assets/manifest.json";

/// Whether the child starts and reads.
pub async fn child_reader() -> State {
    let remedy = "检查系统是否允许本程序启动子进程（容器的 seccomp、ulimit、noexec），以及剩余内存";
    let program = match wiring::program() {
        Ok(program) => program,
        Err(failure) => return State::failed(&failure, remedy),
    };
    match ChildReader::new(program)
        .read("sample.csv", SAMPLE, None)
        .await
    {
        Ok(reading) if reading.outcome == Outcome::Ok && reading.rows.len() == 1 => {
            State::Good("能读报表文件".to_owned())
        }
        Ok(reading) => State::bad(format!("读不出样本文件：{}", reading.message), remedy),
        Err(error) => State::bad(format!("启动不了：{error}"), remedy),
    }
}

/// Whether the fonts that PDF needs are there. Without them everything else works.
pub fn fonts(config: &Config) -> State {
    match Printer::new(wiring::font_folders(config)).check() {
        Ok(()) => State::Good("字体齐全".to_owned()),
        Err(error) => State::Note(format!(
            "字体不全，不能生成 PDF（{error}）。请把字体放进程序旁的 fonts 目录，或用 pdf.fonts_dir 指明"
        )),
    }
}

/// Whether styles and scripts are within the binary.
pub async fn front_end(app: App, config: &Config) -> State {
    let request = Request::get(MANIFEST)
        .body(Body::empty())
        .expect("this request is well-formed");
    let answered = web::router(app, config.web_options())
        .oneshot(request)
        .await;
    match answered {
        Ok(answer) if answer.status() == StatusCode::OK => {
            State::Good("页面样式和脚本齐全".to_owned())
        }
        _ => State::bad(
            "程序里没有页面样式和脚本",
            "用 make run 重新编译，或换用完整的发行版",
        ),
    }
}
