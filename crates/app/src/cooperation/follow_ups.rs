//! What is to follow visits: lists of what is due.

use chrono::NaiveDate;
use domain::{
    FollowUpId, UnitId,
    cooperation::{FollowUpState, is_overdue},
    dates,
    permission::Action,
    person::Caller,
};
use store::cooperation::{FollowUp, Whose};

use super::{recording_unit, records_for, units_in_reach};
use crate::{App, Error, Result, access::Reach};

/// Whose follow-ups a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WhoseFollowUps {
    /// 我的: owned by the caller.
    #[default]
    Mine,
    /// 本单位: of the visits the caller's unit recorded.
    Unit,
    /// 全部: of all within reach.
    All,
}

impl WhoseFollowUps {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Mine, Self::Unit, Self::All];

    /// The word of the address.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Unit => "unit",
            Self::All => "all",
        }
    }

    /// That of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Mine => "我的",
            Self::Unit => "本单位",
            Self::All => "全部",
        }
    }
}

/// A follow-up as the caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpRow {
    /// The follow-up.
    pub follow_up: FollowUp,
    /// Short name of the unit.
    pub unit: String,
    /// 还有3天, 今天截止, 已逾期2天; empty once settled.
    pub left: String,
    /// Whether it is overdue.
    pub overdue: bool,
    /// Whether the caller may settle it or take it up again.
    pub settleable: bool,
    /// Whether the caller may change it now.
    pub editable: bool,
}

/// A list of follow-ups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUpList {
    /// Whose.
    pub whose: WhoseFollowUps,
    /// In which state; none for all.
    pub state: Option<FollowUpState>,
    /// The first due first.
    pub rows: Vec<FollowUpRow>,
    /// How many are overdue among them.
    pub overdue: usize,
    /// Today.
    pub today: NaiveDate,
}

impl App {
    /// What is to follow, the first due first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see cooperation.
    pub async fn follow_ups(
        &self,
        caller: &Caller,
        whose: WhoseFollowUps,
        state: Option<FollowUpState>,
    ) -> Result<FollowUpList> {
        let reach = self.reach(caller, Action::ViewCooperation).await?;
        let reader = self.store().read();
        let asked = whose_units(&reach, caller, whose)?;
        let found = store::cooperation::follow_ups(&reader, &asked, state).await?;
        let today = self.today();
        let rows = found
            .into_iter()
            .map(|one| follow_up_row(&reach, caller, one, today));
        let rows: Vec<FollowUpRow> = rows.collect::<Result<_>>()?;
        Ok(FollowUpList {
            whose,
            state,
            overdue: rows.iter().filter(|row| row.overdue).count(),
            rows,
            today,
        })
    }

    /// One follow-up, as the caller sees it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach, or its visit is void.
    pub async fn follow_up(&self, caller: &Caller, id: FollowUpId) -> Result<FollowUpRow> {
        let (follow_up, reach) = self.follow_up_in_reach(caller, id).await?;
        follow_up_row(&reach, caller, follow_up, self.today())
    }

    pub(super) async fn follow_up_in_reach(
        &self,
        caller: &Caller,
        id: FollowUpId,
    ) -> Result<(FollowUp, Reach)> {
        let reach = self.reach(caller, Action::ViewCooperation).await?;
        let follow_up = store::cooperation::follow_up(&self.store().read(), id)
            .await?
            .filter(|one| reach.covers(one.unit))
            .ok_or(Error::NotFound)?;
        Ok((follow_up, reach))
    }
}

fn whose_units(reach: &Reach, caller: &Caller, whose: WhoseFollowUps) -> Result<Whose> {
    let all: Vec<UnitId> = units_in_reach(reach)
        .into_iter()
        .map(|(id, _)| id)
        .collect();
    let (units, owner) = match whose {
        WhoseFollowUps::All => (all, None),
        WhoseFollowUps::Mine => {
            let person = &caller.person;
            (all, Some((person.id, person.name.clone())))
        }
        WhoseFollowUps::Unit => {
            let own = recording_unit(reach, caller)?;
            let own = all.into_iter().filter(|id| {
                *id == own || (records_for(reach, caller, *id) && reach.tree.within(own, *id))
            });
            (own.collect(), None)
        }
    };
    Ok(Whose { units, owner })
}

/// A follow-up as a caller sees it on a day.
pub(super) fn follow_up_row(
    reach: &Reach,
    caller: &Caller,
    follow_up: FollowUp,
    today: NaiveDate,
) -> Result<FollowUpRow> {
    let open = follow_up.state == FollowUpState::Open;
    let records = caller.may(Action::RecordVisits) && records_for(reach, caller, follow_up.unit);
    let owns = follow_up.fields.owner_person == Some(caller.person.id);
    Ok(FollowUpRow {
        unit: reach.unit(follow_up.unit)?.short_name.clone(),
        left: match open {
            true => dates::left_in_words(follow_up.fields.due, today),
            false => String::new(),
        },
        overdue: is_overdue(follow_up.state, follow_up.fields.due, today),
        settleable: records || owns,
        editable: records && open,
        follow_up,
    })
}
