//! The way through: the notice goes in, the published table comes out, on the page, as JSON, as a Word file.

use axum::http::StatusCode;
use domain::{
    UnitId,
    permission::Role,
    unit::{UnitFields, UnitKind},
};
use serde_json::Value;
use testkit::{Client, TestApp, on_both};

use crate::notice;

/// Adds the published enterprises that the seed lacks, in published order.
pub async fn add_published_units(test: &TestApp) {
    let tx = test.store.begin().await.unwrap();
    let tree = store::units::tree(&tx).await.unwrap();
    let published = notice::CSV
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap())
        .filter(|name| *name != "合计");
    for (name, position) in published.zip((100..).step_by(10)) {
        let fields = UnitFields {
            parent: Some(test.seeded.authority),
            kind: UnitKind::Enterprise,
            name: name.to_owned(),
            short_name: name.trim_end_matches("有限公司").to_owned(),
            former_names: Vec::new(),
            position,
            valid_from: None,
            valid_to: None,
        };
        match tree.all().iter().find(|unit| unit.name == name) {
            Some(unit) => store::units::save(&tx, unit.id, unit.version, &fields)
                .await
                .unwrap(),
            None => {
                store::units::add(&tx, &fields).await.unwrap();
            }
        }
    }
    tx.commit().await.unwrap();
}

/// Uploads a file as the officer would, answers nothing, confirms.
pub async fn import(client: &mut Client, name: &str, bytes: &[u8]) -> String {
    let answer = client.upload("/statements/import", name, bytes).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let draft = answer.location().to_owned();
    let page = client.get(&draft).await.text();
    let (year, as_at) = (value(&page, "year"), value(&page, "as_at"));
    let fields = [
        ("version", "1"),
        ("year", &year),
        ("as_at", &as_at),
        ("step", "confirm"),
    ];
    let answer = client.post(&draft, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.location().to_owned()
}

/// The value of the input with this id.
pub fn value(page: &str, id: &str) -> String {
    let input = page
        .split("<input")
        .find(|input| input.contains(&format!("id=\"{id}\"")))
        .unwrap_or_default();
    input
        .split("value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default()
        .to_owned()
}

fn published_rows() -> Vec<[String; 4]> {
    let lines = notice::CSV.lines().skip(1);
    lines
        .map(|line| {
            let mut cells = line
                .split(',')
                .map(|cell| cell.trim_end_matches('%').to_owned());
            std::array::from_fn(|_| cells.next().unwrap())
        })
        .collect()
}

fn assert_published(body: &Value) {
    let published = published_rows();
    let (total, rows) = published.split_last().unwrap();
    assert_eq!(body["rows"].as_array().unwrap().len(), rows.len());
    for (row, [unit, target, done, rate]) in body["rows"].as_array().unwrap().iter().zip(rows) {
        assert_eq!(
            [
                &row["unit"],
                &row["target_wan"],
                &row["done_wan"],
                &row["rate_pct"]
            ],
            [unit, target, done, rate]
        );
    }
    assert_eq!(
        [
            &body["total"]["target_wan"],
            &body["total"]["done_wan"],
            &body["total"]["rate_pct"]
        ],
        [&total[1], &total[2], &total[3]]
    );
}

const TABLE: &str = "/api/v1/completion?year=2017&as_of=2017-10-31";

on_both! {
    async fn the_notice_goes_in_and_the_published_table_comes_out(test: TestApp) {
        add_published_units(&test).await;
        let mut officer = test.by(Role::Officer).await;
        let location = import(&mut officer, "notice.docx", notice::DOCX).await;
        assert_eq!(location, "/completion?year=2017&as_of=2017-10-31&done=import");

        let mut api = test.api("officer").await;
        let body = api.get(TABLE).await.json();
        assert_published(&body);
        assert_eq!(body["year"], 2017);
        assert_eq!(body["as_of"], "2017-10-31");
        assert_eq!(body["unit_of_money"], "万元");
        assert_eq!(body["elapsed_pct"], "83.33");
        let finance = body["rows"].as_array().unwrap().iter().find(|row| row["unit"] == "温州市金融投资集团有限公司").unwrap();
        assert_eq!(finance["lead_pct"], "-19.64");
        let honest = serde_json::json!({
            "capped_pct": "68.61", "without_largest_pct": "87.99", "largest_unit": "温州银行股份有限公司",
            "behind": 11, "at_zero": 7, "median_pct": "18.48", "outstanding_wan": "62784",
        });
        assert_eq!(body["honest"], honest);

        let page = officer.get(&location).await.text();
        for text in ["报表已保存", "128.74%", "68.61%", "87.99%", "18.48%", "62784", "903.09%", "−19.64", "83.33%"] {
            assert!(page.contains(text), "{text}");
        }
    }
}

on_both! {
    async fn the_word_file_comes_back_in_as_the_same_rows(test: TestApp) {
        add_published_units(&test).await;
        let mut officer = test.by(Role::Officer).await;
        import(&mut officer, "notice.docx", notice::DOCX).await;
        let docx = officer.get("/completion.docx?year=2017&as_of=2017-10-31").await;
        assert_eq!(docx.status, StatusCode::OK);
        assert!(docx.header("content-disposition").starts_with("attachment; filename=\"file.docx\"; filename*=UTF-8''2017%E5%B9%B41-10"));
        let mut api = test.api("officer").await;
        let reading = api.upload("/api/v1/forms/read?as=annex1", "out.docx", &docx.bytes).await.json();
        assert_eq!(reading["outcome"], "ok", "{reading}");
        assert_published(&reading);
        import(&mut officer, "out.docx", &docx.bytes).await;
        assert_published(&api.get(TABLE).await.json());
    }
}

on_both! {
    async fn before_the_first_statement_nothing_is_known(test: TestApp) {
        add_published_units(&test).await;
        let mut officer = test.by(Role::Officer).await;
        import(&mut officer, "notice.docx", notice::DOCX).await;
        let body = test.api("officer").await.get("/api/v1/completion?year=2017&as_of=2017-09-30").await.json();
        assert_eq!(body["rows"][0]["done_wan"], Value::Null);
        assert_eq!(body["rows"][0]["rate_pct"], Value::Null);
        assert_eq!(body["total"]["done_wan"], Value::Null);
        assert_eq!(body["honest"]["at_zero"], 0);
        assert_eq!(body["honest"]["median_pct"], Value::Null);
        let page = officer.get("/completion?year=2017&month=9").await.text();
        assert!(page.contains("还没有完成数") && page.contains("—"));
    }
}

on_both! {
    async fn what_was_known_when_is_kept(test: TestApp) {
        add_published_units(&test).await;
        test.clock.set("2017-11-24T02:00:00Z");
        let mut officer = test.by(Role::Officer).await;
        import(&mut officer, "notice.docx", notice::DOCX).await;
        test.clock.set("2017-11-30T02:00:00Z");
        let mut officer = test.by(Role::Officer).await;
        let corrected = "单位,任务数（万元）,1-10月累计完成数,完成率\n温州市交通投资集团有限公司,5000,1500,30.00%\n";
        let titled = format!("2017年1-10月市级国有企业招商引资情况一览表（单位：万元）\n{corrected}");
        import(&mut officer, "更正.csv", titled.as_bytes()).await;
        let mut api = test.api("officer").await;
        let done = |body: &Value| {
            let rows = body["rows"].as_array().unwrap();
            rows.iter().find(|row| row["unit"] == "温州市交通投资集团有限公司").unwrap()["done_wan"].clone()
        };
        assert_eq!(done(&api.get(TABLE).await.json()), "1500");
        assert_eq!(done(&api.get(&format!("{TABLE}&known_at=2017-11-25")).await.json()), "1000");
        assert_eq!(done(&api.get(&format!("{TABLE}&known_at=2017-11-24T01:00:00Z")).await.json()), Value::Null);
    }
}

on_both! {
    async fn every_figure_is_explained_down_to_the_file(test: TestApp) {
        add_published_units(&test).await;
        let mut officer = test.by(Role::Officer).await;
        import(&mut officer, "notice.docx", notice::DOCX).await;
        let bank = test.seeded.enterprises[0];
        let query = "year=2017&as_of=2017-10-31";
        let page = officer.get(&format!("/completion/explain?figure=rate&unit={bank}&{query}")).await.text();
        for text in ["903.09%", "完成数 90309 万元", "任务数 10000 万元", "notice.docx", "第1行", "国资委招商引资处"] {
            assert!(page.contains(text), "{text}");
        }
        let import = page.split("/statements/imports/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let file = officer.get(&format!("/statements/imports/{import}/file")).await;
        assert_eq!(file.bytes, notice::DOCX);
        for figure in ["target", "done", "rate", "elapsed", "capped", "without_largest", "behind", "at_zero", "median", "outstanding"] {
            let answer = officer.get(&format!("/completion/explain?figure={figure}&{query}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{figure}");
        }
        let mut api = test.api("officer").await;
        let explained = api.get(&format!("/api/v1/completion/explain?figure=behind&{query}")).await.json();
        let counted = explained["lines"].as_array().unwrap().iter().filter(|line| line["part"] == "计入").count();
        assert_eq!((explained["value"].as_str().unwrap(), counted), ("11 户", 11));
        for wrong in ["figure=lead", "figure=capped&unit=2", "figure=rate&unit=999999", "figure=nonsense"] {
            assert_eq!(officer.get(&format!("/completion/explain?{wrong}&{query}")).await.status, StatusCode::NOT_FOUND, "{wrong}");
        }
        let mut reporter = test.by(Role::Reporter).await;
        let own = reporter.get(&format!("/completion/explain?figure=done&unit={bank}&{query}")).await;
        assert_eq!(own.status, StatusCode::OK);
        assert!(!own.text().contains("/statements/imports/"), "an enterprise does not see the file with everybody's rows");
        let foreign = UnitId(test.seeded.enterprises[1].0);
        assert_eq!(reporter.get(&format!("/completion/explain?figure=done&unit={foreign}&{query}")).await.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn older_figures_are_not_passed_off_as_those_of_the_day(test: TestApp) {
        add_published_units(&test).await;
        let mut officer = test.by(Role::Officer).await;
        import(&mut officer, "notice.docx", notice::DOCX).await;
        let november = "2017年1-11月市级国有企业招商引资情况一览表（单位：万元）\n单位,任务数,1-11月累计完成数,完成率\n温州银行股份有限公司,10000,95000,950.00%\n";
        test.clock.set("2017-12-05T01:00:00Z");
        let mut officer = test.by(Role::Officer).await;
        import(&mut officer, "11月.csv", november.as_bytes()).await;
        let page = officer.get("/completion?year=2017&as_of=2017-11-30").await.text();
        assert!(page.contains("16户企业的数据不到截止日期") && page.contains("数据截至2017-10-31"));
        let october = officer.get("/completion?year=2017&as_of=2017-10-31").await.text();
        assert!(!october.contains("不到截止日期"));
    }
}
