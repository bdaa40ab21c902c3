//! Statistics of escalations by period (tier 0): counts without a person. A count from 1 to 4 is withheld, and with it the
//! next smallest of its table where the withheld one could be worked out from the total. Source of the threshold: the usual
//! minimum cell of statistical disclosure control (five).

use crate::domain::crisis::course::{Course, State};
use crate::domain::crisis::escalation::Word;
use crate::domain::practice::time::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// A count below this is withheld; 0 is not.
pub const LEAST: u64 = 5;

/// A count as it is given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// The count.
    Count(u64),
    /// Withheld.
    Withheld,
}

impl Shown {
    /// The count, where it is given out.
    pub const fn count(self) -> Option<u64> {
        match self {
            Shown::Count(n) => Some(n),
            Shown::Withheld => None,
        }
    }
}

/// One table of a partition: the rows add up to the total.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountTable {
    /// Id of what is counted: `reason`, `basis`, `tier`, `state`, `outcome`, `month`.
    pub of: &'static str,
    /// Code and count.
    pub rows: Vec<(String, Shown)>,
    /// Of all rows.
    pub total: Shown,
}

/// The statistics of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// `gyeot.escalation-statistics/1`.
    pub schema: &'static str,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// One per property.
    pub tables: Vec<CountTable>,
}

/// Withholds the small counts of one partition so that none can be worked out from the total.
pub fn withhold(of: &'static str, counts: &BTreeMap<String, u64>) -> CountTable {
    let total: u64 = counts.values().sum();
    let mut rows: Vec<(String, u64, bool)> =
        counts.iter().map(|(k, n)| (k.clone(), *n, (1..LEAST).contains(n))).collect();
    if rows.iter().any(|r| r.2) {
        // What is withheld is known as a sum, the total less the rest. One cell alone, or a sum that is itself small, gives
        // the cells away: the smallest of the others goes with them until neither holds. A zero hides nothing.
        let mut sum: u64 = rows.iter().filter(|r| r.2).map(|r| r.1).sum();
        while rows.iter().filter(|r| r.2).count() < 2 || sum < LEAST {
            let Some(next) = rows.iter_mut().filter(|r| !r.2 && r.1 > 0).min_by_key(|r| r.1) else { break };
            next.2 = true;
            sum += next.1;
        }
    }
    // Every table of a period counts the same packets: a total that is small is so in all of them.
    let total = if (1..LEAST).contains(&total) { Shown::Withheld } else { Shown::Count(total) };
    let shown =
        |(key, n, withheld): (String, u64, bool)| (key, if withheld { Shown::Withheld } else { Shown::Count(n) });
    CountTable { of, rows: rows.into_iter().map(shown).collect(), total }
}

/// Counts what was raised from the start of day `from` to the end of day `to` of the centre.
pub fn count(courses: &[Course], from: &str, to: &str, states: &[State]) -> Statistics {
    let within: Vec<&Course> = courses.iter().filter(|c| (from..=to).contains(&c.at.date().as_str())).collect();
    let by = |of: &'static str, key: &dyn Fn(&Course) -> String, all: &[String]| {
        let mut counts: BTreeMap<String, u64> = all.iter().map(|k| (k.clone(), 0)).collect();
        for course in &within {
            *counts.entry(key(course)).or_default() += 1;
        }
        withhold(of, &counts)
    };
    let word = |w: Option<&Word>| w.map_or_else(|| "open".to_owned(), |w| w.as_str().to_owned());
    let states: Vec<String> = states.iter().map(|s| s.word().to_owned()).collect();
    let contact = |c: &Course| c.raised.packet.contact.clone();
    let tables = vec![
        by("month", &|c| month(c.at), &[]),
        by("reason", &|c| contact(c).reason.to_string(), &[]),
        by("basis", &|c| contact(c).ground.basis.to_string(), &[]),
        by("tier", &|c| u8::from(c.raised.packet.tier()).to_string(), &[]),
        by("second-person", &|c| if c.glass_broken() { "break-glass" } else { "two" }.to_owned(), &[]),
        by("state", &|c| c.state().word().to_owned(), &states),
        by("outcome", &|c| word(c.outcome()), &[]),
    ];
    Statistics { schema: "gyeot.escalation-statistics/1", from: from.to_owned(), to: to.to_owned(), tables }
}

fn month(at: Timestamp) -> String {
    at.date().chars().take(7).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(counts: &[u64]) -> CountTable {
        let counts = counts.iter().enumerate().map(|(n, c)| (format!("k{n:02}"), *c)).collect();
        withhold("reason", &counts)
    }

    #[test]
    fn a_small_count_takes_the_next_smallest_with_it_and_a_zero_is_no_cover() {
        use Shown::{Count, Withheld};
        let shown = |counts: &[u64]| table(counts).rows.iter().map(|r| r.1).collect::<Vec<_>>();
        assert_eq!(shown(&[3, 9, 20]), [Withheld, Withheld, Count(20)]);
        assert_eq!(shown(&[3, 0, 20, 6]), [Withheld, Count(0), Count(20), Withheld]);
        assert_eq!(shown(&[2, 2, 20, 6]), [Withheld, Withheld, Count(20), Withheld], "their sum of 4 is small too");
        assert_eq!(shown(&[5, 6, 20]), [Count(5), Count(6), Count(20)]);
        assert_eq!(table(&[3]).total, Withheld);
        assert_eq!(table(&[0, 0]).total, Count(0));
    }

    /// How many fillings of the withheld cells, each from 1 up, agree with what is shown, up to a bound: for each cell the least
    /// and the greatest value that it could have.
    fn could_be(table: &CountTable) -> Option<(u64, u64)> {
        let Shown::Count(total) = table.total else { return None };
        let known: u64 = table.rows.iter().map(|r| if let Shown::Count(n) = r.1 { n } else { 0 }).sum();
        let cells = table.rows.iter().filter(|r| r.1 == Shown::Withheld).count() as u64;
        (cells > 0).then(|| (1, total - known - (cells - 1)))
    }

    proptest! {
        #[test]
        fn no_withheld_count_can_be_worked_out_from_the_rest(counts in proptest::collection::vec(0u64..30, 1..8)) {
            let table = table(&counts);
            for (row, n) in table.rows.iter().zip(&counts) {
                prop_assert!(!(1..LEAST).contains(n) || row.1 == Shown::Withheld, "{n} is shown");
            }
            if let Some((least, most)) = could_be(&table) {
                prop_assert!(most > least, "the one value that is possible is {least}");
            }
        }
    }
}
