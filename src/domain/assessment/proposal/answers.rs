//! How well each answer of an item fits what was said: shares that add up to one. The bounds and shares are data of
//! `prompts/items/reading.toml`.

use crate::domain::assessment::proposal::outcome::Share;
use crate::domain::assessment::proposal::piece::Says;
use crate::domain::practice::data_file::Flaw;
use serde::Deserialize;

/// Days of a fortnight and of a year, in which answers count.
const FORTNIGHT: f32 = 14.0;
const YEAR: f32 = 365.0;
/// The scale of a logistic distribution whose standard deviation is one: √3 / π.
const LOGISTIC: f32 = 0.551;
/// The least frequency whose logarithm is taken, in days of a year.
const NEXT_TO_NEVER: f32 = 0.05;

/// What an item's answers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Days of the last two weeks: none, up to six, up to eleven, more.
    Days,
    /// How often somebody drinks: never, monthly, two to four times a month, two or three times a week, more.
    DrinkingOften,
    /// Drinks on one day: up to 2, 4, 6, 9, more.
    Drinks,
    /// How often somebody drinks much: never, less than monthly, monthly, weekly, daily.
    ManyOften,
}

/// Items that count days of two weeks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    from: [f32; 4],
    exact: f32,
    vague: f32,
    denied: [f32; 4],
    told: [f32; 4],
    told_of_all: [f32; 4],
}

/// Items that count days of a year: how often somebody drinks, or drinks much. The spread is one of logarithms.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct DaysOfYear {
    from: [f32; 5],
    exact: f32,
    denied: [f32; 5],
}

/// How many drinks; the most of each answer but the last.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Drinks {
    to: [f32; 4],
    exact: f32,
}

/// The answers of every scale.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Answers {
    days: Days,
    drinking_often: DaysOfYear,
    many_often: DaysOfYear,
    drinks: Drinks,
}

impl Answers {
    /// Refuses bounds that do not rise, a spread that is not above zero, and shares that do not add up to one.
    pub fn check(&self) -> Result<(), Flaw> {
        let Answers { days, drinking_often, many_often, drinks } = self;
        for (key, bounds) in [
            ("days.from", &days.from[..]),
            ("drinking-often.from", &drinking_often.from),
            ("many-often.from", &many_often.from),
            ("drinks.to", &drinks.to),
        ] {
            if !bounds.is_sorted_by(|a, b| a < b) {
                return Err(flaw(key, "must rise"));
            }
        }
        for (key, shares) in [
            ("days.denied", &days.denied[..]),
            ("days.told", &days.told),
            ("days.told_of_all", &days.told_of_all),
            ("drinking-often.denied", &drinking_often.denied),
            ("many-often.denied", &many_often.denied),
        ] {
            let sum: f32 = shares.iter().sum();
            if (sum - 1.0).abs() > 1e-4 || shares.iter().any(|s| *s < 0.0) {
                return Err(flaw(key, "must be shares that add up to 1"));
            }
        }
        for (key, spread) in [
            ("days.exact", days.exact),
            ("days.vague", days.vague),
            ("drinking-often.exact", drinking_often.exact),
            ("many-often.exact", many_often.exact),
            ("drinks.exact", drinks.exact),
        ] {
            if spread.is_nan() || spread <= 0.0 {
                return Err(flaw(key, "must be above 0"));
            }
        }
        Ok(())
    }

    /// The shares of the answers of days where the matter is told and not how often.
    pub const fn told(&self) -> [f32; 4] {
        self.days.told
    }

    /// The shares of the answers, value by value; empty where none follows.
    pub fn shares(&self, says: Says, scale: Scale) -> Vec<Share> {
        match (scale, says) {
            (Scale::Days, Says::No) => shares(&self.days.denied),
            (Scale::Days, Says::There { total: true }) => shares(&self.days.told_of_all),
            (Scale::Days, Says::There { total: false }) => shares(&self.days.told),
            (Scale::Days, Says::Often(rate)) => {
                let spread = if rate.exact { self.days.exact } else { self.days.vague };
                let days = (rate.per_day * FORTNIGHT).clamp(0.0, FORTNIGHT);
                shares(&over(&self.days.from, days, spread))
            }
            (Scale::DrinkingOften, says) => self.drinking_often.shares(says),
            (Scale::ManyOften, says) => self.many_often.shares(says),
            (Scale::Drinks, Says::Much(n)) => {
                let mut from = vec![0.0];
                from.extend(self.drinks.to.iter().map(|to| to + 0.01));
                shares(&over(&from, n, self.drinks.exact))
            }
            (Scale::Days, Says::Much(_)) | (Scale::Drinks, _) => Vec::new(),
        }
    }
}

impl DaysOfYear {
    /// Frequencies that differ by a factor are alike: in logarithms of days of a year.
    fn shares(&self, says: Says) -> Vec<Share> {
        match says {
            Says::No => shares(&self.denied),
            Says::Often(rate) if rate.whole => {
                let log = |days: f32| days.max(NEXT_TO_NEVER).ln();
                shares(&over(&self.from.map(log), log(rate.per_day * YEAR), self.exact))
            }
            _ => Vec::new(),
        }
    }
}

fn flaw(key: &str, what: &str) -> Flaw {
    Flaw::new(1, format!("answers.{key}"), what)
}

fn shares(of: &[f32]) -> Vec<Share> {
    let sum: f32 = of.iter().sum();
    (0..).zip(of).map(|(value, share)| Share { value, share: share / sum }).collect()
}

/// How much of a logistic bell round `at` falls between the bounds; the bound at which an answer begins belongs to it.
fn over(from: &[f32], at: f32, spread: f32) -> Vec<f32> {
    let below = |x: f32| 1.0 / (1.0 + (-(x - at) / (spread * LOGISTIC)).exp());
    (0..from.len())
        .map(|n| {
            let lower = if n == 0 { 0.0 } else { below(from[n]) };
            let upper = from.get(n + 1).map_or(1.0, |x| below(*x));
            upper - lower
        })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::domain::assessment::proposal::wording::Reading;

    const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/items/reading.toml"));

    #[test]
    fn bounds_that_do_not_rise_shares_that_are_none_and_a_spread_of_nothing_are_refused_by_key() {
        Reading::parse(SHIPPED).unwrap();
        for (there, instead, key) in [
            ("from = [0, 0.25, 6.6, 11.5]", "from = [0, 6.6, 0.25, 11.5]", "answers.days.from"),
            ("to = [2, 4, 6, 9.5]", "to = [2, 4, 4, 9.5]", "answers.drinks.to"),
            ("told = [0.05, 0.25, 0.45, 0.25]", "told = [0.05, 0.25, 0.45, 0.5]", "answers.days.told"),
            ("told = [0.05, 0.25, 0.45, 0.25]", "told = [-0.05, 0.35, 0.45, 0.25]", "answers.days.told"),
            ("vague = 2.5", "vague = 0", "answers.days.vague"),
            ("vague = 2.5", "vague = nan", "answers.days.vague"),
        ] {
            let broken = SHIPPED.replacen(there, instead, 1);
            assert_ne!(broken, SHIPPED, "{there}");
            assert_eq!(Reading::parse(&broken).unwrap_err().key, key, "{instead}");
        }
    }
}
