//! The hard limits on what is read, each with its reason. A form of 10,000 rows stays far below all of them.

/// Largest upload, in bytes. Annexes with pasted photographs reach about 10 MiB.
pub const UPLOAD_BYTES: usize = 20 << 20;

/// Bytes all parts of a container may unpack to, declared or counted while unpacking. A form of 10,000 rows
/// unpacks to about 10 MiB; a million formatted but empty rows in xlsx to about 50 MiB.
pub const UNPACKED_BYTES: u64 = 64 << 20;

/// Parts of a container. Documents with many pictures have a few hundred.
pub const PARTS: usize = 2_000;

/// Opening tags, references and comments in one XML part: bounds the time spent, because many tags fit in few compressed bytes.
pub const XML_NODES: usize = 4_000_000;

/// The same for parts that list things: inventory, relationships, workbook, styles. Excel allows 64,000 styles.
pub const LISTED_NODES: usize = 400_000;

/// Depth of nesting in one XML part. Word's own limit on nested tables keeps real files below 150.
pub const XML_DEPTH: usize = 256;

/// Cells with something in them, in the whole file: 10,000 rows of 20 columns.
pub const CELLS: usize = 200_000;

/// Text kept of all cells and paragraphs, in bytes: bounds memory when one shared string is used in many cells.
pub const TEXT_BYTES: usize = 32 << 20;

/// Text kept of one cell, in bytes. Excel stops at 32,767 characters; narratives in Word may be longer.
pub const CELL_TEXT_BYTES: usize = 256 << 10;

/// Rows (or lines) with something in them, in one table.
pub const ROWS: usize = 50_000;

/// Columns that are looked at: Excel's last column is XFD, Word stops at 63.
pub const COLUMNS: u32 = 16_384;

/// Tables and sheets in one file.
pub const TABLES: usize = 500;

/// Work allowed for merged areas of xlsx, in cells touched: areas of a real sheet do not overlap.
pub const MERGE_STEPS: usize = 5_000_000;

/// Shared strings of a workbook: hidden sheets may hold many that no visible cell uses.
pub const SHARED_STRINGS: usize = 1_000_000;

/// Rows of a table searched for another header (continued tables repeat it); the header is at most this high.
pub const HEADER_ROWS: usize = 3;

/// Tables side by side under one header.
pub const BANDS: usize = 6;

/// Characters of a sheet name that are kept; Excel allows 31.
pub const SHEET_NAME: usize = 64;

/// Characters of a number format that are looked at; Excel allows 255.
pub const FORMAT_CODE: usize = 512;

/// Warnings told one by one; the rest is said in one sentence, so that the answer stays readable.
pub const WARNINGS: usize = 2_000;

/// Separators in a text with separators: they bound the columns of one line, whose places are kept while it is read.
/// 10,000 rows of 256 columns, as Excel writes a sheet formatted to its old last column, have 2,550,000.
pub const SEPARATORS: usize = 4_000_000;
