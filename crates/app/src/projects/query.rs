//! What a list of projects is asked for, as it stands in an address: the page, the API, bulk actions and exports read
//! the same words, so that a link, a filter and a file never mean different things.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::{
    Instant, ListId, Money, ProjectId, UnitId, dates, names,
    person::Invalid,
    project::{Field, Horizon, SigningLevel, Stage, Standing},
};
use store::projects::{Cursor, DateColumn, DateFilter, Filter, Flag, Key, Page, SortBy, Start};

use super::{Column, When};

/// Rows a page shows.
pub const PAGE: u64 = 50;
/// Rows a page of the API may ask for.
pub const PAGE_MOST: u64 = 200;
/// Rows that a page number may pass over: passing over costs as much as reading.
const OFFSET_MOST: u64 = 10_000;
/// What is said of a place that none of our links can have named.
const PLACE: &str = "翻页的位置看不懂，请从第一页重新翻";
/// Characters of a text that is looked for.
const TEXT_MOST: usize = 100;
/// Values of one filter.
const VALUES_MOST: usize = 100;

/// Words of the yes-or-no filters, for users when it is so.
pub const FLAGS: [(&str, Flag, &str); 9] = [
    ("foreign", Flag::Foreign, "外资"),
    ("central", Flag::Central, "央企参与"),
    ("provincial", Flag::Provincial, "省企参与"),
    ("private", Flag::Private, "民企参与"),
    ("wenshang", Flag::Wenshang, "温商"),
    ("led", Flag::Led, "有挂钩领导"),
    ("packaged", Flag::Packaged, "包装完整"),
    ("pending", Flag::Pending, "有待报调整"),
    ("priced", Flag::Priced, "投资额已明确"),
];

/// Months that “签约满N个月” may ask for at most.
pub const MONTHS_MOST: u64 = 240;

/// Words of the dates: `signed_from`, `signed_to`, and `signed` for whether there is one.
pub const DATES: [(&str, DateColumn, &str); 10] = [
    ("signed", DateColumn::Signed, "正式签约"),
    ("planned", DateColumn::Planned, "谋划"),
    ("negotiating", DateColumn::Negotiating, "在谈"),
    ("filed", DateColumn::Filed, "备案"),
    ("landed", DateColumn::Landed, "落地"),
    ("started", DateColumn::Started, "开工"),
    ("completed", DateColumn::Completed, "竣工"),
    ("producing", DateColumn::Producing, "投产"),
    ("suspended", DateColumn::Suspended, "暂停"),
    ("terminated", DateColumn::Terminated, "终止"),
];

/// Fields a text is looked for in, one by one. Not the telephone, which is masked.
pub const TEXTS: [Field; 20] = [
    Field::Name,
    Field::BasicInfo,
    Field::Address,
    Field::Cooperation,
    Field::Investors,
    Field::Company,
    Field::Signings,
    Field::Demand,
    Field::Scale,
    Field::Economics,
    Field::Site,
    Field::Planning,
    Field::Environment,
    Field::Advantages,
    Field::Surroundings,
    Field::BusinessModel,
    Field::LeadOfficial,
    Field::ContactName,
    Field::Remarks,
    Field::Attachments,
];

/// Words of the sort orders.
pub const SORTS: [(&str, SortBy); 10] = [
    ("code", SortBy::Code),
    ("name", SortBy::Name),
    ("unit", SortBy::Unit),
    ("stage", SortBy::Stage),
    ("investment", SortBy::Investment),
    ("industry", SortBy::Industry),
    ("district", SortBy::District),
    ("readiness", SortBy::Readiness),
    ("signed", SortBy::Signed),
    ("saved", SortBy::Saved),
];

/// What a list is asked for.
#[derive(Debug, Clone)]
pub struct ProjectQuery {
    /// Which projects; its units are those asked for, empty for all within reach.
    pub filter: Filter,
    /// First formally signed so many months ago or longer, for certain (签约满N个月), counted to the day asked about.
    pub signed_months: Option<u32>,
    /// At which times.
    pub when: When,
    /// By what.
    pub sort: SortBy,
    /// The other way round.
    pub descending: bool,
    /// The page, from 1.
    pub page: u64,
    /// The row before or behind which it is read; by its number where there is none.
    pub from: Option<Start>,
    /// Rows of a page.
    pub size: u64,
    /// The columns shown, in their order.
    pub columns: Vec<Column>,
    /// Whether the address names them; else the person's own choice is shown.
    pub columns_named: bool,
    /// The address it was read from, without page: for links and forms.
    pub pairs: Vec<(String, String)>,
}

impl Default for ProjectQuery {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            signed_months: None,
            when: When::default(),
            sort: SortBy::default(),
            descending: false,
            page: 1,
            from: None,
            size: PAGE,
            columns: Column::USUAL.to_vec(),
            columns_named: false,
            pairs: Vec::new(),
        }
    }
}

impl ProjectQuery {
    /// Reads the parameters of an address; blank ones ask nothing.
    ///
    /// # Errors
    /// [`Invalid`] by parameter, for one that is not known, stands twice where one is meant, or cannot be read: a typing
    /// error must not silently select something else.
    pub fn parse(pairs: &[(String, String)]) -> Result<Self, Invalid> {
        let mut reading = Reading::default();
        for (name, value) in pairs {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            reading.read(name, value);
            if !matches!(name.as_str(), "page" | "after" | "before") {
                reading.query.pairs.push((name.clone(), value.to_owned()));
            }
        }
        reading.finish();
        reading.invalid.into_result()?;
        if !reading.columns.is_empty() {
            reading.query.columns = reading.columns;
            reading.query.columns_named = true;
        }
        Ok(reading.query)
    }

    /// Which rows are read.
    pub(super) fn rows(&self) -> Page {
        let start = match &self.from {
            Some(start) => start.clone(),
            None if self.page <= 1 => Start::First,
            None => Start::Offset((self.page - 1) * self.size),
        };
        Page {
            sort: self.sort,
            descending: self.descending,
            start,
            limit: self.size,
        }
    }

    /// The filter with what is counted back from `day`.
    pub fn filter_on(&self, day: NaiveDate) -> Filter {
        Filter {
            signed_until: self
                .signed_months
                .map(|months| dates::months_gone(day, months)),
            ..self.filter.clone()
        }
    }

    /// Whether anything at all is asked.
    pub fn is_filtered(&self) -> bool {
        let shown = |name: &str| {
            matches!(
                name,
                "sort" | "order" | "columns" | "size" | "as_of" | "known_at" | "after" | "before"
            )
        };
        self.pairs.iter().any(|(name, _)| !shown(name))
    }

    /// The value of a parameter, for showing it in the form again.
    pub fn value(&self, name: &str) -> &str {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// Whether a parameter has this value among others.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.pairs
            .iter()
            .any(|(key, one)| key == name && one == value)
    }
}

#[derive(Default)]
struct Reading {
    query: ProjectQuery,
    columns: Vec<Column>,
    seen: BTreeSet<String>,
    invalid: Invalid,
}

impl Reading {
    fn read(&mut self, name: &str, value: &str) {
        let many = matches!(
            name,
            "unit"
                | "stage"
                | "industry"
                | "district"
                | "horizon"
                | "level"
                | "standing"
                | "columns"
                | "id"
        );
        if !self.seen.insert(name.to_owned()) && !many {
            self.refuse(name, format!("参数“{name}”写了两次，请只写一次"));
            return;
        }
        match name {
            "q" => self.query.filter.needle = self.text(name, value),
            "unit" => self.number(name, value, |filter, id| filter.units.push(UnitId(id))),
            "id" => self.number(name, value, |filter, id| {
                filter.ids.insert(ProjectId(id));
            }),
            "list" => self.number(name, value, |filter, id| filter.list = Some(ListId(id))),
            "stage" => self.word(name, Stage::from_word(value), |filter, one| {
                filter.stages.insert(one)
            }),
            "horizon" if value == "-" => self.query.filter.no_horizon = true,
            "horizon" => self.word(name, Horizon::from_word(value), |filter, one| {
                filter.horizons.insert(one)
            }),
            "level" => self.word(name, SigningLevel::from_word(value), |filter, one| {
                filter.levels.insert(one)
            }),
            "standing" => self.word(name, Standing::from_word(value), |filter, one| {
                filter.standings.insert(one)
            }),
            "industry" => self.choice(name, value, |filter, one| filter.industries.insert(one)),
            "district" => self.choice(name, value, |filter, one| filter.districts.insert(one)),
            "investment_least" => self.query.filter.investment_least = self.amount(name, value),
            "investment_most" => self.query.filter.investment_most = self.amount(name, value),
            "readiness_least" => self.query.filter.readiness_least = self.count(name, value),
            "readiness_most" => self.query.filter.readiness_most = self.count(name, value),
            "signed_months" => {
                let months = self.whole(name, value, 1, MONTHS_MOST);
                self.query.signed_months = months.and_then(|months| u32::try_from(months).ok());
            }
            "as_of" => self.query.when.as_of = self.day(name, value),
            "known_at" => self.query.when.known_at = self.moment(name, value),
            "sort" => match SORTS.iter().find(|(word, _)| *word == value) {
                Some((_, sort)) => self.query.sort = *sort,
                None => self.unknown(name),
            },
            "order" => match value {
                "asc" => self.query.descending = false,
                "desc" => self.query.descending = true,
                _ => self.unknown(name),
            },
            "page" => self.query.page = self.whole(name, value, 1, 1_000_000).unwrap_or(1),
            "size" => self.query.size = self.whole(name, value, 1, PAGE_MOST).unwrap_or(PAGE),
            "after" => self.query.from = self.place(name, value).map(Start::After),
            "before" => self.query.from = self.place(name, value).map(Start::Before),
            "columns" => match Column::from_word(value) {
                Some(column) if self.columns.contains(&column) => {}
                Some(column) => self.columns.push(column),
                None => self.unknown(name),
            },
            _ => self.read_more(name, value),
        }
    }

    fn read_more(&mut self, name: &str, value: &str) {
        if let Some((_, flag, _)) = FLAGS.iter().find(|(word, _, _)| *word == name) {
            if let Some(yes) = self.yes(name, value) {
                self.query.filter.flags.push((*flag, yes));
            }
            return;
        }
        for (word, column, _) in DATES {
            let Some(rest) = name.strip_prefix(word) else {
                continue;
            };
            let filter = match rest {
                "" => DateFilter {
                    there: self.yes(name, value),
                    ..DateFilter::default()
                },
                "_from" => DateFilter {
                    from: self.day(name, value),
                    ..DateFilter::default()
                },
                "_to" => DateFilter {
                    to: self.day(name, value),
                    ..DateFilter::default()
                },
                _ => continue,
            };
            self.query.filter.dates.push((column, filter));
            return;
        }
        match Field::from_word(name).filter(|field| TEXTS.contains(field)) {
            Some(field) => {
                let text = self.text(name, value);
                self.query.filter.texts.push((field, text));
            }
            None => self.refuse(
                name,
                format!("没有“{name}”这个筛选条件，请从页面上的条件里选择"),
            ),
        }
    }

    /// What only the whole address says.
    fn finish(&mut self) {
        let query = &mut self.query;
        // What was found is shown by when it was saved, unless another order is asked for.
        if !query.filter.needle.is_empty() && !self.seen.contains("sort") {
            query.sort = SortBy::Saved;
            query.descending = !self.seen.contains("order") || query.descending;
        }
        if self.seen.contains("after") && self.seen.contains("before") {
            self.refuse("after", "参数“after”和“before”请只写一个");
        } else if query.from.is_none() && (query.page - 1) * query.size > OFFSET_MOST {
            let why = format!(
                "按页码最多翻到第{}行；请缩小条件，或用下一页（after）接着翻",
                OFFSET_MOST
            );
            self.refuse("page", why);
        }
        if let Some(Start::After(cursor) | Start::Before(cursor)) = &self.query.from
            && !fits(&cursor.key, self.query.sort)
        {
            self.refuse("after", PLACE);
        }
    }

    fn place(&mut self, name: &str, value: &str) -> Option<Cursor> {
        let read = cursor_of(value);
        if read.is_none() {
            self.refuse(name, PLACE);
        }
        read
    }

    fn refuse(&mut self, name: &str, why: impl Into<String>) {
        self.invalid.add(name, why);
    }

    fn unknown(&mut self, name: &str) {
        self.refuse(name, format!("筛选条件“{name}”没有这个值，请从页面上选择"));
    }

    fn text(&mut self, name: &str, value: &str) -> String {
        let key = names::key(value);
        if key.chars().count() > TEXT_MOST {
            self.refuse(name, format!("查找的文字请控制在{TEXT_MOST}字以内"));
        }
        key
    }

    fn number(&mut self, name: &str, value: &str, put: impl FnOnce(&mut Filter, i64)) {
        match value.parse() {
            Ok(number) => put(&mut self.query.filter, number),
            Err(_) => self.refuse(name, format!("参数“{name}”请填编号（整数）")),
        }
    }

    fn word<T>(&mut self, name: &str, read: Option<T>, put: impl FnOnce(&mut Filter, T) -> bool) {
        match read {
            Some(one) => {
                put(&mut self.query.filter, one);
            }
            None => self.unknown(name),
        }
    }

    /// A word of an authority's own list; `-` is 未填.
    fn choice(&mut self, name: &str, value: &str, put: impl FnOnce(&mut Filter, String) -> bool) {
        let value = if value == "-" { "" } else { value };
        let many = self
            .query
            .filter
            .industries
            .len()
            .max(self.query.filter.districts.len());
        if value.chars().count() > TEXT_MOST || many > VALUES_MOST {
            return self.unknown(name);
        }
        put(&mut self.query.filter, value.to_owned());
    }

    fn amount(&mut self, name: &str, value: &str) -> Option<Money> {
        match documents::typed::amount(value) {
            Ok(read) => Some(read.money),
            Err(why) => {
                self.refuse(name, why);
                None
            }
        }
    }

    fn whole(&mut self, name: &str, value: &str, least: u64, most: u64) -> Option<u64> {
        let read = value
            .parse()
            .ok()
            .filter(|number| (least..=most).contains(number));
        if read.is_none() {
            self.refuse(name, format!("参数“{name}”请填{least}到{most}之间的整数"));
        }
        read
    }

    fn count(&mut self, name: &str, value: &str) -> Option<u8> {
        self.whole(name, value, 0, 6)
            .and_then(|count| u8::try_from(count).ok())
    }

    fn yes(&mut self, name: &str, value: &str) -> Option<bool> {
        match value {
            "yes" => Some(true),
            "no" => Some(false),
            _ => {
                self.unknown(name);
                None
            }
        }
    }

    fn day(&mut self, name: &str, value: &str) -> Option<NaiveDate> {
        let read = dates::read_written(value)
            .filter(|day| dates::YEARS.contains(&chrono::Datelike::year(day)));
        if read.is_none() {
            self.refuse(name, "日期请写成 2017-10-31 这样的真实日期");
        }
        read
    }

    fn moment(&mut self, name: &str, value: &str) -> Option<Instant> {
        let exact = chrono::DateTime::parse_from_rfc3339(value)
            .ok()
            .map(|at| at.to_utc());
        let read = exact
            .or_else(|| dates::read_written(value).map(dates::end_of_day))
            .filter(|at| dates::YEARS.contains(&chrono::Datelike::year(at)));
        if read.is_none() {
            self.refuse(name, "数据时点请写成 2017-11-24 或 2017-11-24T09:00:00Z");
        }
        read
    }
}

/// A row's place in an address: what it is sorted by, its code, its number.
pub(super) fn cursor_text(cursor: &Cursor) -> String {
    let key = match &cursor.key {
        Key::None => serde_json::Value::Null,
        Key::Number(number) => (*number).into(),
        Key::Text(text) => text.as_str().into(),
    };
    serde_json::json!([key, cursor.code, cursor.project.0]).to_string()
}

fn cursor_of(text: &str) -> Option<Cursor> {
    let (key, code, project): (serde_json::Value, String, i64) = serde_json::from_str(text).ok()?;
    let key = match key {
        serde_json::Value::Null => Key::None,
        serde_json::Value::Number(number) => Key::Number(number.as_i64()?),
        serde_json::Value::String(text) => Key::Text(text),
        _ => return None,
    };
    Some(Cursor {
        key,
        code,
        project: ProjectId(project),
    })
}

/// Whether a place is one of this order.
const fn fits(key: &Key, sort: SortBy) -> bool {
    match sort {
        SortBy::Code => matches!(key, Key::None),
        SortBy::Name | SortBy::Industry | SortBy::District => matches!(key, Key::Text(_)),
        SortBy::Signed => matches!(key, Key::Text(_) | Key::None),
        SortBy::Investment => matches!(key, Key::Number(_) | Key::None),
        SortBy::Unit | SortBy::Stage | SortBy::Readiness | SortBy::Saved => {
            matches!(key, Key::Number(_))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<ProjectQuery, Invalid> {
        let owned: Vec<_> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        ProjectQuery::parse(&owned)
    }

    #[test]
    fn filters_are_combined_and_kept_for_links() {
        let query = parse(&[
            ("stage", "signed"),
            ("stage", "filed"),
            ("foreign", "yes"),
            ("investment_least", "1.2亿"),
            ("signed_to", "2017-05-24"),
            ("started", "no"),
            ("remarks", "临港"),
            ("q", " "),
            ("page", "2"),
        ])
        .unwrap();
        assert_eq!(query.filter.stages.len(), 2);
        assert_eq!(query.filter.investment_least, Some(Money::from_wan(12000)));
        assert_eq!(query.filter.dates.len(), 2);
        assert_eq!((query.page, query.pairs.len()), (2, 7));
        assert!(query.is_filtered() && query.has("stage", "filed"));
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_name() {
        for (name, value) in [
            ("stage", "done"),
            ("unit", "x"),
            ("foreign", "maybe"),
            ("signed_from", "2017-02-29"),
            ("investment_most", "很多"),
            ("contact_phone", "138"),
            ("page", "0"),
            ("colour", "red"),
            ("readiness_least", "7"),
        ] {
            assert!(
                parse(&[(name, value)]).unwrap_err().first(name).is_some(),
                "{name}"
            );
        }
        assert!(parse(&[("q", "a"), ("q", "b")]).is_err());
    }
}
