//! Units and people out as tables and in again: shown row by row, saved whole or not at all.

use axum::http::StatusCode;
use domain::{names::key as name_key, permission::Role};
use testkit::{Answer, Client, TestApp, on_both};

use crate::completion::value;

/// Uploads a table in an area and gives the address of its preview.
pub(crate) async fn draft(client: &mut Client, area: &str, bytes: &[u8]) -> String {
    let answer = client
        .upload(&format!("{area}/import"), "表.csv", bytes)
        .await;
    let place = answer.location().to_owned();
    assert!(
        place.starts_with(&format!("{area}/import/")),
        "{}",
        answer.text()
    );
    place
}

/// Confirms what its preview shows.
pub(crate) async fn confirm(client: &mut Client, place: &str) -> Answer {
    let page = client.get(place).await.text();
    let fingerprint = value(
        &page.replace("name=\"fingerprint\"", "id=\"fingerprint\""),
        "fingerprint",
    );
    client.post(place, &[("fingerprint", &fingerprint)]).await
}

on_both! {
    async fn units_go_out_and_come_back_the_same(test: TestApp) {
        let mut system = test.by(Role::SystemAdmin).await;
        let file = system.get("/units.csv").await;
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        assert!(file.bytes.starts_with("\u{feff}编号,全称,简称,类别,上级单位,曾用名,排序号,启用日期,停用日期\r\n".as_bytes()));
        let place = draft(&mut system, "/units", &file.bytes).await;
        let page = system.get(&place).await.text();
        assert!(page.contains("不变 5 行") && page.contains("完全相同") && !page.contains("确认保存"), "{page}");
        let cancelled = system.post(&format!("{place}/cancel"), &[]).await;
        assert_eq!(cancelled.location(), "/units?done=import-cancelled");
        assert_eq!(system.get(&place).await.status, StatusCode::NOT_FOUND, "cancelling leaves no trace");
        let audit = test.by(Role::AuditAdmin).await.get("/audit?kind=access").await.text();
        assert!(audit.contains("导出单位"));
    }
}

on_both! {
    async fn units_are_shown_row_by_row_and_saved_together(test: TestApp) {
        let mut system = test.by(Role::SystemAdmin).await;
        let bank = test.seeded.enterprises[0];
        // Below before above, a parent by its new name, GB18030 and another order of columns.
        let file = format!("全称,编号,简称,类别,上级单位,曾用名,排序号,启用日期,停用日期\n\
            温州新设子公司,,新设子,下属公司,温州新设集团有限公司,,41,,\n\
            温州新设集团有限公司,,新设集团,国有企业,市国资委,=旧名；'老名,40,2017/1/1,\n\
            温州银行总行,{bank},温州银行,国有企业,温州市人民政府国有资产监督管理委员会,温州银行股份有限公司,10,,\n\
            温银金融租赁公司,,温银租赁,下属公司,温州银行总行,,11,,\n");
        let bytes = encode_gb18030(&file);
        let place = draft(&mut system, "/units", &bytes).await;
        let page = system.get(&place).await.text();
        for words in ["新增 2 行", "修改 2 行", "<del>温州银行股份有限公司</del>"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let before = store::units::tree(&test.store.read()).await.unwrap();
        assert_eq!(before.all().len(), 5, "nothing is saved before 确认");
        assert_eq!(confirm(&mut system, &place).await.location(), "/units?done=units-imported");
        let tree = store::units::tree(&test.store.read()).await.unwrap();
        assert_eq!(tree.all().len(), 7);
        assert_eq!(tree.get(bank).unwrap().name, "温州银行总行");
        let child = tree.all().iter().find(|unit| unit.name == "温州新设子公司").unwrap();
        let above = tree.get(child.parent.unwrap()).unwrap();
        assert_eq!((above.name.as_str(), above.valid_from), ("温州新设集团有限公司", "2017-01-01".parse().ok()));
        assert_eq!(above.former_names, ["'老名", "=旧名"]);
        // What looks like a formula is protected on the way out.
        let text = system.get("/units.csv").await.text();
        assert!(text.contains("'老名；=旧名") && text.contains("温州新设集团有限公司"), "{text}");
        assert_eq!(system.post(&place, &[("fingerprint", "x")]).await.status, StatusCode::NOT_FOUND, "a draft is confirmed once");
    }
}

on_both! {
    async fn one_wrong_cell_and_nothing_is_saved(test: TestApp) {
        let mut system = test.by(Role::SystemAdmin).await;
        let subsidiary = test.seeded.subsidiary;
        let file = format!("编号,全称,简称,类别,上级单位,曾用名,排序号,启用日期,停用日期\n\
            ,好的集团,,国有企业,市国资委,,50,,\n\
            99999,无此编号,,国有企业,市国资委,,51,,\n\
            ,无此上级,,下属公司,没有的集团,,52,,\n\
            ,类别不对,,银行,市国资委,,53,,\n\
            ,排序不对,,国有企业,市国资委,,第一,,\n\
            ,日期不对,,国有企业,市国资委,,54,2017-02-30,\n\
            ,好的集团,,国有企业,市国资委,,55,,\n\
            {subsidiary},温银金融租赁公司,,下属公司,温银金融租赁公司,,11,,\n");
        let place = draft(&mut system, "/units", file.as_bytes()).await;
        let page = system.get(&place).await.text();
        for words in [
            "第2行“全称”：已有同名单位",
            "第3行“编号”：没有编号为99999的单位",
            "第4行“上级单位”：没有叫“没有的集团”的单位",
            "第5行“类别”：请填",
            "第6行“排序号”：请填整数",
            "第7行“启用日期”：请写成",
            "第8行“全称”：已有同名单位",
            "第9行“上级单位”：上级单位不能是本单位或其下级",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let refused = system.post(&place, &[("fingerprint", "x")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("没有保存任何内容"));
        assert_eq!(store::units::tree(&test.store.read()).await.unwrap().all().len(), 5);
    }
}

on_both! {
    async fn what_was_shown_is_what_is_saved(test: TestApp) {
        let mut system = test.by(Role::SystemAdmin).await;
        let bank = test.seeded.enterprises[0];
        let file = format!("编号,全称,简称,类别,上级单位,曾用名,排序号,启用日期,停用日期\n{bank},甲银行,温州银行,国有企业,市国资委,,10,,\n");
        let place = draft(&mut system, "/units", file.as_bytes()).await;
        let page = system.get(&place).await.text();
        let shown = value(&page.replace("name=\"fingerprint\"", "id=\"fingerprint\""), "fingerprint");
        let authority = test.seeded.authority.to_string();
        let meanwhile = [("version", "1"), ("parent", authority.as_str()), ("kind", "enterprise"), ("name", "乙银行"), ("short_name", "温州银行"), ("position", "10")];
        assert_eq!(system.post(&format!("/units/{bank}"), &meanwhile).await.status, StatusCode::SEE_OTHER);
        let answer = system.post(&place, &[("fingerprint", &shown)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = answer.text();
        assert!(text.contains("有人改动了数据") && text.contains("<del>乙银行</del>"), "{text}");
        assert_eq!(confirm(&mut system, &place).await.status, StatusCode::SEE_OTHER);
        let tree = store::units::tree(&test.store.read()).await.unwrap();
        assert_eq!(name_key(&tree.get(bank).unwrap().name), "甲银行");
    }
}

on_both! {
    async fn a_draft_is_its_owners(test: TestApp) {
        let mut system = test.by(Role::SystemAdmin).await;
        let file = system.get("/units.csv").await.bytes;
        let place = draft(&mut system, "/units", &file).await;
        let key = place.rsplit('/').next().unwrap();
        assert_eq!(system.get(&format!("/people/import/{key}")).await.status, StatusCode::NOT_FOUND, "nor of another kind");
        assert_eq!(test.by(Role::SecurityAdmin).await.get(&place).await.status, StatusCode::NOT_FOUND);
        let refused = system.upload("/units/import", "工作簿.csv", b"PK\x03\x04").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("另存为 csv"));
        test.clock.advance(chrono::TimeDelta::hours(25));
        test.app.plan_jobs().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        while test.app.work_one_job(folder.path()).await.unwrap() {}
        assert!(store::table_drafts::by_key(&test.store.read(), key).await.unwrap().is_none());
    }
}

on_both! {
    async fn people_come_in_without_roles(test: TestApp) {
        let mut system = test.by(Role::SystemAdmin).await;
        let out = system.get("/people.csv").await.text();
        assert!(out.contains("reporter,企业填报员,温州银行股份有限公司,企业填报员,启用"), "{out}");
        let file = "登录名,姓名,单位,角色,状态\nreporter,填报员甲,温州银行,企业填报员,\nnew.clerk,新填报员,城投集团,,\n";
        let place = draft(&mut system, "/people", file.as_bytes()).await;
        let page = system.get(&place).await.text();
        assert!(page.contains("新增 1 行") && page.contains("修改 1 行") && page.contains("<del>企业填报员</del>") && page.contains("还不能登录"), "{page}");
        assert_eq!(confirm(&mut system, &place).await.location(), "/people?done=people-imported");
        let reader = test.store.read();
        let added = store::people::by_login(&reader, "new.clerk").await.unwrap().unwrap();
        assert!(added.roles.is_empty() && added.unit == test.seeded.enterprises[1]);
        let changed = store::people::by_login(&reader, "reporter").await.unwrap().unwrap();
        assert_eq!((changed.name.as_str(), changed.roles.len()), ("填报员甲", 1));

        let file = "登录名,姓名,单位,角色,状态\nreporter,填报员甲,温州银行,系统管理员,\nofficer,,没有的单位,,停用\nx,短,温州银行,,\nreporter,重复,温州银行,,\nfresh.one,新人,温州银行,企业填报员,\n";
        let place = draft(&mut system, "/people", file.as_bytes()).await;
        let page = system.get(&place).await.text();
        for words in [
            "第2行“角色”：角色由安全管理员授予",
            "第3行“姓名”：请填写姓名",
            "第3行“单位”：没有叫“没有的单位”的单位",
            "第3行“状态”：停用、启用由安全管理员办理",
            "第4行“登录名”：登录名请用3到32个",
            "第5行“登录名”：与第2行是同一个登录名",
            "第6行“角色”：角色由安全管理员授予",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert_eq!(test.by(Role::SecurityAdmin).await.get("/people.csv").await.status, StatusCode::OK);
        assert_eq!(test.by(Role::SecurityAdmin).await.get("/people/import").await.status, StatusCode::NOT_FOUND);
    }
}

/// The bytes a spreadsheet of a Chinese Windows saves.
fn encode_gb18030(text: &str) -> Vec<u8> {
    // Found through Python's codec, so that reading is judged by another's writing.
    let run = std::process::Command::new("/usr/bin/python3")
        .args([
            "-c",
            "import sys; sys.stdout.buffer.write(sys.argv[1].encode('gb18030'))",
            text,
        ])
        .output()
        .expect("Python is there");
    run.stdout
}
