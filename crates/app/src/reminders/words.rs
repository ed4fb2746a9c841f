//! What reminders say. No telephone, no secret: they travel where we do not see.

use chrono::{Datelike, NaiveDate};
use domain::{dates, reminder::Stage, returns::ReturnState};
use store::reminders::Reminder;

use super::owed::Owed;

/// Enterprises named in one message at most; the rest is counted.
const NAMED: usize = 40;

/// What a reminder says.
pub(crate) struct Said {
    pub title: String,
    pub body: String,
}

/// `2017年12月15日（周五）23:59`.
pub(crate) fn due_in_full(day: NaiveDate) -> String {
    const WEEK: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
    let weekday = WEEK[day.weekday().num_days_from_monday() as usize];
    format!("{}（周{weekday}）23:59", dates::print_long(day))
}

fn how_far(due_on: NaiveDate, today: NaiveDate) -> String {
    match (due_on - today).num_days() {
        0 => "今天截止".to_owned(),
        days @ 1.. => format!("还有{days}天截止"),
        days => format!("已逾期{}天", -days),
    }
}

fn of_what(owed: &Owed) -> String {
    format!("{} {}", owed.period.kind.short(), owed.period.label())
}

/// To those who have to act.
pub(crate) fn to_do(owed: &Owed, today: NaiveDate) -> Said {
    let far = how_far(owed.due_on, today);
    let what = of_what(owed);
    let (state, act) = match owed.state {
        None => ("未报", "请尽快填报并提交审核；本期没有内容的，请作零报告"),
        Some(ReturnState::ForApproval) => ("待审", "请审核后报送，或退回填报员修改"),
        Some(ReturnState::Returned) => ("已退回", "请按退回意见修改后重新提交审核"),
        Some(_) => ("草稿", "请填完并提交审核"),
    };
    Said {
        title: format!("{what}：{far}"),
        body: format!(
            "{}的《{}》（{what}）截止时间为{}，{far}，目前状态为“{state}”。{act}。",
            owed.unit_name,
            owed.period.kind.title(),
            due_in_full(owed.due_on)
        ),
    }
}

/// Names in a line, the rest counted.
fn names(owed: &[&Owed]) -> String {
    let named: Vec<&str> = owed
        .iter()
        .take(NAMED)
        .map(|one| one.unit_name.as_str())
        .collect();
    match owed.len().saturating_sub(NAMED) {
        0 => named.join("、"),
        more => format!("{}，另有{more}家", named.join("、")),
    }
}

/// To officers: who is late.
pub(crate) fn late(owed: &[&Owed], today: NaiveDate) -> Option<Said> {
    let first = owed.first()?;
    let (what, far) = (of_what(first), how_far(first.due_on, today));
    Some(Said {
        title: format!("{what}：{}家逾期未报送", owed.len()),
        body: format!(
            "{what}截止时间为{}，{far}。还没有报送的有{}家：{}。",
            due_in_full(first.due_on),
            owed.len(),
            names(owed)
        ),
    })
}

/// To a group of colleagues, as DingTalk's markdown.
pub(crate) fn to_group(owed: &[&Owed], today: NaiveDate, link: Option<&str>) -> Option<Said> {
    let first = owed.first()?;
    let (what, far) = (of_what(first), how_far(first.due_on, today));
    let due = due_in_full(first.due_on);
    let link = link.map_or(String::new(), |link| format!("\n\n[打开报送页面]({link})"));
    Some(Said {
        title: format!("报送提醒：{what}{far}"),
        body: format!(
            "#### 报送提醒\n\n{what}截止时间为{due}，**{far}**。\n\n还没有报送的{}家：{}{link}",
            owed.len(),
            markdown(&names(owed))
        ),
    })
}

/// Names cannot become links or headings.
fn markdown(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let special = r"\`*_{}[]()#+-!<>|~".contains(c);
            special.then_some('\\').into_iter().chain([c])
        })
        .collect()
}

/// The mail that carries these reminders: subject and text.
pub(crate) fn mail(
    greeting: &str,
    reminders: &[Reminder],
    public_url: Option<&str>,
    product: &str,
) -> Said {
    let title = match reminders {
        [one] => format!("【报送提醒】{}", one.title),
        several => format!(
            "【报送提醒】{}项：{}",
            several.len(),
            several.first().map_or("", |one| &one.title)
        ),
    };
    let mut body = format!("{greeting}：\n\n");
    for (number, one) in (1..).zip(reminders) {
        if reminders.len() > 1 {
            body.push_str(&format!(
                "{number}. {}（{}）\n",
                one.title,
                Stage::of_offset(one.stage).label()
            ));
        }
        body.push_str(&one.body);
        body.push('\n');
        if let Some(url) = public_url {
            body.push_str(&format!("办理：{url}{}\n", one.link));
        }
        body.push('\n');
    }
    let settings = match public_url {
        Some(url) => format!("修改提醒方式：{url}/account#reminders"),
        None => "修改提醒方式：登录系统，在“我的账号”里设置".to_owned(),
    };
    body.push_str(&format!(
        "——\n本邮件由{product}自动发出，请勿回复。{settings}\n非涉密系统，严禁录入国家秘密。\n"
    ));
    Said { title, body }
}
