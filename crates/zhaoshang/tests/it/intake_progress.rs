//! A clerk's 附件3 becomes the return's draft: texts are taken over, the library's facts never, what is not certain is asked.

use axum::http::{Method, StatusCode};
use domain::{
    annex3::CooperationClass,
    permission::Role,
    project::{Halt, Milestone, Ownership},
};
use serde_json::{Value, json};
use testkit::{Client, TestApp, on_both};

use crate::{
    intake::{API, cell, confirm, ok, patch, row_of},
    return_kinds::{address, cooperation, signed},
    returns::{change, put},
};

const HEAD: &str = "市属国有企业与央企合作项目进展情况表\n报送单位：温州银行股份有限公司,,,,填报时间：2017年11月24日\n序号,类别,合作项目名称,合作央企名称,当前进展情况,存在问题,下一步工作计划和重点,联系人及联系方式\n";

fn csv(rows: &str) -> Vec<u8> {
    format!("{HEAD}{rows}").into_bytes()
}

/// Uploads a file for 附件3; gives the draft's path, the preview and its tag.
async fn start(api: &mut Client, name: &str, file: &[u8]) -> (String, Value, String) {
    let started = api
        .upload_fields(API, name, file, &[("kind", "annex3")])
        .await;
    assert_eq!(started.status, StatusCode::CREATED, "{}", started.text());
    let (preview, tag) = ok(&started);
    (started.location().to_owned(), preview, tag)
}

fn doubts(preview: &Value, row: usize, field: &str) -> String {
    cell(row_of(preview, row), field)["doubts"].to_string()
}

on_both! {
    async fn texts_are_taken_over_and_facts_are_not(test: TestApp) {
        let talks = cooperation(&test, "C1", |_| {}).await;
        let contract = cooperation(&test, "C2", signed).await;
        let silent = cooperation(&test, "C3", |_| {}).await;
        let path = address(&test, "annex3", "2017-11-30");
        let mut api = test.api("reporter").await;
        let (_, etag) = ok(&api.get(&path).await);
        let typed = json!({"rows": [
            {"project": contract.0, "progress": "已互访", "problems": "用地未落实"},
            {"project": silent.0, "progress": "方案比选"},
        ]});
        ok(&put(&mut api, &path, &etag, &typed).await);
        let file = csv(
            "1,在谈项目,海上风电,中国三峡集团,方案论证,无,12月再谈,李四 0577-88881234\n\
             1,已签约未落地项目,项目C1,中国某某集团有限公司,已议定条款,资金,年底签约,联系人甲 13800000001\n\
             2,已签约未落地项目,项目C2,中国别的集团,已签约,,推进,王五 13900000002\n",
        );
        let (draft, preview, tag) = start(&mut api, "附件3.csv", &file).await;
        assert!(preview["open"].to_string().contains("project_1"), "{}", preview["open"]);
        assert_eq!(preview["unnamed"], 1);
        let why = doubts(&preview, 2, "category");
        assert!(why.contains("文件里列在“已签约未落地项目”，项目库按没有登记签约和项目公司算作“在谈项目”；如已签约，请到项目库登记签约"), "{why}");
        assert!(doubts(&preview, 3, "central_enterprise").contains("以项目库为准"));
        assert_eq!(cell(row_of(&preview, 3), "problems")["change"], "silent");
        assert_eq!(cell(row_of(&preview, 2), "contact")["change"], "same");
        let kinds = patch(&mut api, &draft, &tag, &json!({"rows": {"2": {"kind": "changed"}}})).await;
        assert_eq!(kinds.status, StatusCode::UNPROCESSABLE_ENTITY);

        // A new project needs the fact that makes its class: it is asked, not guessed.
        let (preview, tag) = ok(&patch(&mut api, &draft, &tag, &json!({"rows": {"1": {"project": "new"}}})).await);
        assert!(preview["open"].to_string().contains("negotiating_on_1"), "{}", preview["open"]);
        let late = json!({"rows": {"1": {"project": "new", "texts": {"negotiating_on": "2017-12-01"}}}});
        let (preview, tag) = ok(&patch(&mut api, &draft, &tag, &late).await);
        assert!(preview["open"].to_string().contains("不能晚于2017-11-24"), "{}", preview["open"]);
        let answers = json!({"checked": true, "rows": {
            "1": {"project": "new", "texts": {"negotiating_on": "2017-08"}},
            "3": {"take": {"contact": false}},
        }});
        let (preview, tag) = ok(&patch(&mut api, &draft, &tag, &answers).await);
        assert_eq!(preview["open"]["fields"], json!([]), "{}", preview["open"]);
        let states: Vec<&str> = preview["rows"].as_array().unwrap().iter().map(|row| row["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["added", "changed", "changed"]);
        let (done, _) = ok(&confirm(&mut api, &draft, &tag).await);
        assert_eq!(ok(&confirm(&mut api, &draft, &tag).await).0, done, "twice is once");

        let (body, _) = ok(&api.get(&path).await);
        let rows = body["content"]["rows"].as_array().unwrap();
        let of = |name: &str| rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("{name}: {body}"));
        assert_eq!((&of("项目C1")["progress"], &of("项目C1")["class"]), (&json!("已议定条款"), &json!("negotiating")));
        assert_eq!((&of("项目C2")["progress"], &of("项目C2")["problems"]), (&json!("已签约"), &json!("用地未落实")), "a blank takes nothing away");
        assert_eq!(of("项目C2")["contact"], "联系人甲 13800000001", "what was not taken stays");
        assert_eq!(of("项目C3")["progress"], "方案比选", "absence changes nothing");
        assert_eq!((&of("海上风电")["class"], &of("海上风电")["partners"]), (&json!("negotiating"), &json!("中国三峡集团")));
        let heads = store::projects::heads(&test.store.read(), test.seeded.enterprises[0]).await.unwrap();
        let of = |id| heads.iter().find(|head| head.project == id).unwrap();
        assert!(of(talks).fields.signings.is_empty());
        let new = heads.iter().find(|head| head.fields.name == "海上风电").unwrap();
        assert_eq!(new.fields.milestones[&Milestone::Negotiating].to_string(), "2017-08");
        assert_eq!(new.fields.investors[0].ownership, Some(Ownership::Central));
    }
}

on_both! {
    async fn a_new_project_that_is_signed_or_landed_is_asked_its_facts(test: TestApp) {
        let mut api = test.api("reporter").await;
        let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../documents/tests/data/projects");
        for name in ["a3-word-merged-class.docx", "a3-excel-merged-class.xlsx"] {
            let file = std::fs::read(fixtures.join(name)).unwrap();
            let (draft, preview, tag) = start(&mut api, name, &file).await;
            let open = preview["open"].to_string();
            for field in ["unit_confirmed", "project_1", "project_2", "project_3", "project_4"] {
                assert!(open.contains(field), "{name} {field}: {open}");
            }
            let asked: Value = (1..=4).map(|row| (row.to_string(), json!({"project": "new"}))).collect::<serde_json::Map<_, _>>().into();
            let (preview, tag) = ok(&patch(&mut api, &draft, &tag, &json!({"unit_confirmed": true, "rows": asked})).await);
            let open = preview["open"].to_string();
            for field in ["negotiating_on_1", "signed_on_3", "signing_kind_3", "signing_level_3", "company_4", "registered_on_4"] {
                assert!(open.contains(field), "{name} {field}: {open}");
            }
            if name.ends_with("docx") {
                let gone = api.json(Method::DELETE, &draft, &[("if-match", &tag)], &json!(null)).await;
                assert_eq!(gone.status, StatusCode::NO_CONTENT);
                continue;
            }
            let answers = json!({"checked": true, "rows": {
                "1": {"project": "new", "texts": {"negotiating_on": "2017年3月"}},
                "2": {"skip": true},
                "3": {"project": "new", "texts": {"signed_on": "2017.5.8", "signing_kind": "框架", "signing_level": "市级"}},
                "4": {"project": "new", "texts": {"company": "轨道公司", "registered_on": "2017-06"}},
            }});
            let (preview, tag) = ok(&patch(&mut api, &draft, &tag, &answers).await);
            assert_eq!(preview["open"]["fields"], json!([]), "{}", preview["open"]);
            ok(&confirm(&mut api, &draft, &tag).await);
            let (body, _) = ok(&api.get(&address(&test, "annex3", "2017-11-30")).await);
            let rows: Vec<(&str, &str)> = body["content"]["rows"].as_array().unwrap().iter()
                .map(|row| (row["class"].as_str().unwrap(), row["name"].as_str().unwrap())).collect();
            assert_eq!(rows, [("negotiating", "温州港多式联运"), ("signed", "瓯江北口大桥合作"), ("landed", "轨道交通S2线")]);
        }
    }
}

on_both! {
    async fn what_is_not_in_the_list_or_twice_is_asked(test: TestApp) {
        cooperation(&test, "N1", |fields| fields.milestones.clear()).await;
        cooperation(&test, "N2", |fields| fields.investors[0].ownership = Some(Ownership::Private)).await;
        cooperation(&test, "N3", |fields| {
            fields.terminated = Some(Halt { on: "2017-11-01".parse().unwrap(), reason: "不做了".into() });
        }).await;
        cooperation(&test, "C1", |_| {}).await;
        let mut api = test.api("reporter").await;
        let file = csv(
            "1,在谈项目,项目N1,中国某某集团有限公司,甲,,,\n2,在谈项目,项目N2,中国某某集团有限公司,甲,,,\n\
             3,在谈项目,项目N3,中国某某集团有限公司,甲,,,\n4,在谈项目,项目C1,中国某某集团有限公司,甲,,,\n\
             5,在谈项目,项目C1,中国某某集团有限公司,乙,,,\n",
        );
        let (draft, preview, tag) = start(&mut api, "a.csv", &file).await;
        let open = preview["open"].to_string();
        for words in ["还在谋划", "投资方没有央企", "已于2017-11-01终止", "第5行与第4行是同一个项目"] {
            assert!(open.contains(words), "{words}: {open}");
        }
        assert_eq!(confirm(&mut api, &draft, &tag).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let skipped = json!({"checked": true, "rows": {"1": {"skip": true}, "2": {"skip": true}, "3": {"skip": true}, "4": {"skip": true}}});
        let (preview, tag) = ok(&patch(&mut api, &draft, &tag, &skipped).await);
        assert_eq!(preview["open"]["fields"], json!([]), "{}", preview["open"]);
        ok(&confirm(&mut api, &draft, &tag).await);
        let (body, _) = ok(&api.get(&address(&test, "annex3", "2017-11-30")).await);
        assert_eq!(body["content"]["rows"][0]["progress"], "乙");
    }
}

/// A return's form as people take it away.
async fn form(api: &mut Client, id: i64, format: &str, content: &Value) -> Vec<u8> {
    if format != "csv" {
        let file = api
            .get(&format!("/api/v1/returns/{id}/form/{format}"))
            .await;
        assert_eq!(file.status, StatusCode::OK, "{format}: {}", file.text());
        return file.bytes;
    }
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let row = |row: &Value| {
        let progress = text(row, "progress");
        documents::write::Annex3PrintRow {
            unit: String::new(),
            class: CooperationClass::from_word(row["class"].as_str().unwrap()).unwrap(),
            project_name: text(row, "name"),
            partners: text(row, "partners"),
            progress: if row["suspended"] == true {
                format!("暂停：{progress}")
            } else {
                progress
            },
            problems: text(row, "problems"),
            next_steps: text(row, "next_steps"),
            contact: text(row, "contact"),
        }
    };
    let rows: Vec<_> = content["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(row)
        .collect();
    let print = documents::write::Annex3Print {
        unit: "温州银行股份有限公司".to_owned(),
        zero_reason: Some(text(content, "zero_reason")).filter(|_| rows.is_empty()),
        rows,
        ..Default::default()
    };
    documents::write::annex3_csv(&print).unwrap()
}

on_both! {
    async fn a_printed_annex_3_comes_back_row_by_row(test: TestApp) {
        let mut ids = Vec::new();
        for code in ["D1", "D2", "D3"] {
            ids.push(cooperation(&test, code, |fields| if code == "D3" { signed(fields) }).await);
        }
        change(&test, ids[1], "2017-11-01", |fields| {
            fields.suspended = Some(Halt { on: "2017-11".parse().unwrap(), reason: "等指标".into() });
        }).await;
        let path = address(&test, "annex3", "2017-11-30");
        let mut api = test.api("reporter").await;
        let (_, etag) = ok(&api.get(&path).await);
        let rows: Vec<Value> = ids.iter().map(|id| json!({"project": id.0, "progress": "第一行\n=第二行", "problems": "无", "next_steps": "推进"})).collect();
        let (body, _) = ok(&put(&mut api, &path, &etag, &json!({"rows": rows})).await);
        let id = body["id"].as_i64().unwrap();
        for format in ["docx", "xlsx", "csv"] {
            let file = form(&mut api, id, format, &body["content"]).await;
            let (draft, _, tag) = start(&mut api, &format!("表.{format}"), &file).await;
            let (preview, tag) = ok(&patch(&mut api, &draft, &tag, &json!({"unit_confirmed": true, "checked": true})).await);
            assert_eq!(preview["open"]["fields"], json!([]), "{format}: {}", preview["open"]);
            let found = preview["rows"].as_array().unwrap();
            assert_eq!(found.len(), 3, "{format}");
            for row in found {
                assert_eq!(row["state"], "kept", "{format}: {row}");
                for field in ["category", "central_enterprise", "contact"] {
                    assert_eq!(cell(row, field)["change"], "same", "{format} {field}: {row}");
                }
            }
            ok(&confirm(&mut api, &draft, &tag).await);
            let (now, _) = ok(&api.get(&path).await);
            assert_eq!(now["content"], body["content"], "{format}: the return is as it was");
        }
    }
}

on_both! {
    async fn a_zero_annex_3_comes_back_with_its_reason(test: TestApp) {
        let path = address(&test, "annex3", "2017-11-30");
        let mut api = test.api("reporter").await;
        let (_, etag) = ok(&api.get(&path).await);
        let (body, _) = ok(&put(&mut api, &path, &etag, &json!({"zero_reason": "尚未与央企合作"})).await);
        let id = body["id"].as_i64().unwrap();
        for format in ["docx", "xlsx", "csv"] {
            let file = form(&mut api, id, format, &body["content"]).await;
            let (_, etag) = ok(&api.get(&path).await);
            ok(&put(&mut api, &path, &etag, &json!({"zero_reason": ""})).await);
            let (draft, preview, tag) = start(&mut api, &format!("零报告.{format}"), &file).await;
            assert_eq!((&preview["zero"], &preview["zero_reason"]), (&json!(true), &json!("尚未与央企合作")), "{format}: {preview}");
            let (_, tag) = ok(&patch(&mut api, &draft, &tag, &json!({"unit_confirmed": true, "checked": true})).await);
            ok(&confirm(&mut api, &draft, &tag).await);
            let (now, _) = ok(&api.get(&path).await);
            assert_eq!(now["content"]["zero_reason"], "尚未与央企合作", "{format}");
        }
        // Where the library has a project to tell of, a file cannot say that there is none.
        cooperation(&test, "E1", |_| {}).await;
        let (_, preview, _) = start(&mut api, "零.csv", &csv(",,本期无央企合作项目,,,,,\n")).await;
        assert!(preview["open"].to_string().contains("有1个要报送"), "{}", preview["open"]);
    }
}

on_both! {
    async fn the_page_takes_annex_3_and_says_where_the_other_form_goes(test: TestApp) {
        let known = cooperation(&test, "C1", |_| {}).await;
        let mut reporter = test.by(Role::Reporter).await;
        let list = reporter.get("/returns?kind=annex3").await.text();
        assert!(list.contains("/returns/annex3/intake"), "{list}");
        let file = csv("1,在谈项目,项目C1,中国某某集团有限公司,已互访,,推进,\n");
        let wrong = reporter.upload("/returns/annex2/intake", "附件3.csv", &file).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("这份文件是附件3") && wrong.text().contains("href=\"/returns/annex3/intake\""), "{}", wrong.text());
        let annex2 = "报送单位：温州银行股份有限公司\n序号,项目名称,基本情况,投资额（万元）,调整内容,调整理由,联系人及联系方式,备注\n1,甲,乙,5,新增,丙,,\n";
        let wrong = reporter.upload("/returns/annex3/intake", "附件2.csv", annex2.as_bytes()).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("href=\"/returns/annex2/intake\""), "{}", wrong.text());

        let upload = reporter.upload("/returns/annex3/intake", "附件3.csv", &file).await;
        assert_eq!(upload.status, StatusCode::SEE_OTHER, "{}", upload.text());
        let draft = upload.location().to_owned();
        let page = reporter.get(&draft).await.text();
        assert!(page.contains("报表和项目库现有") && page.contains("已互访") && !page.contains("调整类别"), "{page}");
        // A project that changed meanwhile is looked at again.
        let api_path = draft.replace("/returns/drafts", "/api/v1/returns/intake");
        let mut api = test.api("reporter").await;
        let (_, tag) = ok(&api.get(&api_path).await);
        change(&test, known, "2017-11-10", signed).await;
        let stale = confirm(&mut api, &api_path, &tag).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text());
        let (preview, _) = ok(&api.get(&api_path).await);
        assert!(doubts(&preview, 1, "category").contains("项目库按2017-05-24签约算作“已签约未落地项目”"), "{preview}");
        let page = reporter.get(&draft).await.text();
        let hidden = |name: &str| {
            let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        let (version, basis, decided) = (hidden("version"), hidden("basis"), hidden("decided_1"));
        assert_eq!(decided, "progress next_steps");
        let done = reporter.post(&draft, &[
            ("version", &version), ("basis", &basis), ("row", "1"), ("decided_1", &decided), ("take_progress_1", "1"),
            ("progress_1", "已互访"), ("checked", "1"), ("step", "confirm"),
        ]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let (body, _) = ok(&api.get(&address(&test, "annex3", "2017-11-30")).await);
        let row = &body["content"]["rows"][0];
        assert_eq!((&row["class"], &row["progress"], &row["next_steps"]), (&json!("signed"), &json!("已互访"), &json!("")));
    }
}
