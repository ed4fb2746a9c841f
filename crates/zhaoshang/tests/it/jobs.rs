//! Work without a person: once a day each, however many replicas plan and work.

use chrono::TimeDelta;
use testkit::{TestApp, on_both};

on_both! {
    async fn planned_often_done_once(test: TestApp) {
        let folder = tempfile::tempdir().unwrap();
        let replica = test.replica().await;
        for app in [&test.app, &replica, &test.app] {
            app.plan_jobs().await.unwrap();
        }
        let mut done = 0;
        loop {
            let (a, b) = tokio::join!(test.app.work_one_job(folder.path()), replica.work_one_job(folder.path()));
            let worked = usize::from(a.unwrap()) + usize::from(b.unwrap());
            if worked == 0 { break }
            done += worked;
        }
        assert_eq!(done, 3);
        let export = std::fs::read_to_string(folder.path().join("audit-heads/2017-11-24.json")).unwrap();
        let export = app::audit::parse_export(&export).unwrap();
        assert!(export.heads.iter().any(|head| head.chain.starts_with("change:") && head.seq > 0));
        test.clock.advance(TimeDelta::days(1));
        test.app.plan_jobs().await.unwrap();
        assert!(test.app.work_one_job(folder.path()).await.unwrap(), "tomorrow again");
    }
}

on_both! {
    async fn a_job_that_fails_is_tried_again_later_and_not_lost(test: TestApp) {
        test.app.plan_jobs().await.unwrap();
        let nowhere = std::path::Path::new("/proc/no-such-folder");
        while test.app.work_one_job(nowhere).await.unwrap() {}
        assert_eq!(store::jobs::given_up(&test.store.read()).await.unwrap(), 0);
        test.clock.advance(TimeDelta::minutes(2));
        let folder = tempfile::tempdir().unwrap();
        assert!(test.app.work_one_job(folder.path()).await.unwrap());
        assert!(folder.path().join("audit-heads/2017-11-24.json").exists());
        assert!(!test.app.work_one_job(folder.path()).await.unwrap());
    }
}

on_both! {
    async fn drafts_nobody_confirmed_go_after_a_day(test: TestApp) {
        let mut officer = test.by(domain::permission::Role::Officer).await;
        let file = "2017年1-10月招商引资情况一览表（单位：万元）\n单位,任务数,1-10月累计完成数,完成率\n温州银行股份有限公司,10000,1,0.01%\n";
        let draft = officer.upload("/statements/import", "a.csv", file.as_bytes()).await.location().to_owned();
        assert!(draft.starts_with("/statements/drafts/"));
        test.clock.advance(TimeDelta::hours(25));
        test.app.plan_jobs().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        while test.app.work_one_job(folder.path()).await.unwrap() {}
        let key = draft.trim_start_matches("/statements/drafts/");
        assert!(store::imports::by_key(&test.store.read(), key).await.unwrap().is_none());
    }
}
