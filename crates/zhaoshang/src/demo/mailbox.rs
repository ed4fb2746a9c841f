//! The demo's mails: one that nobody can be matched to, and one of a reporter that became a draft.

use app::App;

use super::seed::Clerks;
use crate::failure::Result;

/// Invented; example.org receives no mail (RFC 2606).
const STRANGER: &str = "zhaobiao@example.org";

/// A mail with a form of 附件2 of one row. `subject`: 附件2报送 in the encoding of headers.
fn mail(from: &str, number: u8, project: &str, amount: &str) -> Vec<u8> {
    format!(
        "From: <{from}>\r\nTo: <zhaoshang@example.com>\r\nSubject: =?UTF-8?B?6ZmE5Lu2MuaKpemAgQ==?=\r\nMessage-ID: <demo-{number}@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=demo\r\n\r\n--demo\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n招商引资处：\r\n本期附件2请查收。\r\n--demo\r\nContent-Type: text/csv; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nContent-Disposition: attachment; filename*=UTF-8''%E9%99%84%E4%BB%B62.csv\r\n\r\n市属国有企业招商引资项目调整情况表\n序号,项目名称,基本情况,投资额（万元）,调整内容,调整理由,联系人及联系方式,备注\n1,{project},占地80亩,{amount},新增,已签框架协议,李四 0577-88000001,\n\r\n--demo--\r\n"
    )
    .into_bytes()
}

/// Puts the mails where they would have come.
pub async fn seed(app: &App, clerks: &Clerks) -> Result<()> {
    let Some(officer) = &clerks.officer else {
        return Ok(());
    };
    let stranger = mail(STRANGER, 1, "演示用物流园项目", "20000");
    app.take_letter(officer, stranger).await?;
    if let Some(reporter) = clerks.reporters.values().next_back() {
        let from = format!("{}@example.com", reporter.person.login);
        let own = mail(&from, 2, "演示用冷链仓储项目", "约3亿元");
        app.take_letter(officer, own).await?;
    }
    Ok(())
}
