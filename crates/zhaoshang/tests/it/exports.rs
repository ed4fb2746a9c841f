//! The completion table as a file: every format by every door, the same bytes twice, noted in the audit.

use axum::http::StatusCode;
use documents::forms::{self, Form, Outcome};
use domain::permission::Role;
use testkit::{TestApp, on_both};

use crate::{
    completion::{add_published_units, import},
    notice,
};

const QUERY: &str = "year=2017&as_of=2017-10-31";

/// Extension, content type, how the bytes begin.
const FORMATS: [(&str, &str, &[u8]); 4] = [
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        b"PK\x03\x04",
    ),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        b"PK\x03\x04",
    ),
    ("pdf", "application/pdf", b"%PDF-"),
    ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbf"),
];

on_both! {
    async fn the_table_leaves_in_every_format_and_comes_back(test: TestApp) {
        add_published_units(&test).await;
        let mut officer = test.by(Role::Officer).await;
        import(&mut officer, "notice.docx", notice::DOCX).await;
        let mut api = test.api("officer").await;
        let published = forms::read("notice.docx", notice::DOCX, None);
        for (extension, kind, magic) in FORMATS {
            let page = officer.get(&format!("/completion.{extension}?{QUERY}")).await;
            assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, kind));
            assert!(page.bytes.starts_with(magic), "{extension}");
            let disposition = page.header("content-disposition");
            assert!(disposition.starts_with(&format!("attachment; filename=\"file.{extension}\"; filename*=UTF-8''2017%E5%B9%B41-10")), "{disposition}");
            let twice = api.get(&format!("/api/v1/completion.{extension}?{QUERY}")).await;
            assert_eq!(twice.bytes, page.bytes, "{extension}: the same table gives the same bytes");
            if extension != "pdf" {
                let reading = forms::read(&format!("a.{extension}"), &page.bytes, Some(Form::Annex1));
                assert_eq!((reading.rows, reading.total), (published.rows.clone(), published.total.clone()), "{extension}");
                assert!(extension == "csv" || reading.outcome == Outcome::Ok, "{extension}: {:?}", reading.warnings);
            }
            let wrong = officer.get(&format!("/completion.{extension}?moth=10")).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{extension}");
        }
        let audit = test.by(Role::AuditAdmin).await.get("/audit?kind=access").await.text();
        for (extension, ..) in FORMATS {
            assert_eq!(audit.matches(&format!("completion.{extension}")).count(), 2, "{extension}: {audit}");
        }
    }
}

on_both! {
    async fn the_analysis_leaves_in_every_format(test: TestApp) {
        add_published_units(&test).await;
        let mut officer = test.by(Role::Officer).await;
        import(&mut officer, "notice.docx", notice::DOCX).await;
        let mut api = test.api("officer").await;
        let completion = officer.get(&format!("/completion?{QUERY}")).await.text();
        for (extension, kind, magic) in FORMATS.into_iter().filter(|(extension, ..)| *extension != "csv") {
            let address = format!("/completion/analysis.{extension}");
            assert!(completion.contains(&format!("href=\"{address}?year=2017&#38;as_of=2017-10-31\"")), "{completion}");
            let page = officer.get(&format!("{address}?{QUERY}")).await;
            assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, kind));
            assert!(page.bytes.starts_with(magic), "{extension}");
            let disposition = page.header("content-disposition");
            let name = "2017%E5%B9%B41-10%E6%9C%88%E5%B8%82%E7%BA%A7%E5%9B%BD%E6%9C%89%E4%BC%81%E4%B8%9A%E6%8B%9B%E5%95%86%E5%BC%95%E8%B5%84%E6%83%85%E5%86%B5%E5%88%86%E6%9E%90%EF%BC%88%E6%88%AA%E8%87%B32017-10-31%EF%BC%89";
            assert_eq!(disposition, format!("attachment; filename=\"file.{extension}\"; filename*=UTF-8''{name}.{extension}"));
            let twice = api.get(&format!("/api/v1/completion/analysis.{extension}?{QUERY}")).await;
            assert_eq!(twice.bytes, page.bytes, "{extension}: the same data give the same bytes");
            for wrong in ["moth=10", "year=99999999999", "as_of=2017-02-30", "known_at=%00"] {
                for door in ["", "/api/v1"] {
                    let answer = if door.is_empty() { officer.get(&format!("{address}?{wrong}")).await } else { api.get(&format!("{door}{address}?{wrong}")).await };
                    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{extension} {door} {wrong}");
                }
            }
        }
        assert_eq!(officer.get("/completion/analysis.csv").await.status, StatusCode::NOT_FOUND);
        let audit = test.by(Role::AuditAdmin).await.get("/audit?kind=access").await.text();
        for extension in ["docx", "xlsx", "pdf"] {
            assert_eq!(audit.matches(&format!("analysis.{extension}")).count(), 2, "{extension}: {audit}");
        }
        assert!(audit.contains("导出完成情况分析"), "{audit}");
    }
}

/// The text of a Word file's main part.
fn words(docx: &[u8]) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(docx)).unwrap();
    let xml = std::io::read_to_string(zip.by_name("word/document.xml").unwrap()).unwrap();
    let mut text = String::new();
    let mut within = false;
    for c in xml.chars() {
        match c {
            '<' => within = true,
            '>' => within = false,
            c if !within => text.push(c),
            _ => {}
        }
    }
    text
}

on_both! {
    async fn the_analysis_says_what_the_page_says(test: TestApp) {
        add_published_units(&test).await;
        let mut officer = test.by(Role::Officer).await;
        let before = words(&officer.get("/completion/analysis.docx?year=2017&as_of=2017-10-31").await.bytes);
        assert!(before.contains("尚缺——") || before.contains("尚缺—"), "{before}");
        assert!(!before.contains("0/0户") && !before.contains("0.00%"), "nothing is known yet: {before}");
        import(&mut officer, "notice.docx", notice::DOCX).await;
        let text = words(&officer.get(&format!("/completion/analysis.docx?{QUERY}")).await.bytes);
        for figure in [
            "完成率（合计）128.74%", "每户封顶100%68.61%", "剔除最大户87.99%", "落后于时间进度11/17户", "零完成7户",
            "完成率中位数18.48%", "尚缺62784万元", "时间进度83.33%", "温州市金融投资集团有限公司300001910663.69%−19.64",
            domain::projection::METHOD, "数据截至2017年10月31日；数据时点未指定",
        ] {
            assert!(text.contains(figure), "{figure}: {text}");
        }
        assert!(!text.contains("计划进度"), "nobody has a plan");
        let then = words(&officer.get(&format!("/completion/analysis.docx?{QUERY}&known_at=2099-01-01")).await.bytes);
        assert!(then.contains("数据时点2099-01-01 23:59"), "{then}");
        let within = officer.get("/completion/analysis.pdf?year=2017&as_of=2017-10-15").await;
        assert!(within.header("content-disposition").contains("%E6%88%AA%E8%87%B32017%E5%B9%B410%E6%9C%8815%E6%97%A5"), "{}", within.header("content-disposition"));
    }
}

on_both! {
    async fn an_enterprises_analysis_is_its_own(test: TestApp) {
        add_published_units(&test).await;
        import(&mut test.by(Role::Officer).await, "notice.docx", notice::DOCX).await;
        let mut reporter = test.by(Role::Reporter).await;
        let answer = reporter.get(&format!("/completion/analysis.docx?{QUERY}")).await;
        let text = words(&answer.bytes);
        assert!(text.contains("温州银行股份有限公司招商引资情况分析") && text.contains("1/1户") | text.contains("0/1户"), "{text}");
        assert!(!text.contains("市级国有企业") && !text.contains("机场"), "{text}");
        let admin = test.by(Role::SystemAdmin).await.get(&format!("/completion/analysis.pdf?{QUERY}")).await;
        assert_eq!(admin.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn an_enterprise_takes_its_own_row_only(test: TestApp) {
        add_published_units(&test).await;
        import(&mut test.by(Role::Officer).await, "notice.docx", notice::DOCX).await;
        let mut reporter = test.by(Role::Reporter).await;
        let csv = reporter.get(&format!("/completion.csv?{QUERY}")).await.text();
        assert_eq!(csv.lines().count(), 3, "{csv}");
        assert!(csv.contains("温州银行股份有限公司,10000,90309,903.09%"), "{csv}");
    }
}

on_both! {
    async fn a_name_that_no_font_has_is_named(test: TestApp) {
        let tx = test.store.begin().await.unwrap();
        let tree = store::units::tree(&tx).await.unwrap();
        let unit = tree.get(test.seeded.enterprises[0]).unwrap();
        let fields = domain::unit::UnitFields {
            parent: unit.parent,
            kind: unit.kind,
            name: "=😀有限公司".to_owned(),
            short_name: unit.short_name.clone(),
            former_names: Vec::new(),
            position: unit.position,
            valid_from: None,
            valid_to: None,
        };
        store::units::save(&tx, unit.id, unit.version, &fields).await.unwrap();
        tx.commit().await.unwrap();
        let mut officer = test.by(Role::Officer).await;
        let pdf = officer.get(&format!("/completion.pdf?{QUERY}")).await;
        assert_eq!(pdf.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(pdf.text().contains("没有这些字：😀"), "{}", pdf.text());
        let csv = officer.get(&format!("/completion.csv?{QUERY}")).await.text();
        assert!(csv.contains("\r\n'=😀有限公司,"), "{csv}");
        assert_eq!(officer.get(&format!("/completion.xlsx?{QUERY}")).await.status, StatusCode::OK);
    }
}
