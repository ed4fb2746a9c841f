//! 审计: the two chains, whether they are sound, and their heads to keep elsewhere.

use app::audit::{Page, Verdict};
use askama::Template;
use axum::{extract::State as Extract, response::Response};
use domain::{
    Instant,
    audit::{ChainKind, Sealed},
    dates,
    permission::Action,
};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    layout::{Layout, download, show},
    pages::query::Params,
    route::Area,
    session::Me,
};

pub(crate) fn area(area: Area) -> Area {
    let needs = Access::Needs(Action::ViewAudit);
    area.get("/audit", needs, list)
        .get("/audit/verify", needs, verify)
        .get("/audit/heads", needs, heads)
}

/// What the stored words of events mean.
const ACTIONS: &[(&str, &str)] = &[
    ("mailbox.set", "设置收件邮箱"),
    ("mailbox.tested", "试连接收件邮箱"),
    ("mail.taken", "收到来信"),
    ("mail.assigned", "指派来信"),
    ("mail.settled", "办结来信"),
    ("visit.added", "登记走访推介"),
    ("visit.changed", "修改走访推介"),
    ("visit.voided", "作废走访推介"),
    ("visits.exported", "导出走访推介"),
    ("follow_up.added", "登记跟进事项"),
    ("follow_up.changed", "修改跟进事项"),
    ("follow_up.settled", "办理跟进事项"),
    ("event.added", "登记活动与走访"),
    ("event.changed", "修改活动与走访"),
    ("event.tied", "归并签约活动的写法"),
    ("event.removed", "删去活动与走访"),
    ("event.untied", "取消归并写法"),
    ("cohort.exported", "导出签约转化表"),
    ("directory.added", "补充企业名录"),
    ("directory.changed", "修改企业名录"),
    ("directory.voided", "作废名录补充"),
    ("calendar_feed.made", "生成日历订阅"),
    ("calendar_feed.revoked", "停用日历订阅"),
    ("dingtalk.set", "设置钉钉机器人"),
    ("dingtalk.tested", "测试钉钉机器人"),
    ("mail_server.set", "设置邮件服务器"),
    ("mail_server.tested", "发送测试邮件"),
    ("message.dropped", "不再发送消息"),
    ("message.retried", "重新发送消息"),
    ("person.contact_changed", "修改联系方式"),
    ("reminder_rules.set", "设定提醒规则"),
    ("reminders.preferred", "设置自己的提醒方式"),
    ("access.refused", "越权访问被拒绝"),
    ("activation.issued", "签发激活码"),
    ("completion.exported", "导出完成情况"),
    ("counting.set", "设定计入口径"),
    ("entry.added", "登记到资"),
    ("entry.changed", "修改到资"),
    ("entry.proof_added", "上传凭证"),
    ("entry.proof_removed", "删除凭证"),
    ("entry.step", "办理到资"),
    ("file.downloaded", "下载原件"),
    ("password.set", "设置口令"),
    ("person.added", "新增人员"),
    ("person.changed", "修改人员"),
    ("person.secured", "修改角色或状态"),
    ("person.unlocked", "解锁"),
    ("plan.saved", "保存月度计划"),
    ("publication.made", "拟稿印发"),
    ("publication.step", "办理印发"),
    ("sign_in.done", "登录"),
    ("sign_in.locked", "锁定期内尝试登录"),
    ("sign_in.wrong", "登录名或口令不对"),
    ("sign_out", "退出"),
    ("statements.imported", "导入报表"),
    ("system.initialised", "系统初始化"),
    ("target.adjusted", "调整任务数"),
    ("target.given", "下达任务数"),
    ("token.created", "生成接口令牌"),
    ("token.revoked", "撤销接口令牌"),
    ("unit.added", "新增单位"),
    ("unit.changed", "修改单位"),
    ("hand_over.arranged", "安排交接"),
    ("hand_over.cancelled", "取消交接"),
    ("hand_over.done", "完成交接"),
    ("password.change_wanted", "要求更换口令"),
    ("password.changed", "更换口令"),
    ("session.ended", "结束自己的会话"),
    ("session.others_ended", "结束自己的其他会话"),
    ("settings.changed", "修改设置"),
    ("substitution.ended", "结束代办"),
    ("substitution.made", "设置代办"),
    ("units.exported", "导出单位"),
    ("units.imported", "按文件导入单位"),
    ("people.exported", "导出人员"),
    ("people.imported", "按文件导入人员"),
    ("workdays.exported", "导出工作日安排"),
    ("workdays.loaded", "载入年度工作日安排"),
    ("project.added", "登记项目"),
    ("project.changed", "修改项目"),
    ("project.step", "选送、入库、退回、移出项目"),
    ("project.merged", "合并项目"),
    ("project.merge_undone", "撤销合并项目"),
    ("project.split", "拆分项目"),
    ("twins.dismissed", "判定不是同一项目"),
    ("twins.reopened", "撤销“不是同一项目”的判定"),
    ("first_talk.recorded", "作首谈认定"),
    ("first_talk.withdrawn", "撤回首谈认定"),
    ("first_talk.file_added", "添加首谈依据材料"),
    ("first_talk.file_taken", "下载首谈依据材料"),
    ("first_talk.printed", "导出首谈认定说明"),
    ("filter.saved", "保存常用筛选"),
    ("filter.changed", "修改常用筛选"),
    ("filter.removed", "删去常用筛选"),
    ("columns.chosen", "选择列表的列"),
    ("project.contact_seen", "查看联系电话全文"),
    ("project.file_taken", "下载项目附件"),
    ("library.rules_set", "设定项目库规则"),
    ("projects.exported", "导出项目库"),
    ("projects.brochure", "生成项目推介册"),
    ("analysis.exported", "导出完成情况分析"),
    ("contacts.revealed", "查看联系电话全文"),
    ("return.decided", "受理、退回报送"),
    ("return.excepted", "准许补报、免报"),
    ("return.exception_ended", "取消准许补报、免报"),
    ("schedule.set", "设定报送计划"),
    ("period.moved", "改报送期截止日"),
    ("unit.remarked", "记催办情况"),
    ("return.file_added", "报送材料附上文件"),
    ("return.file_removed", "报送材料移去附件"),
    ("return.handed_in", "报送"),
    ("return.printed", "打印报表"),
    ("return.imported", "从文件导入报表"),
    ("return.saved", "填写报表"),
    ("return.scan_added", "上传盖章扫描件"),
    ("return.step", "办理报表"),
    ("returns.exported", "导出报送汇总"),
    ("list.added", "新建专项清单"),
    ("list.changed", "修改专项清单"),
    ("list.projects_added", "项目加入专项清单"),
    ("list.goal_set", "设定清单目标和步骤"),
    ("list.step_ticked", "更新清单步骤"),
    ("list.project_removed", "项目从专项清单取出"),
];

#[derive(Template)]
#[template(path = "audit.html")]
pub(crate) struct AuditPage {
    pub layout: Layout,
    pub access: bool,
    pub page: Page,
    pub verdicts: Option<Vec<Verdict>>,
}

impl AuditPage {
    pub fn minute(&self, at: &Instant) -> String {
        at.with_timezone(&dates::shanghai())
            .format("%Y-%m-%d %H:%M:%S")
            .to_string()
    }

    pub fn action<'a>(&self, event: &'a Sealed) -> &'a str {
        let word = event.event.action.as_str();
        ACTIONS
            .iter()
            .find(|(known, _)| *known == word)
            .map_or(word, |(_, label)| label)
    }

    pub fn chain(&self, verdict: &Verdict) -> &'static str {
        if verdict.chain.starts_with("change:") {
            "变更记录"
        } else {
            "访问记录"
        }
    }
}

fn kind(params: &Params) -> ChainKind {
    if params.get("kind") == Some("access") {
        ChainKind::Access
    } else {
        ChainKind::Change
    }
}

async fn show_page(
    state: &State,
    me: &app::sign_in::Current,
    params: &Params,
    verdicts: Option<Vec<Verdict>>,
) -> Result<Response, PageFailure> {
    let kind = kind(params);
    let page = state
        .app
        .audit_page(&me.caller, kind, params.number("before")?)
        .await?;
    show(&AuditPage {
        layout: Layout::new(me, "/audit", "审计", &[]),
        access: kind == ChainKind::Access,
        page,
        verdicts,
    })
}

async fn list(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    show_page(&state, &me, &params, None).await
}

async fn verify(
    Extract(state): Extract<State>,
    Me(me): Me,
    params: Params,
) -> Result<Response, PageFailure> {
    let verdicts = state.app.audit_verify_own(&me.caller).await?;
    show_page(&state, &me, &params, Some(verdicts)).await
}

async fn heads(Extract(state): Extract<State>, Me(me): Me) -> Result<Response, PageFailure> {
    let export = state.app.audit_heads_own(&me.caller).await?;
    let text = serde_json::to_vec_pretty(&export).map_err(app::Error::from)?;
    Ok(download(
        &format!("audit-heads-{}.json", export.day),
        "application/json",
        text,
    ))
}
