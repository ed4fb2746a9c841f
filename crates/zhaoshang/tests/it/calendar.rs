//! The working-day calendar: seen by all, loaded by those who may, said when it is not there.

use axum::http::StatusCode;
use domain::permission::Role;
use testkit::{Client, TestApp, on_both};

use crate::tables::{confirm, draft};

const YEAR_2027: &str = "date,kind,festival\n2027/1/1,holiday,元旦\n2027-02-06,make_up_workday,春节\n2027-02-08,放假,春节\n2027-02-09,holiday,春节\n";

async fn year(client: &mut Client, year: i32) -> serde_json::Value {
    client
        .get(&format!("/api/v1/calendar?year={year}"))
        .await
        .json()
}

on_both! {
    async fn every_role_sees_which_days_work(test: TestApp) {
        for role in Role::ALL {
            let page = test.by(role).await.get("/calendar?year=2017").await;
            assert_eq!(page.status, StatusCode::OK, "{role:?}");
            let text = page.text();
            assert!(text.contains("2017年工作日历") && text.contains("10月2日（周一）"), "{role:?}");
        }
        let mut api = test.api("leader").await;
        let body = year(&mut api, 2017).await;
        assert_eq!((&body["loaded"], &body["make_up_workdays"], &body["holidays"]), (&true.into(), &5.into(), &16.into()));
        assert_eq!(body["exceptions"].as_array().unwrap().len(), 21);
        assert_eq!(api.get("/api/v1/calendar?year=1999").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

on_both! {
    async fn a_year_not_loaded_is_said_and_can_be_loaded(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let page = officer.get("/calendar?year=2027").await.text();
        assert!(page.contains("2027年度工作日安排尚未载入") && page.contains("/calendar/import"));
        let mut api = test.api("officer").await;
        let body = year(&mut api, 2027).await;
        assert_eq!((&body["loaded"], &body["workdays"]), (&false.into(), &serde_json::Value::Null));
        assert!(body["message"].as_str().unwrap().starts_with("2027年度工作日安排尚未载入，"));

        let key = draft(&mut officer, "/calendar", YEAR_2027.as_bytes()).await;
        let preview = officer.get(&key).await.text();
        assert!(preview.contains("新增 4 行") && preview.contains("2027-01-01（周五）") && preview.contains("请核对文件是否是全年的"), "{preview}");
        assert_eq!(year(&mut api, 2027).await["loaded"], false, "nothing is saved before 确认");
        assert_eq!(confirm(&mut officer, &key).await.location(), "/calendar?done=workdays");
        let body = year(&mut api, 2027).await;
        assert_eq!((&body["holidays"], &body["make_up_workdays"]), (&3.into(), &1.into()));
        assert_eq!(year(&mut api, 2026).await["holidays"], 19, "other years stay");

        // A later notice replaces the whole year: what it leaves out is shown and goes.
        let mut system = test.by(Role::SystemAdmin).await;
        let again = "日期,类别,节日\n2027-01-01,休,元旦\n2027-02-08,休,春节（顺延）\n";
        let key = draft(&mut system, "/calendar", again.as_bytes()).await;
        let preview = system.get(&key).await.text();
        for words in ["修改 1 行", "删去 2 行", "不变 1 行"] {
            assert!(preview.contains(words), "{words}: {preview}");
        }
        assert_eq!(confirm(&mut system, &key).await.status, StatusCode::SEE_OTHER);
        assert_eq!(year(&mut api, 2027).await["holidays"], 2);
        let audit = test.by(Role::AuditAdmin).await.get("/audit").await.text();
        assert!(audit.contains("载入年度工作日安排"));
        assert_eq!(test.by(Role::Reporter).await.get("/calendar/import").await.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn wrong_days_are_named_by_row_and_column(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let file = "date,kind,festival\n2027-01-02,holiday,元旦\n2027-02-30,holiday,春节\n2027-01-04,make_up_workday,元旦\n2027-01-05,假,元旦\n2027-01-06,holiday,\n2027-01-07,holiday,元旦\n2027-01-07,holiday,元旦\n";
        let key = draft(&mut officer, "/calendar", file.as_bytes()).await;
        let preview = officer.get(&key).await.text();
        for words in [
            "第2行“类别”：这一天是周六，本来就休息",
            "第3行“日期”：请写成",
            "第4行“类别”：这一天是周一，本来就上班",
            "第5行“类别”：请填 holiday",
            "第6行“节日”：请填写节日",
            "第8行“日期”：这一天在文件里出现了两次",
        ] {
            assert!(preview.contains(words), "{words}: {preview}");
        }
        assert!(!preview.contains("确认保存"));
        let answer = officer.post(&key, &[("fingerprint", "")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(year(&mut test.api("officer").await, 2027).await["loaded"], false);
    }
}

on_both! {
    async fn what_is_taken_away_can_be_brought_back(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let file = officer.get("/calendar.csv?year=2017").await;
        assert!(file.bytes.starts_with(b"\xef\xbb\xbfdate,kind,festival\r\n2017-01-02,holiday,"));
        let key = draft(&mut officer, "/calendar", &file.bytes).await;
        let preview = officer.get(&key).await.text();
        assert!(preview.contains("不变 21 行") && preview.contains("完全相同"), "{preview}");
    }
}
