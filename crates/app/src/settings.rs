//! 设置: what an authority has set over the configuration's defaults. Read at every use, so that a change takes effect
//! at once on all replicas.

use std::collections::BTreeMap;

use domain::{
    PersonId, UnitId,
    permission::Action,
    person::{Caller, Invalid, Versions},
    setting::{Setting, SettingArea},
    unit::UnitTree,
};
use serde_json::json;
use store::{Db, settings::Change};

use crate::{App, Conflict, Error, Result, Settings, work::Fact};

/// Changes the page shows.
const HISTORY: i64 = 50;
/// The product's name where none is set.
const PRODUCT: &str = "招商引资管理系统";

/// Names that pages show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// 系统名称.
    pub product: String,
    /// 技术支持; may be empty.
    pub support: String,
}

impl Default for Shown {
    fn default() -> Self {
        Self {
            product: PRODUCT.to_owned(),
            support: String::new(),
        }
    }
}

/// One setting on the page.
#[derive(Debug, Clone)]
pub struct Line {
    /// Which.
    pub setting: Setting,
    /// As set; empty where it is the default.
    pub value: String,
    /// What counts when it is not set.
    pub default: String,
}

/// The settings of an area.
#[derive(Debug, Clone)]
pub struct AreaView {
    /// Which.
    pub area: SettingArea,
    /// A change names the version it was made from.
    pub version: i64,
    /// Its settings.
    pub lines: Vec<Line>,
    /// Whether the caller may change them.
    pub may_edit: bool,
}

/// The settings of the caller's authority.
pub struct SettingsView {
    /// By area.
    pub areas: Vec<AreaView>,
    /// What was changed, newest first.
    pub history: Vec<Change>,
    /// Names of those who changed it.
    pub people: BTreeMap<PersonId, String>,
}

/// What changing an area needs.
const fn action(area: SettingArea) -> Action {
    match area {
        SettingArea::Security => Action::EditSecuritySettings,
        SettingArea::System => Action::EditSystemSettings,
    }
}

impl App {
    /// What counts for a unit's people; for nobody's, what counts at the root.
    pub(crate) async fn settings_for(
        &self,
        db: &impl Db,
        unit: Option<UnitId>,
    ) -> Result<(Settings, Shown)> {
        let set = store::settings::of_unit(db, unit).await?;
        Ok(overlaid(self.settings(), &set))
    }

    /// As [`App::settings_for`], out of what is remembered.
    pub(crate) async fn settings_at(
        &self,
        versions: Versions,
        tree: &UnitTree,
        unit: UnitId,
    ) -> Result<(Settings, Shown)> {
        let set = self.set_at(versions).await?;
        let own = tree
            .authority_of(unit)
            .and_then(|authority| set.get(&authority.id));
        Ok(match own {
            Some(own) => overlaid(self.settings(), own),
            None => (self.settings(), Shown::default()),
        })
    }

    /// The names that pages show before anybody has signed in.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn shown(&self) -> Result<Shown> {
        Ok(self.settings_for(&self.store().read(), None).await?.1)
    }

    /// What passwords must be, for those who set their first one.
    ///
    /// # Errors
    /// The database is unavailable.
    pub async fn password_rule(&self) -> Result<String> {
        let (settings, _) = self.settings_for(&self.store().read(), None).await?;
        Ok(settings.password.sentence())
    }

    /// The largest value of a setting anywhere: what is thrown away for all at once must be over for everybody.
    pub(crate) async fn longest(
        &self,
        db: &impl Db,
        setting: Setting,
        default: i64,
    ) -> Result<i64> {
        let set = store::settings::everywhere(db, setting.word()).await?;
        let set = set.iter().filter_map(|value| value.parse().ok());
        Ok(set.max().map_or(default, |set: i64| set.max(default)))
    }

    /// The settings of the caller's authority with their history.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see them.
    pub async fn settings_page(&self, caller: &Caller) -> Result<SettingsView> {
        let reach = self.reach(caller, Action::ViewSettings).await?;
        let authority = reach.authority()?.id;
        let reader = self.store().read();
        let mut areas = Vec::new();
        for area in SettingArea::ALL {
            // The version before the values: a change between the two makes the version stale, never the values.
            let version = store::settings::version(&reader, authority, area).await?;
            let set = store::settings::of_authority(&reader, authority).await?;
            let lines = Setting::of(area).map(|setting| Line {
                setting,
                value: set.get(setting.word()).cloned().unwrap_or_default(),
                default: default_of(self.settings(), setting),
            });
            areas.push(AreaView {
                area,
                version,
                lines: lines.collect(),
                may_edit: caller.may(action(area)),
            });
        }
        let history = store::settings::history(&reader, authority, HISTORY).await?;
        let people = self
            .names_of(history.iter().map(|change| change.by).collect())
            .await?;
        Ok(SettingsView {
            areas,
            history,
            people,
        })
    }

    /// Saves an area's settings made from version `version`. Blank is the default again.
    ///
    /// # Errors
    /// [`Error::Invalid`] by setting, [`Error::Conflict`] with both versions when somebody changed the area since.
    pub async fn save_settings(
        &self,
        caller: &Caller,
        area: SettingArea,
        version: i64,
        values: &BTreeMap<Setting, String>,
    ) -> Result<()> {
        let reach = self.reach(caller, action(area)).await?;
        let authority = reach.authority()?.id;
        let mut invalid = Invalid::default();
        let mut wanted: BTreeMap<Setting, String> = BTreeMap::new();
        for setting in Setting::of(area) {
            let text = values.get(&setting).map_or("", String::as_str);
            match setting.check(text) {
                Ok(value) => drop(wanted.insert(setting, value)),
                Err(why) => invalid.add(setting.word(), why),
            }
        }
        invalid.into_result()?;
        let work = self.work().await?;
        let set = store::settings::of_authority(&work.tx, authority).await?;
        let now_version = store::settings::version(&work.tx, authority, area).await?;
        let old = |setting: Setting| set.get(setting.word()).cloned().unwrap_or_default();
        let conflict = |version| {
            let in_words = |value: &str| match value {
                "" => "（默认）".to_owned(),
                value => value.to_owned(),
            };
            let values = wanted.iter().map(|(setting, yours)| {
                let label = setting.label().to_owned();
                (label, in_words(yours), in_words(&old(*setting)))
            });
            Error::Conflict(Box::new(Conflict {
                what: area.label().to_owned(),
                values: values.collect(),
                version,
            }))
        };
        if now_version != version {
            return Err(conflict(now_version));
        }
        let changes: Vec<Change> = wanted
            .iter()
            .filter(|(setting, new)| old(**setting) != **new)
            .map(|(setting, new)| Change {
                name: setting.word().to_owned(),
                old: old(*setting),
                new: new.clone(),
                at: work.now,
                by: caller.person.id,
            })
            .collect();
        if changes.is_empty() {
            return Ok(());
        }
        match store::settings::save(&work.tx, authority, area, version, &changes).await {
            Err(store::Error::Stale) => return Err(conflict(now_version + 1)),
            other => other?,
        }
        let detail = changes
            .iter()
            .map(|change| {
                (
                    change.name.clone(),
                    json!({"old": change.old, "new": change.new}),
                )
            })
            .collect::<serde_json::Map<_, _>>();
        let fact = Fact::new(
            "settings.changed",
            format!("settings:{}", area.word()),
            detail.into(),
        );
        self.finish_change(work, caller, fact).await
    }
}

/// The defaults with what is set put over them. What cannot be read is not used: it was checked when it was stored.
fn overlaid(defaults: Settings, set: &BTreeMap<String, String>) -> (Settings, Shown) {
    let (mut settings, mut shown) = (defaults, Shown::default());
    for (name, value) in set {
        let number: i64 = value.parse().unwrap_or_default();
        match Setting::from_word(name) {
            Some(Setting::ProductName) => shown.product.clone_from(value),
            Some(Setting::Support) => shown.support.clone_from(value),
            Some(setting) => {
                *number_of(&mut settings, setting) = number;
            }
            None => {}
        }
    }
    (settings, shown)
}

/// Where a number is kept. Texts have none and are not asked for.
fn number_of(settings: &mut Settings, setting: Setting) -> &mut i64 {
    match setting {
        Setting::SessionIdleMinutes => &mut settings.session_idle_minutes,
        Setting::SessionHours => &mut settings.session_hours,
        Setting::LockTries => &mut settings.lock.tries,
        Setting::LockMinutes => &mut settings.lock.minutes,
        Setting::PasswordMinLength => &mut settings.password.min_length,
        Setting::PasswordKinds => &mut settings.password.kinds,
        Setting::PasswordHistory => &mut settings.password.history,
        Setting::PasswordMaxAgeDays => &mut settings.password.max_age_days,
        Setting::TokenDays => &mut settings.token_days,
        Setting::DraftHours | Setting::ProductName | Setting::Support => &mut settings.draft_hours,
    }
}

fn default_of(mut settings: Settings, setting: Setting) -> String {
    match setting {
        Setting::ProductName => Shown::default().product,
        Setting::Support => Shown::default().support,
        number => number_of(&mut settings, number).to_string(),
    }
}
