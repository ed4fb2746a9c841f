//! The analysis as a file to take away: the page's honest totals, its chart, what it is compared with, a projection.

use chrono::{Datelike, NaiveDate};
use documents::write::{
    Analysis, AnalysisRow, Figure as Print, Headline, analysis_docx, analysis_pdf, analysis_xlsx,
};
use domain::{Instant, Money, Pct, Rate, completion::Row, dates, person::Caller, projection};
use serde_json::json;

use super::{
    Compared, Comparison, Format, Printed, Query, View,
    files::broken,
    print::{notes, period, period_header},
};
use crate::{App, Error, Result, work::Fact};

/// What the analysis is called.
const SUBJECT: &str = "招商引资情况分析";

impl App {
    /// The analysis of the completion table as a file, noted as an export. The same data give the same bytes.
    ///
    /// # Errors
    /// As [`App::completion`]; [`Error::Lacking`] for a PDF without fonts; [`Error::NotFound`] for csv.
    pub async fn analysis_file(
        &self,
        caller: &Caller,
        query: Query,
        format: Format,
    ) -> Result<Printed> {
        let comparison = self.comparison(caller, query).await?;
        let view = &comparison.view;
        let analysis = analysis(&comparison);
        let extension = format.extension();
        let detail = json!({"year": view.table.year, "as_of": view.table.as_of, "known_at": view.known_at, "rows": view.table.rows.len()});
        let name = file_name(view, extension);
        let bytes = match format {
            Format::Docx => analysis_docx(&analysis).map_err(broken)?,
            Format::Xlsx => analysis_xlsx(&analysis).map_err(broken)?,
            Format::Pdf => {
                let make = move |fonts: &_| analysis_pdf(&analysis, fonts);
                self.printer().pdf(make).await?
            }
            // Rows without their totals and notes would be no analysis; the table itself goes out as csv.
            Format::Csv => return Err(Error::NotFound),
        };
        let object = format!("analysis.{extension}");
        self.note_access(caller, Fact::new("analysis.exported", object, detail))
            .await?;
        Ok(Printed { name, bytes })
    }
}

/// Whose figures these are: all enterprises of the authority, or the caller's own.
fn subject(view: &View) -> String {
    match (view.whole, &view.table.rows[..]) {
        (true, _) => format!("市级国有企业{SUBJECT}"),
        (false, [only]) => format!("{}{SUBJECT}", only.standing.name),
        (false, _) => format!("本单位{SUBJECT}"),
    }
}

/// `2017年1-10月…分析（截至2017-10-31）.pdf`; within a month the period names the day already.
fn file_name(view: &View, extension: &str) -> String {
    let day = view.table.as_of;
    let until = if dates::month_end(day.year(), day.month()) == Some(day) {
        format!("（截至{day}）")
    } else {
        String::new()
    };
    format!("{}{}{until}.{extension}", period(day), subject(view))
}

fn analysis(comparison: &Comparison) -> Analysis {
    let view = &comparison.view;
    let table = &view.table;
    let rows = table.rows.iter().zip(&comparison.rows);
    let total = &comparison.total;
    Analysis {
        title: vec![period(table.as_of), subject(view)],
        facts: format!(
            "截至{}　时间进度{}%　单位：万元",
            dates::print_long(table.as_of),
            table.elapsed.pct()
        ),
        done_header: period_header(table.as_of),
        elapsed: table.elapsed.pct(),
        headline: headline(comparison),
        rows: rows
            .map(|(row, compared)| enterprise(row, compared))
            .collect(),
        total: AnalysisRow {
            short: total.name.clone(),
            target: Some(table.total.target),
            rate: table.total.rate.map(Rate::pct),
            plan_rate: plan_rate(total, Some(table.total.target)),
            ..compared(total)
        },
        notes: explained(comparison),
    }
}

fn enterprise(row: &Row, beside: &Compared) -> AnalysisRow {
    let standing = &row.standing;
    AnalysisRow {
        short: standing.short_name.clone(),
        target: standing.target,
        rate: row.rate.map(Rate::pct),
        lead: row.lead,
        plan_rate: plan_rate(beside, standing.target),
        ..compared(beside)
    }
}

fn plan_rate(compared: &Compared, target: Option<Money>) -> Option<Pct> {
    Some(Rate::of(compared.plan?, target?)?.pct())
}

fn compared(compared: &Compared) -> AnalysisRow {
    AnalysisRow {
        unit: compared.name.clone(),
        done: compared.done,
        plan_lead: compared.plan_lead,
        month_before: compared.month_before,
        since: compared.since,
        year_before: compared.year_before,
        against_year_before: compared.against_year_before,
        projected: compared.projected,
        projected_rate: compared.projected_rate.map(Rate::pct),
        ..AnalysisRow::default()
    }
}

fn headline(comparison: &Comparison) -> Vec<Headline> {
    let (table, total) = (&comparison.view.table, &comparison.total);
    let honest = &table.honest;
    let line = |label: &str, figure: Print, note: String| Headline {
        label: label.to_owned(),
        figure,
        note,
    };
    let rate = |rate: Option<Rate>| Print::Rate(rate.map(Rate::pct));
    let count = |count: usize, of: Option<usize>| Print::Count {
        count: table.total.done.map(|_| count),
        of,
    };
    let wan = |amount: Option<Money>| {
        amount.map_or_else(
            || "—".to_owned(),
            |amount| format!("{}万元", amount.wan_rounded().replace('-', "−")),
        )
    };
    let then = |what: &str, day: NaiveDate, amount: Option<Money>| match amount {
        Some(_) => format!("{what}（{day}）{}", wan(amount)),
        None => format!("{what}（{day}）尚无数据"),
    };
    let largest = table
        .rows
        .iter()
        .find(|row| Some(row.standing.unit) == honest.largest);
    let largest = largest.map_or_else(
        || "没有完成数最大的企业".to_owned(),
        |row| format!("{}的任务数、完成数都不计", row.standing.short_name),
    );
    let before = comparison.month_before.map_or_else(
        || "一月没有上月".to_owned(),
        |day| then("上月末", day, total.month_before),
    );
    let elapsed = table.elapsed.pct();
    vec![
        line(
            "完成率（合计）",
            rate(table.total.rate),
            format!(
                "完成{}，任务{}",
                wan(table.total.done),
                wan(Some(table.total.target))
            ),
        ),
        line(
            "每户封顶100%",
            rate(honest.capped),
            "超额不补欠额".to_owned(),
        ),
        line("剔除最大户", rate(honest.without_largest), largest),
        line(
            "落后于时间进度",
            count(honest.behind, Some(honest.counted)),
            format!("完成率低于{elapsed}%的户数／有完成率的户数"),
        ),
        line(
            "零完成",
            count(honest.at_zero, None),
            "完成数为0".to_owned(),
        ),
        line(
            "完成率中位数",
            rate(honest.median),
            "一半企业不到这个数".to_owned(),
        ),
        line(
            "尚缺",
            Print::Amount(honest.outstanding),
            "各户与任务数的差额之和".to_owned(),
        ),
        line(
            "时间进度",
            Print::Rate(Some(elapsed)),
            "年初至截止日期占全年".to_owned(),
        ),
        line("本月新增", Print::Change(total.since), before),
        line(
            "同比增减",
            Print::Change(total.against_year_before),
            then("上年同期", comparison.year_before, total.year_before),
        ),
        line(
            "年底预测",
            Print::Amount(total.projected),
            "按现有进度线性外推，方法见说明".to_owned(),
        ),
        line(
            "预测完成率",
            rate(total.projected_rate),
            "年底预测÷任务数".to_owned(),
        ),
    ]
}

/// What the figures are, in words: the page says as much beside each.
fn explained(comparison: &Comparison) -> Vec<String> {
    let view = &comparison.view;
    let month_before = comparison
        .month_before
        .map_or_else(|| "一月没有上月".to_owned(), |day| day.to_string());
    let mut list = vec![known_at(view)];
    list.extend(notes(view));
    list.push(format!(
        "时间进度=（月份−1＋当日÷当月天数）÷12；超/欠进度=完成率−时间进度（都取两位小数后相减），单位为百分点；落后按未取整的数比较。任务数为0或未下达的不计完成率、户数和中位数，共{}户有完成率。",
        view.table.honest.counted
    ));
    if comparison.rows.iter().any(|row| row.plan.is_some()) {
        list.push("计划进度为各企业自己编制的月度计划占任务数的比例，月中按天数折算；超/欠计划=完成率−计划进度，单位为百分点。有企业没有编制计划时，合计不列计划。".to_owned());
    }
    list.push(format!(
        "上月末：{month_before}；上年同期：{}。“—”表示没有可比的数据，不是零。",
        comparison.year_before
    ));
    list.push(format!(
        "年底预测：{}，取整数万元。只是按现有进度推算，不考虑即将落地的项目，也不剔除一次性的大额资金。",
        projection::METHOD
    ));
    list
}

/// Which data these are. A file says nothing of when it was made, so that the same data give the same bytes.
fn known_at(view: &View) -> String {
    let until = format!("数据截至{}", dates::print_long(view.table.as_of));
    if view.known_at_asked {
        let at = dates::print_minute(view.known_at);
        return format!("{until}；数据时点{at}：只含此时已录入、已认定的数据。");
    }
    let newest = view.table.rows.iter().flat_map(|row| {
        let unit = &row.standing.unit;
        let statement = view.statements.get(unit).map(|one| one.accepted_at);
        let target = view.targets.get(unit).map(|one| one.recorded_at);
        [statement, target]
    });
    let newest: Option<Instant> = newest.flatten().max();
    let newest = newest.map_or_else(String::new, |at| {
        format!(
            "其中任务数和累计报表最近一次录入于{}。",
            dates::print_minute(at)
        )
    });
    format!("{until}；数据时点未指定，按系统内全部已录入、已认定的数据。{newest}")
}
