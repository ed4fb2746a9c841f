//! A board as a file.

use documents::write::{TableCell, TableColumn, TableHead, table_csv, table_xlsx};
use domain::{
    cohort::{Column, rates::RateKind},
    dates,
    permission::Action,
    person::Caller,
};
use serde_json::json;

use super::{CohortBoard, CohortQuery, CohortRow};
use crate::{App, Error, Result, projects::ExportFormat, work::Fact};

impl App {
    /// A board as a file: its name and bytes. Noted as a download.
    ///
    /// # Errors
    /// As [`App::cohort_board`].
    pub async fn cohort_file(
        &self,
        caller: &Caller,
        query: CohortQuery,
        format: ExportFormat,
    ) -> Result<(String, Vec<u8>)> {
        self.permit(caller, Action::ViewCohorts).await?;
        let board = self.cohort_board(caller, query).await?;
        let by = format!(
            "{} {}导出",
            caller.in_words(),
            dates::print_minute(self.now())
        );
        let (head, rows) = table(&board, &by);
        let written = match format {
            ExportFormat::Xlsx => table_xlsx(&head, &rows),
            ExportFormat::Csv => table_csv(&head, &rows),
        };
        let bytes = written.map_err(|error| Error::Internal(error.to_string()))?;
        let name = format!(
            "签约转化（按{}，截至{}）.{}",
            board.query.group.label(),
            board.as_of,
            format.word()
        );
        let detail = json!({"query": board.query.pairs, "format": format.word()});
        self.note_access(caller, Fact::new("cohort.exported", "cohort", detail))
            .await?;
        Ok((name, bytes))
    }
}

fn table(board: &CohortBoard, by: &str) -> (TableHead, Vec<Vec<TableCell>>) {
    let mut columns = vec![TableColumn::new(board.query.group.label(), 22)];
    for column in Column::ALL {
        columns.push(TableColumn::new(format!("{}（个）", column.label()), 8));
        let amounts = format!("{}：{}（万元）", column.label(), column.amount_label());
        columns.push(TableColumn::new(amounts, 14));
    }
    for kind in RateKind::ALL {
        columns.push(TableColumn::new(kind.label(), 9));
        let unit = if kind.is_money() { "万元" } else { "个" };
        columns.push(TableColumn::new(
            format!("{}：分子（{unit}）", kind.label()),
            12,
        ));
        columns.push(TableColumn::new(
            format!("{}：分母（{unit}）", kind.label()),
            12,
        ));
    }
    let head = TableHead {
        title: format!(
            "签约转化（按{}，截至{}）",
            board.query.group.label(),
            dates::print_long(board.as_of)
        ),
        note: by.to_owned(),
        columns,
    };
    let rows = board.rows.iter().chain([&board.total]).map(row);
    (head, rows.collect())
}

fn row(row: &CohortRow) -> Vec<TableCell> {
    let mut cells = vec![TableCell::text(row.label.as_str())];
    for cell in row.cells {
        cells.push(TableCell::Int(cell.projects));
        cells.push(TableCell::Money(cell.amount));
    }
    for (kind, ratio) in RateKind::ALL.into_iter().zip(row.ratios) {
        cells.push(TableCell::text(ratio.print()));
        for value in [ratio.upper, ratio.lower] {
            cells.push(match kind.is_money() {
                true => TableCell::Money(domain::Money::from_fen(value)),
                false => TableCell::Int(value),
            });
        }
    }
    cells
}
