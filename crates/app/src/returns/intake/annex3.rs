//! What is 附件3's own in reading a file into a return: the texts that are taken over, what the file says otherwise than
//! the library, and a new project with a central SOE. The class is always the library's.

use documents::forms::{Annex3Row, Category, Rows, Table};
use domain::{
    ProjectId,
    annex3::{
        self, Annex3Input, CONTACT_MOST, CooperationClass, ProgressTexts, TYPED_MOST, class_of,
        partners,
    },
    library::masked,
    names,
    partial_date::PartialDate,
    person::Invalid,
    project::{
        Company, Investor, Milestone, Ownership, ProjectFields, Signing, SigningKind, SigningLevel,
    },
};

use super::{
    draft::{Draft, ask_all, same_parts, same_text, text},
    preview::{
        CellChange, Context, IntakeRow, Named, Plan, Planned, RowState, Said, Target, Typed,
    },
};

/// The fields that can be corrected or taken, as the reader's keys have them; the last ones are a new project's.
pub(super) const FIELDS: [&str; 15] = [
    "category",
    "project_name",
    "central_enterprise",
    "progress",
    "problems",
    "next_steps",
    "contact",
    "contact_name",
    "contact_phone",
    "signed_on",
    "signing_kind",
    "signing_level",
    "negotiating_on",
    "company",
    "registered_on",
];
/// What stands before the printed progress of a paused project.
const PAUSED: [&str; 2] = ["暂停：", "暂停:"];
/// Between the names of several central SOEs.
const BETWEEN: &str = "、，,；;/／\n";

/// The `number`th row of a table, from 1.
pub(super) fn row(
    context: &Context<'_>,
    table: &Table,
    number: u32,
    said: &Said<'_>,
    open: &mut Invalid,
) -> Option<(IntakeRow, Planned)> {
    let Rows::Annex3(rows) = &table.rows else {
        return None;
    };
    let read = rows.get(usize::try_from(number).ok()?.checked_sub(1)?)?;
    let about = [
        "category",
        "project_name",
        "central_enterprise",
        "progress",
        "problems",
        "next_steps",
        "contact_raw",
        "contact_name",
        "contact_phone",
        "signed_on",
    ];
    let draft = Draft::new(context, read, &read.extra, said, &about);
    let (row, planned, asked) = draft.finish();
    ask_all(&row, asked, open);
    Some((row, planned))
}

/// The class that a word of the form names.
fn class_in(word: &str) -> Option<CooperationClass> {
    let key = names::key(word);
    CooperationClass::ALL
        .into_iter()
        .find(|class| names::key(class.label()) == key)
}

const fn class_of_file(category: Category) -> CooperationClass {
    match category {
        Category::Negotiating => CooperationClass::Negotiating,
        Category::Signed => CooperationClass::Signed,
        Category::Landed => CooperationClass::Landed,
    }
}

impl Draft<'_, Annex3Row> {
    fn finish(mut self) -> (IntakeRow, Planned, Vec<(&'static str, String)>) {
        let read = self.read;
        let name = self.cell(
            "project_name",
            "合作项目名称",
            &read.project_name,
            &["project_name"],
        );
        let class = read.category.map(class_of_file);
        let class = class.map_or("", CooperationClass::label);
        let class = self.cell("category", "类别", class, &["category"]);
        self.cell(
            "central_enterprise",
            "合作央企名称",
            text(&read.central_enterprise),
            &["central_enterprise"],
        );
        for (field, label, read) in [
            ("progress", "当前进展情况", &read.progress),
            ("problems", "存在问题", &read.problems),
            ("next_steps", "下一步工作计划和重点", &read.next_steps),
        ] {
            let words = self.cell(field, label, text(read), &[field]);
            if words.chars().count() > TYPED_MOST {
                self.ask(field, format!("{label}超过{TYPED_MOST}字，请删减"));
            }
        }
        self.check_unit();
        let target = self.target(&name, None, false);
        let (state, plan, typed) = match &target {
            Target::Known { project, .. } => {
                let typed = self.known(project, class_in(&class));
                let state = match typed {
                    Typed::Nothing => RowState::Kept,
                    _ => RowState::Changed,
                };
                (state, Plan::Nothing, typed)
            }
            Target::New => {
                let (plan, typed) = self.new_project(&name, class_in(&class));
                (RowState::Added, plan, typed)
            }
            Target::Asked { likely } => {
                self.whole_contact();
                self.signing_date();
                self.ask_project(&name, likely);
                (RowState::Kept, Plan::Nothing, Typed::Nothing)
            }
        };
        let row = IntakeRow {
            number: self.said.number,
            place: self
                .said
                .source
                .map(|source| source.place.clone())
                .unwrap_or_default(),
            name,
            state: if self.answer.skip {
                RowState::Skipped
            } else {
                state
            },
            kind: None,
            worded: None,
            target,
            cells: self.cells,
            extra: self.extra.clone(),
            doubts: self.doubts,
            answer: self.answer,
            open: Vec::new(),
        };
        (row, Planned { plan, typed }, self.open)
    }

    fn ask_project(&mut self, name: &str, likely: &[Named]) {
        if self.open.iter().any(|(field, _)| *field == "project") {
            return;
        }
        if name.is_empty() {
            let why = "没有项目名称，请填写，或选择对应的项目，或不导入此行";
            self.ask("project_name", why);
            return;
        }
        let why = match likely.first() {
            Some(first) => format!(
                "可能就是项目库里的“{} {}”（{}），请选择对应的项目，或选“新项目”",
                first.code, first.name, first.why
            ),
            None => "项目库里没有这个项目，请选择对应的项目，或选“新项目”，或不导入此行".to_owned(),
        };
        self.ask("project", why);
    }

    /// 联系人及联系方式 in one text, as the return has it.
    fn whole_contact(&mut self) -> String {
        let read = self.read;
        let parts = [text(&read.contact_name), text(&read.contact_phone)];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let whole = match text(&read.contact_raw) {
            "" => parts.join(" "),
            raw => names::tidy_text(raw),
        };
        let about = ["contact_raw", "contact_name", "contact_phone"];
        self.cell("contact", "联系人及联系方式", &whole, &about)
    }

    /// 签约时间, where the file has it.
    fn signing_date(&mut self) -> String {
        let read = self.read.signed.map(|on| on.to_string());
        self.cell("signed_on", "签约时间", text(&read), &["signed_on"])
    }

    /// A row about a project of the library: what is typed into the return of it, where that is otherwise than now.
    fn known(&mut self, project: &Named, class: Option<CooperationClass>) -> Typed {
        let context = self.context;
        self.whole_contact();
        let written = self.said.raw("signed_on");
        if self.read.signed.is_some() || written.is_some_and(|(text, _)| !text.is_empty()) {
            self.signing_date();
        }
        let Some((_, head)) = context.library.own.get(&project.id) else {
            return Typed::Nothing;
        };
        let Some(listed) = context.listed.get(&project.id) else {
            self.ask("project", unlisted(context, project, &head.fields));
            return Typed::Nothing;
        };
        self.compare_facts(class, listed, &head.fields);
        let now = listed.texts();
        let mut after = now.clone();
        for (field, before) in [
            ("progress", &now.progress),
            ("problems", &now.problems),
            ("next_steps", &now.next_steps),
        ] {
            let mut written = self.cell_text(field);
            if field == "progress" && listed.suspended {
                // The form prints it before the words; it is not theirs.
                written = without_paused(&written);
            }
            if self.differs(
                field,
                before,
                same_text(before, &written),
                !written.is_empty(),
            ) {
                let text = match field {
                    "progress" => &mut after.progress,
                    "problems" => &mut after.problems,
                    _ => &mut after.next_steps,
                };
                *text = written;
            }
        }
        let contact = self.cell_text("contact");
        let printed = listed.printed_contact();
        let is = |one: &str| same_text(one, &contact) || same_parts(one, &contact);
        let same = is(printed) || same_text(&masked(printed), &contact);
        if same && let Some(cell) = self.at("contact") {
            // How it comes apart is no matter where it is what the return has.
            cell.doubts.clear();
        }
        if self.differs("contact", printed, same, !contact.is_empty()) {
            if contact.contains(['*', '＊']) {
                let why = "请填写完整的联系方式，不要用 * 代替，或取消勾选";
                self.ask("contact", why);
            } else if contact.chars().count() > CONTACT_MOST {
                self.ask("contact", format!("联系方式超过{CONTACT_MOST}字，请删减"));
            }
            after.contact = if is(&listed.contact) {
                String::new()
            } else {
                contact
            };
        }
        if after == now {
            Typed::Nothing
        } else {
            Typed::Annex3(Box::new(after))
        }
    }

    /// Lays a text beside the return's; gives whether the file's is taken. What the file leaves blank stays.
    fn differs(&mut self, field: &str, before: &str, same: bool, written: bool) -> bool {
        let answered = self.answer.take.get(field).copied();
        let Some(cell) = self.at(field) else {
            return false;
        };
        cell.before = Some(before.to_owned());
        let taken = answered.unwrap_or(true);
        cell.change = match () {
            () if !written && !cell.corrected => CellChange::Silent,
            () if same => CellChange::Same,
            () => CellChange::Differs {
                taken,
                proposed: true,
            },
        };
        matches!(cell.change, CellChange::Differs { taken: true, .. })
    }

    /// Lays what only the library decides beside the file's; `why` is why it is otherwise.
    fn lay(&mut self, field: &str, before: String, why: Option<String>, silent: bool) {
        let Some(cell) = self.at(field) else { return };
        cell.before = Some(before);
        cell.change = match why {
            _ if silent => CellChange::Silent,
            None => CellChange::Same,
            Some(why) => {
                cell.doubts.push(why);
                CellChange::None
            }
        };
    }

    /// Class, partners, name and signing are the library's: where the file has others, that is said.
    fn compare_facts(
        &mut self,
        class: Option<CooperationClass>,
        listed: &annex3::Annex3Row,
        fields: &ProjectFields,
    ) {
        let other = class.filter(|class| *class != listed.class);
        let why = other.map(|class| other_class(class, listed.class, fields));
        let label = listed.class.label().to_owned();
        self.lay("category", label, why, class.is_none());
        let name = self.cell_text("project_name");
        let why = (!same_text(&listed.name, &name))
            .then(|| format!("项目库里叫“{}”；名称以项目库为准", listed.name));
        self.lay("project_name", listed.name.clone(), why, name.is_empty());
        let written = text(&self.read.central_enterprise);
        let why = (!same_partners(&partners(fields), written)).then(|| {
            format!(
                "文件写的是“{written}”，项目库里的央企是“{}”；以项目库为准，需要改动请到项目库修改投资方",
                listed.partners
            )
        });
        let silent = written.is_empty();
        self.lay("central_enterprise", listed.partners.clone(), why, silent);
        let dates: Vec<String> = fields
            .signings
            .iter()
            .map(|one| one.on.to_string())
            .collect();
        let signed = self.read.signed.map(|on| on.to_string());
        let read = signed.as_deref().and_then(PartialDate::read);
        let meets = |one: &Signing| {
            read.is_some_and(|on| {
                on.earliest() <= one.on.latest() && one.on.earliest() <= on.latest()
            })
        };
        let why = (!fields.signings.iter().any(meets)).then(|| {
            let on = text(&signed);
            if dates.is_empty() {
                format!(
                    "文件写的签约时间是{on}，项目库里没有登记签约；如已签约，请到项目库登记签约"
                )
            } else {
                format!(
                    "文件写的签约时间是{on}，项目库登记的是{}；以项目库为准，有误请到项目库更正",
                    dates.join("、")
                )
            }
        });
        self.lay("signed_on", dates.join("、"), why, signed.is_none());
    }

    /// A row about a project that is not in the library yet: by the rules of the project form, and nothing guessed.
    fn new_project(&mut self, name: &str, class: Option<CooperationClass>) -> (Plan, Typed) {
        let read = self.read;
        let about = ["contact_name", "contact_raw"];
        let contact_name = self.cell("contact_name", "联系人", text(&read.contact_name), &about);
        let contact_phone = self.cell(
            "contact_phone",
            "联系电话",
            text(&read.contact_phone),
            &["contact_phone"],
        );
        let unsplit = contact_name.is_empty() && contact_phone.is_empty();
        let mut fields = ProjectFields {
            name: name.to_owned(),
            contact_name,
            contact_phone,
            investors: investors(&self.cell_text("central_enterprise")),
            ..ProjectFields::default()
        };
        if fields.investors.is_empty() {
            self.ask(
                "central_enterprise",
                "请填写合作央企名称，多家央企用顿号分开",
            );
        }
        match class {
            None => self.ask(
                "category",
                "请选择类别：在谈项目、已签约未落地项目或已落地项目",
            ),
            Some(CooperationClass::Negotiating) => {
                if let Some(on) = self.fact("negotiating_on", "何时开始洽谈", true) {
                    fields.milestones.insert(Milestone::Negotiating, on);
                }
                if read.signed.is_some() {
                    self.signing_date();
                    let why =
                        "列在在谈项目，签约时间不登记；确已签约的请把类别改为已签约未落地项目";
                    self.doubt("signed_on", why);
                }
            }
            Some(CooperationClass::Signed) => fields.signings.extend(self.signing(true)),
            Some(CooperationClass::Landed) => {
                let company = self.cell("company", "项目公司名称", "", &[]);
                if company.is_empty() {
                    self.ask("company", "请填写已注册的项目公司名称");
                }
                let registered_on = self.fact("registered_on", "项目公司注册日期", true);
                fields.company = Some(Company {
                    name: company,
                    registered_on,
                });
                fields.signings.extend(self.signing(false));
            }
        }
        self.doubt_twin(name);
        let fields = fields.tidied();
        self.check(&fields);
        let typed = ProgressTexts {
            progress: self.cell_text("progress"),
            problems: self.cell_text("problems"),
            next_steps: self.cell_text("next_steps"),
            contact: if unsplit {
                let raw = names::tidy_text(text(&read.contact_raw));
                raw.chars().take(CONTACT_MOST).collect()
            } else {
                String::new()
            },
            still_true: false,
        };
        let label = class.map_or("", CooperationClass::label);
        let plan = Plan::Add {
            fields: Box::new(fields),
            reason: format!("附件3导入：{label}"),
        };
        (plan, Typed::Annex3(Box::new(typed)))
    }

    /// A dated fact of a new project that the person must give; none while it is open.
    fn fact(
        &mut self,
        field: &'static str,
        label: &'static str,
        needed: bool,
    ) -> Option<PartialDate> {
        let written = match field {
            "signed_on" => self.signing_date(),
            _ => self.cell(field, label, "", &[]),
        };
        if written.is_empty() && !needed {
            return None;
        }
        let last = self.context.effective_on;
        match PartialDate::read(&written) {
            Some(on) if on.earliest() <= last => Some(on),
            Some(_) => {
                let why = format!("{label}不能晚于{last}：之后的情况不属于这一期");
                self.ask(field, why);
                None
            }
            None => {
                let why = format!("请填写{label}，例如 2017-11-24；只知道月份时填 2017-11");
                self.ask(field, why);
                None
            }
        }
    }

    /// The signing of a new project. What the file does not say of it is asked.
    fn signing(&mut self, needed: bool) -> Option<Signing> {
        let on = self.fact("signed_on", "签约时间", needed);
        if on.is_none() && !needed && self.cell_text("signed_on").is_empty() {
            return None;
        }
        let kind = self.cell("signing_kind", "签的是什么协议", "", &[]);
        let kind = SigningKind::ALL
            .iter()
            .copied()
            .find(|one| one.label() == kind);
        if kind.is_none() {
            self.ask("signing_kind", "请选择签的是意向、框架还是正式协议");
        }
        let level = self.cell("signing_level", "在哪一级签约", "", &[]);
        let level = SigningLevel::ALL
            .iter()
            .copied()
            .find(|one| one.label() == level);
        if level.is_none() {
            self.ask("signing_level", "请选择在哪一级签约：省级、市级或其他");
        }
        Some(Signing {
            on: on?,
            kind: kind?,
            level: level?,
            event: String::new(),
            amount: None,
            currency: None,
            rate: None,
            relation: None,
        })
    }

    /// What the library would refuse, beside its cell.
    fn check(&mut self, fields: &ProjectFields) {
        let context = self.context;
        let (on, lists) = (context.effective_on, &context.library.lists);
        let checked = fields.check(None, on, context.today, "", lists);
        for (field, why) in checked.err().unwrap_or_default().fields {
            let key = match field.as_str() {
                "name" => "project_name",
                "contact_name" => "contact_name",
                "contact_phone" => "contact_phone",
                "milestones.negotiating" => "negotiating_on",
                "company.name" => "company",
                "company.registered_on" => "registered_on",
                "signings.0.on" => "signed_on",
                field if field.starts_with("investors") => "central_enterprise",
                _ => "project",
            };
            if !self.open.iter().any(|(asked, _)| *asked == key) {
                self.ask(key, why);
            }
        }
    }
}

/// Why a project of the library is not in the return's list, and what to do.
fn unlisted(context: &Context<'_>, project: &Named, fields: &ProjectFields) -> String {
    let cut_off = context.found.period.cut_off;
    let why = if let Some(halt) = &fields.terminated {
        format!("项目库里已于{}终止", halt.on)
    } else if partners(fields).is_empty() {
        "项目库里的投资方没有央企".to_owned()
    } else if class_of(fields, cut_off).is_none() {
        format!("项目库里截至{cut_off}还在谋划，没有在谈、签约或落地的日期")
    } else {
        format!("项目库里的央企合作情况在{cut_off}之后才生效")
    };
    format!(
        "“{} {}”不在这一期的附件3里：{why}；请到项目库补登后再核对，或改选另一个项目，或不导入此行",
        project.code, project.name
    )
}

/// That the file lists a project in another class than the library's facts make it.
fn other_class(
    written: CooperationClass,
    computed: CooperationClass,
    fields: &ProjectFields,
) -> String {
    let signed = fields.signings.iter().map(|one| one.on);
    let by = match computed {
        CooperationClass::Landed => fields
            .landed_on()
            .map(|on| format!("{on}注册项目公司"))
            .unwrap_or_default(),
        CooperationClass::Signed => signed
            .min_by_key(|on| on.earliest())
            .map(|on| format!("{on}签约"))
            .unwrap_or_default(),
        CooperationClass::Negotiating => "没有登记签约和项目公司".to_owned(),
    };
    let by = if by.is_empty() {
        String::new()
    } else {
        format!("按{by}")
    };
    let then = match written {
        CooperationClass::Landed => "如已落地，请到项目库登记项目公司和注册日期",
        CooperationClass::Signed if computed == CooperationClass::Negotiating => {
            "如已签约，请到项目库登记签约"
        }
        _ => "以项目库为准，项目库有误的请到项目库更正",
    };
    format!(
        "文件里列在“{}”，项目库{by}算作“{}”；{then}",
        written.label(),
        computed.label()
    )
}

/// Without the word that the form prints before it. 暂停施工 is a clerk's own sentence.
fn without_paused(text: &str) -> String {
    if text == "暂停" {
        return String::new();
    }
    let rest = PAUSED.iter().find_map(|word| text.strip_prefix(word));
    rest.unwrap_or(text).trim_start().to_owned()
}

/// Each central SOE that is named.
fn central(written: &str) -> impl Iterator<Item = String> {
    written
        .split(|c: char| BETWEEN.contains(c))
        .map(names::tidy)
        .filter(|name| !name.is_empty())
}

fn investors(written: &str) -> Vec<Investor> {
    central(written)
        .map(|name| Investor {
            name,
            origin: None,
            ownership: Some(Ownership::Central),
            place: None,
            wenshang: false,
        })
        .collect()
}

/// Whether the same central SOEs are named, in whatever order.
fn same_partners(own: &[&str], written: &str) -> bool {
    let mut own: Vec<String> = own.iter().map(|name| names::key(name)).collect();
    let mut written: Vec<String> = central(written).map(|name| names::key(&name)).collect();
    own.sort();
    written.sort();
    own == written
}

/// What is typed into the return already, overlaid with the file's.
pub(super) fn overlay(
    input: &mut Annex3Input,
    rows: impl Iterator<Item = (ProjectId, ProgressTexts)>,
) {
    input.rows.extend(rows);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_pause_is_not_the_clerks_words() {
        for (printed, words) in [
            ("暂停", ""),
            ("暂停：等指标", "等指标"),
            ("暂停施工", "暂停施工"),
            ("已互访", "已互访"),
        ] {
            assert_eq!(without_paused(printed), words);
        }
    }

    #[test]
    fn partners_are_the_same_in_any_order() {
        let own = ["中国铁建", "中国中铁"];
        assert!(same_partners(&own, "中国中铁，中国铁建"));
        assert!(!same_partners(&own, "中国铁建"));
        assert_eq!(investors("甲、乙\n丙 ").len(), 3);
    }
}
