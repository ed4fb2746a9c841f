//! The axis of the chart of rates: one very large rate must not flatten all others.

use domain::Pct;

use super::Analysis;

/// Where bars end, in hundredths of a percent; beyond it a bar is cut and its figure says how much it is. The page's
/// chart cuts at the same place (`RATE_CUT` in `frontend/src/chart/figures.ts`).
const CUT: i64 = 20_000;
/// Where bars of negative rates end, which refunds make: rarer, and they must not take the room.
const LOW_CUT: i64 = -10_000;
/// Between two marks of the axis.
const STEP: i64 = 5_000;
/// The least that an axis shows.
const FULL: i64 = 10_000;

/// The two ends of the axis, in hundredths of a percent: full steps, with 0 and 100 % between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::write) struct Axis {
    /// The lower end: 0 unless there are negative rates.
    pub low: i64,
    /// The upper end.
    pub high: i64,
    /// How many bars are cut.
    pub cut: usize,
}

impl Axis {
    /// The axis for these rates.
    pub fn of(analysis: &Analysis) -> Self {
        Self::from(analysis, 0)
    }

    /// The axis for columns with their figures outside: below columns that go down they need room.
    pub fn upright(analysis: &Analysis) -> Self {
        Self::from(analysis, STEP)
    }

    fn from(analysis: &Analysis, room: i64) -> Self {
        let rates = || {
            let known = analysis.rows.iter().filter_map(|row| row.rate);
            known.map(Pct::hundredths)
        };
        let shown = |value: i64| value.clamp(LOW_CUT, CUT);
        let most = rates().map(shown).max().unwrap_or(0).max(FULL);
        let least = rates().map(shown).min().unwrap_or(0).min(0);
        let low = -((-least + STEP - 1) / STEP * STEP);
        let low = if low < 0 { low - room } else { low };
        let high = (most + STEP - 1) / STEP * STEP;
        let cut = rates().filter(|value| !(low..=high).contains(value));
        Self {
            cut: cut.count(),
            low,
            high,
        }
    }

    /// The marks from the lower end to the upper one.
    pub fn marks(self) -> impl Iterator<Item = i64> {
        (self.low / STEP..=self.high / STEP).map(|step| step * STEP)
    }

    /// Where the bar of a rate ends, and whether it is cut there.
    pub fn end(self, rate: Pct) -> (i64, bool) {
        let end = rate.hundredths().clamp(self.low, self.high);
        (end, end != rate.hundredths())
    }

    /// What is said under the chart; `figure` says where the true figures stand.
    pub fn note(self, figure: &str) -> String {
        let cut = match self.cut {
            0 => String::new(),
            cut => format!(
                "超出{}%至{}%的{cut}户，图形在端点截断，{figure}为实际完成率。",
                (self.low / 100).to_string().replace('-', "\u{2212}"),
                self.high / 100
            ),
        };
        format!("按表列顺序；虚线为时间进度；“—”表示没有完成率。{cut}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::AnalysisRow;
    use crate::write::analysis::tests::analysis;

    fn axis(rates: &[i64]) -> Axis {
        let rows = rates.iter().map(|rate| AnalysisRow {
            rate: Some(Pct::from_hundredths(*rate)),
            ..AnalysisRow::default()
        });
        Axis::of(&Analysis {
            rows: rows.collect(),
            ..analysis(0)
        })
    }

    #[test]
    fn the_axis_has_room_for_what_it_shows() {
        let ends = |rates: &[i64]| {
            let axis = axis(rates);
            (axis.low, axis.high, axis.cut)
        };
        assert_eq!(ends(&[]), (0, 10_000, 0));
        assert_eq!(ends(&[0, 6_369]), (0, 10_000, 0));
        assert_eq!(ends(&[10_001]), (0, 15_000, 0));
        assert_eq!(ends(&[20_000]), (0, 20_000, 0));
        assert_eq!(ends(&[90_309, 37_922, 1_848]), (0, 20_000, 2));
        assert_eq!(ends(&[-1, 524]), (-5_000, 10_000, 0));
        assert_eq!(ends(&[i64::MIN, i64::MAX]), (-10_000, 20_000, 2));
    }

    #[test]
    fn long_bars_are_cut_and_said_to_be() {
        let axis = axis(&[90_309, 1_000]);
        assert_eq!(axis.end(Pct::from_hundredths(90_309)), (20_000, true));
        assert_eq!(axis.end(Pct::from_hundredths(1_000)), (1_000, false));
        assert_eq!(axis.marks().count(), 5);
        assert!(axis.note("柱上数字").contains("超出0%至200%的1户"));
    }
}
