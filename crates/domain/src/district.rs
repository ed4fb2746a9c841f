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

static TILES: LazyLock<Vec<(&'static str, u8, u8)>> = LazyLock::new(|| {
    let rows = include_str!("../data/district_tiles.csv").lines().skip(1);
    rows.filter_map(|row| {
        let mut cells = row.split(',');
        let code = cells.next()?;
        Some((
            code,
            cells.next()?.parse().ok()?,
            cells.next()?.parse().ok()?,
        ))
    })
    .collect()
});

/// Where a district stands on the schematic map: column and row from the upper left. Our own drawing: neighbours stand
/// beside each other as far as tiles allow; it is no map to measure on. None for one that is not drawn.
pub fn tile(code: &str) -> Option<(u8, u8)> {
    let found = TILES.iter().find(|(one, ..)| *one == code);
    found.map(|(_, column, row)| (*column, *row))
}

/// The name of a code; the code itself where it is not known.
pub fn name(code: &str) -> &str {
    all()
        .iter()
        .find(|one| one.code == code)
        .map_or(code, |one| one.name)
}

/// The code of a district as people write it: by code, by name, or by a name without its 县, 市 or 区. Empty for
/// nothing written; none for one that is not known.
pub fn find(text: &str) -> Option<&'static str> {
    let text = crate::names::key(text);
    if text.is_empty() {
        return Some("");
    }
    let short = |name: &str| name.trim_end_matches(['县', '市', '区']).to_owned();
    all()
        .iter()
        .find(|one| one.code == text || one.name == text || short(one.name) == text)
        .map(|one| one.code)
}

#[cfg(test)]
mod tests {
    #[test]
    fn districts_are_found_as_people_write_them() {
        for text in ["鹿城区", "鹿城", " 330302 ", "３３０３０２"] {
            assert_eq!(super::find(text), Some("330302"), "{text}");
        }
        assert_eq!(super::find(" "), Some(""));
        assert_eq!(super::find("鹿"), None);
    }

    #[test]
    fn every_district_has_a_tile_of_its_own() {
        let tiles: Vec<_> = super::all()
            .iter()
            .map(|one| super::tile(one.code))
            .collect();
        assert!(tiles.iter().all(Option::is_some));
        for (at, tile) in tiles.iter().enumerate() {
            assert!(!tiles[..at].contains(tile), "{tile:?} twice");
        }
        assert_eq!(super::tile("110101"), None);
    }

    #[test]
    fn codes_have_names() {
        assert_eq!(super::name("330302"), "鹿城区");
        assert_eq!(super::name("x"), "x");
        assert_eq!(super::all().len(), 12);
    }
}
