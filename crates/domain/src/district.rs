//! 县（市、区）: where projects are. Codes of GB/T 2260; source: `data/README.md`.

use std::sync::LazyLock;

/// A district, county or city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    /// Code.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
}

static ALL: LazyLock<Vec<District>> = LazyLock::new(|| {
    let rows = include_str!("../data/districts.csv").lines().skip(1);
    rows.filter_map(|row| {
        let mut cells = row.split(',');
        Some(District {
            code: cells.next()?,
            name: cells.next()?,
        })
    })
    .collect()
});

/// Every district, in the order of the codes.
pub fn all() -> &'static [District] {
    &ALL
}

/// The name of a code; the code itself where it is not known.
pub fn name(code: &str) -> &str {
    all()
        .iter()
        .find(|one| one.code == code)
        .map_or(code, |one| one.name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_have_names() {
        assert_eq!(super::name("330302"), "鹿城区");
        assert_eq!(super::name("x"), "x");
        assert_eq!(super::all().len(), 12);
    }
}
