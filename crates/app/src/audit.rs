//! Reading and verifying the audit.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    audit::{Chain, ChainKind, Head, Sealed, sealed_bytes},
    permission::Action,
    person::Caller,
};
use serde::{Deserialize, Serialize};

use crate::{App, Error, Result};

/// Events fetched at a time while verifying.
const BATCH: u32 = 1000;
/// Events a page shows.
pub const PAGE: u32 = 50;

/// What verifying one chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// The chain.
    pub chain: String,
    /// Events found sound from the beginning.
    pub sound: i64,
    /// The first broken event, and why; none when all is sound.
    pub broken: Option<Broken>,
}

/// Where a chain breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// Place of the first broken event.
    pub seq: i64,
    /// Why, for the audit administrator.
    pub why: String,
}

/// The heads of all chains on one day, as exported outside the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadExport {
    /// The day, in Shanghai.
    pub day: NaiveDate,
    /// The heads.
    pub heads: Vec<Head>,
}

/// One page of a chain.
pub struct Page {
    /// The chain's name.
    pub chain: String,
    /// Newest first.
    pub events: Vec<Sealed>,
    /// Ask for events before this place to go on.
    pub next: Option<i64>,
}

impl App {
    /// Events of the caller's own authority, newest first, before place `before`.
    ///
    /// # Errors
    /// [`Error::NotFound`] for all but the audit administrator.
    pub async fn audit_page(
        &self,
        caller: &Caller,
        kind: ChainKind,
        before: Option<i64>,
    ) -> Result<Page> {
        let reach = self.reach(caller, Action::ViewAudit).await?;
        let chain = Chain {
            kind,
            authority: reach.authority()?.id,
        }
        .name();
        let events = store::audit::events_before(
            &self.store().read(),
            &chain,
            before.unwrap_or(i64::MAX),
            PAGE,
        )
        .await?;
        let next = events.last().map(|event| event.seq).filter(|seq| *seq > 1);
        Ok(Page {
            chain,
            events,
            next,
        })
    }

    /// Verifies the chains of the caller's own authority.
    ///
    /// # Errors
    /// [`Error::NotFound`] for all but the audit administrator.
    pub async fn audit_verify_own(&self, caller: &Caller) -> Result<Vec<Verdict>> {
        let reach = self.reach(caller, Action::ViewAudit).await?;
        let authority = reach.authority()?.id;
        let mut verdicts = Vec::new();
        for kind in [ChainKind::Change, ChainKind::Access] {
            verdicts.push(
                self.verify_chain(&Chain { kind, authority }.name(), &[])
                    .await?,
            );
        }
        Ok(verdicts)
    }

    /// Verifies every chain, against exported heads where given. For the command line.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn audit_verify(&self, exports: &[HeadExport]) -> Result<Vec<Verdict>> {
        let mut names = store::audit::chains(&self.store().read()).await?;
        // A chain that was exported and is now gone altogether is broken too.
        names.extend(
            exports
                .iter()
                .flat_map(|export| &export.heads)
                .filter(|head| head.seq > 0)
                .map(|head| head.chain.clone()),
        );
        names.sort();
        names.dedup();
        let mut verdicts = Vec::new();
        for name in names {
            verdicts.push(self.verify_chain(&name, exports).await?);
        }
        Ok(verdicts)
    }

    /// The heads of all chains, to be kept outside the database.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn audit_heads(&self) -> Result<HeadExport> {
        Ok(HeadExport {
            day: self.today(),
            heads: store::audit::heads(&self.store().read()).await?,
        })
    }

    /// The heads of the caller's own authority's chains, for the audit administrator to keep on paper.
    ///
    /// # Errors
    /// [`Error::NotFound`] for all but the audit administrator.
    pub async fn audit_heads_own(&self, caller: &Caller) -> Result<HeadExport> {
        let reach = self.reach(caller, Action::ViewAudit).await?;
        let authority = reach.authority()?.id;
        let names =
            [ChainKind::Change, ChainKind::Access].map(|kind| Chain { kind, authority }.name());
        let mut export = self.audit_heads().await?;
        export.heads.retain(|head| names.contains(&head.chain));
        Ok(export)
    }

    async fn verify_chain(&self, chain: &str, exports: &[HeadExport]) -> Result<Verdict> {
        let exported: BTreeMap<i64, &str> = exports
            .iter()
            .flat_map(|export| &export.heads)
            .filter(|head| head.chain == chain && head.seq > 0)
            .map(|head| (head.seq, head.seal.as_str()))
            .collect();
        let reader = self.store().read();
        // The head first: events appended while we read lie beyond it and are not judged.
        let head = store::audit::heads(&reader)
            .await?
            .into_iter()
            .find(|head| head.chain == chain);
        let head = head.unwrap_or(Head {
            chain: chain.to_owned(),
            seq: 0,
            seal: String::new(),
        });
        let mut walk = Walk {
            chain,
            seq: 0,
            seal: String::new(),
        };
        while walk.seq < head.seq {
            let events = store::audit::events_after(&reader, chain, walk.seq, BATCH).await?;
            if events.is_empty() {
                return Ok(walk.broken_next("事件缺失"));
            }
            for event in events.iter().filter(|event| event.seq <= head.seq) {
                if let Some(why) = walk.step(self, event, &exported) {
                    return Ok(walk.broken_next(why));
                }
            }
        }
        if walk.seal != head.seal {
            return Ok(walk.broken_next("链尾与最后一个事件不符"));
        }
        let beyond = store::audit::events_after(&reader, chain, head.seq, 1).await?;
        let now = store::audit::heads(&reader)
            .await?
            .into_iter()
            .find(|now| now.chain == chain)
            .map_or(0, |now| now.seq);
        if beyond.first().is_some_and(|event| event.seq > now) {
            return Ok(walk.broken_next("事件超出链尾"));
        }
        match exported.keys().next_back() {
            Some(last) if *last > walk.seq => {
                Ok(walk.broken_next("链尾被截断：导出的链尾在此之后"))
            }
            _ => Ok(Verdict {
                chain: chain.to_owned(),
                sound: walk.seq,
                broken: None,
            }),
        }
    }
}

struct Walk<'a> {
    chain: &'a str,
    seq: i64,
    seal: String,
}

impl Walk<'_> {
    /// Takes the next event; says why it is broken.
    fn step(
        &mut self,
        app: &App,
        event: &Sealed,
        exported: &BTreeMap<i64, &str>,
    ) -> Option<&'static str> {
        if event.seq != self.seq + 1 {
            return Some("事件缺失");
        }
        let seal = app.0.audit_key.seal(&sealed_bytes(
            self.chain,
            event.seq,
            &self.seal,
            &event.event,
        ));
        if seal != event.seal {
            return Some("内容或封签被改动，或审计密钥不符");
        }
        if exported
            .get(&event.seq)
            .is_some_and(|exported| *exported != seal)
        {
            return Some("与导出的链尾不符");
        }
        self.seq = event.seq;
        self.seal = seal;
        None
    }

    fn broken_next(&self, why: &str) -> Verdict {
        Verdict {
            chain: self.chain.to_owned(),
            sound: self.seq,
            broken: Some(Broken {
                seq: self.seq + 1,
                why: why.to_owned(),
            }),
        }
    }
}

/// Reads exported heads.
///
/// # Errors
/// [`Error::Invalid`] when the text is not an export.
pub fn parse_export(text: &str) -> Result<HeadExport> {
    serde_json::from_str(text).map_err(|_| {
        Error::Invalid(domain::person::Invalid::of(
            "file",
            "不是审计链尾的导出文件",
        ))
    })
}
