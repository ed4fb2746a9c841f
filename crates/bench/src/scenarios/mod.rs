//! What is measured: a file per scenario, each with its set-up, its request and what it is compared with.
//!
//! A new one is a file here and a line in [`all`]. A page that is asked again and again is a [`page::Page`]; whatever
//! else implements [`Scenario`] itself.

mod completion;
mod disturbance;
mod explain;
mod exports;
mod forms;
mod hostile;
mod idle;
mod intake;
mod library;
mod page;
mod pdf;
mod sign_in;
mod start;

use crate::{bench::Bench, failure::Result};

/// Something measured.
#[async_trait::async_trait(?Send)]
pub trait Scenario {
    /// The word that `--only` takes.
    fn name(&self) -> &'static str;

    /// Sets up, measures, adds to the report.
    ///
    /// # Errors
    /// It could not be measured.
    async fn measure(&self, bench: &mut Bench) -> Result<()>;
}

/// Every scenario, in the order of the report.
pub fn all() -> Vec<Box<dyn Scenario>> {
    vec![
        Box::new(start::Start),
        Box::new(idle::Idle),
        Box::new(completion::page()),
        Box::new(completion::api()),
        Box::new(explain::of_a_unit()),
        Box::new(explain::of_the_table()),
        Box::new(library::Library),
        Box::new(sign_in::SignIn),
        Box::new(exports::Exports),
        Box::new(pdf::Pdf),
        Box::new(forms::Forms),
        Box::new(intake::Intake),
        Box::new(hostile::HostileFiles),
        Box::new(disturbance::Disturbance),
    ]
}

/// Who asks where nothing else is said: the officer sees the whole table.
const OFFICER: &str = "officer";
