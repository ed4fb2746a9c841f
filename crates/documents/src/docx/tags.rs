//! What opening tags of the body do: start something, or set a property of what is open.

use super::body::{Frame, RunState, Walk};
use super::fields;
use super::table::Merge;
use crate::forms::ErrorKind;
use crate::limits;
use crate::refusal::{Accept, Refusal};
use crate::xml::{Ns, Tag, Xml};

impl Walk {
    pub(super) fn open(&mut self, tag: &Tag<'_>, xml: &mut Xml<'_>) -> Accept<()> {
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
                self.start_flow();
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
