//! The library's list.

use domain::{
    UnitId, dates,
    library::mask_contact,
    permission::Action,
    person::{Caller, Invalid},
    project::{Field, Stage},
    unit::UnitKind,
};
use store::projects::{Filter, Page, Project, Revision, Totals, Track};

use super::{ProjectQuery, track_of};
use crate::{App, Result, access::Reach};

macro_rules! columns {
    ($($name:ident = $word:literal, $label:literal;)*) => {
        /// A column of the list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "each has its label")]
        pub enum Column { $($name,)* }

        impl Column {
            /// Every column, in the order they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word in an address.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The column of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|column| column.word() == word)
            }

            /// The words for users.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }
        }
    };
}

columns! {
    Code = "code", "项目编号";
    Unit = "unit", "单位";
    Stage = "stage", "进展";
    Standing = "standing", "所在项目库";
    Investment = "investment", "投资额（万元）";
    Industry = "industry", "产业";
    District = "district", "县（市、区）";
    Horizon = "horizon", "近期/远期";
    Investors = "investors", "投资方";
    Cooperation = "cooperation", "合作方式";
    Signed = "signed", "正式签约";
    Landed = "landed", "落地";
    Started = "started", "开工";
    Readiness = "readiness", "成熟度";
    LeadOfficial = "lead_official", "挂钩领导";
    Contact = "contact", "联系人及电话";
    BasicInfo = "basic_info", "基本情况";
    Remarks = "remarks", "备注";
    Saved = "saved", "最近修改";
}

impl Column {
    /// The columns shown when none are chosen.
    pub const USUAL: [Self; 8] = [
        Self::Code,
        Self::Unit,
        Self::Stage,
        Self::Investment,
        Self::Industry,
        Self::District,
        Self::Signed,
        Self::LeadOfficial,
    ];

    /// The sort word that goes with it, where there is one.
    pub const fn sort(self) -> Option<&'static str> {
        match self {
            Self::Code => Some("code"),
            Self::Unit => Some("unit"),
            Self::Stage => Some("stage"),
            Self::Investment => Some("investment"),
            Self::Industry => Some("industry"),
            Self::District => Some("district"),
            Self::Readiness => Some("readiness"),
            Self::Signed => Some("signed"),
            Self::Saved => Some("saved"),
            _ => None,
        }
    }
}

/// A project in the list.
#[derive(Debug, Clone)]
pub struct ListRow {
    /// What stays the same.
    pub project: Project,
    /// The state shown; the telephone is masked.
    pub revision: Revision,
    /// Its enterprise's short name.
    pub unit: String,
    /// How far it is.
    pub stage: Stage,
}

impl ListRow {
    /// A cell in words.
    pub fn cell(&self, column: Column) -> String {
        let fields = &self.revision.fields;
        let or = |text: String| {
            if text.is_empty() {
                "—".to_owned()
            } else {
                text
            }
        };
        let date = |date: Option<domain::partial_date::PartialDate>| {
            or(date.map(|date| date.to_string()).unwrap_or_default())
        };
        match column {
            Column::Code => self.project.code.clone(),
            Column::Unit => self.unit.clone(),
            Column::Stage => self.stage.label().to_owned(),
            Column::Standing => self.project.standing.label().to_owned(),
            Column::Investment => or(fields.text(Field::Investment)),
            Column::Industry => or(fields.industry.clone()),
            Column::District => or(fields.text(Field::District)),
            Column::Horizon => or(fields.text(Field::Horizon)),
            Column::Investors => or(fields
                .investors
                .iter()
                .map(|one| one.name.clone())
                .collect::<Vec<_>>()
                .join("、")),
            Column::Cooperation => or(fields.cooperation.clone()),
            Column::Signed => date(fields.first_formal_signing().map(|one| one.on)),
            Column::Landed => date(fields.landed_on()),
            Column::Started => date(
                fields
                    .milestones
                    .get(&domain::project::Milestone::Started)
                    .copied(),
            ),
            Column::Readiness => format!("{}/6", fields.readiness_count()),
            Column::LeadOfficial => or(fields.lead_official.clone()),
            Column::Contact => or(format!("{} {}", fields.contact_name, fields.contact_phone)
                .trim()
                .to_owned()),
            Column::BasicInfo => or(fields.basic_info.clone()),
            Column::Remarks => or(fields.remarks.clone()),
            Column::Saved => dates::print_minute(self.revision.recorded_at),
        }
    }
}

/// A page of the list.
pub struct ProjectList {
    /// What was asked.
    pub query: ProjectQuery,
    /// Its rows.
    pub rows: Vec<ListRow>,
    /// Count and sum of all that was asked for.
    pub totals: Totals,
    /// Enterprises within reach, in own order.
    pub units: Vec<(UnitId, String)>,
    /// Industries of the authority.
    pub industries: Vec<String>,
    /// Whether the authority's accepted states are shown, or the enterprise's own.
    pub track: Track,
}

impl ProjectList {
    /// Pages there are.
    pub fn pages(&self) -> u64 {
        u64::try_from(self.totals.count)
            .unwrap_or(0)
            .div_ceil(self.query.size)
            .max(1)
    }
}

impl App {
    /// Projects within reach: an enterprise's own states, or what the authority accepted.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for those who may not see projects; [`crate::Error::Invalid`] for a unit out of reach.
    pub async fn projects(&self, caller: &Caller, mut query: ProjectQuery) -> Result<ProjectList> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let track = track_of(&reach)?;
        let units = enterprises(&reach);
        let filter = within(&self.filter_of(&query), &units)?;
        let reader = self.store().read();
        let at = (!query.when.is_now()).then(|| self.at(query.when));
        let page = Page {
            sort: query.sort,
            descending: query.descending,
            offset: (query.page - 1) * query.size,
            limit: query.size,
        };
        let found = store::projects::list(&reader, track, at, &filter, page).await?;
        let totals = store::projects::totals(&reader, track, at, &filter).await?;
        let (_, rules) = store::library_rules::newest(&reader, reach.authority()?.id).await?;
        self.show_chosen(caller, &mut query).await?;
        Ok(ProjectList {
            rows: found
                .into_iter()
                .map(|(project, revision)| row(project, revision, &units))
                .collect(),
            query,
            totals,
            industries: rules.industries,
            track,
            units,
        })
    }
}

/// A row as it is shown to anybody.
pub(super) fn row(project: Project, mut revision: Revision, units: &[(UnitId, String)]) -> ListRow {
    mask_contact(&mut revision.fields);
    ListRow {
        unit: units
            .iter()
            .find(|(id, _)| *id == project.unit)
            .map(|(_, name)| name.clone())
            .unwrap_or_default(),
        stage: revision.fields.stage(!project.funds.is_zero()),
        project,
        revision,
    }
}

/// The enterprises within reach by their short names, in own order.
pub(super) fn enterprises(reach: &Reach) -> Vec<(UnitId, String)> {
    let all = reach
        .tree
        .all()
        .iter()
        .filter(|unit| unit.kind == UnitKind::Enterprise && reach.covers(unit.id));
    let named = |unit: &domain::unit::Unit| {
        let name = if unit.short_name.is_empty() {
            &unit.name
        } else {
            &unit.short_name
        };
        (unit.id, name.clone())
    };
    all.map(named).collect()
}

/// The filter within reach: units asked for must be.
pub(super) fn within(asked: &Filter, units: &[(UnitId, String)]) -> Result<Filter> {
    let mut filter = asked.clone();
    if filter.units.is_empty() {
        filter.units = units.iter().map(|(id, _)| *id).collect();
    } else if filter
        .units
        .iter()
        .any(|unit| !units.iter().any(|(id, _)| id == unit))
    {
        return Err(Invalid::of("unit", "没有这个单位，请从名录里选择").into());
    }
    Ok(filter)
}
