//! Reading addresses: what a person may have typed there, refused in Chinese.

use app::completion::Query;
use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::NaiveDate;
use domain::{Instant, dates, person::Invalid};
use std::collections::BTreeMap;

/// The parameters of an address.
#[derive(Debug, Default, Clone)]
pub(crate) struct Params {
    values: BTreeMap<String, String>,
    /// A name that stands there twice: which one was meant cannot be known.
    twice: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        let mut params = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if params
                .values
                // No database takes it; what it stands in stays wrong.
                .insert(name.to_string(), value.replace('\0', "\u{fffd}"))
                .is_some()
            {
                params.twice = Some(name.into_owned());
            }
        }
        Ok(params)
    }
}

impl Params {
    /// Parameters that came another way than in the address: fields of a form.
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        let owned = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self {
            values: owned.collect(),
            twice: None,
        }
    }

    /// A parameter that is there and not blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// A number.
    ///
    /// # Errors
    /// [`Invalid`] when it is none.
    pub fn number(&self, name: &str) -> Result<Option<i64>, Invalid> {
        let wrong = |_| Invalid::of(name, format!("参数“{name}”请填整数"));
        self.get(name)
            .map(|text| text.parse().map_err(wrong))
            .transpose()
    }

    /// Refuses parameters that are not among `known`: a typing error must not silently select something else.
    pub fn only(&self, known: &[&str]) -> Result<(), Invalid> {
        if let Some(name) = &self.twice {
            return Err(Invalid::of(
                name,
                format!("参数“{name}”写了两次，请只写一次"),
            ));
        }
        match self
            .values
            .keys()
            .find(|name| !known.contains(&name.as_str()))
        {
            Some(name) if known.is_empty() => {
                let why = format!("没有“{name}”这个参数，这一页不带参数");
                Err(Invalid::of(name, why))
            }
            Some(name) => Err(Invalid::of(
                name,
                format!("没有“{name}”这个参数，可用：{}", known.join("、")),
            )),
            None => Ok(()),
        }
    }

    /// Which completion table: `year`, `as_of` (or `month`), `known_at`.
    pub fn completion(&self) -> Result<Query, Invalid> {
        let mut invalid = Invalid::default();
        let year = self.parsed(
            "year",
            "年度请填四位数字，例如 2017",
            |text| text.parse().ok(),
            &mut invalid,
        );
        let month = self.parsed(
            "month",
            "月份请填1到12",
            |text| {
                text.parse::<u32>()
                    .ok()
                    .filter(|month| (1..=12).contains(month))
            },
            &mut invalid,
        );
        let as_of = self.parsed(
            "as_of",
            "截止日期请写成 2017-10-31 这样的真实日期",
            day,
            &mut invalid,
        );
        let known_at = self.parsed(
            "known_at",
            "数据时点请写成 2017-11-24 或 2017-11-24T09:00:00Z",
            moment,
            &mut invalid,
        );
        invalid.into_result()?;
        let by_month = year
            .zip(month)
            .and_then(|(year, month)| dates::month_end(year, month));
        Ok(Query {
            year,
            as_of: as_of.or(by_month),
            known_at,
        })
    }

    fn parsed<T>(
        &self,
        name: &str,
        why: &str,
        parse: impl Fn(&str) -> Option<T>,
        invalid: &mut Invalid,
    ) -> Option<T> {
        let text = self.get(name)?;
        let value = parse(text);
        if value.is_none() {
            invalid.add(name, why);
        }
        value
    }
}

/// A day written as `2017-10-31`.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// A moment: RFC 3339, or the end of a day in Shanghai.
fn moment(text: &str) -> Option<Instant> {
    let exact = chrono::DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|at| at.to_utc());
    let at = exact.or_else(|| day(text).map(dates::end_of_day))?;
    // What lies beyond cannot be stored as microseconds, nor has anything been known then.
    dates::YEARS
        .contains(&chrono::Datelike::year(&at))
        .then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        let owned = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Params {
            values: owned.collect(),
            twice: None,
        }
    }

    #[test]
    fn a_month_is_its_last_day() {
        let query = params(&[("year", "2016"), ("month", "2")])
            .completion()
            .unwrap();
        assert_eq!(query.as_of, day("2016-02-29"));
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_name() {
        for (name, value) in [
            ("year", "二〇一七"),
            ("as_of", "2017-02-29"),
            ("as_of", "2017-1-1"),
            ("known_at", "昨天"),
            ("month", "13"),
            ("known_at", "+99999-01-01T00:00:00Z"),
            ("as_of", "2017-10-3\0"),
        ] {
            assert!(
                params(&[(name, value)])
                    .completion()
                    .unwrap_err()
                    .first(name)
                    .is_some(),
                "{name}={value}"
            );
        }
        assert!(params(&[("yaer", "2017")]).only(&["year"]).is_err());
    }

    #[test]
    fn a_day_known_ends_in_shanghai() {
        let query = params(&[("known_at", "2017-11-24")]).completion().unwrap();
        assert_eq!(
            query.known_at.unwrap().to_rfc3339(),
            "2017-11-24T15:59:59+00:00"
        );
    }
}
