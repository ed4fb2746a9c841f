//! The list as a file: what is shown, every page of it. Short ones at once, long ones by a job that tells how far it is.

use documents::write::{TableCell, TableColumn, TableCsv, TableHead, TableXlsx, WriteError};
use domain::{
    dates,
    permission::Action,
    person::{Caller, Invalid},
    project::Milestone,
};
use serde_json::json;
use store::{
    exports::Export,
    projects::{At, Filter, SortBy, Track},
};

use super::{Column, ListLine, ProjectQuery, list, track_of};
use crate::{App, Error, Result, secrets, work::Fact};

/// The job's name.
pub(crate) const JOB: &str = "project.export";
/// Lists of so many rows are written while the person waits.
const AT_ONCE: i64 = 1000;
/// Rows read at a time.
const PORTION: usize = 1000;

/// A file format of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Excel.
    Xlsx,
    /// csv.
    Csv,
}

impl ExportFormat {
    /// The stored word, and the file's ending.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }

    /// The format of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Xlsx, Self::Csv]
            .into_iter()
            .find(|one| one.word() == word)
    }
}

/// How far a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportState {
    /// The file's name.
    pub name: String,
    /// Rows written.
    pub done: i64,
    /// Rows there will be.
    pub total: i64,
    /// Whether it can be taken.
    pub ready: bool,
    /// Why it failed; empty when it did not.
    pub message: String,
}

/// What a file is made of.
struct Order {
    track: Track,
    at: At,
    filter: Filter,
    sort: SortBy,
    descending: bool,
    columns: Vec<Column>,
    units: Vec<(domain::UnitId, String)>,
    note: String,
}

impl App {
    /// Begins a file of what a list shows; gives the key under which it can be asked for. A short one is ready at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects; [`Error::Invalid`] for a list without rows.
    pub async fn start_export(
        &self,
        caller: &Caller,
        query: &ProjectQuery,
        format: ExportFormat,
    ) -> Result<String> {
        let order = self.order(caller, query, self.now()).await?;
        let places = self.places(&order).await?;
        let total = i64::try_from(places.len()).unwrap_or(i64::MAX);
        if total == 0 {
            return Err(Invalid::of("format", "没有符合条件的项目，无可导出").into());
        }
        let work = self.work().await?;
        let key = secrets::token(&*self.0.random);
        let export = Export {
            key: key.clone(),
            person: caller.person.id,
            query: serde_json::to_string(&query.pairs)?,
            format: format.word().to_owned(),
            name: format!(
                "项目库（{}）.{}",
                dates::day_in_shanghai(work.now),
                format.word()
            ),
            done: 0,
            total,
            message: String::new(),
            created_at: work.now,
            ready: false,
        };
        store::exports::add(&work.tx, &export).await?;
        if total > AT_ONCE {
            store::jobs::add(&work.tx, JOB, &key, &format!("{JOB}:{key}"), work.now).await?;
        }
        work.tx.commit().await?;
        if total > AT_ONCE {
            self.2.notify_one();
        } else {
            self.write_export(&export, order, &places, format).await?;
        }
        Ok(key)
    }

    /// How far the caller's own file is.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not the caller's, or gone after a day.
    pub async fn export_state(&self, caller: &Caller, key: &str) -> Result<ExportState> {
        let export = self.own_export(caller, key).await?;
        Ok(ExportState {
            name: export.name,
            done: export.done,
            total: export.total,
            ready: export.ready,
            message: export.message,
        })
    }

    /// The caller's own file: name and bytes. The download is noted.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not the caller's, or not there.
    pub async fn export_file(&self, caller: &Caller, key: &str) -> Result<(String, Vec<u8>)> {
        let export = self.own_export(caller, key).await?;
        let bytes = store::exports::bytes(&self.store().read(), key)
            .await?
            .ok_or(Error::NotFound)?;
        let detail =
            json!({"query": export.query, "rows": export.done, "sm3": secrets::sm3_hex(&bytes)});
        self.note_access(
            caller,
            Fact::new("projects.exported", export.name.clone(), detail),
        )
        .await?;
        Ok((export.name, bytes))
    }

    async fn own_export(&self, caller: &Caller, key: &str) -> Result<Export> {
        self.permit(caller, Action::ViewProjects).await?;
        let export = store::exports::by_key(&self.store().read(), key).await?;
        export
            .filter(|export| export.person == caller.person.id)
            .ok_or(Error::NotFound)
    }

    /// The job: makes the file of a key. What was asked is read with the rights the person has now.
    pub(crate) async fn run_project_export(&self, key: &str) -> Result<()> {
        let reader = self.store().read();
        let Some(export) = store::exports::by_key(&reader, key)
            .await?
            .filter(|export| !export.ready)
        else {
            return Ok(());
        };
        let made = async {
            let person = store::people::by_id(&reader, export.person)
                .await?
                .ok_or(Error::NotFound)?;
            let mut caller = Caller::new(person, "");
            caller.acting = self.acting(&caller.person).await?;
            let pairs: Vec<(String, String)> = serde_json::from_str(&export.query)?;
            let mut query = ProjectQuery::parse(&pairs)?;
            let reach = self.reach(&caller, Action::ViewProjects).await?;
            self.show_chosen(&caller, &reach, &mut query).await?;
            let format = ExportFormat::from_word(&export.format).unwrap_or(ExportFormat::Xlsx);
            let order = self.order(&caller, &query, export.created_at).await?;
            let places = self.places(&order).await?;
            self.write_export(&export, order, &places, format).await
        };
        match made.await {
            Err(error @ (Error::Unavailable(_) | Error::Internal(_))) => Err(error),
            Err(error) => {
                let message = match error {
                    Error::Invalid(invalid) => invalid
                        .fields
                        .into_iter()
                        .map(|(_, why)| why)
                        .collect::<Vec<_>>()
                        .join("；"),
                    _ => "没有导出：您现在看不到这些项目".to_owned(),
                };
                let work = self.work().await?;
                store::exports::fail(&work.tx, key, &message).await?;
                Ok(work.tx.commit().await?)
            }
            Ok(()) => Ok(()),
        }
    }

    /// What a file is made of, as everything stood at `asked`: portions read one after the other fit together.
    async fn order(
        &self,
        caller: &Caller,
        query: &ProjectQuery,
        asked: domain::Instant,
    ) -> Result<Order> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        let units = list::enterprises(&reach);
        let known_at = query.when.known_at.unwrap_or(asked);
        let at = At {
            as_of: query
                .when
                .as_of
                .unwrap_or_else(|| dates::day_in_shanghai(known_at)),
            known_at,
        };
        Ok(Order {
            track: track_of(&reach)?,
            at,
            filter: list::within(&query.filter_on(at.as_of), &units)?,
            sort: query.sort,
            descending: query.descending,
            columns: query.columns.clone(),
            note: format!("{} {} 导出", caller.person.name, dates::print_minute(asked)),
            units,
        })
    }

    /// The rows of a file in their order.
    async fn places(&self, order: &Order) -> Result<Vec<i64>> {
        Ok(store::projects::places(
            &self.store().read(),
            order.track,
            Some(order.at),
            &order.filter,
            order.sort,
            order.descending,
        )
        .await?)
    }

    async fn write_export(
        &self,
        export: &Export,
        order: Order,
        places: &[i64],
        format: ExportFormat,
    ) -> Result<()> {
        let head = TableHead {
            title: "项目库".to_owned(),
            note: order.note.clone(),
            columns: head(&order.columns),
        };
        let whole = order.columns.iter().any(|column| column.needs_whole());
        let mut out = Out::begin(format, &head).map_err(too_long)?;
        let mut done = 0;
        for portion in places.chunks(PORTION) {
            let lines = store::projects::lines_at(&self.store().read(), portion, whole).await?;
            for line in lines {
                let line = list::line(line, &order.units);
                out.row(&cells(&line, &order.columns)).map_err(too_long)?;
                done += 1;
            }
            if done < places.len() {
                let work = self.work().await?;
                store::exports::progress(&work.tx, &export.key, count(done)).await?;
                work.tx.commit().await?;
            }
        }
        let bytes = out.finish().map_err(too_long)?;
        let work = self.work().await?;
        store::exports::finish(&work.tx, &export.key, count(done), &bytes).await?;
        Ok(work.tx.commit().await?)
    }
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn too_long(error: WriteError) -> Error {
    match error {
        WriteError::TooLong => Invalid::of("format", error.to_string()).into(),
        other => Error::Internal(other.to_string()),
    }
}

/// Either format, row by row.
enum Out {
    Xlsx(Box<TableXlsx<std::io::Cursor<Vec<u8>>>>),
    Csv(Box<TableCsv<Vec<u8>>>),
}

impl Out {
    fn begin(format: ExportFormat, head: &TableHead) -> std::result::Result<Self, WriteError> {
        Ok(match format {
            ExportFormat::Xlsx => Self::Xlsx(Box::new(TableXlsx::new(
                std::io::Cursor::new(Vec::new()),
                head,
            )?)),
            ExportFormat::Csv => Self::Csv(Box::new(TableCsv::new(Vec::new(), head)?)),
        })
    }

    fn row(&mut self, cells: &[TableCell]) -> std::result::Result<(), WriteError> {
        match self {
            Self::Xlsx(out) => out.row(cells),
            Self::Csv(out) => out.row(cells),
        }
    }

    fn finish(self) -> std::result::Result<Vec<u8>, WriteError> {
        match self {
            Self::Xlsx(out) => Ok(out.finish()?.into_inner()),
            Self::Csv(out) => out.finish(),
        }
    }
}

fn head(columns: &[Column]) -> Vec<TableColumn> {
    let mut head = vec![TableColumn::new("项目名称", 24)];
    head.extend(columns.iter().map(|column| {
        let width = match column {
            Column::BasicInfo | Column::Remarks => 40,
            Column::Investors | Column::Cooperation => 24,
            Column::Readiness | Column::Horizon | Column::Stage => 8,
            _ => 14,
        };
        TableColumn::new(column.label(), width)
    }));
    head
}

fn cells(row: &ListLine, columns: &[Column]) -> Vec<TableCell> {
    let line = &row.line;
    let fields = line.whole.as_ref().map(|whole| &whole.0);
    let partial = |date: Option<domain::partial_date::PartialDate>| {
        date.map_or(TableCell::Empty, TableCell::Partial)
    };
    let cell = |column: &Column| match column {
        Column::Investment => line.investment.map_or(TableCell::Empty, TableCell::Money),
        Column::Readiness => TableCell::Int(line.readiness),
        Column::Signed => partial(line.signed),
        Column::Landed => partial(fields.and_then(|fields| fields.landed_on())),
        Column::Started => {
            partial(fields.and_then(|fields| fields.milestones.get(&Milestone::Started).copied()))
        }
        // What is not there is an empty cell, not a dash.
        other => match row.cell(*other).as_str() {
            "—" => TableCell::Empty,
            text => TableCell::text(text),
        },
    };
    let mut cells = vec![TableCell::text(line.name.as_str())];
    cells.extend(columns.iter().map(cell));
    cells
}
