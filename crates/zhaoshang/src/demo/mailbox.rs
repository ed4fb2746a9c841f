//! The demo's tray: one mail that nobody can be matched to.

use app::App;

use super::seed::Clerks;
use crate::failure::Result;

/// Invented; example.org receives no mail (RFC 2606).
const MAIL: &str = "From: <zhaobiao@example.org>\r\nTo: <zhaoshang@example.com>\r\nSubject: =?UTF-8?B?6ZmE5Lu2MuaKpemAgQ==?=\r\nMessage-ID: <demo-1@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=demo\r\n\r\n--demo\r\nContent-Type: text/csv; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nContent-Disposition: attachment; filename*=UTF-8''%E9%99%84%E4%BB%B62.csv\r\n\r\n市属国有企业招商引资项目调整情况表\n序号,项目名称,基本情况,投资额（万元）,调整内容,调整理由,联系人及联系方式,备注\n1,演示用物流园项目,占地80亩,20000,新增,已签框架协议,李四 0577-88000001,\n\r\n--demo--\r\n";

/// Puts the mail into the officer's tray.
pub async fn seed(app: &App, clerks: &Clerks) -> Result<()> {
    if let Some(officer) = &clerks.officer {
        app.take_letter(officer, MAIL.as_bytes().to_vec()).await?;
    }
    Ok(())
}
