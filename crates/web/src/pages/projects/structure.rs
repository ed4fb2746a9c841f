//! 结构与分布: what a list is made of, with the schematic map of the districts. Every figure leads to its list.

use app::projects::{ProjectPartTotals, Slice, Structure};
use askama::Template;
use axum::{
    extract::{RawQuery, State as Extract},
    response::Response,
};
use domain::{Money, district, permission::Action};

use crate::{
    State,
    access::Access,
    error::PageFailure,
    layout::{Layout, show},
    route::Area,
    session::Me,
};

use super::{
    CRUMB,
    board::{asked, views},
    list::address_at,
};

/// Where the page is.
const HERE: &str = "/projects/structure";
/// A tile with its gap, in units of the drawing.
const TILE: (u32, u32) = (100, 76);

pub(crate) fn area(area: Area) -> Area {
    area.get(HERE, Access::Needs(Action::ViewProjects), structure)
}

/// One way of taking the list apart, as the page shows it.
pub(crate) struct Cut<'a> {
    pub id: &'static str,
    pub title: &'static str,
    /// What must be known about its figures.
    pub note: &'static str,
    pub slices: &'a [Slice],
    /// Whether the parts add up to the whole.
    pub whole: bool,
}

/// A tile of the map.
pub(crate) struct Tile {
    pub x: u32,
    pub y: u32,
    pub short: String,
    pub count: i64,
    pub amount: String,
    /// 0 without projects, else 1 to 4 by investment.
    pub level: u8,
    pub href: String,
}

#[derive(Template)]
#[template(path = "projects_structure.html")]
pub(crate) struct StructurePage {
    pub layout: Layout,
    pub structure: Structure,
    pub sentence: String,
    pub views: Vec<(String, &'static str, bool)>,
}

impl StructurePage {
    pub fn cuts(&self) -> Vec<Cut<'_>> {
        let structure = &self.structure;
        let cut = |id, title, slices| Cut {
            id,
            title,
            note: "",
            slices,
            whole: true,
        };
        vec![
            cut("industry", "产业", &structure.industries),
            cut("horizon", "近期/远期", &structure.horizons),
            cut("stage", "进展", &structure.stages),
            cut("capital", "资本来源", &structure.capital),
            Cut {
                note: "一个项目可以有几类投资方，各类相加不等于合计",
                whole: false,
                ..cut("part", "投资方", &structure.takes_part)
            },
        ]
    }

    /// The list of one part.
    pub fn list_of(&self, slice: &Slice) -> String {
        let (name, word) = &slice.asks;
        let kept = self.structure.query.pairs.iter();
        let mut pairs: Vec<(String, String)> =
            kept.filter(|(one, _)| one != name).cloned().collect();
        pairs.push(((*name).to_owned(), word.clone()));
        address_at("/projects", &pairs)
    }

    /// A part of the whole in percent, two decimals; — of nothing.
    pub fn share(&self, part: &ProjectPartTotals) -> String {
        share(part.count, self.structure.totals.count)
    }

    pub fn share_of_money(&self, part: &ProjectPartTotals) -> String {
        share(
            part.investment.fen(),
            self.structure.totals.investment.fen(),
        )
    }

    pub fn tiles(&self) -> Vec<Tile> {
        let most = self
            .structure
            .districts
            .iter()
            .map(|one| one.totals.investment.fen())
            .max()
            .unwrap_or(0);
        let tile = |slice: &Slice| {
            let (column, row) = district::tile(&slice.asks.1)?;
            let name = district::all()
                .iter()
                .find(|one| one.code == slice.asks.1)?
                .name;
            Some(Tile {
                x: u32::from(column) * TILE.0,
                y: u32::from(row) * TILE.1,
                short: name.chars().take(name.chars().count() - 1).collect(),
                count: slice.totals.count,
                // Nothing known is no figure.
                amount: match slice.totals.investment {
                    Money::ZERO => "—".to_owned(),
                    known => large(known),
                },
                level: level(slice.totals, most),
                href: self.list_of(slice),
            })
        };
        self.structure.districts.iter().filter_map(tile).collect()
    }

    /// Width and height of the drawing.
    pub fn size(&self) -> (u32, u32) {
        let tiles = self.tiles();
        let right = tiles.iter().map(|tile| tile.x).max().unwrap_or(0) + TILE.0;
        let bottom = tiles.iter().map(|tile| tile.y).max().unwrap_or(0) + TILE.1;
        (right, bottom)
    }
}

/// A share in percent with two decimals, half up.
fn share(part: i64, whole: i64) -> String {
    domain::Rate::new(i128::from(part), i128::from(whole))
        .map_or_else(|| "—".to_owned(), |rate| format!("{}%", rate.pct()))
}

/// A large amount where there is little room: 亿元 with two decimals from one 亿 on, half up.
fn large(money: Money) -> String {
    const YI: i64 = 10_000_000_000;
    if money.fen() < YI {
        return format!("{}万元", money.wan_rounded());
    }
    let hundredths = (money.fen() + YI / 200) / (YI / 100);
    format!("{}.{:02}亿元", hundredths / 100, hundredths % 100)
}

/// How dark a tile is: quarters of the largest investment.
fn level(totals: ProjectPartTotals, most: i64) -> u8 {
    let fen = totals.investment.fen();
    match (totals.count, most) {
        (0, _) => 0,
        (_, most) if most <= 0 => 1,
        (_, most) => u8::try_from((i128::from(fen) * 4 / i128::from(most)).min(3)).unwrap_or(0) + 1,
    }
}

async fn structure(
    Extract(state): Extract<State>,
    Me(me): Me,
    RawQuery(query): RawQuery,
) -> Result<Response, PageFailure> {
    let query = asked(query.as_deref()).0?;
    let sentence = state.app.query_sentence(&me.caller, &query).await?;
    let structure = state.app.structure(&me.caller, query).await?;
    let edits = me.caller.may(Action::EditProjects);
    show(&StructurePage {
        layout: Layout::new(&me, CRUMB.0, "结构与分布", &[CRUMB]).with_chart(),
        views: views(&structure.query, HERE, edits),
        structure,
        sentence,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_amounts_are_rounded_half_up() {
        for (fen, said) in [
            (0, "0万元"),
            (9_999_499_999, "9999万元"),
            (10_000_000_000, "1.00亿元"),
            (12_345_000_000, "1.23亿元"),
            (12_350_000_000, "1.24亿元"),
        ] {
            assert_eq!(large(Money::from_fen(fen)), said);
        }
    }

    #[test]
    fn the_largest_is_the_darkest_and_none_is_blank() {
        let totals = |count, wan| ProjectPartTotals {
            count,
            investment: Money::from_wan(wan),
        };
        let most = Money::from_wan(400).fen();
        let levels = [(0, 0), (1, 0), (1, 99), (2, 100), (2, 300), (9, 400)];
        let levels = levels.map(|(count, wan)| level(totals(count, wan), most));
        assert_eq!(levels, [0, 1, 1, 2, 4, 4]);
        assert_eq!(level(totals(3, 0), 0), 1);
    }
}
