//! A unit of work: one transaction, and the audit events that go with it.

use domain::{
    Instant, UnitId,
    audit::{Chain, ChainKind, Event, Sealed, sealed_bytes},
    person::Caller,
    unit::UnitTree,
};
use serde_json::Value;
use store::Tx;

use crate::{App, Result, secrets::AuditKey};

/// What happened, for the audit.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub action: &'static str,
    pub object: String,
    pub detail: Value,
}

impl Fact {
    pub(crate) fn new(action: &'static str, object: impl Into<String>, detail: Value) -> Self {
        Self {
            action,
            object: object.into(),
            detail,
        }
    }

    pub(crate) fn by(self, caller: Option<&Caller>, address: &str, at: Instant) -> Event {
        Event {
            at,
            actor: caller.map(|caller| caller.person.id),
            actor_name: caller.map_or(String::new(), Caller::in_words),
            action: self.action.to_owned(),
            object: self.object,
            detail: self.detail.to_string(),
            address: caller.map_or_else(|| address.to_owned(), |caller| caller.address.clone()),
        }
    }
}

/// An open transaction that ends with its audit event.
pub(crate) struct Work {
    pub tx: Tx,
    pub now: Instant,
}

impl App {
    /// Begins a unit of work.
    pub(crate) async fn work(&self) -> Result<Work> {
        // The transaction first, then the time: who waited for the writer's place records when it got it.
        let tx = self.store().begin().await?;
        Ok(Work {
            tx,
            now: self.now(),
        })
    }

    /// Appends `event` to the chain as the last thing of the transaction, then commits.
    pub(crate) async fn finish(&self, work: Work, chain: Chain, event: Event) -> Result<()> {
        append(&work.tx, &self.0.audit_key, chain, event).await?;
        Ok(work.tx.commit().await?)
    }

    /// Ends a unit of work with the caller's fact in the caller's chain of changes.
    pub(crate) async fn finish_change(
        &self,
        work: Work,
        caller: &Caller,
        fact: Fact,
    ) -> Result<()> {
        self.finish_in(work, ChainKind::Change, caller, fact).await
    }

    /// Ends a unit of work with the caller's fact in one of the caller's chains.
    pub(crate) async fn finish_in(
        &self,
        work: Work,
        kind: ChainKind,
        caller: &Caller,
        fact: Fact,
    ) -> Result<()> {
        let chain = work.chain(kind, caller.person.unit).await?;
        let event = fact.by(Some(caller), "", work.now);
        self.finish(work, chain, event).await
    }

    /// Ends a unit of work that did several things: a fact for each, in their order.
    pub(crate) async fn finish_changes(
        &self,
        work: Work,
        caller: &Caller,
        facts: Vec<Fact>,
    ) -> Result<()> {
        let chain = work.chain(ChainKind::Change, caller.person.unit).await?;
        for fact in facts {
            let event = fact.by(Some(caller), "", work.now);
            append(&work.tx, &self.0.audit_key, chain, event).await?;
        }
        Ok(work.tx.commit().await?)
    }

    /// Notes something that changes nothing (a refusal, a download), in a short transaction of its own.
    pub(crate) async fn note_access(&self, caller: &Caller, fact: Fact) -> Result<()> {
        let work = self.work().await?;
        self.finish_in(work, ChainKind::Access, caller, fact).await
    }
}

impl Work {
    /// The chain of the authority a unit belongs to. Read within the transaction: a second connection for it could
    /// be one too many when all are writing.
    pub(crate) async fn chain(&self, kind: ChainKind, unit: UnitId) -> Result<Chain> {
        Ok(chain_in(&store::units::tree(&self.tx).await?, kind, unit))
    }
}

/// The chain of the authority a unit belongs to; of the root where it belongs to none.
fn chain_in(tree: &UnitTree, kind: ChainKind, unit: UnitId) -> Chain {
    let authority = tree
        .authority_of(unit)
        .or_else(|| tree.all().iter().find(|unit| unit.parent.is_none()));
    Chain {
        kind,
        authority: authority.map_or(UnitId(0), |unit| unit.id),
    }
}

async fn append(tx: &Tx, key: &AuditKey, chain: Chain, event: Event) -> Result<()> {
    let name = chain.name();
    let head = store::audit::lock_head(tx, &name).await?;
    let seq = head.seq + 1;
    let seal = key.seal(&sealed_bytes(&name, seq, &head.seal, &event));
    Ok(store::audit::append(tx, &name, &Sealed { seq, event, seal }).await?)
}
