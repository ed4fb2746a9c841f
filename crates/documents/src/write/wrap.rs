//! How many lines a text takes: spreadsheets do not find out by themselves, and rows longer than a page must split.

/// How many lines of so many half characters a text takes.
pub(super) fn wrapped(text: &str, halves: u32) -> u32 {
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
