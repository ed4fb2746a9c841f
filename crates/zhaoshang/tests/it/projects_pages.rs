//! The pages of the project library as people use them, without script: what is typed stays, amounts are read back,
//! twins are told, drafts come back, and nobody sees more than is his.

use axum::http::StatusCode;
use domain::{ProjectId, UnitId, permission::Role, person::Person};
use testkit::{Answer, Client, TestApp, on_both};

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n";
const KEY: &str = "0123456789abcdef0123456789abcdef";

/// What a reporter fills in of a project.
const FILLED: [(&str, &str); 15] = [
    ("name", "瓯江口临港仓储物流项目"),
    ("basic_info", "建设仓库两座"),
    ("industry", "现代物流"),
    ("investment", "12000"),
    ("district", "330305"),
    ("investors.0.name", "某物流有限公司"),
    ("investors.0.origin", "domestic"),
    ("investors.0.ownership", "private"),
    ("signings.0.on", "2017-05"),
    ("signings.0.kind", "formal"),
    ("signings.0.level", "city"),
    ("milestones.planned", "2016-12"),
    ("site.ready", "1"),
    ("contact_name", "联系人甲"),
    ("contact_phone", "13800001234"),
];

/// [`FILLED`] with some fields otherwise.
fn filled<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = FILLED
        .into_iter()
        .filter(|(name, _)| other.iter().all(|(changed, _)| changed != name));
    kept.chain(other.iter().copied()).collect()
}

fn id_of(answer: &Answer) -> ProjectId {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let location = answer.location().to_owned();
    let rest = location.strip_prefix("/projects/").expect("a project");
    ProjectId(rest.split('?').next().unwrap().parse().expect("its number"))
}

async fn added(client: &mut Client, other: &[(&str, &str)]) -> ProjectId {
    id_of(&client.post("/projects/new", &filled(other)).await)
}

/// A reporter of another enterprise.
async fn stranger(test: &TestApp) -> Client {
    person(test, test.seeded.enterprises[1], "stranger", Role::Reporter).await;
    test.by_login("stranger").await
}

pub(crate) async fn person(test: &TestApp, unit: UnitId, login: &str, role: Role) {
    let tx = test.store.begin().await.unwrap();
    let now = test.app.now();
    let id = store::people::add(&tx, unit, login, login, now)
        .await
        .unwrap();
    let person = store::people::by_id(&tx, id).await.unwrap().unwrap();
    let version = person.version;
    let armed = Person {
        roles: [role].into(),
        ..person
    };
    store::people::save(&tx, &armed, version).await.unwrap();
    tx.commit().await.unwrap();
}

/// Has the authority accept the head of a project.
async fn accepted(test: &TestApp, id: ProjectId) {
    let tx = test.store.begin().await.unwrap();
    let project = store::projects::by_id(&tx, id).await.unwrap().unwrap();
    let head = store::projects::revision(&tx, project.head)
        .await
        .unwrap()
        .unwrap();
    store::projects::accept(&tx, id, &head, false, test.app.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The value of a field on a page.
fn value(page: &str, name: &str) -> String {
    let field = page
        .split("<input")
        .find(|tag| tag.contains(&format!("name=\"{name}\"")))
        .unwrap_or_else(|| panic!("no {name} on the page: {page}"));
    let value = field.split("value=\"").nth(1).unwrap_or_default();
    value.split('"').next().unwrap_or_default().to_owned()
}

async fn version(client: &mut Client, id: ProjectId) -> String {
    let page = client.get(&format!("/projects/{id}/edit")).await.text();
    value(&page, "version")
}

on_both! {
    async fn a_refused_form_keeps_everything_and_names_every_field(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let sent = filled(&[
            ("name", "临港<b>仓储</b>"),
            ("investment", "很多"),
            ("signings.0.on", "去年"),
            ("signings.4.event", "浙洽会"),
            ("milestones.started", "2017-13"),
            ("suspended.reason", "用地未落实"),
            ("effective_on", "昨天"),
            ("remarks", "第一行\r\n第二行"),
        ]);
        let answer = reporter.post("/projects/new", &sent).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = answer.text();
        for field in ["investment", "signings.0.on", "signings.1.on", "signings.1.kind", "milestones.started", "suspended.on", "effective_on"] {
            assert!(page.contains(&format!("id=\"{field}-error\"")) && page.contains(&format!("href=\"#{field}\"")), "{field}");
        }
        for (name, text) in [("investment", "很多"), ("signings.0.on", "去年"), ("signings.1.event", "浙洽会"), ("milestones.started", "2017-13"), ("investors.0.name", "某物流有限公司"), ("name", "临港&#60;b&#62;仓储&#60;/b&#62;")] {
            assert_eq!(value(&page, name), text);
        }
        assert!(page.contains("第一行\r\n第二行"), "{page}");
        let rules = reporter.post("/projects/new", &filled(&[("name", ""), ("milestones.started", "2017-12-01"), ("industry", "煤炭")])).await;
        assert_eq!(rules.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = rules.text();
        for field in ["name", "milestones.started", "industry"] {
            assert!(page.contains(&format!("id=\"{field}-error\"")), "{field}");
        }
        assert!(page.contains("<option value=\"煤炭\" selected>"), "also what cannot be chosen stays to be seen");
    }
}

on_both! {
    async fn rows_are_added_and_taken_away_without_script(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let more = reporter.post("/projects/new", &filled(&[("do", "add:investors"), ("investment", "1.2亿")])).await;
        assert_eq!(more.status, StatusCode::OK);
        let page = more.text();
        assert_eq!(value(&page, "investors.0.name"), "某物流有限公司");
        assert_eq!(value(&page, "investors.1.name"), "");
        assert_eq!(value(&page, "investment"), "1.2亿");
        assert!(!page.contains("请先改正"), "nothing is refused yet");
        let fewer = reporter.post("/projects/new", &filled(&[("do", "drop:investors.0"), ("investors.1.name", "另一家")])).await.text();
        assert_eq!(value(&fewer, "investors.0.name"), "另一家");
        assert!(!fewer.contains("某物流有限公司"));
        let odd = reporter.post("/projects/new", &filled(&[("do", "drop:investors.99999999999999999999")])).await;
        assert!(!odd.status.is_server_error());
    }
}

on_both! {
    async fn amounts_are_read_back_and_never_silently_changed(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        for (typed, read) in [("1.2亿", "读作 12000 万元"), ("１２，０００", "读作 12000 万元")] {
            let asked = reporter.post("/projects/new", &filled(&[("investment", typed)])).await;
            assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
            let page = asked.text();
            assert!(page.contains(read) && value(&page, "investment") == typed, "{page}");
            assert_eq!(value(&page, "investment.read"), typed);
        }
        let id = added(&mut reporter, &[("investment", "1.2亿"), ("investment.read", "1.2亿"), ("signings.0.amount", "500"), ("signings.0.currency", "usd")]).await;
        let page = reporter.get(&format!("/projects/{id}")).await.text();
        assert!(page.contains("12000") && page.contains("USD"), "{page}");
        let other = reporter.post("/projects/new", &filled(&[("investment", "1.3亿"), ("investment.read", "1.2亿")])).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "ticked for another text");

        let version = version(&mut reporter, id).await;
        let jump = [("investment", "120000.5"), ("version", version.as_str())];
        let edit = format!("/projects/{id}/edit");
        let asked = reporter.post(&edit, &filled(&jump)).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("数额无误") && asked.text().contains("name=\"amount_confirmed\""));
        let confirmed = [jump[0], jump[1], ("amount_confirmed", "120000.5")];
        assert_eq!(reporter.post(&edit, &filled(&confirmed)).await.status, StatusCode::SEE_OTHER);

        let live = reporter.get("/projects/amount?text=1.2%E4%BA%BF").await.json();
        assert_eq!((live["words"].as_str(), live["why"].as_str()), (Some("读作 12000 万元"), Some("")));
        let live = reporter.get("/projects/amount?text=12&currency=usd").await.json();
        assert_eq!(live["words"], "");
        let live = reporter.get("/projects/amount?text=3-5%E4%BA%BF").await.json();
        assert!(live["why"].as_str().unwrap().contains("范围"));
    }
}

on_both! {
    async fn likely_twins_are_told_before_saving_and_never_block(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let first = added(&mut reporter, &[]).await;
        let again = reporter.post("/projects/new", &filled(&[("name", "温州瓯江口临港仓储物流（一期）")])).await;
        assert_eq!(again.status, StatusCode::OK, "nothing is saved yet");
        let page = again.text();
        assert!(page.contains("可能已有同一个项目") && page.contains("仍然保存") && page.contains(&format!("/projects/{first}\"")), "{page}");
        assert!(page.contains("WZ2017-01-0001"));
        let told = value(&page, "twins_told");
        added(&mut reporter, &[("name", "温州瓯江口临港仓储物流（一期）"), ("twins_told", &told)]).await;

        let mut stranger = stranger(&test).await;
        let page = stranger.post("/projects/new", &filled(&[])).await.text();
        assert!(page.contains("另一单位可能已有此项目，请与招商引资处联系"), "{page}");
        assert!(!page.contains("WZ2017-01") && !page.contains(&format!("/projects/{first}\"")), "not whose, not which");
        added(&mut stranger, &[("twins_told", "other")]).await;
        let live = reporter.get(&format!("/projects/twins?name=%E4%B8%B4%E6%B8%AF%E4%BB%93%E5%82%A8%E7%89%A9%E6%B5%81&except={first}&investor=%E6%9F%90%E7%89%A9%E6%B5%81%E6%9C%89%E9%99%90%E5%85%AC%E5%8F%B8")).await.json();
        assert_eq!(live["other_unit"], true);
        assert_eq!(live["twins"].as_array().unwrap().len(), 1, "{live}");
        assert_eq!(reporter.get("/projects/twins?name=%E6%96%87%E5%8C%96%E5%9B%AD").await.json()["twins"].as_array().unwrap().len(), 0);

        // What was there all along is not asked about at every save.
        let version = version(&mut reporter, first).await;
        let remark = filled(&[("remarks", "补充"), ("version", &version)]);
        assert_eq!(reporter.post(&format!("/projects/{first}/edit"), &remark).await.status, StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn a_draft_is_its_owners_and_comes_back(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let draft = format!("/projects/drafts/{KEY}");
        let kept = reporter.post(&draft, &filled(&[("investment", "1.2亿"), ("investors.1.name", "第二家"), ("draft", KEY)])).await;
        assert_eq!((kept.status, kept.json()["saved_at"].as_str()), (StatusCode::OK, Some("09:00")));
        let offer = reporter.get("/projects/new").await.text();
        assert!(offer.contains("继续编辑上次未保存的内容") && offer.contains("瓯江口临港仓储物流项目"), "{offer}");
        let page = reporter.get(&format!("/projects/new?draft={KEY}")).await.text();
        assert_eq!(value(&page, "investment"), "1.2亿");
        assert_eq!(value(&page, "investors.1.name"), "第二家");
        assert_eq!(value(&page, "draft"), KEY);
        assert!(page.contains("value=\"1\" checked"), "ticks come back too");

        let mut stranger = stranger(&test).await;
        assert_eq!(stranger.get(&format!("/projects/new?draft={KEY}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.post(&draft, &filled(&[])).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.post(&format!("{draft}/discard"), &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!stranger.get("/projects/new").await.text().contains("继续编辑"));
        assert_eq!(reporter.post("/projects/drafts/short", &filled(&[])).await.status, StatusCode::NOT_FOUND);

        added(&mut reporter, &[("draft", KEY)]).await;
        assert!(!reporter.get("/projects/new").await.text().contains("继续编辑"), "saving removes the draft");
        reporter.post(&draft, &filled(&[])).await;
        let gone = reporter.post(&format!("{draft}/discard"), &[]).await;
        assert_eq!(gone.location(), "/projects/new?done=draft-gone");
        assert!(!reporter.get("/projects/new").await.text().contains("继续编辑"));
    }
}

on_both! {
    async fn drafts_of_a_change_belong_to_their_project_and_old_ones_go(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let id = added(&mut reporter, &[]).await;
        let (project, version) = (id.to_string(), version(&mut reporter, id).await);
        let draft = format!("/projects/drafts/{KEY}");
        let typed = filled(&[("remarks", "打了一半"), ("project", &project), ("version", &version)]);
        assert_eq!(reporter.post(&draft, &typed).await.status, StatusCode::OK);
        assert!(!reporter.get("/projects/new").await.text().contains("继续编辑"));
        let edit = format!("/projects/{id}/edit");
        assert!(reporter.get(&edit).await.text().contains("继续编辑"));
        assert_eq!(reporter.get(&format!("/projects/new?draft={KEY}")).await.status, StatusCode::NOT_FOUND);
        let resumed = reporter.get(&format!("{edit}?draft={KEY}")).await.text();
        assert!(resumed.contains("打了一半") && value(&resumed, "version") == version);
        let mut stranger = stranger(&test).await;
        let foreign = format!("/projects/drafts/{}", KEY.replace('0', "9"));
        assert_eq!(stranger.post(&foreign, &typed).await.status, StatusCode::NOT_FOUND, "not one's project");

        let clean = async |day: &str| {
            test.clock.set(day);
            test.app.plan_jobs().await.unwrap();
            let folder = tempfile::tempdir().unwrap();
            while test.app.work_one_job(folder.path()).await.unwrap() {}
        };
        clean("2017-12-20T01:00:00Z").await;
        let mut reporter = test.by(Role::Reporter).await;
        assert!(reporter.get(&edit).await.text().contains("继续编辑"), "26 days");
        clean("2017-12-26T01:00:00Z").await;
        let mut reporter = test.by(Role::Reporter).await;
        assert!(!reporter.get(&edit).await.text().contains("继续编辑"), "32 days");
    }
}

on_both! {
    async fn the_history_tells_who_changed_what_and_days_are_compared(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let id = added(&mut reporter, &[("effective_on", "2017-06-01")]).await;
        let first = version(&mut reporter, id).await;
        let changed = filled(&[("basic_info", "建设仓库三座"), ("investment", "15000"), ("effective_on", "2017-11-20"), ("reason", "规划调整"), ("version", &first)]);
        assert_eq!(reporter.post(&format!("/projects/{id}/edit"), &changed).await.status, StatusCode::SEE_OTHER);
        let history = reporter.get(&format!("/projects/{id}/history")).await.text();
        for words in ["规划调整", "建设仓库<del>两</del>座", "建设仓库<ins>三</ins>座", "<del>12000</del>", "<ins>15000</ins>", "2017-11-20"] {
            assert!(history.contains(words), "{words}: {history}");
        }
        let compared = reporter.get(&format!("/projects/{id}/history?from=2017-06-30&to=2017-11-24")).await.text();
        assert!(compared.contains("2017-06-30 与 2017-11-24 对比") && compared.matches("<ins>15000</ins>").count() == 2);
        let before = reporter.get(&format!("/projects/{id}/history?from=2017-01-01&to=2017-02-01")).await.text();
        assert!(before.contains("这两天都还没有这个项目"));
        assert_eq!(reporter.get(&format!("/projects/{id}/history?from=2017-02-30&to=2017-06-01")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let then = reporter.get(&format!("/projects/{id}?as_of=2017-06-30")).await.text();
        assert!(then.contains("您看到的不是现在的内容") && then.contains("12000") && !then.contains("15000"));
        assert!(!then.contains("/edit\""), "the past cannot be changed");
        assert_eq!(reporter.get(&format!("/projects/{id}?as_of=2017-01-01")).await.status, StatusCode::NOT_FOUND);
        let library = reporter.get("/projects/compare?from=2017-05-31&to=2017-06-30").await.text();
        assert!(library.contains("瓯江口临港仓储物流项目") && library.contains("新增"));
        let library = reporter.get("/projects/compare?from=2017-06-30&to=2017-11-24").await.text();
        assert!(library.contains("<ins>15000</ins>"));

        let late = filled(&[("remarks", "第二人"), ("version", &first)]);
        let conflict = reporter.post(&format!("/projects/{id}/edit"), &late).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        let page = conflict.text();
        assert!(page.contains("刚刚被他人修改过") && page.contains("第二人"), "{page}");
        let newest = value(&page, "version");
        let again = filled(&[("remarks", "第二人"), ("version", &newest), ("reason", "核对过")]);
        assert_eq!(reporter.post(&format!("/projects/{id}/edit"), &again).await.status, StatusCode::SEE_OTHER);
    }
}

on_both! {
    async fn the_authority_sees_what_it_accepted_and_telephones_stay_masked(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let id = added(&mut reporter, &[]).await;
        let page = format!("/projects/{id}");
        let (mut officer, mut leader, mut stranger) = (test.by(Role::Officer).await, test.by(Role::Leader).await, stranger(&test).await);
        assert_eq!(officer.get(&page).await.status, StatusCode::NOT_FOUND, "nothing was handed in yet");
        accepted(&test, id).await;
        let newest = version(&mut reporter, id).await;
        let changed = filled(&[("investment", "15000"), ("version", &newest)]);
        assert_eq!(reporter.post(&format!("{page}/edit"), &changed).await.status, StatusCode::SEE_OTHER);
        let own = reporter.get(&page).await.text();
        assert!(own.contains("待报调整") && own.contains("<ins>15000</ins>") && own.contains("138****1234"), "{own}");
        let seen = officer.get(&page).await.text();
        assert!(seen.contains("12000") && !seen.contains("15000") && seen.contains("受理的内容"), "{seen}");
        assert!(seen.contains("138****1234") && seen.contains("查看全文") && !seen.contains(&format!("{page}/edit")));

        let shown = officer.post(&format!("{page}/contact"), &[]).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.text().contains("13800001234"));
        assert_eq!(shown.header("cache-control"), "no-store");
        let audit = test.by(Role::AuditAdmin).await.get("/audit?kind=access").await.text();
        assert!(audit.contains("查看联系电话全文"));
        let looked = leader.get(&page).await.text();
        assert!(looked.contains("138****1234") && !looked.contains("查看全文"));
        assert_eq!(leader.post(&format!("{page}/contact"), &[]).await.status, StatusCode::NOT_FOUND);
        for address in [page.clone(), format!("{page}/history"), format!("{page}/edit"), format!("/projects/new?copy={id}")] {
            assert_eq!(stranger.get(&address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
        assert_eq!(stranger.post(&format!("{page}/contact"), &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.post(&format!("{page}/step"), &[("step", "put_forward"), ("version", "1")]).await.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn a_project_goes_into_the_authoritys_library_and_out_again(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let mut officer = test.by(Role::Officer).await;
        let id = added(&mut reporter, &[]).await;
        accepted(&test, id).await;
        let (page, step) = (format!("/projects/{id}"), format!("/projects/{id}/step"));
        let now = async |client: &mut Client| {
            let text = client.get(&page).await.text();
            let form = text.split(&format!("action=\"{step}\"")).nth(1).unwrap_or_default().to_owned();
            value(&form, "version")
        };
        let version = now(&mut reporter).await;
        let put = reporter.post(&step, &[("step", "put_forward"), ("version", &version)]).await;
        assert_eq!(put.location(), format!("{page}?done=project-put_forward"));
        assert_eq!(reporter.post(&step, &[("step", "admit"), ("version", &version)]).await.status, StatusCode::NOT_FOUND);
        let version = now(&mut officer).await;
        let why = officer.post(&step, &[("step", "send_back"), ("version", &version)]).await;
        assert_eq!(why.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(why.text().contains("请写明理由"));
        assert_eq!(officer.post(&step, &[("step", "admit"), ("version", &version)]).await.status, StatusCode::SEE_OTHER);
        let late = officer.post(&step, &[("step", "admit"), ("version", &version)]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "two officers at once: one effect");
        let version = now(&mut officer).await;
        assert_eq!(officer.post(&step, &[("step", "remove"), ("version", &version), ("reason", "重复入库")]).await.status, StatusCode::SEE_OTHER);
        let seen = reporter.get(&page).await.text();
        assert!(seen.contains("已移出") && seen.contains("重复入库") && seen.contains("选送"), "{seen}");
        assert_eq!(reporter.post(&step, &[("step", "sell"), ("version", "1")]).await.status, StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn files_are_kept_with_the_project_and_earlier_states_keep_theirs(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let id = added(&mut reporter, &[]).await;
        let up = reporter.upload(&format!("/projects/{id}/files"), "可研报告.pdf", PDF).await;
        assert_eq!(up.location(), format!("/projects/{id}?done=project-file"));
        let page = reporter.get(&format!("/projects/{id}")).await.text();
        let file = page.split(&format!("/projects/{id}/files/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
        let answer = reporter.get(&format!("/projects/{id}/files/{file}")).await;
        assert_eq!(answer.bytes, PDF);
        assert!(answer.header("content-disposition").contains("filename*=UTF-8''%E5%8F%AF%E7%A0%94"));
        let wrong = reporter.upload(&format!("/projects/{id}/files"), "程序.pdf", b"MZ\x90\x00").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("id=\"file-error\""));
        assert_eq!(stranger(&test).await.get(&format!("/projects/{id}/files/{file}")).await.status, StatusCode::NOT_FOUND);
        // Changing the form keeps the file.
        let version = version(&mut reporter, id).await;
        reporter.post(&format!("/projects/{id}/edit"), &filled(&[("remarks", "x"), ("version", &version)])).await;
        let page = reporter.get(&format!("/projects/{id}")).await.text();
        assert!(page.contains("可研报告.pdf"));
        let newest = value(page.split("/remove\"").nth(1).unwrap(), "version");
        let gone = reporter.post(&format!("/projects/{id}/files/{file}/remove"), &[("version", &newest)]).await;
        assert_eq!(gone.location(), format!("/projects/{id}?done=project-file-removed"));
        assert!(reporter.get(&format!("/projects/{id}/history")).await.text().contains("可研报告.pdf"));
    }
}

on_both! {
    async fn a_copy_takes_over_what_a_new_project_may(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let id = added(&mut reporter, &[]).await;
        let page = reporter.get(&format!("/projects/new?copy={id}")).await.text();
        assert_eq!(value(&page, "name"), "瓯江口临港仓储物流项目");
        assert_eq!(value(&page, "copied_from"), id.to_string());
        assert_eq!(value(&page, "signings.0.on"), "", "not its signings");
        assert_eq!(value(&page, "milestones.planned"), "");
        assert!(page.contains("WZ2017-01-0001"));
        let copy = added(&mut reporter, &[("name", "另一座仓储"), ("investors.0.name", "别家"), ("copied_from", &id.to_string())]).await;
        assert_ne!(copy, id);
        assert!(reporter.get("/projects/new?copy=99999").await.status == StatusCode::NOT_FOUND);
    }
}

on_both! {
    async fn the_officer_sets_the_rules_and_others_read_them(test: TestApp) {
        let mut officer = test.by(Role::Officer).await;
        let page = officer.get("/projects/rules").await.text();
        let version = value(&page, "version");
        let rules = [("version", version.as_str()), ("code_rule", "WZ-{序号}"), ("industries", "现代物流\r\n新材料\n\n"), ("reportable", "name"), ("reportable", "investment")];
        let wrong = [rules[0], ("code_rule", "WZ"), ("industries", "甲\n甲")];
        let refused = officer.post("/projects/rules", &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = refused.text();
        assert!(text.contains("id=\"code_rule-error\"") && text.contains("id=\"industries-error\"") && text.contains("#reportable"), "{text}");
        assert_eq!(officer.post("/projects/rules", &rules).await.location(), "/projects/rules?done=library-rules");
        assert_eq!(officer.post("/projects/rules", &rules).await.status, StatusCode::CONFLICT);
        let mut reporter = test.by(Role::Reporter).await;
        let seen = reporter.get("/projects/rules").await.text();
        assert!(seen.contains("新材料") && !seen.contains("<textarea"));
        assert_eq!(reporter.post("/projects/rules", &rules).await.status, StatusCode::NOT_FOUND);
        let id = added(&mut reporter, &[("industry", "新材料")]).await;
        assert!(reporter.get(&format!("/projects/{id}")).await.text().contains("WZ-0001"));
    }
}

on_both! {
    async fn named_lists_have_targets_and_steps(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let (mut officer, mut stranger) = (test.by(Role::Officer).await, stranger(&test).await);
        let mine = added(&mut reporter, &[]).await;
        let theirs = added(&mut stranger, &[("name", "文化创意园"), ("investors.0.name", "别家"), ("district", "")]).await;
        accepted(&test, mine).await;
        accepted(&test, theirs).await;
        assert_eq!(officer.post("/projects/lists/new", &[("name", ""), ("year", "17")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let made = officer.post("/projects/lists/new", &[("name", "省“5213”行动计划"), ("document_number", "浙政办发〔2017〕1号"), ("year", "2017")]).await;
        let list = made.location().split('?').next().unwrap().to_owned();
        assert_eq!(reporter.get(&list).await.status, StatusCode::NOT_FOUND, "none of its projects is in");

        let unknown = officer.post(&format!("{list}/add"), &[("codes", "WZ2017-01-0001\nXX-1")]).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unknown.text().contains("XX-1") && unknown.text().contains("还没有项目"), "nothing was added");
        assert_eq!(officer.post(&format!("{list}/add"), &[("codes", "WZ2017-01-0001，WZ2017-01-0001")]).await.status, StatusCode::SEE_OTHER);
        let (id, other) = (mine.to_string(), theirs.to_string());
        assert_eq!(officer.post(&format!("{list}/add"), &[("project", &id), ("project", &other)]).await.status, StatusCode::SEE_OTHER);
        let twice = officer.post(&format!("{list}/add"), &[("project", &id)]).await;
        assert!(twice.status == StatusCode::UNPROCESSABLE_ENTITY && twice.text().contains("已经在清单里"));
        let page = officer.get(&list).await.text();
        assert!(page.contains("文化创意园") && page.matches("id=\"project-").count() == 2, "{page}");

        let goal = format!("{list}/projects/{id}");
        let version = value(&officer.get(&goal).await.text(), "version");
        let wrong = [("version", version.as_str()), ("steps.0.words", "签约"), ("steps.0.due", "年底"), ("steps.1.due", "2017-12")];
        let refused = officer.post(&goal, &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("steps.0.due-error") && value(&refused.text(), "steps.0.due") == "年底");
        let right = [("version", version.as_str()), ("target", "年内开工"), ("steps.0.words", "签约"), ("steps.0.due", "2017-10"), ("steps.3.words", "备案")];
        assert_eq!(officer.post(&goal, &right).await.status, StatusCode::SEE_OTHER);
        assert_eq!(officer.post(&goal, &right).await.status, StatusCode::CONFLICT);

        let seen = reporter.get(&list).await.text();
        assert!(seen.contains("年内开工") && seen.contains("0/2") && seen.contains("已逾期") && !seen.contains("文化创意园"), "{seen}");
        assert!(!seen.contains("加入项目") && !seen.contains("取出"));
        let tick = format!("{goal}/tick");
        let version = value(seen.split(&tick).nth(1).unwrap(), "version");
        let done = [("version", version.as_str()), ("step", "0"), ("done_on", "2017-11-01"), ("do", "done")];
        assert_eq!(stranger.post(&tick, &done).await.status, StatusCode::NOT_FOUND, "another's project");
        let early = [done[0], done[1], ("done_on", "2017-12-01"), ("do", "done")];
        assert_eq!(reporter.post(&tick, &early).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(reporter.post(&tick, &done).await.status, StatusCode::SEE_OTHER);
        assert_eq!(reporter.post(&tick, &done).await.status, StatusCode::CONFLICT);
        assert_eq!(test.by(Role::Leader).await.post(&tick, &done).await.status, StatusCode::NOT_FOUND);
        assert!(officer.get(&list).await.text().contains("1/2"));
        assert!(reporter.get(&format!("/projects/{mine}")).await.text().contains("省“5213”行动计划"));
        assert!(reporter.get("/projects/lists").await.text().contains("1/2"));

        let page = officer.get(&list).await.text();
        let remove = format!("{goal}/remove");
        let version = value(page.split(&remove).nth(1).unwrap(), "version");
        assert_eq!(reporter.post(&remove, &[("version", &version)]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(officer.post(&remove, &[("version", &version)]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(officer.post(&remove, &[("version", &version)]).await.status, StatusCode::NOT_FOUND, "it is out");
        assert!(!reporter.get(&format!("/projects/{mine}")).await.text().contains("5213"));
        officer.post(&format!("{list}/add"), &[("project", &id)]).await;
        assert!(officer.get(&list).await.text().contains("年内开工"), "what was said of it comes back");
    }
}

on_both! {
    async fn odd_addresses_and_forms_are_refused_in_words(test: TestApp) {
        let mut reporter = test.by(Role::Reporter).await;
        let mut officer = test.by(Role::Officer).await;
        let id = added(&mut reporter, &[]).await;
        for path in [
            "/projects/new?draft=%00".to_owned(),
            "/projects/new?draft=0123456789abcde%00".to_owned(),
            "/projects/new?copy=x".to_owned(),
            "/projects/99999999999999999999".to_owned(),
            format!("/projects/{id}?known_at=+99999-01-01T00:00:00Z"),
            format!("/projects/{id}/history?from=2017-01-01"),
            format!("/projects/{id}/files/99"),
            "/projects/compare?from=2017-01-01&to=9999-12-31".to_owned(),
            "/projects/compare?from=2017-01-01&to=2017-02-01&unit=99".to_owned(),
            "/projects/twins?except=x&name=%00".to_owned(),
            "/projects/lists/99".to_owned(),
        ] {
            let status = reporter.get(&path).await.status;
            assert!(status.is_client_error(), "{path}: {status}");
        }
        for path in ["/projects/twins?name=a%00b%07&district=%00&investment=%00", "/projects/amount?text=%00&currency=%00"] {
            assert_eq!(reporter.get(path).await.status, StatusCode::OK, "{path}");
        }
        let long = "长".repeat(4000);
        let odd = filled(&[("name", "a\u{7}b"), ("basic_info", &long), ("investment", "99999999999999999999999"), ("signings.4294967295.on", "2017-05"), ("investors.0.origin", "moon"), ("contact_phone", "\u{202e}1380000\0"), ("effective_on", "0000-00-00")]);
        let refused = reporter.post("/projects/new", &odd).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
        let rows: Vec<(String, String)> = (0..60).map(|row| (format!("investors.{row}.name"), format!("第{row}家"))).collect();
        let mut many = filled(&[("name", "文化创意园"), ("district", "")]);
        many.retain(|(name, _)| !name.starts_with("investors."));
        many.extend(rows.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let refused = reporter.post("/projects/new", &many).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text().contains("投资方最多50项"));
        let list = officer.post("/projects/lists/new", &[("name", "清单"), ("year", "99999999999")]).await;
        assert_eq!(list.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(list.text().contains("id=\"year-error\""));
    }
}
