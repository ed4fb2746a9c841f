//! Seeding by the verbs people use, each called by the person who would, so that the audit tells the true story.

use std::collections::BTreeMap;

use app::{
    App,
    imports::{Answers, Started},
    secrets,
    sign_in::Origin,
};
use domain::{
    PersonId, UnitId,
    permission::Role,
    person::Caller,
    unit::{UnitFields, UnitKind},
};

use super::{
    accounts::Account,
    cast::{
        ADMINISTRATORS, AUTHORITY, ENTERPRISES, NOTICE, NOTICE_NAME, PEOPLE, QUIET_ENTERPRISES,
    },
};
use crate::{
    failure::{Failure, Result},
    system::SystemRandom,
};

/// Steps between the positions of units, so that one can be put between two.
const STEP: i64 = 10;

/// Fills an empty database; gives the accounts.
pub async fn seed(app: &App) -> Result<Vec<Account>> {
    let mut stage = Stage {
        app,
        accounts: Vec::new(),
        callers: BTreeMap::new(),
        clerks: Clerks::default(),
    };
    stage.set_up_authority().await?;
    let units = stage.add_enterprises().await?;
    stage.add_people(&units).await?;
    stage.import_notice().await?;
    stage.add_quiet_people(&units).await?;
    super::library::seed(app, &stage.clerks).await?;
    super::twins::enter(app, &stage.clerks).await?;
    super::library::keep_filters(app, &stage.clerks).await?;
    super::returns::seed(app, &stage.clerks).await?;
    super::return_kinds::seed(app, &stage.clerks).await?;
    super::cooperation::seed(app, &stage.clerks).await?;
    super::reminders::seed(app, &stage.clerks).await?;
    super::mailbox::seed(app, &stage.clerks).await?;
    super::twins::decide(app, &stage.clerks).await?;
    super::cohorts::seed(app, &stage.clerks).await?;
    Ok(stage.accounts)
}

struct Stage<'a> {
    app: &'a App,
    accounts: Vec<Account>,
    callers: BTreeMap<Role, Caller>,
    clerks: Clerks,
}

/// Who works for each enterprise, by its short name, and who for the authority.
#[derive(Default)]
pub struct Clerks {
    /// 企业填报员.
    pub reporters: BTreeMap<&'static str, Caller>,
    /// 企业分管领导.
    pub approvers: BTreeMap<&'static str, Caller>,
    /// 国资委招商引资处经办.
    pub officer: Option<Caller>,
}

impl Clerks {
    fn note(&mut self, enterprise: Option<&'static str>, role: Role, caller: Caller) {
        match (role, enterprise) {
            (Role::Reporter, Some(short)) => drop(self.reporters.insert(short, caller)),
            (Role::Approver, Some(short)) => drop(self.approvers.insert(short, caller)),
            (Role::Officer, None) => drop(self.officer.get_or_insert(caller)),
            _ => {}
        }
    }
}

impl Stage<'_> {
    async fn set_up_authority(&mut self) -> Result<()> {
        let authority = fields(None, UnitKind::Authority, AUTHORITY, STEP);
        let handed_out = self.app.init(authority, &ADMINISTRATORS).await?;
        for ((_, secret), (_, _, role)) in handed_out.iter().zip(ADMINISTRATORS) {
            self.activate(secret, role, AUTHORITY.0).await?;
        }
        Ok(())
    }

    /// The system administrator adds the enterprises below its own unit; gives them by short name.
    async fn add_enterprises(&self) -> Result<BTreeMap<&'static str, UnitId>> {
        let caller = self.caller(Role::SystemAdmin)?;
        let mut units = BTreeMap::new();
        for (names, place) in ENTERPRISES.into_iter().zip(1..) {
            let enterprise = fields(
                Some(caller.person.unit),
                UnitKind::Enterprise,
                names,
                place * STEP,
            );
            units.insert(names.1, self.app.add_unit(caller, enterprise).await?);
        }
        Ok(units)
    }

    /// The system administrator adds the people, the security administrator arms them, they choose their passwords.
    async fn add_people(&mut self, units: &BTreeMap<&str, UnitId>) -> Result<()> {
        for person in &PEOPLE {
            let system = self.caller(Role::SystemAdmin)?;
            let unit = person
                .enterprise
                .and_then(|short| units.get(short))
                .copied()
                .unwrap_or(system.person.unit);
            let id = self
                .app
                .add_person(system, unit, person.login, person.name)
                .await?;
            let secret = self.arm(id, person.role).await?;
            self.note_clerk(person.enterprise, person.role, id).await?;
            let unit_name = person
                .enterprise
                .and_then(|short| ENTERPRISES.iter().find(|(_, own)| *own == short));
            self.activate(
                &secret,
                person.role,
                unit_name.map_or(AUTHORITY.0, |(name, _)| name),
            )
            .await?;
        }
        Ok(())
    }

    /// The people of the other enterprises: with their roles, but without a password until somebody asks for one.
    async fn add_quiet_people(&mut self, units: &BTreeMap<&str, UnitId>) -> Result<()> {
        for (short, end) in QUIET_ENTERPRISES {
            let Some(unit) = units.get(short).copied() else {
                continue;
            };
            for (role, word, name) in [
                (Role::Reporter, "reporter", "演示填报员"),
                (Role::Approver, "approver", "演示分管领导"),
            ] {
                let system = self.caller(Role::SystemAdmin)?;
                let (login, name) = (format!("{word}-{end}"), format!("{name}（{short}）"));
                let id = self.app.add_person(system, unit, &login, &name).await?;
                self.give_role(id, role).await?;
                self.note_clerk(Some(short), role, id).await?;
            }
        }
        Ok(())
    }

    async fn note_clerk(
        &mut self,
        enterprise: Option<&'static str>,
        role: Role,
        id: PersonId,
    ) -> Result<()> {
        let person = self
            .app
            .person(self.caller(Role::SecurityAdmin)?, id)
            .await?;
        self.clerks
            .note(enterprise, role, Caller::new(person, here().address));
        Ok(())
    }

    async fn give_role(&self, id: PersonId, role: Role) -> Result<()> {
        let security = self.caller(Role::SecurityAdmin)?;
        let version = self.app.person(security, id).await?.version;
        self.app
            .secure_person(security, id, version, [role].into(), true)
            .await?;
        Ok(())
    }

    async fn arm(&self, id: PersonId, role: Role) -> Result<String> {
        self.give_role(id, role).await?;
        let security = self.caller(Role::SecurityAdmin)?;
        Ok(self.app.issue_activation(security, id).await?)
    }

    async fn activate(&mut self, secret: &str, role: Role, unit: &str) -> Result<()> {
        let password = secrets::password(&SystemRandom);
        let person = self
            .app
            .activate(secret, &password, &password, &here())
            .await?;
        self.accounts.push(Account {
            login: person.login.clone(),
            password,
            role,
            unit: unit.to_owned(),
        });
        self.callers
            .entry(role)
            .or_insert(Caller::new(person, here().address));
        Ok(())
    }

    /// The officer takes in the published 附件1, after a look at every row.
    async fn import_notice(&self) -> Result<()> {
        let officer = self.caller(Role::Officer)?;
        let key = match self.app.start_import(officer, NOTICE_NAME, NOTICE).await? {
            Started::Draft(key) => key,
            Started::Refused(reading) => {
                return Err(Failure::new(format!(
                    "演示数据没有读出来：{}",
                    reading.message
                )));
            }
        };
        let preview = self.app.preview_import(officer, &key).await?;
        let answers = Answers {
            checked: true,
            ..preview.answers
        };
        let preview = self
            .app
            .answer_import(officer, &key, preview.version, answers)
            .await?;
        self.app
            .confirm_import(officer, &key, preview.version)
            .await?;
        Ok(())
    }

    fn caller(&self, role: Role) -> Result<&Caller> {
        self.callers
            .get(&role)
            .ok_or_else(|| Failure::new(format!("演示账号里没有{}", role.label())))
    }
}

fn here() -> Origin {
    Origin {
        address: "zhaoshang demo".to_owned(),
        user_agent: String::new(),
    }
}

fn fields(
    parent: Option<UnitId>,
    kind: UnitKind,
    (name, short_name): (&str, &str),
    position: i64,
) -> UnitFields {
    UnitFields {
        parent,
        kind,
        name: name.to_owned(),
        short_name: short_name.to_owned(),
        former_names: Vec::new(),
        position,
        valid_from: None,
        valid_to: None,
    }
}
