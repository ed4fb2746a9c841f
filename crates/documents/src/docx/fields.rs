//! Fields: their instructions are not text, and some of them fetch content from elsewhere.

use crate::package::external;
use crate::refusal::{Accept, Refusal};

/// Instructions that load content from another file or program.
const LOADING: [&str; 8] = [
    "DDE",
    "DDEAUTO",
    "INCLUDETEXT",
    "INCLUDEPICTURE",
    "INCLUDE",
    "LINK",
    "IMPORT",
    "DATABASE",
];

/// The fields open at one point of the document, innermost last.
#[derive(Debug, Default)]
pub(super) struct Fields {
    open: Vec<Field>,
    /// How many of them are still in their instruction.
    instructing: usize,
}

#[derive(Debug, Default)]
struct Field {
    instruction: String,
    /// Past its instruction: what follows is its result, which is text.
    in_result: bool,
}

impl Fields {
    /// A `w:fldChar` of this type.
    pub fn mark(&mut self, kind: &str) -> Accept<()> {
        match kind {
            "begin" => {
                self.open.push(Field::default());
                self.instructing += 1;
            }
            "separate" => {
                if let Some(field) = self.open.last_mut().filter(|field| !field.in_result) {
                    field.in_result = true;
                    self.instructing -= 1;
                }
            }
            "end" => {
                if let Some(field) = self.open.pop() {
                    self.instructing -= usize::from(!field.in_result);
                    check(&field.instruction)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A piece of instruction.
    pub fn instruction(&mut self, text: &str) {
        if let Some(field) = self.open.last_mut() {
            field.instruction.push_str(text);
        }
    }

    /// Whether text here belongs to an instruction and is not printed.
    pub fn hide_text(&self) -> bool {
        self.instructing > 0
    }

    /// At the end of the document every field must be closed: an open one would have swallowed the text after it.
    pub fn finish(&self) -> Accept<()> {
        if self.open.is_empty() {
            Ok(())
        } else {
            Err(Refusal::damaged())
        }
    }
}

/// Refuses instructions that load something.
pub(super) fn check(instruction: &str) -> Accept<()> {
    let word = instruction
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_uppercase();
    if LOADING.contains(&word.as_str()) {
        Err(external("含有从外部载入内容的域"))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::ErrorKind;

    #[test]
    fn loading_fields_are_refused_even_in_pieces() {
        let mut fields = Fields::default();
        fields.mark("begin").unwrap();
        fields.instruction(" DDE");
        fields.instruction("AUTO c:\\\\cmd.exe");
        fields.mark("separate").unwrap();
        assert_eq!(
            fields.mark("end").unwrap_err().kind,
            ErrorKind::ExternalContent
        );
        assert_eq!(check(" PAGE \\* MERGEFORMAT "), Ok(()));
        assert_eq!(check("=SUM(ABOVE)"), Ok(()));
    }

    #[test]
    fn instructions_are_not_text_and_results_are() {
        let mut fields = Fields::default();
        fields.mark("begin").unwrap();
        assert!(fields.hide_text());
        fields.mark("separate").unwrap();
        assert!(!fields.hide_text() && fields.finish().is_err());
        fields.mark("end").unwrap();
        assert!(fields.finish().is_ok());
    }
}
