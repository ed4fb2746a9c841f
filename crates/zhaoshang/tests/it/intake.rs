//! A clerk's own file becomes a return's draft: nothing before 确认, what is doubtful is asked, twice is once.

use axum::http::{Method, StatusCode};
use domain::permission::Role;
use serde_json::{Value, json};
use testkit::{Answer, Client, TestApp, on_both};

use crate::returns::{change, day, person, project};

const HEAD: &str = "市属国有企业招商引资项目调整情况表\n报送单位：温州银行股份有限公司,,,,填报时间：2017年11月24日\n序号,项目名称,基本情况,投资额（万元）,调整内容,调整理由,联系人及联系方式,备注\n";
const API: &str = "/api/v1/returns/intake";

fn csv(rows: &str) -> Vec<u8> {
    format!("{HEAD}{rows}").into_bytes()
}

fn ok(answer: &Answer) -> (Value, String) {
    assert!(
        answer.status.is_success(),
        "{}: {}",
        answer.status,
        answer.text()
    );
    (answer.json(), answer.header("etag").to_owned())
}

async fn names(test: &TestApp) -> Vec<String> {
    let heads = store::projects::heads(&test.store.read(), test.seeded.enterprises[0])
        .await
        .unwrap();
    heads.into_iter().map(|head| head.fields.name).collect()
}

/// The value of a hidden field of a page.
fn hidden(page: &str, name: &str) -> String {
    let at = page
        .find(&format!("name=\"{name}\" value=\""))
        .unwrap_or_else(|| panic!("no {name} in {page}"));
    let rest = &page[at + name.len() + 15..];
    rest.split('"').next().unwrap().to_owned()
}

async fn patch(api: &mut Client, path: &str, tag: &str, body: &Value) -> Answer {
    api.json(Method::PATCH, path, &[("if-match", tag)], body)
        .await
}

async fn confirm(api: &mut Client, path: &str, tag: &str) -> Answer {
    let path = format!("{path}/confirm");
    api.json(Method::POST, &path, &[("if-match", tag)], &json!(null))
        .await
}

fn row_of(preview: &Value, number: usize) -> &Value {
    &preview["rows"][number - 1]
}

fn cell<'a>(row: &'a Value, field: &str) -> &'a Value {
    let cells = row["cells"].as_array().unwrap();
    cells.iter().find(|cell| cell["field"] == field).unwrap()
}

on_both! {
    async fn a_clerks_file_becomes_a_return(test: TestApp) {
        let unit = test.seeded.enterprises[0];
        let known = project(&test, unit, "A1", 5000, "2017-06-01").await;
        project(&test, unit, "A2", 7000, "2017-06-01").await;
        let file = csv(
            "1,瓯江口现代物流园,占地200亩,约5亿元,新增,已签框架协议,张三 13800138000,市重点\n\
             2,项目A1,用地面积60亩,6000,投资额由5000万元调整为6000万元,方案优化,联系人甲 13800000001,\n\
             3,项目A2,,7000,暂缓,用地未落实,,\n",
        );
        let mut reporter = test.by(Role::Reporter).await;
        let page = reporter.get("/returns").await.text();
        assert!(page.contains("/returns/annex2/intake"), "{page}");
        let upload = reporter.upload("/returns/annex2/intake", "上报.csv", &file).await;
        assert_eq!(upload.status, StatusCode::SEE_OTHER, "{}", upload.text());
        let draft = upload.location().to_owned();
        let page = reporter.get(&draft).await.text();
        assert!(page.contains("约5亿元") && page.contains("第3行"), "the source is quoted: {page}");
        assert!(page.contains("没有写明暂缓的日期，暂按2017-11-24"), "{page}");
        assert_eq!(names(&test).await.len(), 2, "nothing is saved before it is confirmed");

        // The doubts are looked at; the approximate amount is corrected where it stands.
        let base = [("version", hidden(&page, "version")), ("basis", hidden(&page, "basis"))];
        let decided = hidden(&page, "decided_2");
        assert_eq!(decided, "basic_info investment_wan");
        let fields = |step: &str| {
            let mut fields: Vec<(String, String)> = base.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            for (name, value) in [
                ("row", "1"), ("row", "2"), ("row", "3"),
                ("investment_wan_1", "5.1亿"), ("decided_2", "basic_info investment_wan"),
                ("take_basic_info_2", "1"), ("take_investment_wan_2", "1"), ("step", step),
            ] {
                fields.push((name.to_owned(), value.to_owned()));
            }
            fields
        };
        let asked: Vec<(String, String)> = fields("confirm");
        let asked: Vec<(&str, &str)> = asked.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let refused = reporter.post(&draft, &asked).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = refused.text();
        assert!(page.contains("请逐一核对后勾选") && page.contains("已由您改正") && page.contains("51000"), "{page}");
        let again = [
            ("version".to_owned(), hidden(&page, "version")), ("basis".to_owned(), hidden(&page, "basis")),
            ("checked".to_owned(), "1".to_owned()), ("step".to_owned(), "confirm".to_owned()),
        ];
        let again: Vec<(&str, &str)> = again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let done = reporter.post(&draft, &again).await;
        let address = format!("/returns/annex2/2017-11-30/{unit}");
        assert_eq!(done.location(), format!("{address}?done=intake"), "{}", done.text());
        // Twice is once.
        assert_eq!(reporter.post(&draft, &again).await.location(), done.location());
        assert_eq!(reporter.get(&draft).await.status, StatusCode::NOT_FOUND);

        let page = reporter.get(&address).await.text();
        assert!(page.contains("瓯江口现代物流园") && page.contains("已签框架协议") && page.contains("市重点"), "{page}");
        assert!(page.contains("上报.csv"), "the file is linked");
        let source = page.split("/sources/").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let id = store::returns::filings(&test.store.read(), test.seeded.authority, domain::period::ReturnKind::Annex2).await.unwrap()[0].id;
        assert_eq!(reporter.get(&format!("/returns/{id}/sources/{source}")).await.bytes, file);
        assert_eq!(test.by(Role::Officer).await.get(&format!("/returns/{id}/sources/{source}")).await.status, StatusCode::NOT_FOUND);
        let mut api = test.api("reporter").await;
        let (body, _) = ok(&api.get(&format!("/api/v1{address}")).await);
        let kinds: Vec<&str> = body["content"]["rows"].as_array().unwrap().iter().map(|row| row["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds.len(), 3, "{body}");
        let (_, head) = {
            let stored = store::projects::by_id(&test.store.read(), known).await.unwrap().unwrap();
            let head = store::projects::revision(&test.store.read(), stored.head).await.unwrap().unwrap();
            (stored, head)
        };
        assert_eq!(head.fields.investment, Some(domain::Money::from_wan(6000)));
        assert_eq!(head.fields.basic_info, "用地面积60亩");
        assert_eq!(head.effective_on, day("2017-11-24"));
        let added = names(&test).await;
        assert_eq!(added.len(), 3, "{added:?}");
        let audit = test.by(Role::AuditAdmin).await.get("/audit").await.text();
        assert!(audit.contains("从文件导入报表"));
    }
}

on_both! {
    async fn cancelling_leaves_no_trace(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let file = csv("1,临港仓储,占地,500,新增,协议,张三 13800138000,\n");
        let draft = reporter.upload("/returns/annex2/intake", "a.csv", &file).await.location().to_owned();
        let key = draft.rsplit('/').next().unwrap().to_owned();
        assert!(store::intake::bytes(&test.store.read(), &key).await.unwrap().is_some());
        let answer = reporter.post(&format!("{draft}/cancel"), &[]).await;
        assert!(answer.location().ends_with("done=import-cancelled"), "{}", answer.text());
        assert!(store::intake::bytes(&test.store.read(), &key).await.unwrap().is_none());
        assert_eq!(reporter.get(&draft).await.status, StatusCode::NOT_FOUND);
        assert!(names(&test).await.is_empty());
        assert!(!test.by(Role::AuditAdmin).await.get("/audit").await.text().contains("从文件导入"));
        // Others do not find a draft, and others may not prepare returns.
        let draft = reporter.upload("/returns/annex2/intake", "a.csv", &file).await.location().to_owned();
        for role in [Role::Approver, Role::Officer] {
            assert_eq!(test.by(role).await.get(&draft).await.status, StatusCode::NOT_FOUND);
        }
        let key = draft.rsplit('/').next().unwrap().to_owned();
        test.clock.advance(chrono::TimeDelta::hours(25));
        test.app.plan_jobs().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        while test.app.work_one_job(folder.path()).await.unwrap() {}
        assert!(store::intake::bytes(&test.store.read(), &key).await.unwrap().is_none(), "what nobody confirms goes");
    }
}

on_both! {
    async fn what_is_not_certain_is_asked(test: TestApp) {
        let unit = test.seeded.enterprises[0];
        project(&test, unit, "瓯江口现代物流园", 50_000, "2017-06-01").await;
        project(&test, unit, "B2", 100, "2017-06-01").await;
        project(&test, test.seeded.enterprises[1], "龙湾机场货运中心", 1, "2017-06-01").await;
        let rows = "1,项目瓯江口现代物流园二期,占地,50000,新增,协议,,\n\
                    2,没有的项目,,1,变更,,,\n\
                    3,项目B2,,100000,进展顺利,核实,,\n\
                    4,项目B2,,100,变更,,,\n\
                    5,滨海码头,,待定,新增,协议,,\n\
                    6,项目龙湾机场货运中心,,9,新增,协议,,\n";
        let mut api = test.api("reporter").await;
        let file = String::from_utf8(csv(rows)).unwrap().replace("温州银行股份有限公司", "温州市交通投资集团有限公司");
        let started = api.upload(API, "a.csv", file.as_bytes()).await;
        assert_eq!(started.status, StatusCode::CREATED, "{}", started.text());
        let path = started.location().to_owned();
        let (preview, tag) = ok(&started);
        let open: Vec<String> = preview["open"]["fields"].as_array().unwrap().iter().map(|one| one[0].as_str().unwrap().to_owned()).collect();
        for field in ["project_1", "project_2", "kind_3", "project_4", "unit_confirmed"] {
            assert!(open.iter().any(|one| one == field), "{field}: {open:?}");
        }
        assert!(!open.iter().any(|one| one.ends_with("_5") || one.ends_with("_6")), "{open:?}");
        assert!(preview["open"].to_string().contains("温州市交通投资集团有限公司"));
        assert_eq!(row_of(&preview, 5)["state"], "added");
        assert_eq!(cell(row_of(&preview, 5), "investment_wan")["value"], "");
        assert!(row_of(&preview, 6)["doubts"].to_string().contains("别的单位可能已有这个项目"));
        let refused = confirm(&mut api, &path, &tag).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);

        let wrong = patch(&mut api, &path, &tag, &json!({"rows": {"99": {"skip": true}}})).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let unknown = patch(&mut api, &path, &tag, &json!({"rows": {"1": {"texts": {"code": "x"}}}})).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        let first = row_of(&preview, 1)["target"]["asked"]["likely"][0]["id"].clone();
        let answers = json!({"unit_confirmed": true, "rows": {
            "1": {"project": first, "take": {"project_name": true}}, "2": {"project": "new", "kind": "added"},
            "3": {"kind": "changed"}, "4": {"skip": true},
        }});
        let (after, tag) = ok(&patch(&mut api, &path, &tag, &answers).await);
        assert_eq!(after["open"]["fields"], json!([]), "{}", after["open"]);
        // A thousandfold amount is doubted and not taken by itself.
        let amount = cell(row_of(&after, 3), "investment_wan");
        assert_eq!(amount["change"], json!({"differs": {"taken": false, "proposed": false}}), "{amount}");
        assert!(amount["doubts"].to_string().contains("十倍"));
        let (after, tag) = ok(&patch(&mut api, &path, &tag, &json!({"checked": true})).await);
        assert_eq!(row_of(&after, 3)["state"], "kept");
        let (done, _) = ok(&confirm(&mut api, &path, &tag).await);
        assert_eq!(done["rows"], 5);
        let names = names(&test).await;
        assert!(names.contains(&"项目瓯江口现代物流园二期".to_owned()) && names.contains(&"没有的项目".to_owned()), "{names:?}");
        assert!(!names.contains(&"项目瓯江口现代物流园".to_owned()));
    }
}

on_both! {
    async fn a_project_that_changed_meanwhile_is_shown_again(test: TestApp) {
        let unit = test.seeded.enterprises[0];
        let id = project(&test, unit, "C1", 100, "2017-06-01").await;
        let mut api = test.api("reporter").await;
        let started = api.upload(API, "a.csv", &csv("1,项目C1,用地面积50亩,120,变更,扩建,联系人甲 13800000001,\n")).await;
        let path = started.location().to_owned();
        let (_, tag) = ok(&started);
        let (_, tag) = ok(&patch(&mut api, &path, &tag, &json!({"checked": true})).await);
        change(&test, id, "2017-11-01", |fields| fields.basic_info = "另有说法".to_owned()).await;
        let stale = confirm(&mut api, &path, &tag).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text());
        assert!(stale.text().contains("另有说法") && stale.text().contains("用地面积50亩"), "{}", stale.text());
        let tag = stale.json()["conflict"]["current_etag"].as_str().unwrap().to_owned();
        let (now, tag_now) = ok(&api.get(&path).await);
        assert_eq!(cell(row_of(&now, 1), "basic_info")["before"], "另有说法");
        assert_eq!(tag.split('-').next(), tag_now.split('-').next());
        let (_, tag_now) = ok(&patch(&mut api, &path, &tag_now, &json!({"checked": true})).await);
        let (done, _) = ok(&confirm(&mut api, &path, &tag_now).await);
        assert_eq!(ok(&confirm(&mut api, &path, &tag_now).await).0, done, "twice is once");
        assert_eq!(api.json(Method::POST, &format!("{path}/confirm"), &[], &json!(null)).await.status, StatusCode::PRECONDITION_REQUIRED);
        let missing = api.get(&path).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn what_belongs_elsewhere_is_told_where(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let annex1 = "2017年1-10月市级国有企业招商引资情况一览表\n单位,任务数,1-10月累计完成数,完成率\n温州银行,10000,90309,903.09%\n";
        for (name, bytes, words) in [
            ("附件1.csv", annex1.as_bytes(), "这份文件是附件1"),
            ("空表.csv", HEAD.as_bytes(), "作零报告"),
            ("扫描.pdf", crate::funds::PDF, "盖章扫描件"),
            ("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), "另存为"),
            ("无关.csv", "甲,乙\n1,2\n".as_bytes(), "没有找到"),
        ] {
            let answer = reporter.upload("/returns/annex2/intake", name, bytes).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(answer.text().contains(words), "{name}: {}", answer.text());
        }
        let empty = reporter.post("/returns/annex2/intake/paste", &[("text", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = String::from_utf8(csv("1,粘贴的项目,占地,500,新增,协议,张三 13800138000,\n")).unwrap().replace(',', "\t");
        let pasted = reporter.post("/returns/annex2/intake/paste", &[("text", &text)]).await;
        assert_eq!(pasted.status, StatusCode::SEE_OTHER, "{}", pasted.text());
        assert!(reporter.get(pasted.location()).await.text().contains("粘贴的项目"));
        assert_eq!(reporter.get("/returns/annex3x/intake").await.status, StatusCode::NOT_FOUND);
        assert_eq!(reporter.get("/returns/annex2/intake?cut_off=2016-01-31").await.status, StatusCode::NOT_FOUND);
    }
}

/// A return's form as its csv would be.
fn as_csv(content: &Value) -> Vec<u8> {
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let row = |row: &Value| documents::write::Annex2PrintRow {
        unit: String::new(),
        project_name: text(row, "name"),
        basic_info: text(row, "basic_info"),
        investment: row["investment_wan"]
            .as_str()
            .map(|wan| domain::Money::parse_wan(wan).unwrap()),
        adjustment: text(row, "adjustment"),
        reason: text(row, "reason"),
        contact: text(row, "contact"),
        remark: text(row, "remark"),
    };
    let rows: Vec<_> = content["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(row)
        .collect();
    let print = documents::write::Annex2Print {
        unit: "温州银行股份有限公司".to_owned(),
        zero_reason: Some(text(content, "zero_reason")).filter(|_| rows.is_empty()),
        rows,
        ..Default::default()
    };
    documents::write::annex2_csv(&print).unwrap()
}

/// A return's form as people take it away.
async fn form(api: &mut Client, id: i64, format: &str, content: &Value) -> Vec<u8> {
    if format == "csv" {
        return as_csv(content);
    }
    let file = api
        .get(&format!("/api/v1/returns/{id}/form/{format}"))
        .await;
    assert_eq!(file.status, StatusCode::OK, "{format}: {}", file.text());
    file.bytes
}

on_both! {
    async fn a_printed_form_comes_back_row_by_row(test: TestApp) {
        let unit = test.seeded.enterprises[0];
        for (code, wan) in [("D1", 5000), ("D2", 12_345), ("D3", 1)] {
            let id = project(&test, unit, code, wan, "2017-06-01").await;
            change(&test, id, "2017-06-02", |fields| {
                fields.basic_info = format!("一期占地{wan}亩\n二期另议；=不是公式");
                fields.contact_name = "张三、李四".to_owned();
                fields.contact_phone = "0577-88881234、13800138000".to_owned();
            }).await;
        }
        let halted = project(&test, unit, "D4", 9, "2017-06-01").await;
        change(&test, halted, "2017-11-01", |fields| {
            fields.suspended = Some(domain::project::Halt { on: "2017-11".parse().unwrap(), reason: "用地未落实".to_owned() });
            fields.investment = None;
        }).await;
        let mut api = test.api("reporter").await;
        let address = format!("/api/v1/returns/annex2/2017-11-30/{unit}");
        let (body, tag) = ok(&api.get(&address).await);
        let rows: Vec<Value> = body["content"]["rows"].as_array().unwrap().iter()
            .map(|row| json!({"project": row["project"], "reason": "第一行\n第二行", "remark": "备注，一"})).collect();
        let saved = api.json(Method::PUT, &address, &[("if-match", &tag)], &json!({"rows": rows})).await;
        let (body, _) = ok(&saved);
        let id = body["id"].as_i64().unwrap();
        for format in ["docx", "xlsx", "csv"] {
            let file = form(&mut api, id, format, &body["content"]).await;
            let started = api.upload(API, &format!("表.{format}"), &file).await;
            assert_eq!(started.status, StatusCode::CREATED, "{format}: {}", started.text());
            let path = started.location().to_owned();
            let (mut preview, mut tag) = ok(&started);
            if format == "csv" {
                assert!(preview["open"].to_string().contains("没有写明报送单位"), "{}", preview["open"]);
                (preview, tag) = ok(&patch(&mut api, &path, &tag, &json!({"unit_confirmed": true})).await);
            }
            let found = preview["rows"].as_array().unwrap();
            assert_eq!(found.len(), 4, "{format}");
            assert_eq!(preview["open"]["fields"], json!([]), "{format}: {}", preview["open"]);
            for (row, original) in found.iter().zip(&rows) {
                assert_eq!(row["state"], "kept", "{format}: {row}");
                assert_eq!(row["target"]["known"]["project"]["id"], original["project"], "{format}");
                let reason = cell(row, "reason")["value"].as_str().unwrap();
                assert_eq!(reason, "第一行\n第二行", "{format}");
            }
            let (_, tag) = ok(&patch(&mut api, &path, &tag, &json!({"checked": true})).await);
            ok(&confirm(&mut api, &path, &tag).await);
            let (now, _) = ok(&api.get(&address).await);
            assert_eq!(now["content"], body["content"], "{format}: the return is as it was");
        }
    }
}

on_both! {
    async fn a_zero_return_comes_back_with_its_reason(test: TestApp) {
        let mut api = test.api("reporter").await;
        let unit = test.seeded.enterprises[0];
        let address = format!("/api/v1/returns/annex2/2017-11-30/{unit}");
        let (_, tag) = ok(&api.get(&address).await);
        let (body, _) = ok(&api.json(Method::PUT, &address, &[("if-match", &tag)], &json!({"zero_reason": "项目均按计划推进"})).await);
        let id = body["id"].as_i64().unwrap();
        for format in ["docx", "xlsx", "csv"] {
            let file = form(&mut api, id, format, &body["content"]).await;
            let (_, tag) = ok(&api.get(&address).await);
            ok(&api.json(Method::PUT, &address, &[("if-match", &tag)], &json!({"zero_reason": ""})).await);
            let started = api.upload(API, &format!("零报告.{format}"), &file).await;
            assert_eq!(started.status, StatusCode::CREATED, "{format}: {}", started.text());
            let path = started.location().to_owned();
            let (preview, tag) = ok(&started);
            assert_eq!((&preview["zero"], &preview["zero_reason"]), (&json!(true), &json!("项目均按计划推进")), "{format}: {preview}");
            let (_, tag) = ok(&patch(&mut api, &path, &tag, &json!({"unit_confirmed": true, "checked": true})).await);
            ok(&confirm(&mut api, &path, &tag).await);
            let (now, _) = ok(&api.get(&address).await);
            assert_eq!(now["content"]["zero_reason"], "项目均按计划推进", "{format}");
        }
        // Where the library has something to tell, a file cannot say that there is nothing.
        project(&test, unit, "E1", 5, "2017-11-20").await;
        let started = api.upload(API, "零.csv", &csv(",本期无调整,,,,,,\n")).await;
        assert!(ok(&started).0["open"].to_string().contains("项变动要报送"), "{}", started.text());
    }
}

on_both! {
    async fn ten_thousand_rows_are_all_there(test: TestApp) {
        let unit = test.seeded.enterprises[0];
        project(&test, unit, "第00001号", 1, "2017-06-01").await;
        let rows: String = (1..=10_000)
            .map(|number| format!("{number},项目第{number:05}号,占地{number}亩，建设厂房及配套设施,{number},新增,已签协议,张三 13800138000,\n"))
            .collect();
        let mut reporter = test.by(Role::Reporter).await;
        let upload = reporter.upload("/returns/annex2/intake", "大.csv", &csv(&rows)).await;
        assert_eq!(upload.status, StatusCode::SEE_OTHER, "{}", upload.text());
        let draft = upload.location().to_owned();
        let key = draft.rsplit('/').next().unwrap().to_owned();
        // Should the request's own task not be through yet, the job is.
        test.clock.advance(chrono::TimeDelta::seconds(60));
        while test.app.work_one_job(std::path::Path::new(".")).await.unwrap() {}
        let person = person(&test, "reporter").await;
        let page = reporter.get(&format!("{draft}?page=250")).await.text();
        assert!(page.contains("第250页，共250页") && page.contains("项目第10000号"), "{person:?} {page}");
        let mut api = test.api("reporter").await;
        let (preview, _) = ok(&api.get(&format!("{API}/{key}")).await);
        assert_eq!(preview["rows"].as_array().unwrap().len(), 10_000);
    }
}

on_both! {
    async fn annex_1_comes_back_as_word_excel_and_csv(test: TestApp) {
        let mut api = test.api("officer").await;
        let table = "2017年1-10月市级国有企业招商引资情况一览表（单位：万元）\n单位,任务数,1-10月累计完成数,完成率\n\
                     温州银行股份有限公司,10000,90309,903.09%\n温州市城市建设投资集团有限公司,70000,75712.5,108.16%\n";
        let draft = api.upload("/api/v1/imports", "a.csv", table.as_bytes()).await;
        assert_eq!(draft.status, StatusCode::CREATED, "{}", draft.text());
        let (path, tag) = (draft.location().to_owned(), draft.header("etag").to_owned());
        let answers = json!({"year": 2017, "as_at": "2017-10-31", "checked": true});
        let answered = api.json(Method::PUT, &path, &[("if-match", &tag)], &answers).await;
        let (_, tag) = ok(&answered);
        ok(&confirm(&mut api, &path, &tag).await);
        let mut officer = test.by(Role::Officer).await;
        for format in ["docx", "xlsx", "csv"] {
            let file = officer.get(&format!("/completion.{format}?year=2017&as_of=2017-10-31")).await;
            assert_eq!(file.status, StatusCode::OK, "{format}");
            let read = api.upload("/api/v1/forms/read?as=annex1", &format!("表.{format}"), &file.bytes).await;
            let (reading, _) = ok(&read);
            let rows: Vec<(String, String)> = reading["rows"].as_array().unwrap().iter()
                .filter(|row| row["done_wan"].is_string())
                .map(|row| (row["unit"].as_str().unwrap().to_owned(), row["done_wan"].as_str().unwrap().to_owned())).collect();
            assert!(rows.iter().any(|(unit, done)| unit.contains("温州银行") && done == "90309"), "{format}: {reading}");
            assert_eq!(rows.len(), 2, "{format}: {reading}");
        }
    }
}
