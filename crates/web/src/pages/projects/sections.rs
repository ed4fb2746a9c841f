//! The project form in groups, ready to be printed: every field with its words, value, refusal and read-back.

use domain::{
    district::District,
    project::{
        Field, Horizon, InvestorPlace, Milestone, Origin, Ownership, ReadinessItem, Relation,
        SigningKind, SigningLevel,
    },
};

use crate::{form::Fields, layout::Refusals};

use super::fields::{RowKind, currency, in_words, read_name, typed_amount};

/// A group of fields.
pub(crate) struct Section {
    pub id: &'static str,
    pub legend: &'static str,
    pub hint: &'static str,
    pub why: String,
    pub inputs: Vec<Input>,
    pub rows: Option<Rows>,
}

/// Rows that repeat.
pub(crate) struct Rows {
    pub kind: RowKind,
    pub rows: Vec<Row>,
    /// What script copies for a further row; its place is [`PLACE`].
    pub blank: Row,
}

/// One of them.
pub(crate) struct Row {
    pub place: String,
    pub title: String,
    pub inputs: Vec<Input>,
}

/// Stands for the place in the row that script copies.
const PLACE: &str = "__";

/// A field as it is printed.
pub(crate) struct Input {
    /// `line`, `date`, `area`, `choice`, `tick` or `item` (a tick with a line beside it).
    pub kind: &'static str,
    pub name: String,
    pub label: String,
    pub hint: &'static str,
    pub value: String,
    pub why: String,
    /// Whether the box is ticked.
    pub ticked: bool,
    pub options: Vec<Choice>,
    /// What stands where nothing is chosen.
    pub unchosen: &'static str,
    /// For amounts: how it is read, and whether that was confirmed.
    pub reading: Option<Reading>,
    pub wide: bool,
    pub required: bool,
    /// The field that tells the currency of an amount.
    pub currency_name: String,
    /// The box that confirms a jump, where one is asked about.
    pub jump: Option<bool>,
    /// For names of enterprises: the field that says whether it is a central one; empty for all others.
    pub central: String,
    /// What the directory says of the name: 现为….
    pub remark: String,
    /// The list of names the browser offers; empty for none.
    pub list: &'static str,
}

/// Something to choose.
pub(crate) struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// An amount read back.
pub(crate) struct Reading {
    pub words: String,
    pub confirmed: bool,
}

impl Input {
    pub fn is(&self, kind: &str) -> bool {
        self.kind == kind
    }

    pub fn described(&self) -> String {
        let mut ids = Vec::new();
        if !self.why.is_empty() {
            ids.push(format!("{}-error", self.name));
        }
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.name));
        }
        if !self.central.is_empty() {
            ids.push(format!("{}-central", self.name));
        }
        if self.reading.is_some() {
            ids.push(format!("{}-reading", self.name));
        }
        ids.join(" ")
    }
}

/// What the form is made from.
pub(crate) struct Source<'a> {
    pub form: &'a Fields,
    pub refusals: &'a Refusals,
    pub industries: &'a [String],
    pub districts: &'a [District],
    /// The central enterprises, for what is said beside an investor's name.
    pub central: &'a domain::directory::Directory,
    /// The day on which the names are looked at.
    pub today: chrono::NaiveDate,
}

impl Source<'_> {
    fn input(
        &self,
        kind: &'static str,
        name: impl Into<String>,
        label: impl Into<String>,
    ) -> Input {
        let name = name.into();
        Input {
            kind,
            label: label.into(),
            hint: "",
            value: self.form.text(&name).to_owned(),
            why: self.refusals.of(&name).to_owned(),
            ticked: self.form.ticked(&name),
            options: Vec::new(),
            unchosen: "未定",
            reading: None,
            wide: matches!(kind, "area"),
            required: false,
            currency_name: String::new(),
            jump: None,
            central: String::new(),
            remark: String::new(),
            list: "",
            name,
        }
    }

    fn field(&self, kind: &'static str, field: Field) -> Input {
        self.input(kind, field.word(), field.label())
    }

    fn choice(
        &self,
        name: impl Into<String>,
        label: &str,
        options: impl Iterator<Item = (String, String)>,
    ) -> Input {
        let mut input = self.input("choice", name, label);
        let mut chosen_there = input.value.is_empty();
        for (value, label) in options {
            let chosen = value == input.value;
            chosen_there |= chosen;
            input.options.push(Choice {
                value,
                label,
                chosen,
            });
        }
        if !chosen_there {
            // A choice of former days, or one somebody typed into the request: shown as it is.
            input.options.push(Choice {
                label: input.value.clone(),
                value: input.value.clone(),
                chosen: true,
            });
        }
        input
    }

    fn amount(&self, name: String, label: &str, currency_name: String) -> Input {
        let mut input = self.input("line", name, label);
        let currency = currency(self.form.text(&currency_name));
        let typed = typed_amount(&input.value, &currency);
        let read = typed.and_then(Result::ok).filter(|typed| !typed.plain);
        input.reading = Some(Reading {
            words: read
                .map(|typed| in_words(typed, &currency))
                .unwrap_or_default(),
            confirmed: self.form.text(&read_name(&input.name)) == input.value,
        });
        input.currency_name = currency_name;
        input
    }

    fn date(&self, name: impl Into<String>, label: &str) -> Input {
        self.input("date", name, label)
    }

    /// The whole form.
    pub fn sections(&self) -> Vec<Section> {
        let rows = |kind| Some(self.rows(kind));
        vec![
            section("basic", "基本信息", "", self.basic()),
            Section {
                rows: rows(RowKind::Investors),
                why: self.refusals.of("investors").to_owned(),
                ..section(
                    "investors",
                    "投资方",
                    "有几家填几家；还没有就不填",
                    Vec::new(),
                )
            },
            Section {
                rows: rows(RowKind::Signings),
                why: self.refusals.of("signings").to_owned(),
                ..section(
                    "signings",
                    "签约",
                    "每次签约填一组；意向、框架、正式分开填",
                    Vec::new(),
                )
            },
            section("company", "项目公司", "登记日期即落地日期", self.company()),
            section(
                "milestones",
                "进度节点",
                "只知道月份时填 2017-05，不要编造日子；还没有发生的不填",
                self.milestones(),
            ),
            section("halts", "暂停或终止", "没有就不填", self.halts()),
            section(
                "readiness",
                "项目成熟度",
                "已具备的勾选；右边写有什么，或者还缺什么",
                self.readiness(),
            ),
            section("packaging", "项目包装", "用于项目推介册", self.packaging()),
            section("contacts", "挂钩领导与联系人", "", self.contacts()),
            section("saving", "本次登记", "", self.saving()),
        ]
    }

    fn basic(&self) -> Vec<Input> {
        let mut name = self.field("line", Field::Name);
        (name.required, name.wide) = (true, true);
        let mut info = self.field("area", Field::BasicInfo);
        info.hint = "建设内容、规模、建设期等";
        let industries = self.industries.iter().map(|one| (one.clone(), one.clone()));
        let mut investment = self.amount(
            "investment".to_owned(),
            Field::Investment.label(),
            String::new(),
        );
        investment.hint = "填 12000，或 1.2亿；没有确定时留空";
        if investment.why.contains("数额无误") {
            let ticked = self.form.text("amount_confirmed");
            investment.jump = Some(!ticked.is_empty() && ticked == investment.value);
        } else if self.form.filled("amount_confirmed").is_some() {
            investment.jump = Some(self.form.text("amount_confirmed") == investment.value);
        }
        let districts = self
            .districts
            .iter()
            .map(|one| (one.code.to_owned(), one.name.to_owned()));
        let horizons = Horizon::ALL.iter().map(|one| pair(one.word(), one.label()));
        let mut cooperation = self.field("line", Field::Cooperation);
        cooperation.hint = "例如 合资、合作、独资、PPP";
        vec![
            name,
            self.choice("industry", Field::Industry.label(), industries),
            investment,
            self.choice("district", Field::District.label(), districts),
            self.field("line", Field::Address),
            self.choice("horizon", Field::Horizon.label(), horizons),
            cooperation,
            info,
        ]
    }

    fn company(&self) -> Vec<Input> {
        vec![
            self.input("line", "company.name", "公司名称"),
            self.date("company.registered_on", "登记日期"),
        ]
    }

    fn milestones(&self) -> Vec<Input> {
        let one = |one: &Milestone| self.date(format!("milestones.{}", one.word()), one.label());
        Milestone::ALL.iter().map(one).collect()
    }

    fn halts(&self) -> Vec<Input> {
        let halts = [("suspended", "暂停"), ("terminated", "终止")];
        let of = |(word, label): (&str, &str)| {
            [
                self.date(format!("{word}.on"), &format!("{label}日期")),
                self.input("line", format!("{word}.reason"), format!("{label}原因")),
            ]
        };
        halts.into_iter().flat_map(of).collect()
    }

    fn readiness(&self) -> Vec<Input> {
        let one = |item: &ReadinessItem| {
            let mut input = self.input("item", item.word(), item.label());
            input.ticked = self.form.ticked(&format!("{}.ready", item.word()));
            input
        };
        ReadinessItem::ALL.iter().map(one).collect()
    }

    fn packaging(&self) -> Vec<Input> {
        [Field::Advantages, Field::Surroundings, Field::BusinessModel]
            .map(|field| self.field("area", field))
            .into()
    }

    fn contacts(&self) -> Vec<Input> {
        let mut phone = self.field("line", Field::ContactPhone);
        phone.hint = "别处只显示 138****0000 的样子，查看全文有记录";
        let remarks = self.field("area", Field::Remarks);
        vec![
            self.field("line", Field::LeadOfficial),
            self.field("line", Field::ContactName),
            phone,
            remarks,
        ]
    }

    fn saving(&self) -> Vec<Input> {
        let mut effective = self.input("day", "effective_on", "生效日期");
        effective.hint = "这些内容自哪一天起属实，一般就是今天";
        let mut reason = self.input("line", "reason", "修改说明");
        reason.hint = "撤销已有的节点时必填";
        reason.wide = true;
        vec![effective, reason]
    }

    fn rows(&self, kind: RowKind) -> Rows {
        let mut places: Vec<String> = kind.rows(self.form).iter().map(u32::to_string).collect();
        if places.is_empty() {
            places.push("0".to_owned());
        }
        Rows {
            kind,
            rows: places.iter().map(|place| self.row(kind, place)).collect(),
            blank: self.row(kind, PLACE),
        }
    }

    fn row(&self, kind: RowKind, place: &str) -> Row {
        let number = place
            .parse::<u32>()
            .ok()
            .and_then(|place| place.checked_add(1));
        Row {
            title: match number {
                Some(number) => format!("{}{number}", kind.label()),
                None => kind.label().to_owned(),
            },
            inputs: match kind {
                RowKind::Investors => self.investor(place),
                RowKind::Signings => self.signing(place),
            },
            place: place.to_owned(),
        }
    }

    fn investor(&self, place: &str) -> Vec<Input> {
        let name = |part| RowKind::Investors.name(place, part);
        let origins = Origin::ALL.iter().map(|one| pair(one.word(), one.label()));
        let ownerships = Ownership::ALL
            .iter()
            .map(|one| pair(one.word(), one.label()));
        let places = InvestorPlace::ALL
            .iter()
            .map(|one| pair(one.word(), one.label()));
        let mut named = self.input("line", name("name"), "投资方名称");
        named.central = name("ownership");
        if self.form.text(&named.central) == Ownership::Central.word() && !named.value.is_empty() {
            let remark = self.central.remark(&named.value, self.today);
            named.remark = remark.unwrap_or_default();
        }
        vec![
            named,
            self.choice(name("origin"), "境内外", origins),
            self.choice(name("ownership"), "性质", ownerships),
            self.choice(name("place"), "所在地", places),
            self.input("tick", name("wenshang"), "温商"),
        ]
    }

    fn signing(&self, place: &str) -> Vec<Input> {
        let name = |part| RowKind::Signings.name(place, part);
        let kinds = SigningKind::ALL
            .iter()
            .map(|one| pair(one.word(), one.label()));
        let levels = SigningLevel::ALL
            .iter()
            .map(|one| pair(one.word(), one.label()));
        let mut event = self.input("line", name("event"), "签约活动");
        event.hint = "例如 浙洽会；没有就不填";
        let mut amount = self.amount(name("amount"), "签约金额（万）", name("currency"));
        amount.hint = "人民币填万元";
        event.list = "event-names";
        let mut currency = self.input("line", name("currency"), "外币币种");
        currency.hint = "例如 USD；人民币不填";
        let mut rate = self.input("line", name("rate"), "汇率（100外币折合元）");
        rate.hint = "例如 663.12；不填则不折算人民币";
        let rate_on = self.input("day", name("rate_on"), "汇率日期");
        let relations = Relation::ALL
            .iter()
            .map(|one| pair(one.word(), one.label()));
        let mut relation = self.choice(name("relation"), "与此前签约的关系", relations);
        relation.unchosen = "首次签约";
        relation.hint = "第二次起请选择：升级、再次签约不重复计，增资只计增量";
        let mut kind = self.choice(name("kind"), "种类", kinds);
        let mut level = self.choice(name("level"), "层级", levels);
        (kind.unchosen, level.unchosen) = ("请选择", "请选择");
        vec![
            self.date(name("on"), "签约日期"),
            kind,
            level,
            event,
            amount,
            currency,
            rate,
            rate_on,
            relation,
        ]
    }
}

fn pair(word: &str, label: &str) -> (String, String) {
    (word.to_owned(), label.to_owned())
}

fn section(
    id: &'static str,
    legend: &'static str,
    hint: &'static str,
    inputs: Vec<Input>,
) -> Section {
    Section {
        id,
        legend,
        hint,
        why: String::new(),
        inputs,
        rows: None,
    }
}
