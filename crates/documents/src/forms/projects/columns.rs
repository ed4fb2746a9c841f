//! Which column of 附件2 or 附件3 is which field, and which of the two forms the columns make.

use super::words::{self, Field};
use crate::forms::Form;
use crate::forms::header::Heading;
use crate::forms::words::HeaderText;
use crate::value::money_unit::Stated;

/// The columns of one header.
#[derive(Debug, Clone)]
pub(in crate::forms) struct Columns {
    pub form: Form,
    columns: Vec<Column>,
    /// Columns that are no field of the form, from left to right: column and header.
    pub extra: Vec<(u32, String)>,
    /// Fields that several columns claim equally, with their headers.
    pub unclear: Vec<(Field, Vec<String>)>,
}

/// The column of one field.
#[derive(Debug, Clone)]
pub(in crate::forms) struct Column {
    pub field: Field,
    pub col: u32,
    pub cols: u32,
    /// The header in one line.
    pub label: String,
    pub unit: Option<Stated>,
    /// How surely the header names the field.
    rank: u8,
}

impl Columns {
    /// The columns of these headings; none unless they make one of the two forms.
    pub fn of(headings: &[Heading]) -> Option<Self> {
        let found: Vec<Option<(Field, u8)>> = headings
            .iter()
            .map(|heading| words::field(&heading.leaf, &heading.above))
            .collect();
        let form = form(&found)?;
        let mut columns = Self {
            form,
            columns: Vec::new(),
            extra: Vec::new(),
            unclear: Vec::new(),
        };
        for field in fields_of(form) {
            columns.take(*field, headings, &found);
        }
        // 联系人 and 联系方式 stand beside each other, or one column holds both: 联系方式 alone does.
        columns.settle_contacts();
        columns.columns.sort_by_key(|column| column.col);
        columns.extra = headings
            .iter()
            .filter(|heading| columns.all().iter().all(|column| column.col != heading.col))
            .map(|heading| (heading.col, heading.label()))
            .collect();
        Some(columns)
    }

    fn take(&mut self, field: Field, headings: &[Heading], found: &[Option<(Field, u8)>]) {
        let rank = |at: usize| {
            found[at]
                .filter(|(named, _)| *named == field)
                .map(|(_, rank)| rank)
        };
        let Some(best) = (0..headings.len()).filter_map(rank).max() else {
            return;
        };
        let equal: Vec<usize> = (0..headings.len())
            .filter(|at| rank(*at) == Some(best))
            .collect();
        let first = equal[0];
        if equal.len() > 1 {
            let labels = equal.iter().map(|at| headings[*at].label()).collect();
            self.unclear.push((field, labels));
        }
        // Of two columns of sentences the left one is read and the other shown; of two amounts neither is believed.
        if equal.len() == 1 || field != Field::Investment {
            let heading = &headings[first];
            let texts = || {
                [&heading.leaf]
                    .into_iter()
                    .chain(heading.above.iter().rev())
            };
            self.columns.push(Column {
                field,
                col: heading.col,
                cols: heading.cols,
                label: heading.label(),
                unit: texts().find_map(|text: &HeaderText| text.unit.clone()),
                rank: best,
            });
        }
    }

    fn settle_contacts(&mut self) {
        /// The rank of a header that speaks of 联系人 itself.
        const SURE: u8 = 3;
        let rank = |field: Field| self.column(field).map(|column| column.rank);
        let (both, name) = (rank(Field::Contact), rank(Field::ContactName));
        let dropped: &[Field] = match (both, name) {
            // 联系人及联系方式 says it all: 责任人 and the telephone beside him are somebody else.
            (Some(SURE..), Some(_)) => &[Field::ContactName, Field::ContactPhone],
            // 负责人及电话 beside 联系人.
            (Some(_), Some(SURE..)) => &[Field::Contact],
            _ => &[],
        };
        self.columns
            .retain(|column| !dropped.contains(&column.field));
        if self.column(Field::Contact).is_some() {
            return;
        }
        let lone = match (
            self.column(Field::ContactName),
            self.column(Field::ContactPhone),
        ) {
            (Some(name), None) => name.field,
            (None, Some(phone)) => phone.field,
            _ => return,
        };
        if let Some(column) = self.columns.iter_mut().find(|column| column.field == lone) {
            column.field = Field::Contact;
        }
    }

    /// The column of a field.
    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == field)
    }

    /// All columns, from left to right.
    pub fn all(&self) -> &[Column] {
        &self.columns
    }

    /// How many fields of the form have a column.
    pub fn count(&self) -> usize {
        self.columns.len()
    }

    /// Whether two headers have the same fields in the same places.
    pub fn same_as(&self, other: &Self) -> bool {
        let places = |columns: &Self| -> Vec<(Field, u32)> {
            columns
                .columns
                .iter()
                .map(|column| (column.field, column.col))
                .collect()
        };
        self.form == other.form && places(self) == places(other)
    }
}

/// The fields that a form has; columns that name none of them are extra.
const fn fields_of(form: Form) -> &'static [Field] {
    match form {
        Form::Annex3 => &[
            Field::Number,
            Field::Category,
            Field::Project,
            Field::Central,
            Field::Progress,
            Field::Problems,
            Field::Next,
            Field::Signed,
            Field::Contact,
            Field::ContactName,
            Field::ContactPhone,
        ],
        _ => &[
            Field::Number,
            Field::Project,
            Field::Basic,
            Field::Investment,
            Field::Adjustment,
            Field::Reason,
            Field::Contact,
            Field::ContactName,
            Field::ContactPhone,
            Field::Remark,
        ],
    }
}

/// Which form these fields make.
fn form(found: &[Option<(Field, u8)>]) -> Option<Form> {
    let has = |field: Field| found.iter().flatten().any(|(named, _)| *named == field);
    let count = |fields: &[Field]| fields.iter().filter(|field| has(**field)).count();
    if !has(Field::Project) {
        return None;
    }
    let third = count(&[
        Field::Progress,
        Field::Problems,
        Field::Next,
        Field::Category,
    ]);
    let second = count(&[
        Field::Adjustment,
        Field::Reason,
        Field::Basic,
        Field::Investment,
    ]);
    let adjusted = has(Field::Adjustment) || has(Field::Reason);
    if has(Field::Central) && third >= 2 && !(adjusted && second > third) {
        Some(Form::Annex3)
    } else {
        (adjusted && second >= 2).then_some(Form::Annex2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(line: &str) -> Option<Columns> {
        let headings: Vec<Heading> = line
            .split('|')
            .zip(0..)
            .map(|(text, col)| Heading {
                col,
                cols: 1,
                leaf: HeaderText::parse(text),
                above: Vec::new(),
            })
            .collect();
        Columns::of(&headings)
    }

    #[test]
    fn the_forms_are_known_by_their_columns() {
        let form = |line: &str| columns(line).map(|columns| columns.form);
        for line in [
            "序号|项目名称|基本情况|投资额（万元）|调整内容|调整理由|联系人及联系方式|备注",
            "备注|变更原因|变更事项|总投资（亿元）|项目概况|项目",
            "项目名称|调整内容|调整理由",
        ] {
            assert_eq!(form(line), Some(Form::Annex2), "{line}");
        }
        for line in [
            "序号|类别|合作项目名称|合作央企名称|当前进展情况|存在问题|下一步工作计划和重点|联系人及联系方式",
            "项目名称|央企|进展|问题",
            "序号|合作项目名称|合作企业|项目进展|下步打算|电话",
        ] {
            assert_eq!(form(line), Some(Form::Annex3), "{line}");
        }
        for line in [
            "单位|任务数|1-10月累计完成数|完成率",
            "序号|项目名称|投资额|备注",
            "项目名称|任务数|完成数|完成率",
            "姓名|电话",
        ] {
            assert_eq!(form(line), None, "{line}");
        }
    }

    #[test]
    fn contacts_stand_in_one_column_or_two() {
        let named = |line: &str| {
            let columns = columns(line).unwrap();
            let fields = columns.all().iter().map(|column| column.field);
            fields
                .filter(|field| field.key().starts_with("contact"))
                .collect::<Vec<_>>()
        };
        let rest = "项目名称|调整内容|调整理由";
        assert_eq!(named(&format!("{rest}|联系方式")), [Field::Contact]);
        assert_eq!(
            named(&format!("{rest}|联系电话|联系人")),
            [Field::ContactPhone, Field::ContactName]
        );
        let columns = columns("项目名称|总投资|计划总投资额|调整内容|挂钩领导").unwrap();
        assert!(columns.column(Field::Investment).is_none() && columns.unclear.len() == 1);
        assert_eq!(columns.extra.len(), 3);
    }
}
