//! A decision as a document in the official layout.

use documents::write::{ReportPart, ReportPrint, WriteError, report_docx, report_pdf};
use domain::{FirstTalkId, dates, person::Caller};
use serde_json::json;

use super::FirstTalkView;
use crate::{App, Error, Result, work::Fact};

/// As what it is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintedAs {
    /// Word.
    Docx,
    /// PDF.
    Pdf,
}

impl PrintedAs {
    /// The ending of the file's name.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Pdf => "pdf",
        }
    }

    /// The one of an ending.
    pub fn from_ending(ending: &str) -> Option<Self> {
        [Self::Docx, Self::Pdf]
            .into_iter()
            .find(|one| one.ending() == ending)
    }
}

impl App {
    /// A decision as a document: the file's name and bytes. The taking is noted.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach; [`Error::Lacking`] without fonts.
    pub async fn first_talk_document(
        &self,
        caller: &Caller,
        id: FirstTalkId,
        printed_as: PrintedAs,
    ) -> Result<(String, Vec<u8>)> {
        let view = self.first_talk(caller, id).await?;
        let authority = self
            .reach(caller, domain::permission::Action::ViewProjects)
            .await?
            .authority()?
            .name
            .clone();
        let print = printed(&view, authority);
        let bytes = match printed_as {
            PrintedAs::Docx => report_docx(&print).map_err(failed)?,
            PrintedAs::Pdf => {
                self.printer()
                    .pdf(move |fonts| report_pdf(&print, fonts))
                    .await?
            }
        };
        let detail = json!({"as": printed_as.ending()});
        let fact = Fact::new("first_talk.printed", format!("first_talk:{id}"), detail);
        self.note_access(caller, fact).await?;
        let name = format!("首谈认定说明（{id}）.{}", printed_as.ending());
        Ok((name, bytes))
    }
}

fn failed(error: WriteError) -> Error {
    Error::Internal(error.to_string())
}

fn printed(view: &FirstTalkView, authority: String) -> ReportPrint {
    let says = &view.recorded.decision.says;
    let projects: Vec<String> = (1..)
        .zip(&view.projects)
        .map(|(number, one)| {
            if one.visible {
                format!("{number}.“{}”（{}，编号{}）", one.name, one.unit, one.code)
            } else {
                format!("{number}.另一家企业登记的项目")
            }
        })
        .collect();
    let units: Vec<&str> = view.units.iter().map(|(unit, _)| unit.as_str()).collect();
    let shares: Vec<String> = view
        .units
        .iter()
        .filter_map(|(unit, share)| share.map(|share| format!("{unit}{}", share.print())))
        .collect();
    let counts = if shares.is_empty() {
        format!("该项目的签约额、到位资金由{}全额计入。", view.first)
    } else {
        format!(
            "该项目的签约额、到位资金按商定比例计入各单位：{}。",
            shares.join("，")
        )
    };
    let counted = if view.projects.len() > 1 {
        format!(
            "上列各条记录为同一项目，按“{}”一条计数，其余不重复计算。\n",
            view.counted
        )
    } else {
        String::new()
    };
    let mut sections = vec![
        ("认定项目".to_owned(), projects.join("\n")),
        ("共同参与单位".to_owned(), format!("{}。", units.join("、"))),
        (
            "首谈情况".to_owned(),
            format!(
                "{}于{}首次与投资方洽谈。依据如下：\n{}",
                view.first,
                dates::print_long(says.talked_on),
                says.evidence
            ),
        ),
        (
            "认定意见".to_owned(),
            format!(
                "经{}研究，认定{}为首谈单位。\n{counted}{counts}",
                says.decided_by, view.first
            ),
        ),
        (
            "生效日期".to_owned(),
            format!("自{}起执行。", dates::print_long(says.effective_on)),
        ),
    ];
    let mut title = "首谈认定说明".to_owned();
    if let (Some(on), Some((reason, ..))) = (
        view.recorded.decision.withdrawn_on,
        &view.recorded.withdrawn,
    ) {
        title.push_str("（已撤回）");
        let words = format!("本说明自{}起撤回：{reason}", dates::print_long(on));
        sections.push(("撤回".to_owned(), words));
    }
    let files = says
        .files
        .iter()
        .map(|one| (one.name.clone(), String::new()));
    ReportPrint {
        title,
        number: says.document_number.clone(),
        reported_on: Some(dates::day_in_shanghai(view.recorded.recorded_at)),
        parts: vec![ReportPart {
            unit: authority,
            sections,
            figures: Vec::new(),
            files: files.collect(),
        }],
        ..ReportPrint::default()
    }
}
