//! Imports that were confirmed, and their source files.

use std::collections::BTreeMap;

use domain::{
    ImportId, PersonId, UnitId, permission::Action, person::Caller, statement::Statement,
};
use serde_json::json;
use store::statements::Import;

use crate::{App, Error, Result, work::Fact};

/// Imports a page shows.
pub const PAGE: u32 = 50;

/// A confirmed import with what it brought.
pub struct ImportDetail {
    /// The import.
    pub import: Import,
    /// Its statements, in the order of the source.
    pub statements: Vec<Statement>,
    /// Names of their units.
    pub units: BTreeMap<UnitId, String>,
    /// Who confirmed it.
    pub confirmed_by: String,
    /// SM3 of the source file, in hexadecimal.
    pub sm3: String,
    /// Its size in bytes.
    pub size: i64,
}

/// A stored source file to take away.
pub struct SourceFile {
    /// Under which name it came.
    pub name: String,
    /// Its bytes, as they came.
    pub bytes: Vec<u8>,
}

impl App {
    /// The newest imports of the caller's authority, with the names of those who confirmed them.
    ///
    /// # Errors
    /// [`Error::NotFound`] for those who may not see them.
    pub async fn imports(
        &self,
        caller: &Caller,
        before: Option<ImportId>,
    ) -> Result<(Vec<Import>, BTreeMap<PersonId, String>)> {
        let reach = self.reach(caller, Action::ViewStatements).await?;
        let imports =
            store::statements::imports(&self.store().read(), reach.authority()?.id, before, PAGE)
                .await?;
        let people = self
            .names_of(imports.iter().map(|import| import.confirmed_by).collect())
            .await?;
        Ok((imports, people))
    }

    /// One import.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn import(&self, caller: &Caller, id: ImportId) -> Result<ImportDetail> {
        let reach = self.reach(caller, Action::ViewStatements).await?;
        let reader = self.store().read();
        let import = store::statements::import_by_id(&reader, id).await?;
        let import = import
            .filter(|import| reach.covers(import.authority))
            .ok_or(Error::NotFound)?;
        let statements = store::statements::of_import(&reader, id).await?;
        let name = |unit: UnitId| {
            reach
                .tree
                .get(unit)
                .map_or_else(String::new, |unit| unit.name.clone())
        };
        let units = statements
            .iter()
            .map(|statement| (statement.unit, name(statement.unit)))
            .collect();
        let confirmed_by = self
            .names_of(vec![import.confirmed_by])
            .await?
            .remove(&import.confirmed_by)
            .unwrap_or_default();
        let (sm3, size) = store::files::info(&reader, import.file)
            .await?
            .ok_or(Error::NotFound)?;
        Ok(ImportDetail {
            import,
            statements,
            units,
            confirmed_by,
            sm3,
            size,
        })
    }

    /// The source file of an import, noted as a download.
    ///
    /// # Errors
    /// [`Error::NotFound`] when out of reach.
    pub async fn import_source(&self, caller: &Caller, id: ImportId) -> Result<SourceFile> {
        let import = self.import(caller, id).await?.import;
        let file = store::files::by_id(&self.store().read(), import.file)
            .await?
            .ok_or(Error::NotFound)?;
        self.note_access(
            caller,
            Fact::new(
                "file.downloaded",
                format!("import:{id}"),
                json!({"sm3": file.sm3}),
            ),
        )
        .await?;
        Ok(SourceFile {
            name: import.file_name,
            bytes: file.bytes,
        })
    }
}
