//! Who and what the demo is about. The units are those of the published 附件1; the people are invented.

use domain::permission::Role;

/// The authority: name and short name.
pub const AUTHORITY: (&str, &str) = ("温州市人民政府国有资产监督管理委员会", "市国资委");

/// The notice with its 附件1, as published (see `crates/zhaoshang/demo/README.md`).
pub const NOTICE: &[u8] = include_bytes!("../../demo/notice.docx");
/// Under which name an officer would have it.
pub const NOTICE_NAME: &str =
    "温国资委〔2017〕138号 关于继续推进市属国有企业招商引资工作的通知.docx";

/// The enterprises in published order: name and short name.
pub const ENTERPRISES: [(&str, &str); 17] = [
    ("温州银行股份有限公司", "温州银行"),
    ("温州市公用事业投资集团有限公司", "公用集团"),
    ("温州市铁路与轨道交通投资集团有限公司", "铁投集团"),
    ("温州机场集团有限公司", "机场集团"),
    ("温州市城市建设投资集团有限公司", "城投集团"),
    ("温州市名城建设投资集团有限公司", "名城集团"),
    ("温州市金融投资集团有限公司", "金投集团"),
    ("温州市交通投资集团有限公司", "交投集团"),
    ("温州市现代服务业投资集团有限公司", "现代集团"),
    ("温州市工业投资集团有限公司", "工投集团"),
    ("温州市交通运输集团有限公司", "交运集团"),
    ("温州体育发展投资集团有限公司", "体投集团"),
    ("温州市农业发展投资集团有限公司", "农投集团"),
    ("温州建设集团有限公司", "建设集团"),
    ("温州文化发展投资集团有限公司", "文投集团"),
    ("温州教育发展投资集团有限公司", "教投集团"),
    ("温州卫生发展投资集团有限公司", "卫投集团"),
];

/// The projects the enterprises begin with: invented, made by `demo/make_projects.py`.
pub const PROJECTS: &str = include_str!("../../demo/projects.json");

/// Enterprises whose people are there, but not armed with a password yet: short name, and the end of their login names.
pub const QUIET_ENTERPRISES: [(&str, &str); 14] = [
    ("公用集团", "gyjt"),
    ("铁投集团", "ttjt"),
    ("机场集团", "jcjt"),
    ("名城集团", "mcjt"),
    ("金投集团", "jintou"),
    ("现代集团", "xdjt"),
    ("工投集团", "gtjt"),
    ("交运集团", "jyjt"),
    ("体投集团", "titou"),
    ("农投集团", "ntjt"),
    ("建设集团", "jsjt"),
    ("文投集团", "wtjt"),
    ("教投集团", "jiaotou"),
    ("卫投集团", "weitou"),
];

/// A person of the demo.
pub struct Person {
    /// What it signs in with.
    pub login: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub role: Role,
    /// Short name of its enterprise; none for the authority.
    pub enterprise: Option<&'static str>,
}

/// Those who run the system, in the order in which they are set up.
pub const ADMINISTRATORS: [(&str, &str, Role); 3] = [
    ("sysadmin", "演示系统管理员", Role::SystemAdmin),
    ("secadmin", "演示安全管理员", Role::SecurityAdmin),
    ("auditadmin", "演示审计管理员", Role::AuditAdmin),
];

/// Those who work with it.
pub const PEOPLE: [Person; 9] = [
    at_authority("officer", "演示经办", Role::Officer),
    at_authority("chief", "演示处长", Role::Officer),
    at_authority("leader", "演示委领导", Role::Leader),
    at(
        "温州银行",
        "reporter-wzyh",
        "演示填报员（温州银行）",
        Role::Reporter,
    ),
    at(
        "温州银行",
        "approver-wzyh",
        "演示分管领导（温州银行）",
        Role::Approver,
    ),
    at(
        "城投集团",
        "reporter-ctjt",
        "演示填报员（城投集团）",
        Role::Reporter,
    ),
    at(
        "城投集团",
        "approver-ctjt",
        "演示分管领导（城投集团）",
        Role::Approver,
    ),
    at(
        "交投集团",
        "reporter-jtjt",
        "演示填报员（交投集团）",
        Role::Reporter,
    ),
    at(
        "交投集团",
        "approver-jtjt",
        "演示分管领导（交投集团）",
        Role::Approver,
    ),
];

const fn at_authority(login: &'static str, name: &'static str, role: Role) -> Person {
    Person {
        login,
        name,
        role,
        enterprise: None,
    }
}

const fn at(
    enterprise: &'static str,
    login: &'static str,
    name: &'static str,
    role: Role,
) -> Person {
    Person {
        login,
        name,
        role,
        enterprise: Some(enterprise),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_played_and_every_enterprise_exists() {
        let roles = ADMINISTRATORS
            .iter()
            .map(|(_, _, role)| *role)
            .chain(PEOPLE.iter().map(|person| person.role));
        let roles: std::collections::BTreeSet<Role> = roles.collect();
        assert_eq!(roles, Role::ALL.into());
        for enterprise in PEOPLE.iter().filter_map(|person| person.enterprise) {
            assert!(
                ENTERPRISES.iter().any(|(_, short)| *short == enterprise),
                "{enterprise}"
            );
        }
    }
}
