//! What every test finds: 市国资委, three enterprises, a subsidiary, a person for every role.

use app::{App, Clock, Random, secrets};
use domain::{
    PersonId, UnitId,
    permission::Role,
    person::Person,
    unit::{UnitFields, UnitKind},
};
use store::Store;

/// What was seeded.
#[derive(Debug, Clone)]
pub struct Seeded {
    /// The authority.
    pub authority: UnitId,
    /// 温州银行, 城投集团, 交投集团, in own order.
    pub enterprises: Vec<UnitId>,
    /// A subsidiary of the first.
    pub subsidiary: UnitId,
}

const ENTERPRISES: [(&str, &str); 3] = [
    ("温州银行股份有限公司", "温州银行"),
    ("温州市城市建设投资集团有限公司", "城投集团"),
    ("温州市交通投资集团有限公司", "交投集团"),
];

/// The login name of the seeded person of a role. Reporter and approver are 温州银行's.
pub fn login_of(role: Role) -> String {
    role.word().replace('_', "-")
}

fn fields(
    parent: Option<UnitId>,
    kind: UnitKind,
    name: &str,
    short_name: &str,
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

pub(crate) async fn seed(app: &App, store: &Store) -> Seeded {
    let root = fields(
        None,
        UnitKind::Authority,
        "温州市人民政府国有资产监督管理委员会",
        "市国资委",
        0,
    );
    let (system, security, audit) = (
        login_of(Role::SystemAdmin),
        login_of(Role::SecurityAdmin),
        login_of(Role::AuditAdmin),
    );
    let administrators = [
        (system.as_str(), "系统管理员甲", Role::SystemAdmin),
        (security.as_str(), "安全管理员乙", Role::SecurityAdmin),
        (audit.as_str(), "审计管理员丙", Role::AuditAdmin),
    ];
    app.init(root, &administrators)
        .await
        .expect("an empty database can be initialised");
    let tx = store.begin().await.expect("a transaction");
    let authority = store::units::tree(&tx).await.expect("the tree").all()[0].id;
    let mut enterprises = Vec::new();
    for ((name, short), position) in ENTERPRISES.into_iter().zip([10, 20, 30]) {
        let unit = fields(Some(authority), UnitKind::Enterprise, name, short, position);
        enterprises.push(store::units::add(&tx, &unit).await.expect("an enterprise"));
    }
    let below = fields(
        Some(enterprises[0]),
        UnitKind::Subsidiary,
        "温银金融租赁公司",
        "温银租赁",
        11,
    );
    let subsidiary = store::units::add(&tx, &below).await.expect("a subsidiary");
    let now = app.now();
    for (role, unit) in [
        (Role::Officer, authority),
        (Role::Leader, authority),
        (Role::Reporter, enterprises[0]),
        (Role::Approver, enterprises[0]),
    ] {
        let id = store::people::add(&tx, unit, &login_of(role), role.label(), now)
            .await
            .expect("a person");
        give(&tx, id, role).await;
    }
    let second = store::people::add(&tx, authority, "officer-2", "第二经办", now)
        .await
        .expect("a person");
    give(&tx, second, Role::Officer).await;
    tx.commit().await.expect("the seed is kept");
    Seeded {
        authority,
        enterprises,
        subsidiary,
    }
}

async fn give(tx: &store::Tx, id: PersonId, role: Role) {
    let person = store::people::by_id(tx, id)
        .await
        .expect("a look")
        .expect("the person just added");
    let version = person.version;
    store::people::save(
        tx,
        &Person {
            roles: [role].into(),
            ..person
        },
        version,
    )
    .await
    .expect("a role");
}

/// Begins a session behind the sign-in page and gives its token and form token.
pub(crate) async fn session(
    store: &Store,
    random: &dyn Random,
    clock: &dyn Clock,
    login: &str,
) -> (String, String) {
    let person = store::people::by_login(&store.read(), login)
        .await
        .expect("a look")
        .expect("a seeded person");
    let (token, csrf) = (secrets::token(random), secrets::token(random));
    let now = clock.now();
    let session = store::sign_in::Session {
        token_hash: secrets::sm3_hex(token.as_bytes()),
        person: person.id,
        csrf: csrf.clone(),
        created_at: now,
        last_seen_at: now,
        address: "test".to_owned(),
        user_agent: "test".to_owned(),
    };
    let tx = store.begin().await.expect("a transaction");
    store::sign_in::add_session(&tx, &session)
        .await
        .expect("a session");
    tx.commit().await.expect("the session is kept");
    (token, csrf)
}
