//! Walks the body of a docx once, with a stack of the elements that are open.

use crate::docx::fields::Fields;
use crate::docx::table::{CellProps, TableBuilder};
use crate::grid::{Budget, Contents, Doubt, Grid};
use crate::limits;
use crate::refusal::{Accept, Refusal};
use crate::xml::{Item, Xml};

/// Lines of text kept above and below a table: titles, unit lines, notes.
const LINES_AROUND: usize = 12;

/// Reads `word/document.xml`.
pub(super) fn read(text: &str) -> Accept<Contents> {
    through(text)?.finish()
}

/// The lines of a page header, also of a table that lays it out.
pub(super) fn lines(text: &str) -> Accept<Vec<String>> {
    let mut walk = through(text)?;
    let mut lines = walk.flow().last_lines();
    for row in walk.grids.iter().flat_map(|grid| &grid.rows) {
        let texts: Vec<&str> = row.cells.iter().map(|cell| cell.text.as_str()).collect();
        lines.extend(shown(&texts.join("\t")));
    }
    lines.truncate(LINES_AROUND);
    Ok(lines)
}

fn through(text: &str) -> Accept<Walk> {
    let mut xml = Xml::new(text);
    let mut walk = Walk::new();
    loop {
        match xml.next()? {
            Item::Open(tag) => walk.open(&tag, &mut xml)?,
            Item::Close => walk.close()?,
            Item::Text(text) => walk.text(&text)?,
            Item::End => return Ok(walk),
        }
    }
}

/// An open element, as far as it matters.
pub(super) enum Frame {
    Plain,
    Para,
    Run(RunState),
    RunProps,
    /// `w:t`: its text is printed.
    Text,
    /// `w:instrText`.
    Instruction,
    Table,
    Row,
    RowProps,
    Cell(CellProps),
    CellProps,
    /// A content control; true while it shows its prompt instead of content.
    Control(bool),
    ControlProps,
    ControlContent(bool),
    /// `mc:AlternateContent`; true once one alternative was read.
    Alternatives(bool),
    /// Text in a frame of its own (text box).
    Box,
}

/// How the text of one run looks.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RunState {
    pub hidden: bool,
    pub struck: bool,
    pub raised: bool,
}

/// Where text goes: the body, one cell, one text box.
#[derive(Default)]
struct Flow {
    /// The paragraph being read.
    line: String,
    /// The paragraphs before it, each with a line break at its end.
    text: String,
    doubt: Option<Doubt>,
}

impl Flow {
    /// The last lines, for tables that begin here.
    fn last_lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self
            .text
            .lines()
            .rev()
            .filter_map(shown)
            .take(LINES_AROUND)
            .collect();
        lines.reverse();
        lines
    }
}

/// A line as it is kept around a table: titles and unit lines are short, of the rest the start is enough.
fn shown(line: &str) -> Option<String> {
    const KEPT: usize = 200;
    let line = line.trim();
    (!line.is_empty()).then(|| line.chars().take(KEPT).collect())
}

/// The walk through the body.
pub(super) struct Walk {
    pub stack: Vec<Frame>,
    flows: Vec<Flow>,
    pub tables: Vec<TableBuilder>,
    tables_seen: usize,
    grids: Vec<Grid>,
    /// Index in `grids` of the last table of the body, which lines below belong to.
    last_of_body: Option<usize>,
    pub fields: Fields,
    pub prompts: usize,
    pub embedded: bool,
    budget: Budget,
}

impl Walk {
    fn new() -> Self {
        Self {
            stack: Vec::new(),
            flows: vec![Flow::default()],
            tables: Vec::new(),
            tables_seen: 0,
            grids: Vec::new(),
            last_of_body: None,
            fields: Fields::default(),
            prompts: 0,
            embedded: false,
            budget: Budget::new(),
        }
    }

    pub fn start_table(&mut self) -> Accept<Frame> {
        self.tables_seen += 1;
        if self.tables_seen > limits::TABLES {
            return Err(Refusal::too_large());
        }
        // A table inside a cell or text box: what stands above the outer one speaks for it too.
        let mut before = self
            .tables
            .last()
            .map_or_else(Vec::new, |outer| outer.before().to_vec());
        if self.flows.len() > 1 {
            before.extend(self.flow().last_lines());
        }
        if self.tables.is_empty() {
            before.splice(0..0, self.end_lines_below());
        }
        let before = before.split_off(before.len().saturating_sub(2 * LINES_AROUND));
        let inside = self.tables.last().and_then(TableBuilder::here);
        self.tables
            .push(TableBuilder::new(self.tables_seen, before, inside));
        Ok(Frame::Table)
    }

    /// Gives the lines since the last table of the body to that table, starts anew, and returns the last of them.
    fn end_lines_below(&mut self) -> Vec<String> {
        let Some(body) = self.flows.first_mut() else {
            return Vec::new();
        };
        let last = body.last_lines();
        let text = std::mem::take(&mut body.text);
        if let Some(grid) = self.last_of_body.and_then(|at| self.grids.get_mut(at)) {
            grid.after = text.lines().filter_map(shown).take(LINES_AROUND).collect();
        }
        last
    }

    /// Where the text of a cell or text box goes.
    pub fn start_flow(&mut self) {
        self.flows.push(Flow::default());
    }

    pub fn start_row(&mut self) -> Frame {
        if let Some(table) = self.tables.last_mut() {
            table.start_row();
        }
        Frame::Row
    }

    pub fn start_cell(&mut self) -> Frame {
        self.flows.push(Flow::default());
        Frame::Cell(CellProps::default())
    }

    fn close(&mut self) -> Accept<()> {
        match self.stack.pop() {
            Some(Frame::Para) => self.end_para(),
            Some(Frame::Table) => {
                self.end_table();
                Ok(())
            }
            Some(Frame::Row) => self.tables.last_mut().map_or(Ok(()), TableBuilder::end_row),
            Some(Frame::Cell(props)) => self.end_cell(props),
            Some(Frame::Box) => {
                self.end_box();
                Ok(())
            }
            Some(Frame::ControlContent(true)) => {
                self.prompts = self.prompts.saturating_sub(1);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn end_para(&mut self) -> Accept<()> {
        let in_cell = self.flows.len() > 1;
        let flow = self.flow();
        let line = std::mem::take(&mut flow.line);
        if in_cell || !line.trim().is_empty() {
            flow.text.push_str(&line);
            flow.text.push('\n');
        }
        if in_cell && flow.text.len() > limits::CELL_TEXT_BYTES {
            return Err(Refusal::too_large());
        }
        self.budget.text(line.len())
    }

    fn end_cell(&mut self, props: CellProps) -> Accept<()> {
        let Some(flow) = self.flows.pop() else {
            return Ok(());
        };
        let Some(table) = self.tables.last_mut() else {
            return Err(Refusal::damaged());
        };
        table.end_cell(
            props,
            flow.text.trim().to_owned(),
            flow.doubt,
            &mut self.budget,
        )
    }

    /// A text box is not part of the line or cell it hangs on; its lines go to the text of the body.
    fn end_box(&mut self) {
        let flow = self.flows.pop().unwrap_or_default();
        if let Some(body) = self.flows.first_mut() {
            body.text.push_str(&flow.text);
        }
    }

    fn end_table(&mut self) {
        let Some(table) = self.tables.pop() else {
            return;
        };
        if self.tables.is_empty() {
            self.last_of_body = Some(self.grids.len());
        }
        self.grids.push(table.finish());
    }

    fn text(&mut self, text: &str) -> Accept<()> {
        match self.stack.last() {
            Some(Frame::Text) => self.text_of_run(text),
            Some(Frame::Instruction) => {
                self.fields.instruction(text);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    pub fn text_of_run(&mut self, text: &str) -> Accept<()> {
        if self.prompts > 0 || self.fields.hide_text() {
            return Ok(());
        }
        let run = self.stack.iter().rev().find_map(|frame| {
            if let Frame::Run(run) = frame {
                Some(*run)
            } else {
                None
            }
        });
        let run = run.unwrap_or_default();
        let flow = self.flow();
        let left_out = if run.hidden {
            Some(Doubt::Hidden)
        } else {
            run.struck.then_some(Doubt::Struck)
        };
        if left_out.is_some() && !text.trim().is_empty() {
            flow.doubt = left_out;
            return Ok(());
        }
        if run.raised {
            flow.line.extend(text.chars().map(crate::value::raise));
        } else {
            flow.line.push_str(text);
        }
        if flow.line.len() > limits::CELL_TEXT_BYTES {
            Err(Refusal::too_large())
        } else {
            Ok(())
        }
    }

    /// The innermost flow; the body's is never popped.
    fn flow(&mut self) -> &mut Flow {
        if self.flows.is_empty() {
            self.flows.push(Flow::default());
        }
        let last = self.flows.len() - 1;
        &mut self.flows[last]
    }

    fn finish(mut self) -> Accept<Contents> {
        self.fields.finish()?;
        self.end_lines_below();
        let left_out = if self.embedded {
            vec!["文件中嵌入了另一份文件的内容，这一部分没有读取".to_owned()]
        } else {
            Vec::new()
        };
        self.grids.sort_by_key(|grid| match grid.place {
            crate::grid::Place::Table(number) => number,
            _ => usize::MAX,
        });
        Ok(Contents {
            grids: self.grids,
            left_out,
        })
    }
}
