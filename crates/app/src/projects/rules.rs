//! The authority's rules for its library.

use domain::{library::LibraryRules, permission::Action, person::Caller};
use serde_json::json;

use crate::{App, Conflict, Error, Result, work::Fact};

impl App {
    /// The rules in force, with the version a change names.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see projects.
    pub async fn library_rules(&self, caller: &Caller) -> Result<(i64, LibraryRules)> {
        let reach = self.reach(caller, Action::ViewProjects).await?;
        Ok(store::library_rules::newest(&self.store().read(), reach.authority()?.id).await?)
    }

    /// Sets the rules, made from `version`.
    ///
    /// # Errors
    /// [`Error::Invalid`] by field; [`Error::Conflict`] when somebody set them since.
    pub async fn set_library_rules(
        &self,
        caller: &Caller,
        version: i64,
        rules: LibraryRules,
    ) -> Result<()> {
        let authority = self
            .reach(caller, Action::SetLibraryRules)
            .await?
            .authority()?
            .id;
        let industries = rules
            .industries
            .iter()
            .map(|name| domain::names::tidy(name));
        let rules = LibraryRules {
            code_rule: domain::names::tidy(&rules.code_rule),
            industries: industries.filter(|name| !name.is_empty()).collect(),
            reportable: rules.reportable,
        };
        rules.check()?;
        let work = self.work().await?;
        match store::library_rules::set(
            &work.tx,
            authority,
            version,
            &rules,
            caller.person.id,
            work.now,
        )
        .await
        {
            Err(store::Error::Stale) => {
                drop(work);
                let (version, now) = self.library_rules(caller).await?;
                let values = vec![
                    ("编号规则".to_owned(), rules.code_rule, now.code_rule),
                    (
                        "产业名录".to_owned(),
                        rules.industries.join("、"),
                        now.industries.join("、"),
                    ),
                ];
                return Err(Error::Conflict(Box::new(Conflict {
                    what: "项目库规则".to_owned(),
                    values,
                    version,
                })));
            }
            other => other?,
        }
        let fact = Fact::new(
            "library.rules_set",
            format!("unit:{authority}"),
            json!(rules),
        );
        self.finish_change(work, caller, fact).await
    }
}
