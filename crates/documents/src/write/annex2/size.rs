//! How many lines a text takes: spreadsheets do not find out by themselves, and rows longer than a page must split.

use super::{Annex2Print, Column, Line};

/// Half the width of a character of 五号, in micrometres.
const HALF: u32 = 1852;
/// What a cell keeps free on its two sides, in micrometres.
const SIDES: u32 = 2200;

/// How many half characters fit on a line of a cell so many millimetres wide.
pub(in crate::write) const fn halves(millimetres: u32) -> u32 {
    let free = (millimetres * 1000).saturating_sub(SIDES) / HALF;
    if free < 2 { 2 } else { free }
}

/// How many lines of so many half characters a text takes.
pub(in crate::write) fn wrapped(text: &str, halves: u32) -> u32 {
    text.split('\n')
        .map(|line| broken(line, halves))
        .fold(0, u32::saturating_add)
}

/// The lines of one paragraph. A line ends before the character that does not fit any more.
fn broken(line: &str, halves: u32) -> u32 {
    let (mut lines, mut used) = (1u32, 0u32);
    for character in line.chars() {
        let width = if character.is_ascii() { 1 } else { 2 };
        if used + width > halves {
            lines = lines.saturating_add(1);
            used = 0;
        }
        used += width;
    }
    lines
}

/// The lines of the longest cell of a row.
pub(in crate::write) fn lines_of(table: &Annex2Print, line: &Line<'_>) -> u32 {
    let columns = table.columns();
    let spanned: u32 = columns
        .iter()
        .skip_while(|(column, _)| *column != Column::Name)
        .map(|(_, width)| width)
        .sum();
    let lines = columns
        .iter()
        .filter(|(column, _)| *column != Column::Unit)
        .map(|(column, width)| {
            let whole = *column == Column::Name && line.is_spanned();
            wrapped(
                &line.text(*column),
                halves(if whole { spanned } else { *width }),
            )
        });
    lines.max().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_as_they_wrap() {
        assert_eq!(wrapped("", 10), 1);
        assert_eq!(wrapped("一二三四五", 10), 1);
        assert_eq!(wrapped("一二三四五六", 10), 2);
        assert_eq!(wrapped("1二三四五六", 10), 2, "half a character stays free");
        assert_eq!(wrapped("一\n\n二三四五六七", 10), 4);
        assert_eq!(wrapped(&"长".repeat(3000), 30), 200);
    }
}
