//! 怎么来的: each figure of the table down to the statements, targets and files behind it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    EntryId, ImportId, Instant, Money, PersonId, Rate, UnitId,
    completion::{Row, Standing},
    dates,
    entry::Entry,
    person::Caller,
    statement::Statement,
    target::TargetRow,
};
use serde::Serialize;
use store::statements::Import;

use super::{Query, View};
use crate::{App, Error, Result};

/// A figure that can be asked. The first four are asked of one unit, the others of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// 任务数.
    Target,
    /// 完成数.
    Done,
    /// 完成率.
    Rate,
    /// 超/欠进度.
    Lead,
    /// 时间进度.
    Elapsed,
    /// 每户封顶.
    Capped,
    /// 剔除最大户.
    WithoutLargest,
    /// 落后于时间进度.
    Behind,
    /// 零完成.
    AtZero,
    /// 中位数.
    Median,
    /// 尚缺.
    Outstanding,
}

impl Figure {
    /// Every figure.
    pub const ALL: [Self; 11] = [
        Self::Target,
        Self::Done,
        Self::Rate,
        Self::Lead,
        Self::Elapsed,
        Self::Capped,
        Self::WithoutLargest,
        Self::Behind,
        Self::AtZero,
        Self::Median,
        Self::Outstanding,
    ];

    /// The word in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Done => "done",
            Self::Rate => "rate",
            Self::Lead => "lead",
            Self::Elapsed => "elapsed",
            Self::Capped => "capped",
            Self::WithoutLargest => "without_largest",
            Self::Behind => "behind",
            Self::AtZero => "at_zero",
            Self::Median => "median",
            Self::Outstanding => "outstanding",
        }
    }

    /// The figure of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.word() == word)
    }

    /// The word for users.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Target => "任务数",
            Self::Done => "完成数",
            Self::Rate => "完成率",
            Self::Lead => "超/欠进度",
            Self::Elapsed => "时间进度",
            Self::Capped => "每户封顶100%的完成率",
            Self::WithoutLargest => "剔除最大户的完成率",
            Self::Behind => "落后于时间进度的户数",
            Self::AtZero => "零完成的户数",
            Self::Median => "完成率中位数",
            Self::Outstanding => "尚缺金额",
        }
    }

    const fn of_unit_only(self) -> bool {
        matches!(self, Self::Lead)
    }

    const fn of_table_only(self) -> bool {
        !matches!(self, Self::Target | Self::Done | Self::Rate | Self::Lead)
    }
}

/// One unit's part in a figure.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// 任务数 in 万元.
    pub target_wan: Option<String>,
    /// 完成数 in 万元.
    pub done_wan: Option<String>,
    /// 完成率 in %.
    pub rate_pct: Option<String>,
    /// What it counts for in this figure, in words.
    pub part: String,
}

/// A statement or target behind a figure.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    /// What it is, in words.
    pub what: String,
    /// Whose.
    pub unit: String,
    /// 万元.
    pub amount_wan: String,
    /// From or up to which day, in words.
    pub day: String,
    /// Which import brought it, with the file's name and the row.
    pub import: Option<(ImportId, String, i32)>,
    /// Which entry of funds it is.
    pub entry: Option<EntryId>,
    /// Document number and reason of a target; project, investor and proofs of an entry.
    pub grounds: String,
    /// Who recorded or accepted it.
    pub by: String,
    /// When.
    pub at: Instant,
    /// Whether it counts, or was replaced by a later one.
    pub counts: bool,
}

/// How a figure came about.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// Which figure.
    pub figure: Figure,
    /// Of what: a unit's name, or the authority's enterprises.
    pub subject: String,
    /// As printed, with its unit.
    pub value: String,
    /// (label, text): numerator, denominator, cohort, cut-off, known-at, rounding, the calculation.
    pub trail: Vec<(String, String)>,
    /// The units it is made of.
    pub lines: Vec<Line>,
    /// Statements and targets behind it.
    pub sources: Vec<Source>,
}

/// What sources name: imports and people, each looked up once however many statements name it, and entries by unit.
#[derive(Default)]
struct Found {
    imports: BTreeMap<ImportId, Option<Import>>,
    names: BTreeMap<PersonId, String>,
    entries: BTreeMap<UnitId, Vec<Entry>>,
}

impl App {
    /// How a figure of the completion table came about: of `unit`, or of the whole table; with the table itself.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the unit is not in the caller's table or the figure is not asked that way.
    pub async fn explain(
        &self,
        caller: &Caller,
        query: Query,
        figure: Figure,
        unit: Option<UnitId>,
    ) -> Result<(Explanation, View)> {
        if unit.is_some() && figure.of_table_only() || unit.is_none() && figure.of_unit_only() {
            return Err(Error::NotFound);
        }
        let view = self.completion(caller, query).await?;
        let rows: Vec<&Row> = view
            .table
            .rows
            .iter()
            .filter(|row| unit.is_none_or(|unit| row.standing.unit == unit))
            .collect();
        if unit.is_some() && rows.is_empty() {
            return Err(Error::NotFound);
        }
        let teller = Teller {
            view: &view,
            figure,
            row: unit.and(rows.first().copied()),
        };
        let mut sources = Vec::new();
        let mut found = Found::default();
        if asks_entries(figure) {
            found.entries = self.entries_behind(&view, &rows).await?;
        }
        for row in &rows {
            sources.extend(
                self.sources(&view, &row.standing, figure, unit.is_some(), &mut found)
                    .await?,
            );
        }
        let explanation = Explanation {
            figure,
            subject: teller.subject(),
            value: teller.value(),
            trail: teller.trail(),
            lines: if unit.is_some() {
                Vec::new()
            } else {
                rows.iter().map(|row| teller.line(row)).collect()
            },
            sources,
        };
        Ok((explanation, view))
    }

    /// What stands behind one unit's figures; with `all`, also what was replaced.
    async fn sources(
        &self,
        view: &View,
        standing: &Standing,
        figure: Figure,
        all: bool,
        found: &mut Found,
    ) -> Result<Vec<Source>> {
        let mut sources = Vec::new();
        let reader = self.store().read();
        if asks_entries(figure) {
            let counting = view.statements.get(&standing.unit);
            let statements = match (all, counting) {
                (true, _) => {
                    store::statements::of_unit(
                        &reader,
                        standing.unit,
                        view.table.year,
                        view.known_at,
                    )
                    .await?
                }
                (false, counting) => counting.cloned().into_iter().collect(),
            };
            for statement in statements {
                let counts = counting.is_some_and(|counting| counting.id == statement.id);
                sources.push(
                    self.statement_source(standing, &statement, counts, found)
                        .await?,
                );
            }
            sources.extend(self.entry_sources(view, standing, found).await?);
        }
        if !matches!(figure, Figure::Done | Figure::AtZero | Figure::Elapsed) {
            let counting = view.targets.get(&standing.unit);
            let rows = match (all, counting) {
                (true, _) => {
                    store::targets::history(&reader, standing.unit, view.table.year).await?
                }
                (false, counting) => counting.cloned().into_iter().collect(),
            };
            for row in rows.iter().filter(|row| row.recorded_at <= view.known_at) {
                let counts = counting.is_some_and(|counting| counting.id == row.id);
                sources.push(self.target_source(standing, row, counts, found).await?);
            }
        }
        Ok(sources)
    }

    async fn statement_source(
        &self,
        standing: &Standing,
        statement: &Statement,
        counts: bool,
        found: &mut Found,
    ) -> Result<Source> {
        let import = self.import_of(statement.import, found).await?;
        Ok(Source {
            what: "累计报表".to_owned(),
            unit: standing.name.clone(),
            amount_wan: statement.amount.wan_exact(),
            day: format!("截至{}", statement.as_at),
            import: import.map(|import| (import.id, import.file_name, statement.source_row)),
            entry: None,
            grounds: String::new(),
            by: self.name_of(statement.accepted_by, found).await?,
            at: statement.accepted_at,
            counts,
        })
    }

    /// Accepted entries after each unit's newest statement, by one query.
    async fn entries_behind(
        &self,
        view: &View,
        rows: &[&Row],
    ) -> Result<BTreeMap<UnitId, Vec<Entry>>> {
        let after: BTreeMap<UnitId, NaiveDate> = rows
            .iter()
            .filter_map(|row| Some((row.standing.unit, entries_after(view, row.standing.unit)?)))
            .collect();
        let units: Vec<UnitId> = after.keys().copied().collect();
        let earliest = after.values().min().copied().unwrap_or(view.table.as_of);
        let reader = self.store().read();
        let accepted = store::funds::accepted_between(
            &reader,
            &units,
            earliest,
            view.table.as_of,
            view.known_at,
        );
        let mut entries: BTreeMap<UnitId, Vec<Entry>> = BTreeMap::new();
        for entry in accepted.await? {
            if after
                .get(&entry.unit)
                .is_some_and(|after| entry.fields.received_on > *after)
            {
                entries.entry(entry.unit).or_default().push(entry);
            }
        }
        Ok(entries)
    }

    /// Accepted entries after the newest statement; those whose kind of proof does not count are shown as not counting.
    async fn entry_sources(
        &self,
        view: &View,
        standing: &Standing,
        found: &mut Found,
    ) -> Result<Vec<Source>> {
        let reader = self.store().read();
        let mut sources = Vec::new();
        for entry in found.entries.remove(&standing.unit).unwrap_or_default() {
            let files = store::funds::files(&reader, entry.id).await?;
            let files: Vec<String> = files.into_iter().map(|file| file.name).collect();
            let fields = &entry.fields;
            let decided_by = entry.decided_by.unwrap_or(entry.created_by);
            sources.push(Source {
                what: if fields.refund_of.is_some() {
                    "退款"
                } else {
                    "到账"
                }
                .to_owned(),
                unit: standing.name.clone(),
                amount_wan: fields.amount.wan_exact(),
                day: format!("{}到账", fields.received_on),
                import: None,
                entry: Some(entry.id),
                grounds: format!(
                    "{}；{}；{}：{}",
                    fields.project,
                    fields.investor,
                    fields.proof.label(),
                    files.join("、")
                ),
                by: self.name_of(decided_by, found).await?,
                at: entry.decided_at.unwrap_or(entry.created_at),
                counts: view.counting.kinds.contains(&fields.proof),
            });
        }
        Ok(sources)
    }

    async fn target_source(
        &self,
        standing: &Standing,
        row: &TargetRow,
        counts: bool,
        found: &mut Found,
    ) -> Result<Source> {
        let grounds: Vec<&str> = [row.document_no.as_str(), row.reason.as_str()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect();
        Ok(Source {
            what: "任务数".to_owned(),
            unit: standing.name.clone(),
            amount_wan: row.amount.wan_exact(),
            day: format!("自{}起", row.effective_on),
            import: None,
            entry: None,
            grounds: grounds.join("；"),
            by: self.name_of(row.recorded_by, found).await?,
            at: row.recorded_at,
            counts,
        })
    }

    async fn import_of(&self, id: ImportId, found: &mut Found) -> Result<Option<Import>> {
        if let Some(import) = found.imports.get(&id) {
            return Ok(import.clone());
        }
        let import = store::statements::import_by_id(&self.store().read(), id).await?;
        found.imports.insert(id, import.clone());
        Ok(import)
    }

    async fn name_of(&self, person: PersonId, found: &mut Found) -> Result<String> {
        if let Some(name) = found.names.get(&person) {
            return Ok(name.clone());
        }
        found.names.extend(self.names_of(vec![person]).await?);
        Ok(found.names.get(&person).cloned().unwrap_or_default())
    }
}

/// Whether statements and entries stand behind a figure; else only targets or the calendar do.
const fn asks_entries(figure: Figure) -> bool {
    !matches!(figure, Figure::Target | Figure::Elapsed)
}

/// After which day entries of a unit are added to its figure; none when they are not.
fn entries_after(view: &View, unit: UnitId) -> Option<NaiveDate> {
    let counting = view.statements.get(&unit);
    if counting.is_none() && !view.counting.complete {
        return None;
    }
    let year_before = dates::year_start(view.table.year).and_then(|day| day.pred_opt());
    let after = counting.map(|statement| statement.as_at).or(year_before);
    Some(after.unwrap_or(view.table.as_of))
}

struct Teller<'a> {
    view: &'a View,
    figure: Figure,
    row: Option<&'a Row>,
}

fn wan(amount: Option<Money>) -> String {
    amount.map_or_else(
        || "—".to_owned(),
        |amount| format!("{} 万元", amount.wan_exact()),
    )
}

fn pct(rate: Option<Rate>) -> String {
    rate.map_or_else(|| "—".to_owned(), |rate| format!("{}%", rate.pct()))
}

impl Teller<'_> {
    fn subject(&self) -> String {
        match self.row {
            Some(row) => row.standing.name.clone(),
            None if self.view.whole => format!(
                "{}所属企业（{}户）",
                self.view.authority,
                self.view.table.rows.len()
            ),
            None => "本单位范围".to_owned(),
        }
    }

    fn value(&self) -> String {
        let (table, total, honest) = (
            &self.view.table,
            &self.view.table.total,
            &self.view.table.honest,
        );
        match (self.figure, self.row) {
            (Figure::Target, Some(row)) => wan(row.standing.target),
            (Figure::Target, None) => wan(Some(total.target)),
            (Figure::Done, Some(row)) => wan(row.standing.done),
            (Figure::Done, None) => wan(total.done),
            (Figure::Rate, Some(row)) => pct(row.rate),
            (Figure::Rate, None) => pct(total.rate),
            (Figure::Lead, row) => row
                .and_then(|row| row.lead)
                .map_or_else(|| "—".to_owned(), |lead| format!("{lead} 个百分点")),
            (Figure::Elapsed, _) => pct(Some(table.elapsed)),
            (Figure::Capped, _) => pct(honest.capped),
            (Figure::WithoutLargest, _) => pct(honest.without_largest),
            (Figure::Behind, _) => format!("{} 户", honest.behind),
            (Figure::AtZero, _) => format!("{} 户", honest.at_zero),
            (Figure::Median, _) => pct(honest.median),
            (Figure::Outstanding, _) => wan(honest.outstanding),
        }
    }

    fn trail(&self) -> Vec<(String, String)> {
        let mut trail: Vec<(String, String)> = self
            .calculation()
            .into_iter()
            .map(|(label, text)| (label.to_owned(), text))
            .collect();
        let mut add = |label: &str, text: String| trail.push((label.to_owned(), text));
        if self.row.is_none() && self.figure != Figure::Elapsed {
            add("统计范围", self.cohort());
        }
        add("截止日期", self.view.table.as_of.to_string());
        add(
            "数据时点",
            format!(
                "{}之前录入并认定的数据",
                dates::print_minute(self.view.known_at)
            ),
        );
        add("取整", self.rounding().to_owned());
        trail
    }

    fn cohort(&self) -> String {
        let table = &self.view.table;
        let mut text = format!("{}户企业", table.rows.len());
        if table.total.unknown > 0 {
            text.push_str(&format!("，其中{}户尚无数据，不计入", table.total.unknown));
        }
        match self.figure {
            Figure::Behind | Figure::AtZero | Figure::Median => {
                text.push_str("；任务数为0或未下达的不计入")
            }
            Figure::WithoutLargest => {
                let largest = table
                    .rows
                    .iter()
                    .find(|row| Some(row.standing.unit) == table.honest.largest);
                if let Some(row) = largest {
                    text.push_str(&format!(
                        "；剔除完成数最大的{}（任务数与完成数都不计）",
                        row.standing.name
                    ));
                }
            }
            _ => {}
        }
        text
    }

    const fn rounding(&self) -> &'static str {
        match self.figure {
            Figure::Target | Figure::Done | Figure::Outstanding => {
                "按分精确计算，不取整；印发的表格取整数万元，四舍五入"
            }
            Figure::Behind | Figure::AtZero => "按未取整的完成率比较",
            Figure::Lead => "两个已取两位小数的百分数相减",
            _ => "按未取整的金额计算，最后取两位小数，四舍五入，不封顶",
        }
    }

    fn calculation(&self) -> Vec<(&'static str, String)> {
        let (table, total) = (&self.view.table, &self.view.table.total);
        let (target, done) = match self.row {
            Some(row) => (row.standing.target, row.standing.done),
            None => (Some(total.target), total.done),
        };
        match self.figure {
            Figure::Target => vec![(
                "计算",
                "截止日期当日有效的任务数（首次下达，或其后的调整）".to_owned(),
            )],
            Figure::Done => self.done_calculation(),
            Figure::Rate => vec![
                ("分子", format!("完成数 {}", wan(done))),
                ("分母", format!("任务数 {}", wan(target))),
            ],
            Figure::Lead => vec![
                ("完成率", pct(self.row.and_then(|row| row.rate))),
                ("时间进度", pct(Some(table.elapsed))),
                ("计算", "完成率 − 时间进度".to_owned()),
            ],
            Figure::Elapsed => vec![(
                "计算",
                "（已过整月数 ＋ 当月已过天数 ÷ 当月天数）÷ 12".to_owned(),
            )],
            Figure::Capped => vec![
                ("分子", "各户完成数之和，每户最多计到其任务数".to_owned()),
                ("分母", format!("任务数之和 {}", wan(Some(total.target)))),
            ],
            Figure::WithoutLargest => vec![
                ("分子", "其余各户完成数之和".to_owned()),
                ("分母", "其余各户任务数之和".to_owned()),
            ],
            Figure::Behind => vec![(
                "计算",
                format!("完成率低于时间进度 {} 的户数", pct(Some(table.elapsed))),
            )],
            Figure::AtZero => vec![("计算", "完成数恰为0的户数；尚无数据的不算零".to_owned())],
            Figure::Median => vec![(
                "计算",
                format!(
                    "{}户完成率从低到高排列，取中间一户；双数取中间两户的平均",
                    table.honest.counted
                ),
            )],
            Figure::Outstanding => vec![(
                "计算",
                "各户任务数减完成数之差相加；已超额的按0计，不以盈补亏".to_owned(),
            )],
        }
    }

    fn done_calculation(&self) -> Vec<(&'static str, String)> {
        let view = self.view;
        let kinds: Vec<&str> = view
            .counting
            .kinds
            .iter()
            .map(|kind| kind.label())
            .collect();
        let mut parts = vec![(
            "计算",
            "截止日期及以前最近一期已认定的累计报表（后一期替代前一期，不相加），加报表截止日之后到账并已认定的资金".to_owned(),
        )];
        if let Some(row) = self.row {
            let unit = row.standing.unit;
            let statement = view.statements.get(&unit).map(|statement| statement.amount);
            parts.push(("累计报表", wan(statement)));
            if let Some(after) = view.entries.get(&unit) {
                parts.push((
                    "其后到账",
                    format!("{}笔，{}", after.count, wan(Some(after.amount))),
                ));
            }
        }
        parts.push(("计入的凭证", kinds.join("、")));
        parts
    }

    fn line(&self, row: &Row) -> Line {
        let standing = &row.standing;
        let known = standing.done.zip(standing.target);
        let yes_no = |yes: bool| if yes { "计入" } else { "不计入" }.to_owned();
        let part = match self.figure {
            Figure::Capped => known.map_or_else(
                || "不计入".to_owned(),
                |(done, target)| wan(Some(done.min(target))),
            ),
            Figure::WithoutLargest => {
                yes_no(known.is_some() && Some(standing.unit) != self.view.table.honest.largest)
            }
            Figure::Behind => yes_no(row.rate.is_some_and(|rate| rate < self.view.table.elapsed)),
            Figure::AtZero => {
                yes_no(row.rate.is_some() && standing.done.is_some_and(Money::is_zero))
            }
            Figure::Median => yes_no(row.rate.is_some()),
            Figure::Outstanding => known.map_or_else(
                || "不计入".to_owned(),
                |(done, target)| wan(Some(done.missing_to(target))),
            ),
            Figure::Target => wan(standing.target),
            Figure::Done => wan(standing.done),
            _ => String::new(),
        };
        Line {
            unit: standing.unit,
            name: standing.name.clone(),
            target_wan: standing.target.map(Money::wan_exact),
            done_wan: standing.done.map(Money::wan_exact),
            rate_pct: row.rate.map(|rate| rate.pct().to_string()),
            part,
        }
    }
}
