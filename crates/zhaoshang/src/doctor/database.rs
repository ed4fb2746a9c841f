//! The database: can it be reached, is it new enough, up to date, set up; does the key belong to it; is work left undone.

use app::{App, Clock};
use domain::Instant;
use store::Store;

use super::{Finding, State, machine, program};
use crate::{config::Config, failure::Result, key_file, system::SystemClock, wiring};

/// The oldest PostgreSQL this is tested with.
const POSTGRES_AT_LEAST: u32 = 15;

/// Looks at the database and at what needs it.
pub async fn examine(config: &Config) -> Vec<Finding> {
    let url = config.database_url();
    let store = match wiring::open_store(&url).await {
        Ok(store) => store,
        Err(failure) => {
            let state = State::failed(&failure, "检查数据库地址，确认数据库已启动");
            return vec![
                Finding {
                    what: "数据库",
                    state,
                },
                Finding {
                    what: "系统时间",
                    state: machine::clock(SystemClock.now(), None),
                },
            ];
        }
    };
    let mut findings = vec![Finding {
        what: "数据库",
        state: told(version(&store, &url.to_string()).await),
    }];
    let up_to_date = match wiring::up_to_date(&store).await {
        Ok(()) => State::Good("是最新的".to_owned()),
        Err(failure) => State::failed(&failure, "运行 zhaoshang migrate"),
    };
    let usable = matches!(up_to_date, State::Good(_));
    findings.push(Finding {
        what: "数据库版本",
        state: up_to_date,
    });
    let mut newest = None;
    if usable {
        newest = newest_event(&store).await.ok().flatten();
        findings.push(Finding {
            what: "账号",
            state: told(people(&store).await),
        });
        findings.push(Finding {
            what: "后台任务",
            state: told(jobs(&store).await),
        });
        findings.push(Finding {
            what: "项目库汇总",
            state: told(totals(&store).await),
        });
        if let Ok(key) = key_file::read(&config.key_file()) {
            findings.push(Finding {
                what: "密钥与数据库",
                state: told(key_fits(&store, &key).await),
            });
            let app: Result<App> = wiring::app_over(config, store.clone(), key);
            if let Ok(app) = app {
                findings.push(Finding {
                    what: "页面文件",
                    state: program::front_end(app, config).await,
                });
            }
        }
    }
    findings.push(Finding {
        what: "系统时间",
        state: machine::clock(SystemClock.now(), newest),
    });
    let _ = store.close().await;
    findings
}

/// What a check found, or that the database did not answer it.
fn told(found: Result<State>) -> State {
    found.unwrap_or_else(|failure| State::failed(&failure, "检查数据库的日志、磁盘空间和连接数"))
}

async fn version(store: &Store, url: &str) -> Result<State> {
    store.ping().await?;
    let (engine, version) = store.version().await?;
    let major: u32 = version
        .split(['.', ' '])
        .next()
        .and_then(|major| major.parse().ok())
        .unwrap_or(0);
    // SQLite that is too old was refused when opening.
    Ok(if engine == "PostgreSQL" && major < POSTGRES_AT_LEAST {
        State::bad(
            format!("{engine} {version} 太旧"),
            format!("升级到 PostgreSQL {POSTGRES_AT_LEAST} 或更新"),
        )
    } else {
        State::Good(format!("{url}，{engine} {version}"))
    })
}

async fn people(store: &Store) -> Result<State> {
    let people = store::people::everybody(&store.read()).await?;
    let active = people
        .iter()
        .filter(|person| person.active && person.has_password)
        .count();
    Ok(match (people.len(), active) {
        (0, _) => State::bad("还没有账号", "运行 zhaoshang init"),
        (all, 0) => State::Note(format!(
            "{all} 个账号都还没有设置口令，请用激活码在网页 /activate 设置"
        )),
        (all, active) => State::Good(format!("{all} 个账号，{active} 个可以登录")),
    })
}

async fn jobs(store: &Store) -> Result<State> {
    Ok(match store::jobs::given_up(&store.read()).await? {
        0 => State::Good("没有做不成的任务".to_owned()),
        count => State::bad(
            format!("有 {count} 个任务多次失败，已放弃"),
            "在日志里找 job given up，排除原因（多为数据目录写不进去）",
        ),
    })
}

/// The totals that lists and the summary show, against the projects themselves.
async fn totals(store: &Store) -> Result<State> {
    Ok(
        match store::projects::totals::differing(&store.read()).await? {
            0 => State::Good("与逐个清点的一致".to_owned()),
            wrong => State::bad(
                format!("有 {wrong} 处与逐个清点的不一致"),
                "停下服务，运行 zhaoshang migrate --recount 重新清点，并把情况告诉开发者",
            ),
        },
    )
}

async fn key_fits(store: &Store, key: &app::secrets::AuditKey) -> Result<State> {
    Ok(if wiring::key_fits(store, key).await? {
        State::Good("相配".to_owned())
    } else {
        State::bad(
            "这个审计密钥不是这个数据库的",
            "从备份恢复与数据库相配的密钥文件",
        )
    })
}

async fn newest_event(store: &Store) -> Result<Option<Instant>> {
    let reader = store.read();
    let mut newest = None;
    for chain in store::audit::chains(&reader).await? {
        let events = store::audit::events_before(&reader, &chain, i64::MAX, 1).await?;
        newest = newest.max(events.first().map(|event| event.event.at));
    }
    Ok(newest)
}
