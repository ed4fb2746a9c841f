//! The chart of rates as DrawingML: columns of 完成率, a dashed line at 时间进度, figures kept beside a workbook.

use std::io;

use domain::Pct;

use super::{Analysis, AnalysisRow, Axis};
use crate::write::package::ChartPart;
use crate::write::table::NOTHING;
use crate::write::xml::{Out, element, empty, part, text};
use crate::write::{WriteError, decimal, xlsx};

/// Enterprises on one chart: more would leave their names no room on A4.
const MOST: usize = 20;
/// Characters of a name on the axis.
const NAME: usize = 14;
/// Hundredths of a point.
const FONT_SIZE: &str = "800";
/// Of the height of a chart, in thousandths: room for figures above the columns, for the legend, and a character
/// of 8 pt of a name (the chart is 312 pt high).
const ABOVE: usize = 130;
const LEGEND: usize = 90;
const CHARACTER: usize = 26;
/// What the two axes are called among themselves.
const AXES: (&str, &str) = ("1001", "1002");
/// Fill and edge of the columns: light enough for the line to be seen on them, also in grey.
pub(in crate::write) const COLUMN: (&str, &str) = ("9DB4D3", "1B4B8F");

/// What stands in a chart: names, rates where there are any, the elapsed part of the year.
struct Chart<'a> {
    rows: &'a [&'a AnalysisRow],
    names: Vec<String>,
    elapsed: Pct,
    axis: Axis,
}

/// The charts of an analysis, as many as its enterprises need, all on the same axis.
pub(super) fn parts(analysis: &Analysis) -> Result<Vec<ChartPart>, WriteError> {
    let axis = Axis::upright(analysis);
    let rows = analysis.charted();
    let count = rows.len();
    let each = count.div_ceil(count.div_ceil(MOST).max(1)).max(1);
    let charts = rows.chunks(each).map(|rows| {
        let chart = Chart {
            rows,
            names: rows.iter().map(|row| name(row)).collect(),
            elapsed: analysis.elapsed,
            axis,
        };
        Ok(ChartPart {
            xml: chart.part()?,
            workbook: xlsx::chart_workbook(rows, &chart.names, chart.elapsed)?,
        })
    });
    charts.collect()
}

/// The name on the axis; — behind it where there is no rate, for there is no column either.
fn name(row: &AnalysisRow) -> String {
    let full = row.label();
    let mut name: String = full.chars().take(NAME).collect();
    if name.len() < full.len() {
        name.push('…');
    }
    if row.rate.is_none() {
        name.push_str(NOTHING);
    }
    name
}

/// The gap between columns in percent of their width: few columns are not to be walls.
pub(in crate::write) fn gap(columns: usize) -> u16 {
    match columns {
        0..=3 => 400,
        4..=9 => 150,
        _ => 60,
    }
}

fn val(out: &mut Out, name: &str, value: &str) -> io::Result<()> {
    empty(out, name, &[("val", value)])
}

impl Chart<'_> {
    fn part(&self) -> io::Result<Vec<u8>> {
        let namespaces = [
            (
                "xmlns:c",
                "http://schemas.openxmlformats.org/drawingml/2006/chart",
            ),
            (
                "xmlns:a",
                "http://schemas.openxmlformats.org/drawingml/2006/main",
            ),
            (
                "xmlns:r",
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            ),
        ];
        part("c:chartSpace", &namespaces, |out| {
            val(out, "c:date1904", "0")?;
            val(out, "c:lang", "zh-CN")?;
            val(out, "c:roundedCorners", "0")?;
            element(out, "c:chart", &[], |out| {
                val(out, "c:autoTitleDeleted", "1")?;
                element(out, "c:plotArea", &[], |out| {
                    self.layout(out)?;
                    self.columns(out)?;
                    self.line(out)?;
                    names_axis(out)?;
                    self.rates_axis(out)
                })?;
                element(out, "c:legend", &[], |out| {
                    val(out, "c:legendPos", "b")?;
                    val(out, "c:overlay", "0")
                })?;
                val(out, "c:plotVisOnly", "1")?;
                val(out, "c:dispBlanksAs", "gap")
            })?;
            element(out, "c:spPr", &[], |out| {
                empty(out, "a:noFill", &[])?;
                element(out, "a:ln", &[], |out| empty(out, "a:noFill", &[]))
            })?;
            face(out, None)?;
            element(out, "c:externalData", &[("r:id", "workbook")], |out| {
                val(out, "c:autoUpdate", "0")
            })
        })
    }

    /// Where the columns are: programs differ in how much room they leave to turned names and figures.
    fn layout(&self, out: &mut Out) -> io::Result<()> {
        let longest = self.names.iter().map(|name| name.chars().count()).max();
        let names = longest.unwrap_or(0) * CHARACTER + CHARACTER;
        let height = 1000 - ABOVE - LEGEND - names;
        let place = [("c:x", 80), ("c:y", ABOVE), ("c:w", 900), ("c:h", height)];
        element(out, "c:layout", &[], |out| {
            element(out, "c:manualLayout", &[], |out| {
                val(out, "c:layoutTarget", "inner")?;
                val(out, "c:xMode", "edge")?;
                val(out, "c:yMode", "edge")?;
                let mut place = place.iter();
                place.try_for_each(|(name, share)| val(out, name, &format!("0.{share:03}")))
            })
        })
    }

    fn columns(&self, out: &mut Out) -> io::Result<()> {
        element(out, "c:barChart", &[], |out| {
            val(out, "c:barDir", "col")?;
            val(out, "c:grouping", "clustered")?;
            val(out, "c:varyColors", "0")?;
            element(out, "c:ser", &[], |out| {
                self.series(out, 0, "B", "完成率")?;
                element(out, "c:spPr", &[], |out| {
                    fill(out, COLUMN.0)?;
                    element(out, "a:ln", &[("w", "6350")], |out| fill(out, COLUMN.1))
                })?;
                val(out, "c:invertIfNegative", "0")?;
                element(out, "c:dLbls", &[], |out| {
                    number_format(out, "0.00%")?;
                    // The line must not run through the figures.
                    element(out, "c:spPr", &[], |out| fill(out, "FFFFFF"))?;
                    face(out, Some("-5400000"))?;
                    val(out, "c:dLblPos", "outEnd")?;
                    labels(out, "1")
                })?;
                self.names(out)?;
                self.values(out, "B", self.rows.iter().map(|row| row.rate))
            })?;
            val(out, "c:gapWidth", &gap(self.rows.len()).to_string())?;
            axes(out)
        })
    }

    fn line(&self, out: &mut Out) -> io::Result<()> {
        element(out, "c:lineChart", &[], |out| {
            val(out, "c:grouping", "standard")?;
            val(out, "c:varyColors", "0")?;
            element(out, "c:ser", &[], |out| {
                let words = format!("时间进度 {}%", self.elapsed);
                self.series(out, 1, "C", &words)?;
                element(out, "c:spPr", &[], |out| {
                    element(out, "a:ln", &[("w", "19050")], |out| {
                        fill(out, "000000")?;
                        val(out, "a:prstDash", "dash")
                    })
                })?;
                element(out, "c:marker", &[], |out| val(out, "c:symbol", "none"))?;
                self.names(out)?;
                let elapsed = self.rows.iter().map(|_| Some(self.elapsed));
                self.values(out, "C", elapsed)?;
                val(out, "c:smooth", "0")
            })?;
            val(out, "c:marker", "1")?;
            axes(out)
        })
    }

    /// Number and name of a series whose figures stand in this column of the workbook.
    fn series(&self, out: &mut Out, index: u32, column: &str, name: &str) -> io::Result<()> {
        val(out, "c:idx", &index.to_string())?;
        val(out, "c:order", &index.to_string())?;
        element(out, "c:tx", &[], |out| {
            element(out, "c:strRef", &[], |out| {
                word(out, "c:f", &format!("{}!${column}$1", xlsx::CHART_SHEET))?;
                element(out, "c:strCache", &[], |out| {
                    val(out, "c:ptCount", "1")?;
                    point(out, 0, name)
                })
            })
        })
    }

    /// Where a column of the workbook has its figures.
    fn range(&self, column: &str) -> String {
        let last = self.rows.len() + 1;
        format!("{}!${column}$2:${column}${last}", xlsx::CHART_SHEET)
    }

    fn names(&self, out: &mut Out) -> io::Result<()> {
        element(out, "c:cat", &[], |out| {
            element(out, "c:strRef", &[], |out| {
                word(out, "c:f", &self.range("A"))?;
                element(out, "c:strCache", &[], |out| {
                    val(out, "c:ptCount", &self.rows.len().to_string())?;
                    let mut names = self.names.iter().enumerate();
                    names.try_for_each(|(at, name)| point(out, at, name))
                })
            })
        })
    }

    fn values(
        &self,
        out: &mut Out,
        column: &str,
        values: impl Iterator<Item = Option<Pct>>,
    ) -> io::Result<()> {
        element(out, "c:val", &[], |out| {
            element(out, "c:numRef", &[], |out| {
                word(out, "c:f", &self.range(column))?;
                element(out, "c:numCache", &[], |out| {
                    word(out, "c:formatCode", "0.00%")?;
                    val(out, "c:ptCount", &self.rows.len().to_string())?;
                    let known = values.enumerate();
                    let mut known = known.filter_map(|(at, value)| Some((at, value?)));
                    known.try_for_each(|(at, value)| point(out, at, &decimal::fraction(value)))
                })
            })
        })
    }

    fn rates_axis(&self, out: &mut Out) -> io::Result<()> {
        let end = |hundredths| decimal::fraction(Pct::from_hundredths(hundredths));
        element(out, "c:valAx", &[], |out| {
            val(out, "c:axId", AXES.1)?;
            element(out, "c:scaling", &[], |out| {
                val(out, "c:orientation", "minMax")?;
                val(out, "c:max", &end(self.axis.high))?;
                val(out, "c:min", &end(self.axis.low))
            })?;
            val(out, "c:delete", "0")?;
            val(out, "c:axPos", "l")?;
            element(out, "c:majorGridlines", &[], |out| {
                element(out, "c:spPr", &[], |out| {
                    element(out, "a:ln", &[("w", "6350")], |out| fill(out, "BFBFBF"))
                })
            })?;
            number_format(out, "0%")?;
            val(out, "c:majorTickMark", "out")?;
            val(out, "c:minorTickMark", "none")?;
            val(out, "c:tickLblPos", "low")?;
            face(out, None)?;
            val(out, "c:crossAx", AXES.0)?;
            val(out, "c:crosses", "autoZero")?;
            val(out, "c:crossBetween", "between")?;
            val(out, "c:majorUnit", "0.5")
        })
    }
}

fn names_axis(out: &mut Out) -> io::Result<()> {
    element(out, "c:catAx", &[], |out| {
        val(out, "c:axId", AXES.0)?;
        element(out, "c:scaling", &[], |out| {
            val(out, "c:orientation", "minMax")
        })?;
        val(out, "c:delete", "0")?;
        val(out, "c:axPos", "b")?;
        number_format(out, "General")?;
        val(out, "c:majorTickMark", "none")?;
        val(out, "c:minorTickMark", "none")?;
        // Below the plot also where columns go down.
        val(out, "c:tickLblPos", "low")?;
        face(out, Some("-5400000"))?;
        val(out, "c:crossAx", AXES.1)?;
        val(out, "c:crosses", "autoZero")?;
        val(out, "c:auto", "1")?;
        val(out, "c:lblAlgn", "ctr")?;
        val(out, "c:lblOffset", "100")?;
        // Every name, however narrow.
        val(out, "c:tickLblSkip", "1")?;
        val(out, "c:noMultiLvlLbl", "1")
    })
}

fn axes(out: &mut Out) -> io::Result<()> {
    val(out, "c:axId", AXES.0)?;
    val(out, "c:axId", AXES.1)
}

fn fill(out: &mut Out, colour: &str) -> io::Result<()> {
    element(out, "a:solidFill", &[], |out| val(out, "a:srgbClr", colour))
}

fn number_format(out: &mut Out, code: &str) -> io::Result<()> {
    empty(
        out,
        "c:numFmt",
        &[("formatCode", code), ("sourceLinked", "0")],
    )
}

/// Labels with the value and nothing else.
fn labels(out: &mut Out, value: &str) -> io::Result<()> {
    val(out, "c:showLegendKey", "0")?;
    val(out, "c:showVal", value)?;
    val(out, "c:showCatName", "0")?;
    val(out, "c:showSerName", "0")?;
    val(out, "c:showPercent", "0")?;
    val(out, "c:showBubbleSize", "0")
}

/// `c:txPr`: the font, perhaps turned.
fn face(out: &mut Out, turned: Option<&str>) -> io::Result<()> {
    element(out, "c:txPr", &[], |out| {
        match turned {
            Some(angle) => empty(out, "a:bodyPr", &[("rot", angle), ("vert", "horz")])?,
            None => empty(out, "a:bodyPr", &[])?,
        }
        element(out, "a:p", &[], |out| {
            element(out, "a:pPr", &[], |out| {
                element(out, "a:defRPr", &[("sz", FONT_SIZE)], |out| {
                    fill(out, "000000")?;
                    let font = [("typeface", "仿宋_GB2312")];
                    empty(out, "a:latin", &font)?;
                    empty(out, "a:ea", &font)
                })
            })?;
            empty(out, "a:endParaRPr", &[("lang", "zh-CN")])
        })
    })
}

fn point(out: &mut Out, at: usize, value: &str) -> io::Result<()> {
    element(out, "c:pt", &[("idx", &at.to_string())], |out| {
        word(out, "c:v", value)
    })
}

fn word(out: &mut Out, name: &str, content: &str) -> io::Result<()> {
    element(out, name, &[], |out| text(out, content))
}
