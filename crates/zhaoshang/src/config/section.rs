//! How a section of the configuration is declared: one line a key, from which follow the struct, its defaults, how a
//! value is read and what the reference page says.

/// A key as the reference page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The section it is in.
    pub section: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// Its value as text; empty when it has none.
    pub value: String,
    /// What is counted, for numbers.
    pub unit: &'static str,
    /// What it does, for users.
    pub meaning: &'static str,
}

impl Key {
    /// Name in files and messages: `session.idle_minutes`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// Name in the environment: `ZHAOSHANG_SESSION_IDLE_MINUTES`.
    pub fn variable(&self) -> String {
        format!("{}{}_{}", super::PREFIX, self.section, self.name).to_uppercase()
    }
}

/// A section of the configuration.
pub trait Section {
    /// Its title on the reference page.
    fn title(&self) -> &'static str;
    /// Its keys with their present values.
    fn keys(&self) -> Vec<Key>;
    /// Sets a key of this section; the error says what the value should be. None when there is no such key.
    fn set(&mut self, path: &str, text: &str) -> Option<Result<(), String>>;
}

/// Declares a section: `key: type = default, how it is read, "unit", "meaning";`.
macro_rules! section {
    (
        $(#[$doc:meta])*
        $Section:ident $section:literal $title:literal {
            $($(#[$key_doc:meta])* $key:ident: $kind:ty = $default:expr, $read:expr, $unit:literal, $meaning:literal;)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $Section { $($(#[$key_doc])* pub $key: $kind,)* }

        impl Default for $Section {
            fn default() -> Self {
                Self { $($key: $default,)* }
            }
        }

        impl crate::config::section::Section for $Section {
            fn title(&self) -> &'static str {
                $title
            }

            fn keys(&self) -> Vec<crate::config::section::Key> {
                vec![$(crate::config::section::Key {
                    section: $section,
                    name: stringify!($key),
                    value: crate::config::value::Value::show(&self.$key),
                    unit: $unit,
                    meaning: $meaning,
                },)*]
            }

            fn set(&mut self, path: &str, text: &str) -> Option<Result<(), String>> {
                match path {
                    $(concat!($section, ".", stringify!($key)) => Some($read(text).map(|value| self.$key = value)),)*
                    _ => None,
                }
            }
        }
    };
}

pub(super) use section;
