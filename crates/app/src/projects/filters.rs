//! Saved filters and chosen columns: how a person looks at the library.

use std::collections::BTreeMap;

use domain::{
    FilterId, ListId, PersonId, UnitId,
    permission::Action,
    person::{Caller, Invalid},
    saved_filter::{FILTERS_MOST, FilterFields, roles_of, sharable},
};
use serde_json::json;
use store::saved_filters::StoredFilter;

use super::{Column, ProjectQuery, list::enterprises};
use crate::{App, Conflict, Error, Result, access::Reach, work::Fact};

/// A saved filter as the caller meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedFilter {
    /// Its number.
    pub id: FilterId,
    /// What is said of it.
    pub fields: FilterFields,
    /// What it asks, in words; why it can no longer be asked where it cannot.
    pub sentence: String,
    /// Whose it is.
    pub owner: String,
    /// The owner's unit: it is shared there and below.
    pub unit: String,
    /// Whether it is the caller's own to change.
    pub own: bool,
    /// Counts changes; a change names the one it was made from.
    pub version: i64,
}

/// What stands around a list.
#[derive(Debug, Clone)]
pub struct Around {
    /// What it asks, in words.
    pub sentence: String,
    /// The filters a person kept and those shared with it, by name.
    pub filters: Vec<SavedFilter>,
    /// The roles the caller may share a filter with.
    pub roles: &'static [domain::permission::Role],
}

impl App {
    /// What stands around the list of a query.
    pub(super) async fn around(
        &self,
        caller: &Caller,
        reach: &Reach,
        query: &ProjectQuery,
    ) -> Result<Around> {
        let met = self.filters_met(caller, reach).await?;
        let mut names = self.names(caller, reach, &met).await?;
        if query.filter.list.is_some() && names.lists.is_empty() {
            names.lists = self.list_names(caller, true).await?;
        }
        Ok(Around {
            sentence: query.sentence(&names.units, &names.lists),
            roles: sharable(reach.unit(caller.person.unit)?.kind),
            filters: met
                .into_iter()
                .map(|one| filter(one, caller.person.id, reach, &names))
                .collect(),
        })
    }

    async fn filters_met(&self, caller: &Caller, reach: &Reach) -> Result<Vec<StoredFilter>> {
        let views = self.views_at(caller, reach).await?;
        let met = views.filters.iter().filter(|one| meets(one, caller));
        Ok(met.cloned().collect())
    }

    /// The filters a person kept and those shared with it, by name.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects.
    pub async fn saved_filters(&self, caller: &Caller) -> Result<Vec<SavedFilter>> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let met = self.filters_met(caller, &reach).await?;
        let names = self.names(caller, &reach, &met).await?;
        Ok(met
            .into_iter()
            .map(|one| filter(one, caller.person.id, &reach, &names))
            .collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is neither the caller's nor shared with it.
    pub async fn saved_filter(&self, caller: &Caller, id: FilterId) -> Result<SavedFilter> {
        let (reach, stored) = self.filter_met(caller, id).await?;
        let names = self
            .names(caller, &reach, std::slice::from_ref(&stored))
            .await?;
        Ok(filter(stored, caller.person.id, &reach, &names))
    }

    /// Keeps a filter, or changes one of one's own made from its version.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field, also for parameters that cannot be asked; [`Error::NotFound`] for a filter of
    /// somebody else; [`Error::Conflict`] when it was changed since.
    pub async fn save_filter(
        &self,
        caller: &Caller,
        changed: Option<(FilterId, i64)>,
        fields: FilterFields,
    ) -> Result<FilterId> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let unit = reach.unit(caller.person.unit)?;
        let fields = fields.tidied();
        fields.check(unit.kind)?;
        ProjectQuery::parse(&fields.pairs)?;
        let before = match changed {
            Some((id, _)) => Some(self.own_filter(caller, id).await?),
            None => None,
        };
        let work = self.work().await?;
        let (unit, now) = (unit.id, work.now);
        let kept = store::saved_filters::met_by(&work.tx, caller.person.id, &[]).await?;
        let alike = |one: &&StoredFilter| {
            one.fields.name == fields.name && Some(one.id) != changed.map(|(id, _)| id)
        };
        if kept.iter().any(|one| alike(&one)) {
            let why = "您已有同名的筛选，请换一个名称";
            return Err(Invalid::of("name", why).into());
        }
        let (id, action) = match (changed, before) {
            (Some((id, version)), Some(before)) => {
                let done =
                    store::saved_filters::change(&work.tx, id, version, unit, &fields, now).await;
                match done {
                    Err(store::Error::Stale) => return Err(conflict(&before, &fields)),
                    other => other?,
                }
                (id, "filter.changed")
            }
            _ => {
                if kept.len() >= FILTERS_MOST {
                    let why = format!("常用筛选最多{FILTERS_MOST}个，请先删去不用的");
                    return Err(Invalid::of("name", why).into());
                }
                let by = caller.person.id;
                let id = store::saved_filters::add(&work.tx, unit, by, &fields, now).await?;
                (id, "filter.saved")
            }
        };
        let detail = json!({"name": fields.name, "pairs": fields.pairs,
            "role": fields.role.map(domain::permission::Role::word)});
        let fact = Fact::new(action, format!("filter:{id}"), detail);
        self.finish_change(work, caller, fact).await?;
        Ok(id)
    }

    /// Removes one of one's own filters.
    ///
    /// # Errors
    /// As [`App::save_filter`].
    pub async fn remove_filter(&self, caller: &Caller, id: FilterId, version: i64) -> Result<()> {
        let before = self.own_filter(caller, id).await?;
        let work = self.work().await?;
        match store::saved_filters::remove(&work.tx, id, version).await {
            Err(store::Error::Stale) => return Err(conflict(&before, &before.fields)),
            other => other?,
        }
        let detail = json!({"name": before.fields.name});
        let fact = Fact::new("filter.removed", format!("filter:{id}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// The roles the caller may share a filter with.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects.
    pub async fn filter_roles(
        &self,
        caller: &Caller,
    ) -> Result<&'static [domain::permission::Role]> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        Ok(sharable(reach.unit(caller.person.unit)?.kind))
    }

    /// What a query asks, in words for the caller.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects.
    pub async fn query_sentence(&self, caller: &Caller, query: &ProjectQuery) -> Result<String> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let lists = self.list_names(caller, query.filter.list.is_some()).await?;
        Ok(query.sentence(&enterprises(&reach), &lists))
    }

    /// The columns a person chose for the list, with their version; the usual ones as version 0.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects.
    pub async fn chosen_columns(&self, caller: &Caller) -> Result<(Vec<Column>, i64)> {
        self.permit(caller, Action::ViewProjects).await?;
        let reader = self.store().read();
        let (words, version) = store::saved_filters::columns(&reader, caller.person.id).await?;
        Ok((columns_of(&words), version))
    }

    /// Remembers the columns a person wants to see; none asks for the usual ones.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects.
    pub async fn choose_columns(&self, caller: &Caller, columns: &[Column]) -> Result<()> {
        self.permit(caller, Action::ViewProjects).await?;
        let mut words: Vec<&str> = Vec::new();
        for column in columns {
            if !words.contains(&column.word()) {
                words.push(column.word());
            }
        }
        let work = self.work().await?;
        let person = caller.person.id;
        store::saved_filters::choose_columns(&work.tx, person, &words.join(",")).await?;
        let detail = json!({"columns": words});
        let fact = Fact::new("columns.chosen", format!("person:{person}"), detail);
        self.finish_change(work, caller, fact).await
    }

    /// Shows the person's own columns where the address names none.
    pub(super) async fn show_chosen(
        &self,
        caller: &Caller,
        reach: &Reach,
        query: &mut ProjectQuery,
    ) -> Result<()> {
        if !query.columns_named {
            query.columns = columns_of(&self.views_at(caller, reach).await?.columns);
        }
        Ok(())
    }

    async fn filter_met(&self, caller: &Caller, id: FilterId) -> Result<(Reach, StoredFilter)> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let above = reach.above(caller.person.unit);
        let stored = store::saved_filters::by_id(&self.store().read(), id)
            .await?
            .filter(|one| one.person == caller.person.id || above.contains(&one.unit))
            .filter(|one| meets(one, caller))
            .ok_or(Error::NotFound)?;
        Ok((reach, stored))
    }

    async fn own_filter(&self, caller: &Caller, id: FilterId) -> Result<StoredFilter> {
        let (_, stored) = self.filter_met(caller, id).await?;
        Some(stored)
            .filter(|one| one.person == caller.person.id)
            .ok_or(Error::NotFound)
    }

    async fn names(
        &self,
        caller: &Caller,
        reach: &Reach,
        filters: &[StoredFilter],
    ) -> Result<Names> {
        let asks = |one: &StoredFilter| one.fields.pairs.iter().any(|(name, _)| name == "list");
        Ok(Names {
            units: enterprises(reach),
            lists: self.list_names(caller, filters.iter().any(asks)).await?,
        })
    }

    /// Names of the lists the caller sees, where they are needed.
    async fn list_names(&self, caller: &Caller, needed: bool) -> Result<BTreeMap<ListId, String>> {
        if !needed {
            return Ok(BTreeMap::new());
        }
        let lists = self.named_lists(caller).await?.into_iter();
        Ok(lists
            .map(|one| (one.list.id, one.list.fields.name))
            .collect())
    }
}

struct Names {
    units: Vec<(UnitId, String)>,
    lists: BTreeMap<ListId, String>,
}

/// The columns of words; one that is no more is left out, none are the usual ones.
fn columns_of(words: &[String]) -> Vec<Column> {
    let chosen: Vec<Column> = words
        .iter()
        .filter_map(|word| Column::from_word(word))
        .collect();
    if chosen.is_empty() {
        Column::USUAL.to_vec()
    } else {
        chosen
    }
}

fn meets(filter: &StoredFilter, caller: &Caller) -> bool {
    filter.person == caller.person.id
        || filter
            .fields
            .role
            .is_some_and(|role| roles_of(caller).contains(&role))
}

fn filter(stored: StoredFilter, me: PersonId, reach: &Reach, names: &Names) -> SavedFilter {
    let sentence = match ProjectQuery::parse(&stored.fields.pairs) {
        Ok(query) => query.sentence(&names.units, &names.lists),
        Err(_) => "有的条件现在已不能用，请修改后再保存".to_owned(),
    };
    let unit = reach.tree.get(stored.unit);
    SavedFilter {
        own: stored.person == me,
        id: stored.id,
        sentence,
        owner: stored.owner,
        unit: unit.map_or(String::new(), |unit| unit.short_name.clone()),
        version: stored.version,
        fields: stored.fields,
    }
}

fn conflict(now: &StoredFilter, yours: &FilterFields) -> Error {
    let shared = |fields: &FilterFields| fields.role.map_or("只自己用", |role| role.label());
    Error::Conflict(Box::new(Conflict {
        what: format!("筛选“{}”", now.fields.name),
        values: vec![
            (
                "名称".to_owned(),
                yours.name.clone(),
                now.fields.name.clone(),
            ),
            (
                "共用".to_owned(),
                shared(yours).to_owned(),
                shared(&now.fields).to_owned(),
            ),
        ],
        version: now.version,
    }))
}
