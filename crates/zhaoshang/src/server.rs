//! Listening, answering, and ending well: requests in flight are finished, then the database is closed.

use std::{io::ErrorKind, net::SocketAddr, time::Duration};

use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    time::timeout,
};

use crate::{
    config::Config,
    failure::{Failure, Result},
    wiring::House,
    worker,
};

/// Requests still in flight so long after the signal are cut off.
const PATIENCE: Duration = Duration::from_secs(30);
/// The worker and the database get so long to end after that.
const CLOSING: Duration = Duration::from_secs(5);

/// Takes the port.
///
/// # Errors
/// It is taken, forbidden or not of this machine; the sentence says what to do.
pub async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let why = match error.kind() {
            ErrorKind::AddrInUse => format!(
                "端口 {} 已被别的程序占用（也许已经启动过一次）。请先停掉那个程序，或用 --listen 换一个端口，如 --listen {}:{}",
                address.port(),
                address.ip(),
                address.port().checked_add(1).unwrap_or(8080)
            ),
            ErrorKind::PermissionDenied => {
                format!("没有权限监听端口 {}。请用 --listen 换一个 1024 以上的端口", address.port())
            }
            ErrorKind::AddrNotAvailable => {
                format!("本机没有地址 {}。请用 --listen 改为 127.0.0.1:{} 或 0.0.0.0:{}", address.ip(), address.port(), address.port())
            }
            _ => format!("不能监听 {address}：{error}。请用 --listen 换一个地址或端口"),
        };
        Failure::new(why)
    })
}

/// Answers requests and works on jobs until SIGTERM or SIGINT.
///
/// # Errors
/// The database does not close well.
pub async fn run(listener: TcpListener, house: House, config: &Config) -> Result<()> {
    let (stop, stopping) = watch::channel(false);
    let work = tokio::spawn(worker::run(
        house.app.clone(),
        config.data_folder(),
        config.worker.clone(),
        stopping.clone(),
    ));
    let service = web::router(house.app.clone(), config.web_options())
        .into_make_service_with_connect_info::<SocketAddr>();
    let mut told = stopping;
    let serving = axum::serve(listener, service)
        .with_graceful_shutdown(async move { worker::stopped(&mut told).await });
    let ending = async {
        asked_to_stop().await;
        tracing::info!("stopping: requests in flight are finished first");
        let _ = stop.send(true);
        // Asked a second time, or after too long, we do not wait.
        let _ = timeout(PATIENCE, asked_to_stop()).await;
    };
    tokio::select! {
        _ = serving => {}
        () = ending => tracing::warn!("requests still in flight were cut off"),
    }
    if timeout(CLOSING, work).await.is_err() {
        tracing::warn!("a job took too long; another start will take it up again");
    }
    match timeout(CLOSING, house.close()).await {
        Ok(closed) => closed,
        Err(_) => Err(Failure::new(
            "数据库没有及时关闭。数据不会丢失，下次启动时自动恢复",
        )),
    }
}

/// Waits for SIGTERM or SIGINT.
async fn asked_to_stop() {
    let wait = async |kind| match signal(kind) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        Err(error) => {
            tracing::error!(%error, "this signal cannot be waited for");
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::interrupt()) => {}
    }
}
