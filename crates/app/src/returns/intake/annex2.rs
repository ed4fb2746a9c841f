//! What is 附件2's own in reading a file into a return: its cells, what they are in a project, what becomes of a row.

use std::collections::BTreeMap;

use documents::forms::{Annex2Row, Rows, Table};
use domain::{
    ProjectId,
    adjustment::AdjustmentKind,
    annex2::TYPED_MOST,
    library::masked,
    matching, names,
    partial_date::PartialDate,
    person::Invalid,
    project::{Field, Halt, ProjectFields},
    wording::Wording,
};

use super::{
    answers::{Choice, RowAnswer, field_of},
    preview::{
        CellChange, Context, How, IntakeCell, IntakeRow, Named, Plan, Planned, RowState, Said,
        Target,
    },
};
use crate::projects::{read_amount, tenfold};

/// The fields that can be corrected or taken, as the reader's keys have them; the last four are about 暂缓 and 出库.
pub(super) const FIELDS: [&str; 11] = [
    "project_name",
    "basic_info",
    "investment_wan",
    "adjustment",
    "reason",
    "contact_name",
    "contact_phone",
    "remark",
    "halt_on",
    "halt_reason",
    "resumed",
];
/// Headers of further columns that hold a project's code.
const CODE_WORDS: [&str; 4] = ["编号", "编码", "代码", "项目号"];
/// Headers of further columns that name the unit of a row, as in a collected table.
const UNIT_WORDS: [&str; 5] = ["单位", "报送单位", "填报单位", "企业", "企业名称"];
/// The longest reason of a revision.
const REASON_MOST: usize = 500;

/// One row being made.
struct Draft<'a> {
    context: &'a Context<'a>,
    read: &'a Annex2Row,
    said: &'a Said<'a>,
    answer: RowAnswer,
    cells: Vec<IntakeCell>,
    doubts: Vec<String>,
    open: Vec<(&'static str, String)>,
}

/// The `number`th row of a table, from 1.
pub(super) fn row(
    context: &Context<'_>,
    table: &Table,
    number: u32,
    said: &Said<'_>,
    open: &mut Invalid,
) -> Option<(IntakeRow, Planned)> {
    let Rows::Annex2(rows) = &table.rows else {
        return None;
    };
    let read = rows.get(usize::try_from(number).ok()?.checked_sub(1)?)?;
    let answer = context.answers.rows.get(&said.number).cloned();
    let draft = Draft {
        context,
        read,
        said,
        answer: answer.unwrap_or_default(),
        cells: Vec::new(),
        doubts: said.beside(&[
            "project_name",
            "basic_info",
            "investment_wan",
            "adjustment",
            "reason",
            "contact_name",
            "contact_phone",
            "contact_raw",
            "remark",
        ]),
        open: Vec::new(),
    };
    let (row, planned, asked) = draft.finish();
    if !row.answer.skip {
        for (field, why) in asked {
            let field = field_of(said.number, field);
            open.add(&field, format!("第{}行“{}”：{why}", said.number, row.name));
        }
    }
    Some((row, planned))
}

impl Draft<'_> {
    fn finish(mut self) -> (IntakeRow, Planned, Vec<(&'static str, String)>) {
        let read = self.read;
        let name = self.cell(
            "project_name",
            "项目名称",
            &read.project_name,
            &["project_name"],
        );
        let info = self.cell(
            "basic_info",
            "基本情况",
            text(&read.basic_info),
            &["basic_info"],
        );
        let amount = read
            .investment
            .map(domain::Money::wan_exact)
            .unwrap_or_default();
        let amount = self.cell(
            "investment_wan",
            "投资额（万元）",
            &amount,
            &["investment_wan"],
        );
        let wording_text = self.cell(
            "adjustment",
            "调整内容",
            text(&read.adjustment),
            &["adjustment"],
        );
        let reason = self.cell("reason", "调整理由", text(&read.reason), &["reason"]);
        let contact = self.cell(
            "contact_name",
            "联系人",
            text(&read.contact_name),
            &["contact_name", "contact_raw"],
        );
        let phone = self.cell(
            "contact_phone",
            "联系电话",
            text(&read.contact_phone),
            &["contact_phone"],
        );
        let remark = self.cell("remark", "备注", text(&read.remark), &["remark"]);
        for (field, label, text) in [("reason", "调整理由", &reason), ("remark", "备注", &remark)]
        {
            if text.chars().count() > TYPED_MOST {
                self.ask(field, format!("{label}超过{TYPED_MOST}字，请删减"));
            }
        }
        if read.investment_approx && !self.has_doubt("investment_wan") {
            self.doubt("investment_wan", "是约数，请核对");
        }
        if self.context.untold && read.investment_raw.is_some() {
            self.doubt("investment_wan", "文件里疑问过多没有逐条列出，请核对这一栏");
        }
        self.check_unit();
        let investment = self.investment(&amount);
        let target = self.target(&name, investment);
        let wording = Wording::read(&wording_text);
        let stated = ProjectFields {
            name,
            basic_info: info,
            investment,
            contact_name: contact,
            contact_phone: phone,
            ..ProjectFields::default()
        };
        let typed = (reason.clone(), remark);
        let words = if reason.is_empty() {
            &wording_text
        } else {
            &reason
        };
        let (kind, plan) = match &target {
            Target::Known { project, .. } => {
                self.known(project.id, &stated, &wording, &wording_text, words)
            }
            Target::New => self.new_project(&stated, &wording, &wording_text, words),
            Target::Asked { likely } => {
                self.ask_project(&stated.name, likely, &wording);
                (self.answer.kind.or(wording.kind), Plan::Nothing)
            }
        };
        let row = IntakeRow {
            number: self.said.number,
            place: self
                .said
                .source
                .map(|source| source.place.clone())
                .unwrap_or_default(),
            name: stated.name,
            state: state(&self.answer, kind, &plan, self.context),
            kind,
            worded: wording.kind,
            target,
            cells: self.cells,
            extra: self.read.extra.clone(),
            doubts: self.doubts,
            answer: self.answer,
            open: Vec::new(),
        };
        (row, Planned { plan, typed }, self.open)
    }

    /// Adds a cell and gives what is taken of it.
    fn cell(
        &mut self,
        field: &'static str,
        label: &'static str,
        read: &str,
        about: &[&str],
    ) -> String {
        let raw = [field, "contact_raw"]
            .into_iter()
            .filter(|key| *key == field || field.starts_with("contact"))
            .find_map(|key| self.said.raw(key));
        let (raw, place) = raw.unwrap_or_else(|| (read.to_owned(), String::new()));
        let corrected = self.answer.text(field);
        let doubts = match corrected {
            Some(_) => Vec::new(),
            None => about.iter().flat_map(|key| self.said.of(key)).collect(),
        };
        let value = corrected.clone().unwrap_or_else(|| read.to_owned());
        self.cells.push(IntakeCell {
            field,
            label,
            raw,
            place,
            value: value.clone(),
            read: read.to_owned(),
            corrected: corrected.is_some(),
            doubts,
            before: None,
            change: CellChange::None,
        });
        value
    }

    fn at(&mut self, field: &str) -> Option<&mut IntakeCell> {
        self.cells.iter_mut().find(|cell| cell.field == field)
    }

    fn has_doubt(&self, field: &str) -> bool {
        self.cells
            .iter()
            .any(|cell| cell.field == field && !cell.doubts.is_empty())
    }

    fn doubt(&mut self, field: &str, why: &str) {
        if let Some(cell) = self.at(field).filter(|cell| !cell.corrected) {
            cell.doubts.push(why.to_owned());
        }
    }

    fn ask(&mut self, field: &'static str, why: impl Into<String>) {
        self.open.push((field, why.into()));
    }

    /// A row that names another enterprise is none of this return.
    fn check_unit(&mut self) {
        let own = self.context.found.unit.id;
        let other = self.read.extra.iter().find_map(|(header, value)| {
            let names_unit = UNIT_WORDS.contains(&names::key(header).as_str());
            let unit = names_unit.then(|| self.context.names(value)).flatten()?;
            (unit != own).then(|| value.clone())
        });
        if let Some(other) = other {
            self.ask(
                "project",
                format!("写的单位是“{other}”，不是本单位，请勾选不导入此行"),
            );
        }
    }

    fn investment(&mut self, text: &str) -> Option<domain::Money> {
        if text.is_empty() {
            return None;
        }
        match read_amount(text) {
            Ok(read) => {
                if let Some(cell) = self.at("investment_wan") {
                    cell.value = read.money.wan_exact();
                }
                Some(read.money)
            }
            Err(why) => {
                self.ask("investment_wan", format!("投资额{why}"));
                None
            }
        }
    }

    fn named(&self, id: ProjectId, why: &str) -> Option<Named> {
        let (project, head) = self.context.library.own.get(&id)?;
        Some(Named {
            id,
            code: project.code.clone(),
            name: head.fields.name.clone(),
            why: why.to_owned(),
        })
    }

    fn target(&mut self, name: &str, investment: Option<domain::Money>) -> Target {
        let known = |draft: &Self, id, how| {
            draft
                .named(id, "")
                .map(|project| Target::Known { project, how })
        };
        match self.answer.project {
            Some(Choice::New(_)) => return Target::New,
            Some(Choice::Project(id)) => {
                if let Some(target) = known(self, id, How::Chosen) {
                    return target;
                }
                self.ask("project", "所选的项目不在本单位的项目库里，请重新选择");
                return Target::Asked { likely: Vec::new() };
            }
            None => {}
        }
        let codes = self.read.extra.iter().filter_map(|(header, value)| {
            let key = names::key(header);
            CODE_WORDS
                .iter()
                .any(|word| key.contains(word))
                .then_some(value.as_str())
        });
        let found = self.context.library.index.find(codes, name, investment);
        let asked = |draft: &Self, likely: &[matching::Likely]| Target::Asked {
            likely: likely
                .iter()
                .filter_map(|one| draft.named(one.id, &one.why))
                .collect(),
        };
        match found {
            matching::Found::Code(id) => known(self, id, How::Code).unwrap_or(Target::New),
            matching::Found::Name(id) => known(self, id, How::Name).unwrap_or(Target::New),
            matching::Found::Likely(likely) => asked(self, &likely),
            matching::Found::Nothing => {
                let worded = Wording::read(&self.cell_text("adjustment")).kind;
                match self.answer.kind.or(worded).or(self.context.answers.kind) {
                    Some(AdjustmentKind::Added) if !name.is_empty() => Target::New,
                    _ => asked(self, &[]),
                }
            }
        }
    }

    fn cell_text(&self, field: &str) -> String {
        let cell = self.cells.iter().find(|cell| cell.field == field);
        cell.map(|cell| cell.value.clone()).unwrap_or_default()
    }

    fn ask_project(&mut self, name: &str, likely: &[Named], wording: &Wording) {
        if self.open.iter().any(|(field, _)| *field == "project") {
            return;
        }
        if name.is_empty() {
            self.ask(
                "project_name",
                "没有项目名称，请填写，或选择对应的项目，或不导入此行",
            );
            return;
        }
        let why = match (likely, wording.kind) {
            ([first, ..], _) => format!(
                "可能就是项目库里的“{} {}”（{}），请选择对应的项目，或选“新项目”",
                first.code, first.name, first.why
            ),
            ([], Some(kind @ (AdjustmentKind::Changed | AdjustmentKind::Suspended | AdjustmentKind::Left | AdjustmentKind::Kept))) => format!(
                "文中写的是{}，但项目库里没有找到这个项目，请选择对应的项目{}，或不导入此行",
                kind.label(),
                if kind == AdjustmentKind::Left { "" } else { "，或选“新项目”" }
            ),
            ([], _) => "项目库里没有这个项目，文中也没有写明是新增，请选择对应的项目，或选“新项目”，或不导入此行".to_owned(),
        };
        self.ask("project", why);
    }

    /// A row about a project that is not in the library yet.
    fn new_project(
        &mut self,
        stated: &ProjectFields,
        wording: &Wording,
        text: &str,
        words: &str,
    ) -> (Option<AdjustmentKind>, Plan) {
        let kind = match self.answer.kind.or(wording.kind) {
            Some(AdjustmentKind::Left) => {
                self.ask(
                    "project",
                    "项目库里没有这个项目，无从出库，请选择对应的项目，或不导入此行",
                );
                return (Some(AdjustmentKind::Left), Plan::Nothing);
            }
            Some(AdjustmentKind::Suspended) => AdjustmentKind::Suspended,
            _ => AdjustmentKind::Added,
        };
        let mut fields = stated.clone();
        if kind == AdjustmentKind::Suspended {
            fields.suspended = self.halt(kind, text, words);
        } else if wording.also.contains(&AdjustmentKind::Suspended) {
            self.doubts
                .push("调整内容里还提到暂缓；只按新增登记，如已暂缓请把类别改为暂缓".to_owned());
        }
        if self.context.library.others.has_twin(&fields.name) {
            self.doubts
                .push("别的单位可能已有这个项目，请与国资委招商引资处联系核实".to_owned());
        }
        let fields = fields.tidied();
        self.check(None, &fields, words);
        let plan = Plan::Add {
            fields: Box::new(fields),
            reason: revision_reason(words),
        };
        (Some(kind), plan)
    }

    /// A row about a project of the library.
    fn known(
        &mut self,
        id: ProjectId,
        stated: &ProjectFields,
        wording: &Wording,
        text: &str,
        words: &str,
    ) -> (Option<AdjustmentKind>, Plan) {
        let context = self.context;
        let Some((project, head)) = context.library.own.get(&id) else {
            return (None, Plan::Nothing);
        };
        let before = &head.fields;
        let worded = self.answer.kind.or(wording.kind).or(context.answers.kind);
        let differing = self.differing(before, stated);
        if worded.is_none() && (!wording.blank || !differing.is_empty()) {
            let why = if wording.blank {
                "没有写调整内容，而内容与项目库不同，请选择调整类别".to_owned()
            } else {
                format!("从“{}”看不出是哪一类调整，请选择", brief(text))
            };
            self.ask("kind", why);
        }
        let kind = worded.unwrap_or(if differing.is_empty() {
            AdjustmentKind::Kept
        } else {
            AdjustmentKind::Changed
        });
        match kind {
            AdjustmentKind::Added if project.accepted.is_some() => self.doubts.push(
                "文中写的是新增，而国资委已受理过项目库里的这个项目，将按与项目库的差异处理"
                    .to_owned(),
            ),
            AdjustmentKind::Kept if !differing.is_empty() => self.doubts.push(
                "文中写的是不变，但内容与项目库不同；默认不改，确有变化请逐栏勾选".to_owned(),
            ),
            _ => {}
        }
        if let Some(also) = wording.also.first().filter(|_| self.answer.kind.is_none()) {
            self.doubts
                .push(format!("调整内容里还提到{}，请核对", also.label()));
        }
        let mut after = before.clone();
        for field in differing {
            if self.takes(field, kind, before, stated) {
                apply(&mut after, field, stated);
            }
        }
        match kind {
            AdjustmentKind::Suspended
                if before.suspended.is_none() && before.terminated.is_none() =>
            {
                after.suspended = self.halt(kind, text, words);
            }
            AdjustmentKind::Suspended if before.terminated.is_some() => self
                .doubts
                .push("项目库里这个项目已经出库，不再办理暂缓".to_owned()),
            AdjustmentKind::Left if before.terminated.is_none() => {
                after.terminated = self.halt(kind, text, words);
            }
            _ => {}
        }
        if wording.resumes && (before.suspended.is_some() || before.terminated.is_some()) {
            self.resume(before, &mut after);
        }
        let after = after.tidied();
        if after == *before {
            if kind == AdjustmentKind::Changed && !wording.resumes {
                self.doubts.push(
                    "各栏与项目库一致；调整内容里的文字不会改动项目，需要改动请到项目库修改"
                        .to_owned(),
                );
            }
            return (Some(kind), Plan::Nothing);
        }
        if head.effective_on > context.effective_on {
            let why = format!(
                "项目库里这个项目在{}又改过，晚于这次的生效日期{}，请直接到项目库修改，或不导入此行",
                head.effective_on, context.effective_on
            );
            self.ask("project", why);
        }
        self.check(Some(before), &after, words);
        let plan = Plan::Change {
            project: id,
            fields: Box::new(after),
            reason: revision_reason(words),
        };
        (Some(kind), plan)
    }

    /// Lays the row's values beside the project's; gives the fields that differ.
    fn differing(&mut self, before: &ProjectFields, stated: &ProjectFields) -> Vec<Field> {
        let contact_same = same_contact(self.read, before) && {
            let corrected = |field: &str| self.answer.texts.contains_key(field);
            !corrected("contact_name") && !corrected("contact_phone")
        };
        let mut differing = Vec::new();
        for (key, field) in COMPARED {
            let (old, new) = (before.text(field), stated.text(field));
            let contact = matches!(field, Field::ContactName | Field::ContactPhone);
            let same = same_text(&old, &new)
                || contact && (contact_same || same_parts(&old, &new) || masked(&old) == new);
            let Some(cell) = self.at(key) else { continue };
            cell.before = Some(old);
            if contact && contact_same {
                // How it comes apart is no matter where it is word for word what the library has.
                cell.doubts.clear();
            }
            cell.change = match () {
                // 投资额 left open in the file is said by the reader where something stood there.
                () if new.is_empty() && !cell.corrected => CellChange::Silent,
                () if same => CellChange::Same,
                () => {
                    differing.push(field);
                    CellChange::Differs {
                        taken: false,
                        proposed: false,
                    }
                }
            };
        }
        differing
    }

    /// Whether a difference is taken: as answered, else what is certain.
    fn takes(
        &mut self,
        field: Field,
        kind: AdjustmentKind,
        before: &ProjectFields,
        stated: &ProjectFields,
    ) -> bool {
        let Some(key) = key_of(field) else {
            return false;
        };
        let answered = self.answer.take.get(key).copied();
        if field == Field::Investment
            && let Some(invalid) = tenfold(before, stated)
            && answered.is_none()
        {
            let why = invalid.fields.into_iter().map(|(_, why)| why).next();
            let why = why.unwrap_or_default();
            let why = why.split('；').next().unwrap_or_default().to_owned();
            if let Some(cell) = self.at(key) {
                cell.doubts.push(why);
            }
        }
        let Some(cell) = self.at(key) else {
            return false;
        };
        let certain = cell.corrected || cell.doubts.is_empty();
        let proposed = certain && kind != AdjustmentKind::Kept && field != Field::Name;
        let taken = answered.unwrap_or(proposed);
        cell.change = CellChange::Differs { taken, proposed };
        taken
    }

    /// 暂缓 or 出库: since when and why, from the words where they say it.
    fn halt(&mut self, kind: AdjustmentKind, text: &str, words: &str) -> Option<Halt> {
        let label = kind.label();
        let said = date_in(text);
        let day = said.map_or_else(
            || self.context.effective_on.to_string(),
            |on| on.to_string(),
        );
        let (on_label, reason_label) = if kind == AdjustmentKind::Left {
            ("自何时出库", "出库的原因")
        } else {
            ("自何时暂缓", "暂缓的原因")
        };
        let reason = if self.cell_text("reason").is_empty() {
            without_kind(words)
        } else {
            words.to_owned()
        };
        let on_text = self.cell("halt_on", on_label, &day, &[]);
        let reason = self.cell("halt_reason", reason_label, &reason, &[]);
        for field in ["halt_on", "halt_reason"] {
            if let Some(cell) = self.at(field) {
                cell.raw = text.to_owned();
                cell.change = CellChange::Differs {
                    taken: true,
                    proposed: true,
                };
            }
        }
        if said.is_none() {
            let why = format!("没有写明{label}的日期，暂按{day}，请核对");
            self.doubt("halt_on", &why);
        }
        let on = match PartialDate::read(&on_text) {
            Some(on) if on.earliest() <= self.context.effective_on => Some(on),
            Some(_) => {
                let last = self.context.effective_on;
                self.ask("halt_on", format!("{label}的日期不能晚于{last}"));
                None
            }
            None => {
                self.ask(
                    "halt_on",
                    format!("请填写{label}的日期，例如 2017-11-24；只知道月份时填 2017-11"),
                );
                None
            }
        };
        if reason.is_empty() || reason.chars().count() > REASON_MOST {
            self.ask(
                "halt_reason",
                format!("请写明{label}的原因（{REASON_MOST}字以内）"),
            );
            return None;
        }
        on.map(|on| Halt { on, reason })
    }

    /// 恢复推进 is proposed and never taken by itself.
    fn resume(&mut self, before: &ProjectFields, after: &mut ProjectFields) {
        let taken = self.answer.take.get("resumed").copied().unwrap_or(false);
        let text = if before.terminated.is_some() {
            Field::Terminated
        } else {
            Field::Suspended
        };
        let label = if before.terminated.is_some() {
            "恢复入库"
        } else {
            "恢复推进"
        };
        self.cell("resumed", "恢复", label, &[]);
        if let Some(cell) = self.at("resumed") {
            cell.raw = String::new();
            cell.before = Some(before.text(text));
            cell.change = CellChange::Differs {
                taken,
                proposed: false,
            };
            if !taken {
                cell.doubts
                    .push("文中写的是恢复；确实恢复请勾选采用".to_owned());
            }
        }
        if taken {
            if before.terminated.is_some() {
                after.terminated = None;
            } else {
                after.suspended = None;
            }
        }
    }

    /// What the library would refuse, beside its cell.
    fn check(&mut self, before: Option<&ProjectFields>, after: &ProjectFields, words: &str) {
        let context = self.context;
        let checked = after.check(
            before,
            context.effective_on,
            context.today,
            words,
            &context.library.lists,
        );
        for (field, why) in checked.err().unwrap_or_default().fields {
            let key = Field::from_word(&field)
                .and_then(key_of)
                .or(match field.as_str() {
                    "suspended.on" | "terminated.on" => Some("halt_on"),
                    "suspended.reason" | "terminated.reason" => Some("halt_reason"),
                    "reason" => Some("reason"),
                    _ => None,
                });
            let key = key.unwrap_or("project");
            if !self.open.iter().any(|(asked, _)| *asked == key) {
                self.ask(key, why);
            }
        }
    }
}

/// The cells that are compared, and what they are of a project.
const COMPARED: [(&str, Field); 5] = [
    ("project_name", Field::Name),
    ("basic_info", Field::BasicInfo),
    ("investment_wan", Field::Investment),
    ("contact_name", Field::ContactName),
    ("contact_phone", Field::ContactPhone),
];

fn key_of(field: Field) -> Option<&'static str> {
    COMPARED
        .iter()
        .find(|(_, one)| *one == field)
        .map(|(key, _)| *key)
}

fn apply(after: &mut ProjectFields, field: Field, stated: &ProjectFields) {
    match field {
        Field::Name => after.name.clone_from(&stated.name),
        Field::BasicInfo => after.basic_info.clone_from(&stated.basic_info),
        Field::Investment => after.investment = stated.investment,
        Field::ContactName => after.contact_name.clone_from(&stated.contact_name),
        Field::ContactPhone => after.contact_phone.clone_from(&stated.contact_phone),
        _ => {}
    }
}

fn text(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or("")
}

/// The same but for blanks, width and case; an apostrophe before what looks like a formula is csv's.
fn same_text(old: &str, new: &str) -> bool {
    let (old, new) = (names::key(old), names::key(new));
    old == new || new.strip_prefix('\'').is_some_and(|rest| rest == old)
}

/// The same names or telephones, however they are strung together.
fn same_parts(old: &str, new: &str) -> bool {
    let parts = |text: &str| {
        let mut parts: Vec<String> = text
            .split(|c: char| "、，,；;/／ \u{3000}\n".contains(c))
            .map(|part| names::key(part).replace(['-', '－', '—'], ""))
            .filter(|part| !part.is_empty())
            .collect();
        parts.sort();
        parts
    };
    parts(old) == parts(new)
}

/// Whether the cell of names and telephones is what the system prints of the project.
fn same_contact(read: &Annex2Row, before: &ProjectFields) -> bool {
    let printed = format!("{}{}", before.contact_name, before.contact_phone);
    let raw = text(&read.contact_raw);
    !raw.is_empty() && (same_text(&printed, raw) || same_text(&masked(&printed), raw))
}

/// A date with its year in a text; to the month where the day is not written.
fn date_in(text: &str) -> Option<PartialDate> {
    let chars: Vec<char> = text.chars().collect();
    let starts = (0..chars.len()).filter(|at| {
        let four = chars
            .get(*at..at + 4)
            .is_some_and(|year| year.iter().all(char::is_ascii_digit));
        let alone = at
            .checked_sub(1)
            .is_none_or(|before| !chars[before].is_ascii_digit());
        four && alone && chars.get(at + 4).is_some_and(|c| !c.is_ascii_digit())
    });
    let dates: Vec<PartialDate> = starts
        .filter_map(|at| {
            let word: String = chars[at..]
                .iter()
                .take_while(|c| c.is_ascii_digit() || "-./年月日号".contains(**c))
                .collect();
            let word = word.trim_end_matches(['-', '.', '/']);
            PartialDate::read(word)
        })
        .collect();
    match dates.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

/// The words after the kind: `暂缓：2017-11，用地未落实` is 用地未落实.
fn without_kind(words: &str) -> String {
    let rest = words.split_once(['：', ':']).map_or("", |(_, rest)| rest);
    let rest = rest.split_once('；').map_or(rest, |(first, _)| first);
    let after_date =
        rest.trim_start_matches(|c: char| c.is_ascii_digit() || "-./年月日号起，,、 ".contains(c));
    let rest = if after_date.is_empty() {
        ""
    } else {
        after_date
    };
    names::tidy_text(rest)
}

/// Why a revision was made.
fn revision_reason(words: &str) -> String {
    let reason = format!("附件2导入：{words}");
    reason.chars().take(REASON_MOST).collect()
}

fn brief(text: &str) -> String {
    let short: String = text.chars().take(30).collect();
    if short.len() < text.len() {
        format!("{short}…")
    } else {
        short
    }
}

/// What becomes of a row, questions aside.
fn state(
    answer: &RowAnswer,
    kind: Option<AdjustmentKind>,
    plan: &Plan,
    context: &Context<'_>,
) -> RowState {
    if answer.skip {
        return RowState::Skipped;
    }
    match plan {
        Plan::Nothing => RowState::Kept,
        Plan::Add { .. } if kind == Some(AdjustmentKind::Suspended) => RowState::Suspended,
        Plan::Add { .. } => RowState::Added,
        Plan::Change {
            project, fields, ..
        } => {
            let before = context
                .library
                .own
                .get(project)
                .map(|(_, head)| &head.fields);
            let began = |one: fn(&ProjectFields) -> bool| {
                one(fields) && before.is_some_and(|before| !one(before))
            };
            if began(|fields| fields.terminated.is_some()) {
                RowState::Left
            } else if began(|fields| fields.suspended.is_some()) {
                RowState::Suspended
            } else {
                RowState::Changed
            }
        }
    }
}

/// Rows with something typed: what the return's draft takes over.
pub(super) fn typed(row: &Planned) -> domain::annex2::TypedRow {
    domain::annex2::TypedRow {
        reason: row.typed.0.clone(),
        remark: row.typed.1.clone(),
    }
}

/// What the rows of an enterprise's return have typed already, overlaid with the file's.
pub(super) fn overlay(
    input: &mut domain::annex2::Annex2Input,
    rows: BTreeMap<ProjectId, domain::annex2::TypedRow>,
) {
    for (project, typed) in rows {
        let kept = input.rows.entry(project).or_default();
        for (kept, new) in [
            (&mut kept.reason, typed.reason),
            (&mut kept.remark, typed.remark),
        ] {
            if !new.is_empty() {
                *kept = new;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_only_when_they_are_whole() {
        let found = |text: &str| date_in(text).map(|on| on.to_string());
        assert_eq!(
            found("暂缓：2017-11，用地未落实").as_deref(),
            Some("2017-11")
        );
        assert_eq!(
            found("自2017年11月8日起暂缓").as_deref(),
            Some("2017-11-08")
        );
        assert_eq!(found("2017.5.8暂停").as_deref(), Some("2017-05-08"));
        for text in [
            "11月8日起暂缓",
            "暂缓",
            "投资20171108万元",
            "由2017年5月至2017年8月",
            "2017年",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn the_reason_is_what_follows_the_kind() {
        assert_eq!(without_kind("暂缓：2017-11，用地未落实"), "用地未落实");
        assert_eq!(
            without_kind("出库：投资方退出；投资额由1万元调整为2万元"),
            "投资方退出"
        );
        assert_eq!(without_kind("暂缓"), "");
    }

    #[test]
    fn contacts_are_the_same_however_they_are_strung() {
        assert!(same_parts("张三、李四", "李四，张三"));
        assert!(same_parts("0577-88881234", "057788881234"));
        assert!(!same_parts("张三", "张四"));
        assert!(same_text("=甲", "'=甲") && same_text("甲 乙", "甲乙"));
    }
}
