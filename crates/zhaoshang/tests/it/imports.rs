//! 附件1 in: nothing before 确认, what is unknown is asked, twice is once.

use axum::http::{Method, StatusCode};
use domain::permission::Role;
use serde_json::{Value, json};
use testkit::{TestApp, on_both};

use crate::completion::value;

const TITLE: &str = "2017年1-10月市级国有企业招商引资情况一览表（单位：万元）\n";
const HEADER: &str = "单位,任务数,1-10月累计完成数,完成率\n";
const TABLE: &str = "/api/v1/completion?year=2017&as_of=2017-10-31";

fn csv(rows: &str) -> Vec<u8> {
    format!("{TITLE}{HEADER}{rows}").into_bytes()
}

async fn table(test: &TestApp) -> Value {
    let mut body = test.api("officer").await.get(TABLE).await.json();
    body["known_at"] = Value::Null;
    body
}

on_both! {
    async fn nothing_is_saved_before_confirmation_and_cancelling_leaves_no_trace(test: TestApp) {
        let before = table(&test).await;
        let mut officer = test.by(Role::Officer).await;
        let draft = officer.upload("/statements/import", "a.csv", &csv("温州银行,10000,90309,903.09%\n")).await.location().to_owned();
        assert_eq!(table(&test).await, before);
        let answer = officer.post(&format!("{draft}/cancel"), &[]).await;
        assert_eq!(answer.location(), "/statements?done=import-cancelled");
        assert_eq!(officer.get(&draft).await.status, StatusCode::NOT_FOUND);
        assert_eq!(table(&test).await, before);
        assert!(officer.get("/statements").await.text().contains("还没有导入过报表"));
    }
}

on_both! {
    async fn an_unknown_unit_is_asked_and_the_answer_taken(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let rows = "温州市城投集团,70000,75712,108.16%\n温州银行股份有限公司,10000,90309,903.09%\n";
        let draft = officer.upload("/statements/import", "a.csv", &csv(rows)).await.location().to_owned();
        let page = officer.get(&draft).await.text();
        assert!(page.contains("第1行的单位“温州市城投集团”不在名录里"), "{page}");
        let refused = officer.post(&draft, &[("version", "1"), ("year", "2017"), ("as_at", "2017-10-31"), ("step", "confirm")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(table(&test).await["rows"][0]["done_wan"], Value::Null);

        let unknown = [("version", "2"), ("year", "2017"), ("as_at", "2017-10-31"), ("unit_1", "没有这家"), ("step", "confirm")];
        assert!(officer.post(&draft, &unknown).await.text().contains("没有“没有这家”这个单位"));
        let unit = "温州市城市建设投资集团有限公司".to_owned();
        let version = value(&refused.text().replace("name=\"version\"", "id=\"version\""), "version");
        let fields = [("version", version.as_str()), ("year", "2017"), ("as_at", "2017-10-31"), ("unit_1", unit.as_str()), ("step", "confirm")];
        let answer = officer.post(&draft, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let saved = table(&test).await;
        let row = saved["rows"].as_array().unwrap().iter().find(|row| row["unit"] == "温州市城市建设投资集团有限公司").unwrap();
        assert_eq!(row["done_wan"], "75712");
    }
}

on_both! {
    async fn a_total_or_rate_that_does_not_fit_must_be_looked_at(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let rows = "温州银行股份有限公司,10000,90309,90.31%\n合计,10000,90000,900.00%\n";
        let draft = officer.upload("/statements/import", "a.csv", &csv(rows)).await.location().to_owned();
        let page = officer.get(&draft).await.text();
        assert!(page.contains("合计行：") && page.contains("我已逐一核对"), "{page}");
        let fields = [("version", "1"), ("year", "2017"), ("as_at", "2017-10-31"), ("step", "confirm")];
        let refused = officer.post(&draft, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("请逐一核对后勾选"));
        let fields = [("version", "2"), ("year", "2017"), ("as_at", "2017-10-31"), ("checked", "1"), ("step", "confirm")];
        assert_eq!(officer.post(&draft, &fields).await.status, StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn confirming_many_times_at_once_has_one_effect(test: TestApp) {
        let mut api = test.api("officer").await;
        let draft = api.upload("/api/v1/imports", "a.csv", &csv("温州银行股份有限公司,10000,90309,903.09%\n")).await;
        assert_eq!(draft.status, StatusCode::CREATED, "{}", draft.text());
        let path = format!("{}/confirm", draft.location());
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let (mut api, path) = (api.clone(), path.clone());
            tasks.push(tokio::spawn(async move { api.json(Method::POST, &path, &[("if-match", "\"1\"")], &json!(null)).await }));
        }
        let mut answers = Vec::new();
        for task in tasks {
            let answer = task.await.unwrap();
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
            answers.push(answer.json());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        assert_eq!(api.get("/api/v1/imports").await.json().as_array().unwrap().len(), 1);
        let page = test.by(Role::Officer).await.get("/statements").await.text();
        assert_eq!(page.matches("/statements/imports/").count(), 1);
    }
}

on_both! {
    async fn answers_from_an_old_version_get_both(test: TestApp) {
        let mut api = test.api("officer").await;
        let draft = api.upload("/api/v1/imports", "a.csv", &csv("温州银行股份有限公司,10000,90309,903.09%\n")).await;
        let path = draft.location().to_owned();
        let answers = |day: &str| json!({"year": 2017, "as_at": day});
        let first = api.json(Method::PUT, &path, &[("if-match", "\"1\"")], &answers("2017-09-30")).await;
        assert_eq!(first.status, StatusCode::OK);
        assert!(!first.json()["file_doubts"].as_array().unwrap().is_empty(), "another day than the file's is doubted");
        let stale = api.json(Method::PUT, &path, &[("if-match", "\"1\"")], &answers("2017-08-31")).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert_eq!(stale.json()["conflict"]["values"][1]["theirs"], "2017-09-30");
        let confirm = api.json(Method::POST, &format!("{path}/confirm"), &[("if-match", "\"1\"")], &json!(null)).await;
        assert_eq!(confirm.status, StatusCode::CONFLICT);
        assert_eq!(api.json(Method::PUT, &path, &[], &answers("2017-10-31")).await.status, StatusCode::PRECONDITION_REQUIRED);
    }
}

on_both! {
    async fn corrections_are_reconciled_again(test: TestApp) {
        let mut api = test.api("officer").await;
        let rows = "温州银行股份有限公司,10000,90309,903.09%\n合计,10000,90309,903.09%\n";
        let draft = api.upload("/api/v1/imports", "a.csv", &csv(rows)).await;
        assert!(draft.json()["total_doubts"].as_array().unwrap().is_empty(), "{}", draft.text());
        let answers = json!({"year": 2017, "as_at": "2017-10-31", "rows": {"1": {"done_wan": "1"}}});
        let path = draft.location().to_owned();
        let corrected = api.json(Method::PUT, &path, &[("if-match", "\"1\"")], &answers).await.json();
        assert_eq!(corrected["total_doubts"].as_array().unwrap().len(), 1, "{corrected}");
        assert_eq!(corrected["rows"][0]["rate"]["doubts"].as_array().unwrap().len(), 1);
        let unchecked = api.json(Method::POST, &format!("{path}/confirm"), &[("if-match", "\"2\"")], &json!(null)).await;
        assert_eq!(unchecked.json()["errors"][0]["field"], "checked");
    }
}

on_both! {
    async fn a_file_of_many_mebibytes_is_taken(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let mut file = csv("温州银行股份有限公司,10000,90309,903.09%\n");
        let blank_rows = ",,,\n".repeat(900_000);
        file.extend_from_slice(blank_rows.as_bytes());
        assert!(file.len() > 3 * 1024 * 1024);
        let answer = officer.upload("/statements/import", "大.csv", &file).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    }
}

on_both! {
    async fn a_long_file_stands_on_several_pages_and_keeps_all_answers(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let rows: String = (1..=250).map(|number| format!("无名企业{number},1,1,100.00%\n")).collect();
        let draft = officer.upload("/statements/import", "长.csv", &csv(&rows)).await.location().to_owned();
        let first = officer.get(&draft).await.text();
        assert!(first.contains("name=\"skip_200\"") && !first.contains("name=\"skip_201\"") && first.contains("第2页"));
        let fields = [("version", "1"), ("page", "1"), ("year", "2017"), ("as_at", "2017-10-31"), ("skip_7", "1"), ("step", "check")];
        assert_eq!(officer.post(&draft, &fields).await.location(), format!("{draft}?page=1"));
        let fields = [("version", "2"), ("page", "2"), ("year", "2017"), ("as_at", "2017-10-31"), ("skip_201", "1"), ("step", "check")];
        assert_eq!(officer.post(&draft, &fields).await.status, StatusCode::SEE_OTHER);
        let kept = officer.get(&draft).await.text();
        assert!(kept.contains("name=\"skip_7\" value=\"1\" aria-label=\"第7行不导入\" checked"), "answers of page 1 stay");
    }
}

on_both! {
    async fn only_its_owner_sees_a_draft(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let draft = officer.upload("/statements/import", "a.csv", &csv("温州银行股份有限公司,10000,1,0.01%\n")).await.location().to_owned();
        let mut other = test.by_login("officer-2").await;
        assert_eq!(other.get(&draft).await.status, StatusCode::NOT_FOUND);
        assert_eq!(other.post(&format!("{draft}/cancel"), &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(officer.get(&draft).await.status, StatusCode::OK);
    }
}

on_both! {
    async fn year_and_day_are_asked_when_the_file_does_not_say(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let file = "单位,任务数（万元）,完成数（万元）,完成率\n温州银行股份有限公司,10000,90309,903.09%\n";
        let draft = officer.upload("/statements/import", "a.csv", file.as_bytes()).await.location().to_owned();
        let page = officer.get(&draft).await.text();
        assert!(page.contains("没有写明年度") && page.contains("没有写明截止日期"), "{page}");
        for (as_at, why) in [("2017-11-30", "截止日期还没有到"), ("2016-10-31", "须在2017年内"), ("2017-02-30", "真实日期")] {
            let version = value(&officer.get(&draft).await.text().replace("name=\"version\"", "id=\"version\""), "version");
            let fields = [("version", version.as_str()), ("year", "2017"), ("as_at", as_at), ("step", "confirm")];
            let answer = officer.post(&draft, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{as_at}");
            assert!(answer.text().contains(why), "{as_at}: {}", answer.text());
        }
        assert_eq!(table(&test).await["rows"][0]["done_wan"], Value::Null);
    }
}

on_both! {
    async fn targets_that_differ_stay_unless_adjusting_is_chosen(test: TestApp) {
        let mut api = test.api("officer").await;
        let bank = test.seeded.enterprises[0];
        let path = format!("/api/v1/targets/2017/{bank}");
        let given = json!({"target_wan": "9000", "effective_on": "2017-01-01"});
        assert_eq!(api.json(Method::POST, &path, &[("if-match", "\"0\"")], &given).await.status, StatusCode::CREATED);
        for (answers, target) in [
            (json!({"year": 2017, "as_at": "2017-10-31"}), "9000"),
            (json!({"year": 2017, "as_at": "2017-10-31", "adjust_targets": true, "adjust_reason": "按通知附件1"}), "10000"),
        ] {
            let draft = api.upload("/api/v1/imports", "a.csv", &csv("温州银行股份有限公司,10000,90309,903.09%\n")).await;
            let location = draft.location().to_owned();
            assert_eq!(draft.json()["rows"][0]["target_change"]["differs"]["stored"], "9000");
            let kept = api.json(Method::PUT, &location, &[("if-match", "\"1\"")], &answers).await;
            assert_eq!(kept.status, StatusCode::OK, "{}", kept.text());
            let done = api.json(Method::POST, &format!("{location}/confirm"), &[("if-match", "\"2\"")], &json!(null)).await;
            assert_eq!(done.status, StatusCode::OK, "{}", done.text());
            assert_eq!(table(&test).await["rows"][0]["target_wan"], target);
        }
    }
}

on_both! {
    async fn files_that_cannot_be_read_are_refused_in_one_sentence(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let mut api = test.api("officer").await;
        for (name, bytes, kind) in [
            ("空.docx", &b""[..], "empty_file"),
            ("坏.docx", &b"PK\x03\x04 cut off"[..], "bad_document"),
            ("附件.pdf", &b"%PDF-1.7 ..."[..], "not_importable"),
            ("程序.docx", &b"MZ\x90\x00"[..], "content_mismatch"),
            ("无关.csv", "今天,天气\n好,好\n".as_bytes(), "form_not_recognised"),
        ] {
            let reading = api.upload("/api/v1/forms/read?as=annex1", name, bytes).await.json();
            assert_eq!((reading["outcome"].as_str(), reading["error"].as_str()), (Some("rejected"), Some(kind)), "{reading}");
            let answer = officer.upload("/statements/import", name, bytes).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(answer.text().contains(reading["message"].as_str().unwrap()), "{name}");
        }
        let huge = vec![b'a'; app::Settings::default().upload_most + 1];
        let answer = officer.upload("/statements/import", "大.csv", &huge).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains("id=\"file-error\"") && answer.text().contains("超过 20 MB"));
        assert!(officer.get("/statements").await.text().contains("还没有导入过报表"));
    }
}

on_both! {
    async fn every_form_is_read_through_the_api_and_the_page_takes_only_its_own(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let mut api = test.api("officer").await;
        let second = "报送单位（盖章）：甲公司 填报时间：2017-12-8\n项目名称,基本情况,投资额（万元）,调整内容,调整理由,联系人及联系方式\n产业园,占地,约5000,新增,已签约,张三13800138000\n";
        let third = "报送单位：甲公司 填报时间：2017-12-8\n类别,项目名称,央企,进展情况,存在问题,下一步计划,联系方式,签约时间\n已落地,港口,中国铁建,进展,无,开工,张三13800138000,2017年5月\n";
        let reading = api.upload("/api/v1/forms/read?as=annex2", "附件2.csv", second.as_bytes()).await.json();
        assert_eq!((reading["outcome"].as_str(), reading["form"].as_str()), (Some("ok_with_warnings"), Some("annex2")), "{reading}");
        assert_eq!((reading["unit"].as_str(), reading["reported_on"].as_str()), (Some("甲公司"), Some("2017-12-08")));
        assert_eq!(reading["zero_report"], json!(false));
        let row = &reading["rows"][0];
        assert_eq!((&row["investment_wan"], &row["investment_raw"], &row["investment_approx"]), (&json!("5000"), &json!("约5000"), &json!(true)));
        assert_eq!((&row["contact_name"], &row["contact_phone"]), (&json!("张三"), &json!("13800138000")));
        let reading = api.upload("/api/v1/forms/read", "附件3.csv", third.as_bytes()).await.json();
        let row = &reading["rows"][0];
        assert_eq!((&row["category"], &row["signed_on"], &row["signed_precision"]), (&json!("已落地项目"), &json!("2017-05"), &json!("month")), "{reading}");
        let both = format!("{second}{third}");
        let reading = api.upload("/api/v1/forms/read", "两表.csv", both.as_bytes()).await.json();
        assert_eq!((&reading["tables"][0]["form"], &reading["tables"][1]["form"]), (&json!("annex2"), &json!("annex3")), "{reading}");
        assert!(reading["rows"].is_null());
        for (name, text) in [("附件2.csv", second), ("附件3.csv", third)] {
            let reading = api.upload("/api/v1/forms/read?as=annex1", name, text.as_bytes()).await.json();
            assert_eq!(reading["error"], json!("form_mismatch"), "{reading}");
            let page = officer.upload("/statements/import", name, text.as_bytes()).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(page.text().contains("不是附件1"), "{name}");
        }
    }
}
