//! Walks the body of a docx once, with a stack of the elements that are open.

use crate::docx::fields::{self, Fields};
use crate::docx::table::{CellProps, Merge, TableBuilder};
use crate::forms::ErrorKind;
use crate::grid::{Budget, Contents, Doubt, Grid};
use crate::limits;
use crate::refusal::{Accept, Refusal};
use crate::xml::{Item, Ns, Tag, Xml};

/// Lines of text kept above and below a table: titles, unit lines, notes.
const LINES_AROUND: usize = 12;

/// Reads `word/document.xml`.
pub(super) fn read(text: &str) -> Accept<Contents> {
    let mut xml = Xml::new(text);
    let mut walk = Walk::new();
    loop {
        match xml.next()? {
            Item::Open(tag) => walk.open(&tag, &mut xml)?,
            Item::Close => walk.close()?,
            Item::Text(text) => walk.text(&text)?,
            Item::End => return walk.finish(),
        }
    }
}

/// An open element, as far as it matters.
enum Frame {
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
struct RunState {
    hidden: bool,
    struck: bool,
    raised: bool,
}

/// Where text goes: the body, one cell, one text box.
#[derive(Default)]
struct Flow {
    line: String,
    lines: Vec<String>,
    doubt: Option<Doubt>,
}

struct Walk {
    stack: Vec<Frame>,
    flows: Vec<Flow>,
    tables: Vec<TableBuilder>,
    tables_seen: usize,
    grids: Vec<Grid>,
    /// Index in `grids` of the last table of the body, which lines below belong to.
    last_of_body: Option<usize>,
    fields: Fields,
    prompts: usize,
    embedded: bool,
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

    fn open(&mut self, tag: &Tag<'_>, xml: &mut Xml<'_>) -> Accept<()> {
        let frame = match tag.ns {
            Ns::Word => self.open_word(tag)?,
            Ns::Compat => match self.open_alternative(tag) {
                Some(frame) => frame,
                None => return xml.skip(),
            },
            Ns::Math if tag.local() == "t" => Frame::Text,
            Ns::Math | Ns::Sheet | Ns::Other => Frame::Plain,
        };
        if tag.is(Ns::Word, "rt") {
            // Pronunciation printed above a word is not part of it.
            return xml.skip();
        }
        self.stack.push(frame);
        Ok(())
    }

    /// Of the alternatives the first one is read; the fallback repeats its text for older programs.
    fn open_alternative(&mut self, tag: &Tag<'_>) -> Option<Frame> {
        if tag.local() == "AlternateContent" {
            return Some(Frame::Alternatives(false));
        }
        match self.stack.last_mut() {
            Some(Frame::Alternatives(taken)) if *taken => None,
            Some(Frame::Alternatives(taken)) => {
                *taken = true;
                Some(Frame::Plain)
            }
            _ => Some(Frame::Plain),
        }
    }

    fn open_word(&mut self, tag: &Tag<'_>) -> Accept<Frame> {
        match tag.local() {
            "ins" | "del" | "moveFrom" | "moveTo" | "cellIns" | "cellDel" | "cellMerge" => {
                return Err(tracked());
            }
            "p" => return Ok(Frame::Para),
            "r" => return Ok(Frame::Run(RunState::default())),
            "tbl" => return self.start_table(),
            "tr" => return Ok(self.start_row()),
            "tc" => return Ok(self.start_cell()),
            "sdt" => return Ok(Frame::Control(false)),
            "txbxContent" => {
                self.flows.push(Flow::default());
                return Ok(Frame::Box);
            }
            "altChunk" => self.embedded = true,
            "fldSimple" => fields::check(&tag.attr("instr")?.unwrap_or_default())?,
            _ => {}
        }
        match self.stack.last_mut() {
            Some(Frame::Run(_)) => self.open_in_run(tag),
            Some(Frame::RunProps) => self.run_property(tag),
            Some(Frame::Row) if tag.local() == "trPr" => Ok(Frame::RowProps),
            Some(Frame::RowProps) => self.row_property(tag),
            Some(Frame::Cell(_)) if tag.local() == "tcPr" => Ok(Frame::CellProps),
            Some(Frame::CellProps) => self.cell_property(tag),
            Some(Frame::Control(prompt)) => {
                let prompt = *prompt;
                Ok(self.open_in_control(tag, prompt))
            }
            Some(Frame::ControlProps) => self.control_property(tag),
            _ => Ok(Frame::Plain),
        }
    }

    fn open_in_run(&mut self, tag: &Tag<'_>) -> Accept<Frame> {
        match tag.local() {
            "rPr" => return Ok(Frame::RunProps),
            "t" => return Ok(Frame::Text),
            "instrText" => return Ok(Frame::Instruction),
            "fldChar" => self
                .fields
                .mark(&tag.attr("fldCharType")?.unwrap_or_default())?,
            "tab" | "ptab" => self.text_of_run("\t")?,
            "br" | "cr" => self.text_of_run("\n")?,
            "noBreakHyphen" => self.text_of_run("-")?,
            // A character of a symbol font: which one it shows is not known here.
            "sym" => self.text_of_run("\u{fffd}")?,
            _ => {}
        }
        Ok(Frame::Plain)
    }

    fn run_property(&mut self, tag: &Tag<'_>) -> Accept<Frame> {
        let on = tag.is_on()?;
        let raised = matches!(
            tag.attr("val")?.as_deref(),
            Some("superscript" | "subscript")
        );
        let below = self.stack.len().checked_sub(2);
        if let Some(Frame::Run(run)) = below.and_then(|at| self.stack.get_mut(at)) {
            match tag.local() {
                "vanish" => run.hidden |= on,
                "strike" | "dstrike" => run.struck |= on,
                "vertAlign" => run.raised |= raised,
                _ => {}
            }
        }
        Ok(Frame::Plain)
    }

    fn row_property(&mut self, tag: &Tag<'_>) -> Accept<Frame> {
        if let Some(table) = self.tables.last_mut() {
            match tag.local() {
                "gridBefore" => table.skip_columns(number(tag)?),
                "hidden" if tag.is_on()? => table.hide_row(),
                _ => {}
            }
        }
        Ok(Frame::Plain)
    }

    fn cell_property(&mut self, tag: &Tag<'_>) -> Accept<Frame> {
        let below = self.stack.len().checked_sub(2);
        if let Some(Frame::Cell(props)) = below.and_then(|at| self.stack.get_mut(at)) {
            match tag.local() {
                "gridSpan" => props.span = number(tag)?,
                "vMerge" => props.vertical = Some(Merge::from_value(tag.attr("val")?.as_deref())),
                "hMerge" => props.horizontal = Some(Merge::from_value(tag.attr("val")?.as_deref())),
                _ => {}
            }
        }
        Ok(Frame::Plain)
    }

    fn open_in_control(&mut self, tag: &Tag<'_>, prompt: bool) -> Frame {
        match tag.local() {
            "sdtPr" => Frame::ControlProps,
            "sdtContent" => {
                self.prompts += usize::from(prompt);
                Frame::ControlContent(prompt)
            }
            _ => Frame::Plain,
        }
    }

    fn control_property(&mut self, tag: &Tag<'_>) -> Accept<Frame> {
        let below = self.stack.len().checked_sub(2);
        if let Some(Frame::Control(prompt)) = below.and_then(|at| self.stack.get_mut(at))
            && tag.local() == "showingPlcHdr"
        {
            *prompt = tag.is_on()?;
        }
        Ok(Frame::Plain)
    }

    fn start_table(&mut self) -> Accept<Frame> {
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
            before.extend(last_lines(&self.flow().lines));
        }
        if self.tables.is_empty() {
            before.splice(0..0, self.end_lines_below());
        }
        self.tables
            .push(TableBuilder::new(self.tables_seen, before));
        Ok(Frame::Table)
    }

    /// Gives the lines since the last table of the body to that table, starts anew, and returns the last of them.
    fn end_lines_below(&mut self) -> Vec<String> {
        let lines = self
            .flows
            .first_mut()
            .map(|body| std::mem::take(&mut body.lines))
            .unwrap_or_default();
        let last = last_lines(&lines);
        if let Some(grid) = self.last_of_body.and_then(|at| self.grids.get_mut(at)) {
            grid.after = lines.into_iter().take(LINES_AROUND).collect();
        }
        last
    }

    fn start_row(&mut self) -> Frame {
        if let Some(table) = self.tables.last_mut() {
            table.start_row();
        }
        Frame::Row
    }

    fn start_cell(&mut self) -> Frame {
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
            Some(Frame::Box) => self.end_box(),
            Some(Frame::ControlContent(true)) => {
                self.prompts = self.prompts.saturating_sub(1);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn end_para(&mut self) -> Accept<()> {
        let in_body = self.flows.len() == 1;
        let flow = self.flow();
        let line = std::mem::take(&mut flow.line);
        let bytes = line.len();
        if !in_body || !line.trim().is_empty() {
            flow.lines.push(line);
        }
        self.budget.text(bytes)
    }

    fn end_cell(&mut self, props: CellProps) -> Accept<()> {
        let Some(flow) = self.flows.pop() else {
            return Ok(());
        };
        let text = flow.lines.join("\n");
        let text = text.trim().to_owned();
        let Some(table) = self.tables.last_mut() else {
            return Err(Refusal::damaged());
        };
        table.end_cell(props, text, flow.doubt, &mut self.budget)
    }

    /// A text box is not part of the line or cell it hangs on; its lines go to the text of the body.
    fn end_box(&mut self) -> Accept<()> {
        let Some(mut flow) = self.flows.pop() else {
            return Ok(());
        };
        flow.lines.retain(|line| !line.trim().is_empty());
        if let Some(body) = self.flows.first_mut() {
            body.lines.append(&mut flow.lines);
        }
        Ok(())
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

    fn text_of_run(&mut self, text: &str) -> Accept<()> {
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

fn last_lines(lines: &[String]) -> Vec<String> {
    lines[lines.len().saturating_sub(LINES_AROUND)..].to_vec()
}

fn number(tag: &Tag<'_>) -> Accept<u32> {
    // Absurd numbers are cut to what a table can hold rather than believed.
    let value = tag.attr("val")?.unwrap_or_default();
    Ok(value
        .trim()
        .parse::<u64>()
        .map_or(0, |number| u32::try_from(number).unwrap_or(u32::MAX))
        .min(limits::COLUMNS))
}

fn tracked() -> Refusal {
    Refusal::new(
        ErrorKind::TrackedChanges,
        "文件里有未处理的修订（插入或删除的痕迹），无法确定以哪个为准，请在“审阅”中接受或拒绝全部修订后重新上传。",
    )
}
