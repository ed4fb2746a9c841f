//! What a return's page shows and reads of its own kind; the rest of the page is every kind's.

use app::returns::Cooperation;
use domain::{
    ProjectId,
    adjustment::AdjustmentKind,
    annex2::{Annex2Row, TypedRow},
    annex3::{Annex3, Annex3Row, ProgressTexts},
    period::ReturnKind,
    report::{Report, Section, sections},
    returns::Content,
    typed::Input,
};

use crate::{form::Fields, pages::returns::ReturnPage};

/// What was typed into the form of a return, over what was typed before.
pub(crate) fn read_input(fields: &Fields, mut before: Input) -> Input {
    let projects = || fields.all("project").filter_map(|text| text.parse().ok());
    let zero = fields
        .has("zero_reason")
        .then(|| fields.text("zero_reason"));
    match &mut before {
        Input::Annex2(input) => {
            for project in projects() {
                let typed = TypedRow {
                    reason: fields.text(&format!("reason_{project}")).to_owned(),
                    remark: fields.text(&format!("remark_{project}")).to_owned(),
                };
                input.rows.insert(ProjectId(project), typed);
            }
            if let Some(zero) = zero {
                zero.clone_into(&mut input.zero_reason);
            }
        }
        Input::Annex3(input) => {
            for project in projects() {
                let text = |word: &str| fields.text(&format!("{word}_{project}")).to_owned();
                let typed = ProgressTexts {
                    progress: text("progress"),
                    problems: text("problems"),
                    next_steps: text("next_steps"),
                    contact: text("contact"),
                    still_true: fields.ticked(&format!("still_{project}")),
                };
                input.rows.insert(ProjectId(project), typed);
            }
            if let Some(zero) = zero {
                zero.clone_into(&mut input.zero_reason);
            }
        }
        Input::Report(input) => {
            for name in fields.names() {
                if let Some(word) = name.strip_prefix("section_") {
                    let text = fields.text(name).to_owned();
                    input.sections.insert(word.to_owned(), text);
                }
            }
            // A box that is not ticked is not sent at all.
            if fields.has("sectioned") {
                input.without_figures = !fields.ticked("with_figures");
            }
        }
    }
    before
}

/// A section of a report with what stands in it.
pub(crate) struct Written {
    pub section: &'static Section,
    pub text: String,
}

impl ReturnPage {
    pub fn annex3(&self) -> Option<&Annex3> {
        match &self.view.content {
            Some(Content::Annex3(form)) => Some(form),
            _ => None,
        }
    }

    pub fn report(&self) -> Option<&Report> {
        match &self.view.content {
            Some(Content::Report(report)) => Some(report),
            _ => None,
        }
    }

    pub fn rows(&self) -> &[Annex2Row] {
        match &self.view.content {
            Some(Content::Annex2(form)) => &form.rows,
            _ => &[],
        }
    }

    pub fn needs_reason(&self, row: &Annex2Row) -> bool {
        row.kind != AdjustmentKind::Kept
    }

    fn adjusted(&self, row: &Annex2Row) -> Option<&TypedRow> {
        match &self.input {
            Input::Annex2(input) => input.rows.get(&row.project),
            _ => None,
        }
    }

    pub fn reason(&self, row: &Annex2Row) -> &str {
        self.adjusted(row).map_or("", |typed| &typed.reason)
    }

    pub fn remark(&self, row: &Annex2Row) -> &str {
        self.adjusted(row).map_or("", |typed| &typed.remark)
    }

    pub fn zero_reason(&self) -> &str {
        self.input.zero_reason()
    }

    /// What a zero return of the kind says.
    pub fn nothing(&self) -> &'static str {
        match self.view.period.kind {
            ReturnKind::Annex3 => "本期无央企合作项目",
            _ => "本期无调整",
        }
    }

    /// Where the rows would come from.
    pub fn nothing_hint(&self) -> String {
        let day = self.view.period.cut_off;
        match self.view.period.kind {
            ReturnKind::Annex3 => format!(
                "项目库截至 {day} 没有在谈、已签约或已落地的央企合作项目；如有，请先到项目库登记投资方（性质选“央企”）和进展"
            ),
            _ => format!("项目库截至 {day} 没有需要报送的变动；如有变动，请先到项目库修改项目"),
        }
    }

    /// What stands in a row of 附件3: what was typed, else what it is filled with.
    pub fn texts(&self, row: &Annex3Row) -> ProgressTexts {
        match &self.input {
            Input::Annex3(input) => input.rows.get(&row.project).cloned(),
            _ => None,
        }
        .unwrap_or_else(|| row.texts())
    }

    /// The texts of a row with their words and most characters.
    pub fn progress_cells(&self, row: &Annex3Row) -> Vec<(&'static str, &'static str, String)> {
        let labelled = self.texts(row).labelled();
        ["progress", "problems", "next_steps", "contact"]
            .into_iter()
            .zip(labelled)
            .map(|(word, (label, text))| (word, label, text))
            .collect()
    }

    /// What was handed in of a row's project last.
    pub fn last(&self, row: &Annex3Row) -> Option<&Cooperation> {
        self.view.last.get(&row.project.0)
    }

    /// Whether a row is filled from the last period and was not typed yet.
    pub fn is_filled(&self, row: &Annex3Row) -> bool {
        let typed = match &self.input {
            Input::Annex3(input) => input.rows.contains_key(&row.project),
            _ => true,
        };
        !typed && self.last(row).is_some()
    }

    /// The columns of a row that say the same as last period.
    pub fn repeated(&self, row: &Annex3Row) -> String {
        let repeated = self
            .last(row)
            .map(|last| self.texts(row).repeated(&last.texts));
        repeated.unwrap_or_default().join("、")
    }

    /// What the officer remarked on a row of 附件3.
    pub fn remarked(&self, row: &Annex3Row) -> Option<&str> {
        let one = self.view.decided.get(&row.project.0)?;
        Some(one.words.as_str()).filter(|words| !words.is_empty())
    }

    /// The remark in the form where it is shown again.
    pub fn chosen_remark(&self, row: &Annex3Row) -> &str {
        let chosen = self.remarks.get(&row.project.0);
        chosen.map_or("", String::as_str)
    }

    /// The sections of a report with what stands in them.
    pub fn written(&self) -> Vec<Written> {
        let Input::Report(input) = &self.input else {
            return Vec::new();
        };
        let sections = sections(self.view.period.kind).iter();
        sections
            .map(|section| Written {
                section,
                text: input.text(section.word).to_owned(),
            })
            .collect()
    }

    pub fn with_figures(&self) -> bool {
        !matches!(&self.input, Input::Report(input) if input.without_figures)
    }

    /// Why a section was refused.
    pub fn why_section(&self, section: &Section) -> String {
        let field = format!("sections.{}", section.word);
        self.refusals.of(&field).to_owned()
    }

    /// How much it says.
    pub fn summary(&self) -> String {
        let said = self.view.content.as_ref().map(Content::summary);
        let nothing = self.view.content.as_ref().is_some_and(Content::is_zero);
        match (said.unwrap_or_default(), self.view.accepted_before, nothing) {
            (said, 0, _) => said,
            (_, before, true) => format!("没有其余调整（前几版已受理{before}项）"),
            (said, before, false) => format!("{said}（前几版已受理{before}项）"),
        }
    }
}
