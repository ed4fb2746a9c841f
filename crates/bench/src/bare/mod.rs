//! The bare handler: the least that could answer the same page, as the limit that the product is compared with.
//!
//! axum, the same database driver over the same database, the page's own queries one after another with every column
//! decoded, the rows written out as cells between the product's own markup to the same length, the same compression.
//! It leaves out: who is asking (session, settings, permissions, deputies), the layout's navigation, all arithmetic of
//! the completion table, escaping, security headers, tracing, the audit.

mod server;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use server::{Args, Bare, run};

/// One statement that a page reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// Its text, with `$1`, `$2` ….
    pub sql: String,
    /// Numbers and texts to bind.
    pub values: Vec<Value>,
    /// A letter per column: `n` BIGINT, `i` INTEGER, `b` BOOLEAN, `t` text.
    pub columns: String,
}

impl Query {
    /// A statement with its values and the kinds of its columns.
    pub fn new(sql: impl Into<String>, values: Vec<Value>, columns: &str) -> Self {
        Self {
            sql: sql.into(),
            values,
            columns: columns.to_owned(),
        }
    }
}

/// A page of the bare handler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Its content type.
    pub kind: String,
    /// What stands before the rows.
    pub before: String,
    /// What the product wrote as rows: as much of it as the bare handler's own rows do not fill.
    pub rows: String,
    /// What stands after them.
    pub after: String,
    /// What it reads.
    pub queries: Vec<Query>,
}

/// Where the rows are in an answer: in the first table, or in the outermost list of JSON.
const MARKS: [(&str, &str); 2] = [("<tbody>", "</tbody>"), ("[", "]")];

impl Page {
    /// The product's answer, its rows cut out.
    pub fn like(kind: &str, answer: &str, queries: Vec<Query>) -> Self {
        let cut = MARKS.iter().find_map(|(begin, end)| {
            let from = answer.find(begin)? + begin.len();
            let to = if *begin == "[" {
                answer.rfind(end)?
            } else {
                from + answer.get(from..)?.find(end)?
            };
            Some((
                answer.get(..from)?,
                answer.get(from..to)?,
                answer.get(to..)?,
            ))
        });
        let (before, rows, after) = cut.unwrap_or((answer, "", ""));
        Self {
            kind: kind.to_owned(),
            before: before.to_owned(),
            rows: rows.to_owned(),
            after: after.to_owned(),
            queries,
        }
    }

    /// The page with these rows in it, as long as the product's.
    fn filled(&self, rows: &str) -> String {
        let mut from = rows.len().min(self.rows.len());
        while !self.rows.is_char_boundary(from) {
            from += 1;
        }
        [&self.before, rows, &self.rows[from..], &self.after].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_keeps_its_length() {
        let html =
            "<p>头</p><table><tbody><tr><td>甲公司</td></tr></tbody></table><tbody>x</tbody>";
        let page = Page::like("text/html", html, Vec::new());
        assert_eq!(page.rows, "<tr><td>甲公司</td></tr>");
        assert_eq!(page.filled(&page.rows), html);
        assert_eq!(page.filled("").len(), html.len());
        // Ten bytes end inside 甲: the whole character goes.
        assert_eq!(page.filled("<tr><td>1<").len(), html.len() - 1);
        assert!(page.filled(&"长".repeat(100)).len() > html.len());
    }

    #[test]
    fn json_is_cut_at_its_outermost_list() {
        let page = Page::like(
            "application/json",
            r#"{"rows":[{"a":[1]}],"x":2}"#,
            Vec::new(),
        );
        assert_eq!(
            (
                page.before.as_str(),
                page.rows.as_str(),
                page.after.as_str()
            ),
            (r#"{"rows":["#, r#"{"a":[1]}"#, r#"],"x":2}"#)
        );
        let plain = Page::like("text/plain", "ok", Vec::new());
        assert_eq!(plain.filled(""), "ok");
    }
}
