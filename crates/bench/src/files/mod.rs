//! Files for the reader: large ones that are good, and hostile ones.

pub mod adjustments;
pub mod hostile;
mod package;
pub mod rows;
