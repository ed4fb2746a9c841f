//! 项目推介册: contents with the right pages, what is missing is said, nobody's telephone who did not give it.

use chrono::NaiveDate;
use documents::write::{Brochure, BrochureProject, BrochureReadiness, brochure_pdf};
use domain::Money;

use crate::pdfs::{fonts, laid_out};

fn ready(item: &str, ready: bool, note: &str) -> BrochureReadiness {
    BrochureReadiness {
        item: item.into(),
        ready,
        note: note.into(),
    }
}

pub fn project(name: &str) -> BrochureProject {
    BrochureProject {
        name: name.into(),
        code: "WZ-2017-0042".into(),
        industry: "现代物流".into(),
        place: "浙江省温州市龙湾区".into(),
        investment: Some(Money::from_fen(32_000_500_000)),
        cooperation: "合资合作、股权合作".into(),
        horizon: "近期".into(),
        basic_info: "项目拟建设区域性冷链物流中心，总建筑面积约8.6万㎡。\n一期建设冷库与分拨中心，二期建设展示交易中心。".into(),
        advantages: "温州是浙南闽北水产品集散地，冷链需求逐年增长，现有库容不能满足需要。".repeat(3),
        surroundings: "地块毗邻机场与港区，距高速公路互通三公里，周边配套成熟。".repeat(3),
        business_model: "由市属企业与投资方组建项目公司，统一建设、分业经营，收益来自仓租、加工与供应链服务。".into(),
        readiness: vec![
            ready("原料或需求", true, "已完成需求调查"),
            ready("投资规模", true, ""),
            ready("经济与税收测算", false, "正在编制"),
            ready("选址与用地", true, "已列入供地计划，面积52亩"),
            ready("规划意见", false, ""),
            ready("环评可能性", true, "无环境敏感目标"),
        ],
        contact_unit: "温州市现代服务业投资集团有限公司".into(),
        contact_name: "王某某".into(),
        contact_phone: "13800000001".into(),
    }
}

pub fn brochure(projects: usize) -> Brochure {
    let name = |number| format!("第{number}号冷链物流中心项目");
    Brochure {
        authority: "温州市人民政府国有资产监督管理委员会".into(),
        date: NaiveDate::from_ymd_opt(2017, 12, 8),
        projects: (1..=projects)
            .map(|number| project(&name(number)))
            .collect(),
    }
}

#[test]
fn the_same_projects_give_the_same_bytes() {
    let fonts = fonts(true);
    let made = brochure_pdf(&brochure(2), &fonts).unwrap();
    assert_eq!(made, brochure_pdf(&brochure(2), &fonts).unwrap());
}

#[test]
fn contents_name_the_pages_on_which_projects_are() {
    let mut brochure = brochure(3);
    brochure.projects[1].advantages = "很长的说明文字。".repeat(300);
    let text = laid_out(&brochure_pdf(&brochure, &fonts(true)).unwrap());
    let pages: Vec<&str> = text.split_terminator('\u{c}').collect();
    assert!(
        pages[0].contains("招商引资项目推介册共3个项目2017年12月8日"),
        "{}",
        pages[0]
    );
    assert!(pages[1].contains("目录"), "{}", pages[1]);
    for number in 1..=3 {
        let name = format!("第{number}号冷链物流中心项目");
        let first = pages
            .iter()
            .skip(2)
            .position(|page| page.contains(&name))
            .unwrap();
        let printed = first + 1;
        assert!(
            pages[first + 2].contains(&format!("—{printed}—")),
            "{}",
            pages[first + 2]
        );
        let entry = pages[1].split(&name).nth(1).unwrap();
        let entry = entry.trim_start_matches('.');
        assert!(entry.starts_with(&printed.to_string()), "{name}: {entry}");
    }
    let third = pages
        .iter()
        .position(|page| page.contains("第3号冷链物流中心项目") && page.contains("项目编号"));
    assert!(
        third.unwrap() > 4,
        "the second project has more than a page"
    );
}

#[test]
fn what_is_missing_is_said_and_contacts_only_where_given() {
    let mut brochure = brochure(1);
    let project = &mut brochure.projects[0];
    project.advantages = " \n".into();
    project.surroundings = String::new();
    project.business_model = String::new();
    project.investment = None;
    project.contact_name = String::new();
    project.contact_phone = String::new();
    let text = laid_out(&brochure_pdf(&brochure, &fonts(true)).unwrap());
    assert_eq!(text.matches("（待补充）").count(), 4, "{text}");
    assert!(
        text.contains("联系单位温州市现代服务业投资集团有限公司"),
        "{text}"
    );
    assert!(
        !text.contains("联系人") && !text.contains("联系电话"),
        "{text}"
    );
    for words in [
        "已列入供地计划，面积52亩",
        "已具备",
        "未具备",
        "项目基础优势",
        "地理环境特点",
        "商业模式",
        "WZ-2017-0042",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn nothing_in_it_is_markup_and_nothing_chosen_is_no_fault() {
    let mut brochure = brochure(1);
    brochure.projects[0].name = "#strong[甲] *乙* $丙$ <丁>".into();
    brochure.projects[0].advantages = "= 标题\n- 项 `x` @a".into();
    let words = laid_out(&brochure_pdf(&brochure, &fonts(true)).unwrap());
    assert!(words.contains("#strong[甲]*乙*$丙$<丁>"), "{words}");
    assert!(words.contains("=标题-项`x`@a"), "{words}");
    brochure.projects.clear();
    assert!(laid_out(&brochure_pdf(&brochure, &fonts(true)).unwrap()).contains("尚未选择项目"));
}
