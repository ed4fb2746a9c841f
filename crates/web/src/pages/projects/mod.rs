//! The project library.

pub(crate) mod exports;
pub(crate) mod list;

use crate::route::Area;

pub(crate) fn area(area: Area) -> Area {
    exports::area(list::area(area))
}
