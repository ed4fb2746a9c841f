//! The frame of every page: who is signed in, where one is, what there is.

use app::{settings::Shown, sign_in::Current};
use axum::{
    Extension,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use domain::{
    permission::{Action, Role},
    person::{Caller, Invalid},
};

use crate::{
    assets,
    error::{PageFailure, Said},
};

/// What the frame shows.
pub(crate) struct Layout {
    pub title: String,
    pub css: String,
    pub js: String,
    pub chart_js: Option<String>,
    pub logo: String,
    pub favicon: String,
    pub csrf: String,
    pub person: String,
    pub role: String,
    pub unit: String,
    pub nav: Vec<NavGroup>,
    pub crumbs: Vec<(String, String)>,
    pub done: Option<&'static str>,
    pub shown: Shown,
    /// Reminders not read; none where nobody is signed in.
    pub unread: Option<i64>,
}

/// A heading of the navigation with its links.
pub(crate) struct NavGroup {
    pub label: &'static str,
    pub links: Vec<NavLink>,
}

/// A link of the navigation.
pub(crate) struct NavLink {
    pub href: &'static str,
    pub label: &'static str,
    pub current: bool,
}

/// Every area: group, address, words, what it needs.
const AREAS: &[(&str, &str, &str, Action)] = &[
    ("工作台", "/todo", "待办", Action::ViewReturns),
    (
        "目标任务",
        "/completion",
        "完成情况",
        Action::ViewCompletion,
    ),
    ("目标任务", "/targets", "任务数", Action::ViewTargets),
    ("目标任务", "/funds", "到位资金", Action::ViewFunds),
    ("目标任务", "/plans", "月度计划", Action::ViewFunds),
    (
        "目标任务",
        "/statements",
        "报表导入",
        Action::ViewStatements,
    ),
    (
        "目标任务",
        "/publications",
        "印发的表",
        Action::ViewPublications,
    ),
    ("项目库", "/projects", "项目库", Action::ViewProjects),
    (
        "项目库",
        "/projects/lists",
        "专项清单",
        Action::ViewProjects,
    ),
    ("项目库", "/twins", "疑似同一项目", Action::MergeProjects),
    ("项目库", "/first-talks", "首谈认定", Action::ViewProjects),
    ("项目库", "/events", "活动与走访", Action::ViewEvents),
    ("项目库", "/cohorts", "签约转化", Action::ViewCohorts),
    ("项目库", "/rates", "四率", Action::ViewCohorts),
    (
        "项目库",
        "/enterprises",
        "企业一页通",
        Action::ViewEnterprise,
    ),
    ("报送", "/returns", "报送", Action::ViewReturns),
    ("报送", "/returns/matrix", "报送总表", Action::ViewReturns),
    (
        "报送",
        "/returns/calls",
        "今天该催谁",
        Action::KeepSchedules,
    ),
    ("报送", "/returns/figures", "报送率", Action::ViewReturns),
    ("报送", "/schedules", "报送计划", Action::ViewReturns),
    ("报送", "/returns/handover", "交接清单", Action::ViewReturns),
    ("报送", "/reminders", "提醒", Action::ViewReminders),
    ("报送", "/mailbox", "来信", Action::HandleMail),
    (
        "央企合作",
        "/cooperation/visits",
        "走访推介",
        Action::ViewCooperation,
    ),
    (
        "央企合作",
        "/cooperation/follow-ups",
        "跟进事项",
        Action::ViewCooperation,
    ),
    (
        "央企合作",
        "/cooperation/central",
        "央企名录",
        Action::ViewCooperation,
    ),
    (
        "央企合作",
        "/cooperation/provincial",
        "省属国企",
        Action::ViewCooperation,
    ),
    ("系统", "/units", "单位", Action::ViewUnits),
    ("系统", "/people", "人员", Action::ViewPeople),
    ("系统", "/audit", "审计", Action::ViewAudit),
    ("系统", "/calendar", "工作日历", Action::ViewCalendar),
    ("系统", "/settings", "设置", Action::ViewSettings),
    ("系统", "/settings/sending", "邮件与钉钉", Action::EditMail),
    ("系统", "/settings/mailbox", "收件邮箱", Action::EditMail),
];

/// What a page says after a change, by the word in `?done=`.
const DONE: &[(&str, &str)] = &[
    ("mailbox", "收件邮箱已保存；请试连接"),
    ("mailbox-test", "连接成功，可以收信"),
    ("mail-assigned", "已指派，草稿等待本人登录确认"),
    ("mail-settled", "来信已办结"),
    ("target", "任务数已保存"),
    ("import", "报表已保存，完成情况已更新"),
    ("import-cancelled", "已取消导入，没有保存任何内容"),
    ("unit", "单位已保存"),
    ("person", "人员已保存；请安全管理员授予角色并签发激活码"),
    ("person-changed", "人员信息已保存"),
    ("secured", "角色和状态已保存"),
    ("unlocked", "已解锁"),
    ("entry", "已保存草稿；上传凭证后提交审核"),
    ("entry-file", "凭证已保存"),
    ("submit", "已提交审核，等待本企业分管领导审核"),
    ("send-back", "已退回填报员修改"),
    ("release", "已报送国资委，等待认定"),
    ("withdraw", "已撤回为草稿，可以修改后再提交"),
    ("accept", "已认定，计入完成数"),
    ("refuse", "已不予认定，理由会显示给企业"),
    ("plan", "月度计划已保存"),
    ("counting", "计入口径已保存"),
    ("prepared", "已拟稿，数据和文件已固定，请处长审核"),
    ("reviewed", "已审核，请委领导签发"),
    ("signed", "已签发，所属企业都能看到"),
    ("returned", "已退回"),
    ("activated", "口令已设置，请用新口令登录"),
    ("workdays", "工作日安排已载入"),
    ("session-ended", "该会话已结束"),
    ("sessions-ended", "其他会话已全部结束"),
    ("token-revoked", "令牌已撤销"),
    ("password", "口令已更换，其他会话已结束"),
    ("password-due", "已要求更换口令：此人下次操作时须先更换"),
    ("settings", "设置已保存，立即生效"),
    ("duties", "安排已保存"),
    ("duty-ended", "安排已结束"),
    ("units-imported", "单位已按文件保存"),
    (
        "people-imported",
        "人员已按文件保存；新增的人员请安全管理员授予角色并签发激活码",
    ),
    ("projects-step", "选中的项目已办理"),
    (
        "intake",
        "文件已导入，下面是这份报表的草稿；请补齐调整理由后提交审核",
    ),
    ("return-saved", "已保存，可以接着填写"),
    ("return-submit", "已提交审核，等待本企业分管领导审核后报送"),
    ("return-send_back", "已退回填报员修改"),
    ("return-hand_in", "已报送国资委，回执如下"),
    ("return-withdraw", "已撤回为草稿，可以修改后再报送"),
    ("return-decided", "已办结，结果已显示给企业"),
    ("return-allowed", "已保存，企业会看到"),
    ("return-disallowed", "已取消，企业会看到"),
    (
        "schedule",
        "报送计划已保存，还没有截止的报送期已按新计划调整",
    ),
    ("period-moved", "这一期的截止日已保存"),
    ("remark", "催办情况已记下"),
    ("return-scan", "盖章扫描件已保存"),
    ("return-file", "附件已保存，可以接着填写"),
    ("return-file-removed", "附件已移去"),
    ("project-added", "项目已登记"),
    ("project-changed", "项目已保存"),
    ("project-file", "附件已保存"),
    ("project-file-removed", "附件已移去，以前的版本里仍然保留"),
    ("project-put_forward", "已选送，等待国资委审核"),
    ("project-take_back", "已撤回选送"),
    ("project-admit", "已入国资委项目库"),
    ("project-send_back", "已退回选送，理由会显示给企业"),
    ("project-remove", "已移出国资委项目库，理由会显示给企业"),
    ("library-rules", "项目库规则已保存"),
    ("list", "清单已保存"),
    ("list-projects", "已加入清单；原来就在清单里的保持不变"),
    ("list-goal", "目标和步骤已保存"),
    ("list-ticked", "步骤已更新"),
    ("list-removed", "已从清单里取出"),
    ("draft-gone", "草稿已放弃"),
    ("visit", "走访推介已保存"),
    ("visit-voided", "这条记录已作废，不再列入清单"),
    ("follow-up", "跟进事项已保存"),
    ("follow-up-settled", "办理情况已保存"),
    ("directory", "名录已保存"),
    ("directory-voided", "这条补充已作废"),
    ("inbox-read", "已全部标为已读"),
    ("contact", "联系方式已保存"),
    ("reminders", "提醒方式已保存，从下一次提醒起生效"),
    ("feed-revoked", "日历订阅已停用，原地址立即失效"),
    ("message-retry", "已重新排队，稍后自动发送"),
    ("message-drop", "这条消息不再发送"),
    ("reminder-rules", "提醒规则已保存，从下一次提醒起生效"),
    ("mail", "邮件服务器已保存"),
    ("mail-test", "测试邮件已发出，请到收件箱查看"),
    ("dingtalk", "钉钉机器人已保存"),
    ("dingtalk-test", "测试消息已发出，请到群里查看"),
    ("moved", "已移动，事实已记录"),
    ("grid", "表格已全部保存"),
    ("grid-same", "没有改动，不需要保存"),
    ("filter", "常用筛选已保存"),
    (
        "twins-different",
        "已判定不是同一项目；比对的内容有变化时会再列出",
    ),
    ("twins-open", "已撤销判定，重新列为待核对"),
    ("merged", "已合并，两边的历史都保留；可以在合并记录里撤销"),
    ("merge-undone", "已撤销合并，恢复为两个项目"),
    ("split", "已拆成两个项目，这是拆出的新项目"),
    ("first-talk", "首谈认定说明已保存；请上传依据材料"),
    ("first-talk-file", "材料已保存"),
    ("first-talk-withdrawn", "首谈认定说明已撤回"),
    ("filter-removed", "常用筛选已删去"),
    ("columns-usual", "没有选列，已恢复常用的列"),
    ("columns", "已按您选的列显示，下次打开仍是这些列"),
    ("event", "活动与走访已保存"),
    ("event-tied", "写法已归并，签约已归到这项活动"),
    ("event-removed", "活动与走访已删去，签约上写的文字不变"),
    ("event-untied", "归并已取消，签约上写的文字不变"),
];

impl Layout {
    /// The frame of a page titled `title` in the area at `area`; `crumbs` lead to it.
    pub fn new(current: &Current, area: &str, title: &str, crumbs: &[(&str, &str)]) -> Self {
        let person = &current.caller.person;
        Self {
            csrf: current.csrf.clone(),
            shown: current.shown.clone(),
            unread: Some(current.unread),
            person: person.name.clone(),
            role: roles_in_words(&current.caller),
            unit: current.unit_name.clone(),
            nav: nav(&current.caller, area),
            crumbs: crumbs
                .iter()
                .map(|(href, label)| ((*href).to_owned(), (*label).to_owned()))
                .collect(),
            ..Self::plain(title)
        }
    }

    /// The frame of a page for those not signed in.
    pub fn plain(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            css: assets::url("app.css"),
            js: assets::url("app.js"),
            chart_js: None,
            logo: assets::url("logo.svg"),
            favicon: assets::url("favicon.svg"),
            csrf: String::new(),
            person: String::new(),
            role: String::new(),
            unit: String::new(),
            nav: Vec::new(),
            crumbs: Vec::new(),
            done: None,
            shown: Shown::default(),
            unread: None,
        }
    }

    /// With the names that are set.
    pub fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }

    /// With the sentence for a word in `?done=`.
    pub fn done(mut self, word: Option<&str>) -> Self {
        self.done = DONE
            .iter()
            .find(|(known, _)| Some(*known) == word)
            .map(|(_, sentence)| *sentence);
        self
    }

    /// With the chart's script.
    pub fn with_chart(self) -> Self {
        self.with_script("chart.js")
    }

    /// With the one script that only this page has.
    pub fn with_script(mut self, name: &str) -> Self {
        self.chart_js = Some(assets::url(name));
        self
    }
}

/// A person's own roles, and for whom it acts today.
fn roles_in_words(caller: &Caller) -> String {
    let own = caller
        .person
        .roles
        .iter()
        .map(|role| role.label().to_owned());
    let lent = caller
        .acting
        .iter()
        .map(|acting| format!("代{}（{}）办理", acting.name, acting.login));
    own.chain(lent).collect::<Vec<_>>().join("、")
}

fn nav(caller: &Caller, area: &str) -> Vec<NavGroup> {
    let mut groups: Vec<NavGroup> = Vec::new();
    for &(group, href, label, action) in AREAS {
        if !caller.may(action) {
            continue;
        }
        let link = NavLink {
            href,
            label,
            current: href == area,
        };
        match groups.last_mut().filter(|last| last.label == group) {
            Some(last) => last.links.push(link),
            None => groups.push(NavGroup {
                label: group,
                links: vec![link],
            }),
        }
    }
    groups
}

/// Where a person begins.
pub(crate) fn home_of(caller: &Caller) -> &'static str {
    let first = AREAS.iter().find(|(_, _, _, action)| caller.may(*action));
    match first {
        // Whoever fills in and releases begins with what is to be done, the authority with the figures.
        Some((_, "/todo", _, _))
            if caller.may(Action::AcceptReturns) || caller.person.roles.contains(&Role::Leader) =>
        {
            "/completion"
        }
        // The system administrator looks at reminders when something is wrong with them, not first.
        Some((_, "/reminders", _, _)) => "/units",
        // The security administrator's work is people; units are only looked up.
        Some((_, "/units", _, _)) if caller.person.roles.contains(&Role::SecurityAdmin) => {
            "/people"
        }
        Some((_, href, _, _)) => href,
        None => "/account",
    }
}

/// Renders a page.
pub(crate) fn show(page: &impl askama::Template) -> Result<Response, PageFailure> {
    show_with(StatusCode::OK, page)
}

/// Renders a page with a status: 422 for a form that is shown again.
pub(crate) fn show_with(
    status: StatusCode,
    page: &impl askama::Template,
) -> Result<Response, PageFailure> {
    let html = page
        .render()
        .map_err(|error| app::Error::Internal(error.to_string()))?;
    // A form shown again says itself what is wrong.
    Ok((status, Extension(Said), Html(html)).into_response())
}

/// Percent-encodes text for a query.
pub(crate) fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Refusals of a form as its page shows them.
#[derive(Default, Clone)]
pub(crate) struct Refusals(pub Vec<(String, String)>);

impl Refusals {
    /// Why a field was refused; empty when it was not.
    pub fn of(&self, field: &str) -> &str {
        self.0
            .iter()
            .find(|(name, _)| name == field)
            .map_or("", |(_, why)| why.as_str())
    }
}

impl Refusals {
    /// As [`Refusals::of`], for one of several rows: `before` stands in front of the field.
    pub fn under(&self, before: &str, field: &str) -> &str {
        self.of(&format!("{before}{field}"))
    }
}

impl From<Invalid> for Refusals {
    fn from(invalid: Invalid) -> Self {
        Self(invalid.fields)
    }
}

/// A download as RFC 6266 and RFC 8187 want it: an ASCII name for old readers, the true one beside it.
pub(crate) fn download(name: &str, kind: &str, bytes: Vec<u8>) -> Response {
    let extension = name
        .rsplit_once('.')
        .map_or("bin", |(_, extension)| extension);
    let plain: String = extension
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(8)
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                encoded.push(char::from(byte))
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    let disposition = format!("attachment; filename=\"file.{plain}\"; filename*=UTF-8''{encoded}");
    let headers = [
        (axum::http::header::CONTENT_TYPE, kind.to_owned()),
        (axum::http::header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, bytes).into_response()
}

/// Content type of tables.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_download_keeps_its_chinese_name() {
        let response = download("附件1\"\r\n.docx", "application/octet-stream", vec![]);
        let disposition = response.headers()["content-disposition"].to_str().unwrap();
        assert_eq!(
            disposition,
            "attachment; filename=\"file.docx\"; filename*=UTF-8''%E9%99%84%E4%BB%B61%22%0D%0A.docx"
        );
    }
}
