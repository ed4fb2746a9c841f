//! Wordings of headers.

use super::*;

fn named(text: &str) -> Option<Field> {
    field(&HeaderText::parse(text), &[]).map(|(field, _)| field)
}

#[test]
fn wordings_of_the_four_fields() {
    let cases: [(Field, &[&str]); 4] = [
        (
            Field::Unit,
            &[
                "单  位",
                "企业名称",
                "报送单位",
                "单位名称",
                "市属国有企业",
                "责任单位（企业）",
                "市属企业名称",
                "单位\n名称",
            ],
        ),
        (
            Field::Target,
            &[
                "任务数",
                "任务数（万元）",
                "目标任务",
                "年度任务",
                "全年目标",
                "2017年任务数",
                "年度目标任务数(亿元)",
                "任务 数",
                "应完成数",
                "年度计划",
                "任务数万元",
            ],
        ),
        (
            Field::Done,
            &[
                "1-10月累计\n完成数",
                "完成数",
                "累计完成",
                "到位资金",
                "实际完成",
                "截至10月底完成数（元）",
                "1至10月完成额",
                "完成任务数",
                "累计到位资金",
                "1—10月完成数",
                "10月底累计完成",
                "1月完成数",
            ],
        ),
        (
            Field::Rate,
            &[
                "完成率",
                "完 成 率（%）",
                "完成比例",
                "完成进度",
                "完成率%",
                "占年度任务比例",
                "％",
                "任务完成率",
                "完成情况（%）",
            ],
        ),
    ];
    for (field, texts) in cases {
        for text in texts {
            assert_eq!(named(text), Some(field), "{text}");
        }
    }
}

#[test]
fn other_figures_are_not_taken_for_them() {
    for text in [
        "单位：万元",
        "备注",
        "序号",
        "排名",
        "上年同期完成数",
        "同比增长率",
        "本月完成数",
        "10月完成数",
        "10月份完成",
        "未完成任务数",
        "剩余任务",
        "时间进度",
        "超欠进度",
        "项目名称",
        "合作央企名称",
        "资金到位率",
        "其中：外资到位",
        "明年目标",
        "联系人",
        "主管单位",
        "预计完成",
        "项目任务数（个）",
        "项目完成数（个）",
        "项目任务数",
        "签约项目完成数",
        "任务数（家）",
        "完成数（户）",
        "走访任务数（次）",
        "任务数（人）",
        "任务数\n个",
        "完成数/家",
        "任务家数",
    ] {
        assert_eq!(named(text), None, "{text}");
    }
}

#[test]
fn a_generic_header_takes_the_meaning_of_the_one_above() {
    let header = |text: &str| HeaderText::parse(text);
    assert_eq!(
        field(&header("（万元）"), &[header("任务数")]),
        Some((Field::Target, 4))
    );
    assert_eq!(field(&header("完成数"), &[header("上年同期")]), None);
    assert_eq!(field(&header("（个）"), &[header("任务数")]), None);
    assert_eq!(field(&header("任务数"), &[header("项目数（个）")]), None);
    assert_eq!(
        field(&header("1-10月任务数"), &[]).map(|(_, rank)| rank),
        Some(1)
    );
    assert_eq!(field(&header("外资"), &[header("累计完成数")]), None);
    assert_eq!(
        field(&header("%"), &[header("完成情况")]),
        Some((Field::Rate, 1))
    );
}

#[test]
fn units_stand_in_headers() {
    let unit = |text: &str| match HeaderText::parse(text).unit {
        Some(Stated::Rmb(unit)) => unit.name,
        other => format!("{other:?}"),
    };
    assert_eq!(unit("任务数（亿元）"), "亿元");
    assert_eq!(unit("任务数［单位：元］"), "元");
    assert_eq!(unit("任务数万元"), "万元");
    assert_eq!(unit("任务数"), "None");
}
