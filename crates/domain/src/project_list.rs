//! Named lists of projects (专项清单, §3): 省“5213”行动计划、重大项目谋划盯引清单、市级重点项目库 ….

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{dates, names, partial_date::PartialDate, person::Invalid};

/// Steps of one project in one list at most.
const STEPS_MOST: usize = 50;

/// What is said of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListFields {
    /// Its name.
    pub name: String,
    /// 文号 of the document it comes from; may be empty.
    pub document_number: String,
    /// Of which year.
    pub year: i32,
    /// Remarks.
    pub note: String,
}

impl ListFields {
    /// As it is stored.
    pub fn tidied(self) -> Self {
        Self {
            name: names::tidy(&self.name),
            document_number: names::tidy(&self.document_number),
            note: names::tidy_text(&self.note),
            ..self
        }
    }

    /// Checks what would be saved.
    ///
    /// # Errors
    /// [`Invalid`] by field.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        if self.name.is_empty() {
            invalid.add("name", "请填写清单名称");
        }
        for (field, label, text, most) in [
            ("name", "清单名称", &self.name, 60),
            ("document_number", "文号", &self.document_number, 60),
            ("note", "说明", &self.note, 500),
        ] {
            check_text(field, label, text, most, &mut invalid);
        }
        if !dates::YEARS.contains(&self.year) {
            invalid.add("year", "年度请填四位数字，例如 2017");
        }
        invalid.into_result()
    }
}

/// One step towards a project's target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListStep {
    /// What is to be done.
    pub words: String,
    /// By when, if said.
    #[serde(default)]
    pub due: Option<PartialDate>,
    /// When it was done; none while it is not.
    #[serde(default)]
    pub done_on: Option<NaiveDate>,
}

impl ListStep {
    /// Whether it should have been done by `today` and is not.
    pub fn is_late(&self, today: NaiveDate) -> bool {
        self.done_on.is_none() && self.due.is_some_and(|due| due.latest() < today)
    }
}

/// What a list says of one of its projects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListGoal {
    /// The target in words.
    pub target: String,
    /// The steps towards it.
    pub steps: Vec<ListStep>,
}

impl ListGoal {
    /// As it is stored: steps without words drop out.
    pub fn tidied(mut self) -> Self {
        self.target = names::tidy_text(&self.target);
        self.steps.retain_mut(|step| {
            step.words = names::tidy(&step.words);
            !step.words.is_empty() || step.due.is_some() || step.done_on.is_some()
        });
        self
    }

    /// Steps done, and all of them.
    pub fn progress(&self) -> (usize, usize) {
        let done = self.steps.iter().filter(|step| step.done_on.is_some());
        (done.count(), self.steps.len())
    }

    /// Checks what would be saved; today is `today`.
    ///
    /// # Errors
    /// [`Invalid`] by field: `target`, `steps.0.words` ….
    pub fn check(&self, today: NaiveDate) -> Result<(), Invalid> {
        let mut invalid = Invalid::default();
        check_text("target", "目标", &self.target, 500, &mut invalid);
        if self.steps.len() > STEPS_MOST {
            invalid.add("steps", format!("步骤最多{STEPS_MOST}项"));
        }
        for (at, step) in self.steps.iter().enumerate() {
            let field = format!("steps.{at}.words");
            if step.words.is_empty() {
                invalid.add(&field, "请写明这一步要做什么");
            }
            check_text(&field, "步骤", &step.words, 200, &mut invalid);
            if let Some(done_on) = step.done_on {
                check_done(&format!("steps.{at}.done_on"), done_on, today, &mut invalid);
            }
        }
        invalid.into_result()
    }

    /// The goal with one step ticked as done on a day, or as not done. None when there is no such step.
    ///
    /// # Errors
    /// [`Invalid`] when the day has not come.
    pub fn ticked(
        &self,
        step: usize,
        done_on: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<Option<Self>, Invalid> {
        let mut goal = self.clone();
        let Some(ticked) = goal.steps.get_mut(step) else {
            return Ok(None);
        };
        let mut invalid = Invalid::default();
        if let Some(done_on) = done_on {
            check_done("done_on", done_on, today, &mut invalid);
        }
        invalid.into_result()?;
        ticked.done_on = done_on;
        Ok(Some(goal))
    }
}

fn check_done(field: &str, done_on: NaiveDate, today: NaiveDate, invalid: &mut Invalid) {
    if done_on > today {
        invalid.add(field, "完成日期还没有到，请填今天或以前的日期");
    } else if !dates::YEARS.contains(&chrono::Datelike::year(&done_on)) {
        invalid.add(field, "完成日期请填2000年以后的日期");
    }
}

fn check_text(field: &str, label: &str, text: &str, most: usize, invalid: &mut Invalid) {
    if text.chars().count() > most {
        invalid.add(field, format!("{label}请控制在{most}字以内"));
    } else if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
    {
        invalid.add(field, format!("{label}里有看不见的控制字符，请删去后重填"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn step(words: &str, due: Option<&str>, done_on: Option<&str>) -> ListStep {
        ListStep {
            words: words.into(),
            due: due.map(|text| text.parse().unwrap()),
            done_on: done_on.map(day),
        }
    }

    #[test]
    fn a_month_is_late_only_when_it_is_over() {
        let waiting = step("签约", Some("2017-10"), None);
        assert!(!waiting.is_late(day("2017-10-31")));
        assert!(waiting.is_late(day("2017-11-01")));
        assert!(!step("签约", Some("2017-10"), Some("2017-11-02")).is_late(day("2017-11-03")));
    }

    #[test]
    fn steps_are_counted_and_ticked() {
        let goal = ListGoal {
            target: "年内开工".into(),
            steps: vec![
                step("签约", None, Some("2017-10-01")),
                step("备案", None, None),
            ],
        };
        assert_eq!(goal.progress(), (1, 2));
        let today = day("2017-11-24");
        let both = goal.ticked(1, Some(today), today).unwrap().unwrap();
        assert_eq!(both.progress(), (2, 2));
        assert_eq!(goal.ticked(2, None, today), Ok(None));
        assert!(goal.ticked(1, Some(day("2017-11-25")), today).is_err());
        assert_eq!(
            both.ticked(0, None, today).unwrap().unwrap().progress(),
            (1, 2)
        );
    }

    #[test]
    fn refusals_name_their_field() {
        let fields = |invalid: Invalid| -> Vec<String> {
            invalid.fields.into_iter().map(|(field, _)| field).collect()
        };
        assert_eq!(
            fields(ListFields::default().check().unwrap_err()),
            ["name", "year"]
        );
        let goal = ListGoal {
            target: "x".repeat(501),
            steps: vec![step("", Some("2017-10"), Some("2018-01-01"))],
        };
        assert_eq!(
            fields(goal.tidied().check(day("2017-11-24")).unwrap_err()),
            ["target", "steps.0.words", "steps.0.done_on"]
        );
    }
}
