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
