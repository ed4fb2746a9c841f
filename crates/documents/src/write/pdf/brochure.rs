//! 项目推介册 as a PDF.

use domain::{Money, dates};
use typst::foundations::Value;

use super::{FontSet, dict, list, set, word};
use crate::write::wide::clean;
use crate::write::{Brochure, BrochureProject, WriteError};

/// What the cover says.
const TITLE: &str = "招商引资项目推介册";
/// What stands where nothing is known yet.
const TO_COME: &str = "（待补充）";

/// Makes the PDF of 项目推介册: cover, contents with page numbers, and for each project a page or more of its own.
///
/// # Errors
/// [`WriteError::Glyphs`] for characters that no font of the set has.
pub fn brochure_pdf(brochure: &Brochure, fonts: &FontSet) -> Result<Vec<u8>, WriteError> {
    let date = brochure.date.map(dates::print_long).unwrap_or_default();
    let data = dict([
        ("title", word(TITLE)),
        ("authority", word(&clean(&brochure.authority))),
        ("date", word(&date)),
        ("projects", list(brochure.projects.iter().map(project))),
    ]);
    set("brochure.typ", data, fonts)
}

fn project(project: &BrochureProject) -> Value {
    let investment = project.investment.map(Money::wan_exact);
    let investment = investment.map_or_else(String::new, |wan| format!("{wan}万元"));
    let facts = [
        ("所属产业", &project.industry),
        ("建设地点", &project.place),
        ("总投资", &investment),
        ("合作方式", &project.cooperation),
        ("项目期限", &project.horizon),
    ];
    let texts = [
        ("基本情况", &project.basic_info),
        ("项目基础优势", &project.advantages),
        ("地理环境特点", &project.surroundings),
        ("商业模式", &project.business_model),
    ];
    let contact = [
        ("联系人", &project.contact_name),
        ("联系电话", &project.contact_phone),
    ];
    let given = contact.iter().filter(|(_, text)| !text.trim().is_empty());
    let unit = [("联系单位", &project.contact_unit)];
    Value::Dict(dict([
        ("name", said(&project.name)),
        ("code", word(&clean(&project.code))),
        ("industry", word(&clean(&project.industry))),
        ("investment", word(&investment)),
        ("facts", list(facts.iter().map(pair))),
        ("texts", list(texts.iter().map(pair))),
        (
            "readiness",
            list(project.readiness.iter().map(|one| {
                let state = if one.ready { "已具备" } else { "未具备" };
                list(
                    [
                        word(&clean(&one.item)),
                        word(state),
                        word(&clean(&one.note)),
                    ]
                    .into_iter(),
                )
            })),
        ),
        ("contact", list(unit.iter().chain(given).map(pair))),
    ]))
}

fn pair((label, text): &(&str, &String)) -> Value {
    list([word(label), said(text)].into_iter())
}

/// The text, or that it is still to come.
fn said(text: &str) -> Value {
    let text = clean(text);
    word(if text.trim().is_empty() {
        TO_COME
    } else {
        &text
    })
}
