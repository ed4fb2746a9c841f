//! Publishing: three people, frozen rows and bytes, corrections as new versions.

use axum::http::StatusCode;
use domain::permission::Role;
use testkit::{TestApp, on_both};

use crate::completion::{add_published_units, import};
use crate::notice;

/// Prepares, reviews and signs the October table; gives its address.
async fn published(test: &TestApp, extra: &[(&str, &str)]) -> String {
    let (mut maker, mut chief, mut leader) = (
        test.by(Role::Officer).await,
        test.by_login("officer-2").await,
        test.by(Role::Leader).await,
    );
    let mut fields = vec![("year", "2017"), ("as_of", "2017-10-31")];
    fields.extend_from_slice(extra);
    let made = maker.post("/publications", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let path = made.location().split('?').next().unwrap().to_owned();
    let own = maker
        .post(
            &format!("{path}/step"),
            &[("version", "1"), ("step", "review")],
        )
        .await;
    assert_eq!(
        own.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "nobody reviews his own"
    );
    let early = leader
        .post(
            &format!("{path}/step"),
            &[("version", "1"), ("step", "sign")],
        )
        .await;
    assert_eq!(
        early.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "not reviewed yet"
    );
    assert_eq!(
        chief
            .post(
                &format!("{path}/step"),
                &[("version", "1"), ("step", "review")]
            )
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    let mut reporter = test.by(Role::Reporter).await;
    assert_eq!(
        reporter.get(&path).await.status,
        StatusCode::NOT_FOUND,
        "not for recipients before it is signed"
    );
    assert_eq!(
        leader
            .post(
                &format!("{path}/step"),
                &[("version", "2"), ("step", "sign")]
            )
            .await
            .status,
        StatusCode::SEE_OTHER
    );
    path
}

on_both! {
    async fn what_is_signed_stays_as_it_was(test: TestApp) {
        add_published_units(&test).await;
        import(&mut test.by(Role::Officer).await, "notice.docx", notice::DOCX).await;
        let path = published(&test, &[]).await;
        let mut reporter = test.by(Role::Reporter).await;
        let page = reporter.get(&path).await.text();
        assert!(page.contains("温州市城市建设投资集团有限公司") && page.contains("257483") && page.contains("已印发"), "recipients see every row");
        let file = reporter.get(&format!("{path}/files/docx")).await;
        assert_eq!(file.status, StatusCode::OK);
        let mut frozen = Vec::new();
        for (kind, magic) in [("docx", &b"PK"[..]), ("xlsx", b"PK"), ("pdf", b"%PDF")] {
            let bytes = reporter.get(&format!("{path}/files/{kind}")).await.bytes;
            assert!(bytes.starts_with(magic), "{kind}");
            frozen.push((kind, bytes));
        }

        let corrected = "2017年1-10月招商引资情况一览表（单位：万元）\n单位,任务数,1-10月累计完成数,完成率\n温州市交通投资集团有限公司,5000,1500,30.00%\n";
        import(&mut test.by(Role::Officer).await, "更正.csv", corrected.as_bytes()).await;
        assert_eq!(reporter.get(&format!("{path}/files/docx")).await.bytes, file.bytes, "byte for byte");
        for (kind, bytes) in frozen {
            assert_eq!(reporter.get(&format!("{path}/files/{kind}")).await.bytes, bytes, "{kind}, byte for byte");
        }
        assert!(reporter.get(&path).await.text().contains("257483"));

        let id = path.rsplit('/').next().unwrap().to_owned();
        let mut officer = test.by(Role::Officer).await;
        let silent = officer.post("/publications", &[("year", "2017"), ("as_of", "2017-10-31"), ("replaces", &id)]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let newer = published(&test, &[("replaces", &id), ("correction", "交投集团完成数更正为1500万元")]).await;
        let old_page = reporter.get(&path).await.text();
        assert!(old_page.contains("已有勘误") && old_page.contains(&newer));
        let new_page = reporter.get(&newer).await.text();
        assert!(new_page.contains("257983") && new_page.contains("更正为1500万元"));
    }
}

on_both! {
    async fn an_empty_table_is_not_published_and_a_returned_one_is_over(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let empty = officer.post("/publications", &[("year", "2017"), ("as_of", "2017-10-31")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        add_published_units(&test).await;
        import(&mut officer, "notice.docx", notice::DOCX).await;
        let made = officer.post("/publications", &[("year", "2017"), ("as_of", "2017-10-31")]).await;
        let path = made.location().split('?').next().unwrap().to_owned();
        let mut leader = test.by(Role::Leader).await;
        assert_eq!(leader.post(&format!("{path}/step"), &[("version", "1"), ("step", "return")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let returned = leader.post(&format!("{path}/step"), &[("version", "1"), ("step", "return"), ("reason", "数字再核")]).await;
        assert_eq!(returned.status, StatusCode::SEE_OTHER);
        assert!(officer.get(&path).await.text().contains("数字再核"));
        let mut chief = test.by_login("officer-2").await;
        assert_eq!(chief.post(&format!("{path}/step"), &[("version", "2"), ("step", "review")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
