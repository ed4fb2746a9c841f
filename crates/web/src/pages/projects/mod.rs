//! The project library.

pub(crate) mod list;

use crate::route::Area;

pub(crate) fn area(area: Area) -> Area {
    list::area(area)
}
