//! The library's list.

use domain::{
    Instant, UnitId, dates,
    library::mask_contact,
    permission::Action,
    person::{Caller, Invalid},
    project::{Milestone, ProjectFields, Stage},
    unit::UnitKind,
};
use store::projects::{Cursor, Extent, Filter, Line, Page, Project, Revision, Totals, Track};

use super::{Around, ProjectQuery, query::cursor_text, track_of};
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

    /// Whether only the whole of a project says it.
    pub const fn needs_whole(self) -> bool {
        matches!(
            self,
            Self::Investors
                | Self::Cooperation
                | Self::Landed
                | Self::Started
                | Self::Contact
                | Self::BasicInfo
                | Self::Remarks
                | Self::Saved
        )
    }

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

/// A project in the list in short: what its columns show.
#[derive(Debug, Clone)]
pub struct ListLine {
    /// The project; telephones are masked where it is there whole.
    pub line: Line,
    /// Its enterprise's short name.
    pub unit: String,
}

impl ListLine {
    /// A cell in words.
    pub fn cell(&self, column: Column) -> String {
        let or = |text: &str| {
            if text.is_empty() {
                "—".to_owned()
            } else {
                text.to_owned()
            }
        };
        let date = |date: Option<domain::partial_date::PartialDate>| {
            date.map_or_else(|| "—".to_owned(), |date| date.to_string())
        };
        let line = &self.line;
        match column {
            Column::Code => line.code.clone(),
            Column::Unit => self.unit.clone(),
            Column::Stage => line.stage.label().to_owned(),
            Column::Standing => line.standing.label().to_owned(),
            Column::Investment => line
                .investment
                .map_or_else(|| "—".to_owned(), domain::Money::wan_exact),
            Column::Industry => or(&line.industry),
            Column::District => or(domain::district::name(&line.district)),
            Column::Horizon => or(line.horizon.map_or("", |one| one.label())),
            Column::Signed => date(line.signed),
            Column::Readiness => format!("{}/6", line.readiness),
            Column::LeadOfficial => or(&line.lead_official),
            _ => line
                .whole
                .as_ref()
                .map_or_else(|| "—".to_owned(), |whole| or(&of_whole(column, whole))),
        }
    }
}

/// A cell that only the whole of a project says.
fn of_whole(column: Column, (fields, saved): &(ProjectFields, Instant)) -> String {
    let date = |date: Option<domain::partial_date::PartialDate>| {
        date.map(|date| date.to_string()).unwrap_or_default()
    };
    match column {
        Column::Investors => fields
            .investors
            .iter()
            .map(|one| one.name.as_str())
            .collect::<Vec<_>>()
            .join("、"),
        Column::Cooperation => fields.cooperation.clone(),
        Column::Landed => date(fields.landed_on()),
        Column::Started => date(fields.milestones.get(&Milestone::Started).copied()),
        Column::Contact => format!("{} {}", fields.contact_name, fields.contact_phone)
            .trim()
            .to_owned(),
        Column::BasicInfo => fields.basic_info.clone(),
        Column::Remarks => fields.remarks.clone(),
        Column::Saved => dates::print_minute(*saved),
        _ => String::new(),
    }
}

/// A page of the list: of whole projects, or of their lines.
pub struct ProjectList<R = ListRow> {
    /// What was asked.
    pub query: ProjectQuery,
    /// Its rows.
    pub rows: Vec<R>,
    /// Where the first and the last row stand; none of an empty page.
    pub ends: Option<(Cursor, Cursor)>,
    /// Count and sum of all that was asked for.
    pub totals: Totals,
    /// Enterprises within reach, in own order.
    pub units: Vec<(UnitId, String)>,
    /// Industries of the authority.
    pub industries: Vec<String>,
    /// Whether the authority's accepted states are shown, or the enterprise's own.
    pub track: Track,
}

impl<R> ProjectList<R> {
    /// Pages there are; where not all rows were counted, those of the counted.
    pub fn pages(&self) -> u64 {
        u64::try_from(self.totals.count)
            .unwrap_or(0)
            .div_ceil(self.query.size)
            .max(1)
    }

    /// Whether rows follow this page's.
    pub fn has_next(&self) -> bool {
        let full = self.rows.len() as u64 == self.query.size;
        full && (self.totals.more || self.query.page < self.pages())
    }

    /// What leads to the rows behind this page's: the name and the value of an address, none behind the last.
    pub fn next(&self) -> Option<String> {
        let (_, last) = self.ends.as_ref().filter(|_| self.has_next())?;
        Some(cursor_text(last))
    }

    /// What leads to the rows before this page's; none on the first.
    pub fn previous(&self) -> Option<String> {
        let (first, _) = self.ends.as_ref().filter(|_| self.query.page > 1)?;
        Some(cursor_text(first))
    }
}

/// What a list is read with: everything that stands around its rows.
struct Frame {
    units: Vec<(UnitId, String)>,
    track: Track,
    filter: Filter,
    at: Option<store::projects::At>,
    page: Page,
    totals: Totals,
    extent: Extent,
    industries: Vec<String>,
}

impl App {
    /// Projects within reach: an enterprise's own states, or what the authority accepted.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for those who may not see projects; [`crate::Error::Invalid`] for a unit out of reach.
    pub async fn projects(&self, caller: &Caller, mut query: ProjectQuery) -> Result<ProjectList> {
        let reach = self.reach_seen(caller, Action::ViewProjects).await?;
        let frame = self.frame(caller, &reach, &mut query).await?;
        let found = store::projects::list(
            &self.store().read(),
            frame.track,
            frame.at,
            &frame.filter,
            &frame.page,
            Some(&frame.extent),
        )
        .await?;
        let ends = ends(found.iter().map(|(_, _, cursor)| cursor));
        let rows = found
            .into_iter()
            .map(|(project, revision, _)| row(project, revision, &frame.units))
            .collect();
        Ok(frame.list(query, rows, ends))
    }

    /// As [`App::projects`], in short: only what the columns asked for show is read; with what stands around it.
    ///
    /// # Errors
    /// As [`App::projects`].
    pub async fn project_lines(
        &self,
        caller: &Caller,
        mut query: ProjectQuery,
    ) -> Result<(ProjectList<ListLine>, Around)> {
        let reach = self.reach_seen(caller, Action::ViewProjects).await?;
        let frame = self.frame(caller, &reach, &mut query).await?;
        let whole = query.columns.iter().any(|column| column.needs_whole());
        let found = store::projects::lines(
            &self.store().read(),
            (frame.track, frame.at),
            &frame.filter,
            &frame.page,
            Some(&frame.extent),
            whole,
        )
        .await?;
        let ends = ends(found.iter().map(|(_, cursor)| cursor));
        let rows = found
            .into_iter()
            .map(|(one, _)| line(one, &frame.units))
            .collect();
        let around = self.around(caller, &reach, &query).await?;
        Ok((frame.list(query, rows, ends), around))
    }

    /// A query with all that may be asked, nothing looked up yet.
    ///
    /// # Errors
    /// [`crate::Error::NotFound`] for those who may not see projects.
    pub async fn project_conditions(
        &self,
        caller: &Caller,
        query: ProjectQuery,
    ) -> Result<(ProjectList<ListLine>, Around)> {
        let reach = self.reach_seen(caller, Action::ViewProjects).await?;
        let rules = self.rules_at(reach.versions, reach.authority()?.id).await?;
        let around = self.around(caller, &reach, &query).await?;
        let list = ProjectList {
            rows: Vec::new(),
            ends: None,
            query,
            totals: Totals::default(),
            industries: rules.industries,
            track: track_of(&reach)?,
            units: enterprises(&reach),
        };
        Ok((list, around))
    }

    async fn frame(
        &self,
        caller: &Caller,
        reach: &Reach,
        query: &mut ProjectQuery,
    ) -> Result<Frame> {
        let track = track_of(reach)?;
        let units = enterprises(reach);
        let filter = within(&self.filter_of(query), &units)?;
        let reader = self.store().read();
        let at = (!query.when.is_now()).then(|| self.at(query.when));
        let kept = self.totals_at(reach.versions).await?;
        let (totals, extent) =
            store::projects::list_totals(&reader, track, at, &filter, kept.of(track)).await?;
        let rules = self.rules_at(reach.versions, reach.authority()?.id).await?;
        self.show_chosen(caller, reach, query).await?;
        Ok(Frame {
            page: query.rows(),
            units,
            track,
            filter,
            at,
            totals,
            extent,
            industries: rules.industries,
        })
    }
}

impl Frame {
    fn list<R>(
        self,
        query: ProjectQuery,
        rows: Vec<R>,
        ends: Option<(Cursor, Cursor)>,
    ) -> ProjectList<R> {
        ProjectList {
            rows,
            ends,
            query,
            totals: self.totals,
            industries: self.industries,
            track: self.track,
            units: self.units,
        }
    }
}

fn ends<'a>(mut cursors: impl DoubleEndedIterator<Item = &'a Cursor>) -> Option<(Cursor, Cursor)> {
    let first = cursors.next()?.clone();
    let last = cursors
        .next_back()
        .map_or_else(|| first.clone(), Clone::clone);
    Some((first, last))
}

/// A line as it is shown to anybody.
pub(super) fn line(mut line: Line, units: &[(UnitId, String)]) -> ListLine {
    if let Some(whole) = &mut line.whole {
        mask_contact(&mut whole.0);
    }
    ListLine {
        unit: name_of(line.unit, units),
        line,
    }
}

fn name_of(unit: UnitId, units: &[(UnitId, String)]) -> String {
    units
        .iter()
        .find(|(id, _)| *id == unit)
        .map(|(_, name)| name.clone())
        .unwrap_or_default()
}

/// A row as it is shown to anybody.
pub(super) fn row(project: Project, mut revision: Revision, units: &[(UnitId, String)]) -> ListRow {
    mask_contact(&mut revision.fields);
    ListRow {
        unit: name_of(project.unit, units),
        stage: revision.fields.stage(!project.funds.is_zero()),
        project,
        revision,
    }
}

/// The enterprises within reach by their short names, in own order.
pub(crate) fn enterprises(reach: &Reach) -> Vec<(UnitId, String)> {
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
