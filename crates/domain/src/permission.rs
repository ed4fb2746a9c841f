//! The permission table: which role may do what. The only place that decides it.
//!
//! What a role may do it may do in the subtree of the person's own unit: an officer of the authority reaches
//! all below it, an enterprise its own subtree (mission page, “Who sees what”). Anything else does not exist
//! for that person and is answered 404.

use serde::{Deserialize, Serialize};

/// What a person is in the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 企业填报员.
    Reporter,
    /// 企业分管领导.
    Approver,
    /// 国资委招商引资处经办、处长.
    Officer,
    /// 委领导、市领导.
    Leader,
    /// 系统管理员.
    SystemAdmin,
    /// 安全管理员.
    SecurityAdmin,
    /// 审计管理员.
    AuditAdmin,
}

impl Role {
    /// Every role, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Reporter,
        Self::Approver,
        Self::Officer,
        Self::Leader,
        Self::SystemAdmin,
        Self::SecurityAdmin,
        Self::AuditAdmin,
    ];

    /// The stored word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Reporter => "reporter",
            Self::Approver => "approver",
            Self::Officer => "officer",
            Self::Leader => "leader",
            Self::SystemAdmin => "system_admin",
            Self::SecurityAdmin => "security_admin",
            Self::AuditAdmin => "audit_admin",
        }
    }

    /// The role of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Reporter => "企业填报员",
            Self::Approver => "企业分管领导",
            Self::Officer => "国资委招商引资处",
            Self::Leader => "委领导、市领导",
            Self::SystemAdmin => "系统管理员",
            Self::SecurityAdmin => "安全管理员",
            Self::AuditAdmin => "审计管理员",
        }
    }

    /// One of the three that run the system and do none of its work.
    pub const fn is_administrator(self) -> bool {
        matches!(
            self,
            Self::SystemAdmin | Self::SecurityAdmin | Self::AuditAdmin
        )
    }

    /// Whether this is a role of the authority; the others are an enterprise's.
    pub const fn of_authority(self) -> bool {
        !matches!(self, Self::Reporter | Self::Approver)
    }

    /// Whether this role may do `action`.
    pub fn may(self, action: Action) -> bool {
        action.roles().contains(&self)
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $label:literal for $roles:expr;)*) => {
        /// What can be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$doc])* $name,)* }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The words for users.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }

            /// The roles that may do it.
            pub const fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => &$roles,)* }
            }
        }
    };
}

use Role::{Approver, AuditAdmin, Leader, Officer, Reporter, SecurityAdmin, SystemAdmin};

actions! {
    /// See the completion table, ask 怎么来的, take it away as a file.
    ViewCompletion = "查看、导出任务完成情况" for [Reporter, Approver, Officer, Leader];
    /// See annual targets and their adjustments.
    ViewTargets = "查看目标任务" for [Reporter, Approver, Officer, Leader];
    /// Set and adjust annual targets.
    SetTargets = "下达、调整目标任务" for [Officer];
    /// See which statements were taken in, and their source files.
    ViewStatements = "查看报表导入记录与原件" for [Officer, Leader];
    /// Read a clerk's file and confirm it as statements.
    ImportStatements = "导入并确认报表" for [Officer];
    /// See entries of funds in place and the monthly plan.
    ViewFunds = "查看到资、月度计划" for [Reporter, Approver, Officer, Leader];
    /// Enter funds, with their proofs.
    EnterFunds = "登记到资" for [Reporter];
    /// Release or send back what the reporter entered.
    ReleaseFunds = "审核到资并报送" for [Approver];
    /// Accept or refuse what an enterprise released.
    AcceptFunds = "认定到资" for [Officer];
    /// Say which kinds of proof count in a year.
    SetCounting = "设定计入口径" for [Officer];
    /// Keep the enterprise's month-by-month plan.
    EditPlan = "编制月度计划" for [Reporter, Approver];
    /// See published tables.
    ViewPublications = "查看印发的表" for [Reporter, Approver, Officer, Leader];
    /// Make a table to be published, review one another has made.
    PreparePublications = "拟稿、审核要印发的表" for [Officer];
    /// Sign a table.
    SignPublications = "签发" for [Leader];
    /// See the units.
    ViewUnits = "查看单位" for [Reporter, Approver, Officer, Leader, SystemAdmin, SecurityAdmin];
    /// Add and change units.
    EditUnits = "新增、修改单位" for [SystemAdmin];
    /// See people and their roles.
    ViewPeople = "查看人员" for [SystemAdmin, SecurityAdmin];
    /// Add people, change their name and unit.
    EditPeople = "新增、修改人员" for [SystemAdmin];
    /// Give roles, hand out one-time secrets, unlock, stop and restart accounts.
    SecurePeople = "授予角色、签发一次性激活码、解锁、停用启用" for [SecurityAdmin];
    /// Read the audit and verify its chains.
    ViewAudit = "查看、核验审计记录" for [AuditAdmin];
    /// See which days work.
    ViewCalendar = "查看工作日历" for [Reporter, Approver, Officer, Leader, SystemAdmin, SecurityAdmin, AuditAdmin];
    /// Load a further year of working days.
    LoadCalendar = "载入年度工作日安排" for [Officer, SystemAdmin];
    /// See what is set, and who set it.
    ViewSettings = "查看设置及其修改记录" for [SystemAdmin, SecurityAdmin, AuditAdmin];
    /// Set how sessions, locks, passwords and tokens are kept.
    EditSecuritySettings = "修改安全设置" for [SecurityAdmin];
    /// Set what the system is called and keeps.
    EditSystemSettings = "修改系统设置" for [SystemAdmin];
    /// See the project library.
    ViewProjects = "查看项目库" for [Reporter, Approver, Officer, Leader];
    /// Enter and change projects of one's own enterprise, put them forward.
    EditProjects = "登记、修改、选送项目" for [Reporter];
    /// See contacts' telephones unmasked; each look is noted.
    RevealContacts = "查看联系电话全文" for [Reporter, Approver, Officer];
    /// Admit, return and remove projects put forward; keep named lists.
    AdmitProjects = "审核选送、维护专项清单" for [Officer];
    /// Decide likely twins, take one project into another and apart again, split, record who had the first talk.
    MergeProjects = "核对疑似同一项目，合并、拆分项目，作首谈认定" for [Officer];
    /// Set industries, numbering, which fields make an adjustment.
    SetLibraryRules = "设定项目库规则" for [Officer];
    /// See returns and what was handed in.
    ViewReturns = "查看报送" for [Reporter, Approver, Officer, Leader];
    /// Fill in returns and submit them for release.
    PrepareReturns = "填报、提交审核" for [Reporter];
    /// Release, send back and withdraw the enterprise's returns.
    ReleaseReturns = "审核、报送、撤回" for [Approver];
    /// Accept or return what enterprises handed in.
    AcceptReturns = "受理、退回报送" for [Officer];
    /// Set how returns fall due, permit late ones, exempt, chase, note remarks.
    KeepSchedules = "设定报送计划，准许补报、免报，催报" for [Officer];
    /// See the directories of central and provincial enterprises, visits and follow-ups.
    ViewCooperation = "查看央企合作、名录、走访推介" for [Reporter, Approver, Officer, Leader];
    /// Record visits and promotions of one's own unit, and what follows them.
    RecordVisits = "登记走访推介和跟进事项" for [Reporter, Officer];
    /// Keep the provincial enterprises; add to and correct the central ones.
    KeepDirectory = "维护央企、省属国企名录" for [Officer];
    /// See who is reminded of what, and what could not be delivered.
    ViewReminders = "查看提醒、处理发送失败" for [Officer, SystemAdmin];
    /// Set which stages are reminded of, and which nobody may switch off.
    SetReminders = "设定提醒规则" for [Officer];
    /// Set the mail server and the DingTalk robot.
    EditMail = "设置邮件服务器、收件邮箱、钉钉机器人" for [SystemAdmin];
    /// See mails that came in, settle those that nobody could be matched to.
    HandleMail = "查看来信、处理待办来信" for [Officer];
    /// See events and leaders' visits with their signings.
    ViewEvents = "查看招商活动与走访对接" for [Reporter, Approver, Officer, Leader];
    /// Keep events, tie spellings of signings to them.
    KeepEvents = "维护招商活动与走访对接、归并写法" for [Officer];
    /// See what became of what was signed: cohort boards and the four rates.
    ViewCohorts = "查看签约转化看板与四率" for [Reporter, Approver, Officer, Leader];
    /// See an enterprise on one page.
    ViewEnterprise = "查看企业一页通" for [Reporter, Approver, Officer, Leader];
}

/// The table as a Markdown page: actions down, roles across. Checked in and compared by `make check`.
pub fn as_markdown() -> String {
    let mut page = String::from(
        "# 权限表\n\n由 `zhaoshang generate` 从 `crates/domain/src/permission.rs` 生成，请勿手改。\n\
         每项权限只及于本人所在单位及其下级；看不到的一律按不存在处理（404）。\n\n| 权限 |",
    );
    for role in Role::ALL {
        page.push_str(&format!(" {} `{}` |", role.label(), role.word()));
    }
    page.push_str("\n| --- |");
    page.push_str(&" :-: |".repeat(Role::ALL.len()));
    for action in Action::ALL {
        page.push_str(&format!("\n| {} `{action:?}` |", action.label()));
        for role in Role::ALL {
            page.push_str(if role.may(*action) { " ✓ |" } else { "  |" });
        }
    }
    page.push('\n');
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrators_do_none_of_the_daily_work() {
        for role in Role::ALL.into_iter().filter(|role| role.is_administrator()) {
            for action in [
                Action::ViewCompletion,
                Action::SetTargets,
                Action::ImportStatements,
                Action::ViewStatements,
            ] {
                assert!(!role.may(action), "{role:?} {action:?}");
            }
        }
    }

    #[test]
    fn nobody_both_makes_accounts_and_arms_them() {
        for role in Role::ALL {
            assert!(
                !(role.may(Action::EditPeople) && role.may(Action::SecurePeople)),
                "{role:?}"
            );
            assert!(
                !(role.may(Action::ViewAudit)
                    && (role.may(Action::EditPeople) || role.may(Action::SecurePeople)))
            );
        }
    }

    #[test]
    fn words_are_unique_and_come_back() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(role));
        }
    }
}
