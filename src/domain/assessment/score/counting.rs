//! The arithmetic of a sheet: what is asked, what is blank, sums, bands, rules.

use crate::domain::assessment::instrument::definition::Instrument;
use crate::domain::assessment::instrument::format::{Algorithm, Condition, Item, Method, MissingRule, Outcome, Sex};
use crate::domain::assessment::instrument::reading::{BandSet, Norm, Percentiles, Side};
use crate::domain::assessment::score::{
    Answers, BandFound, Context, CriticalFound, NormFound, OutcomeFound, PartScore, PercentileFound, Points, SCHEMA,
    Score, ScoreError,
};
use crate::domain::practice::lang::Lang;
use crate::texts::{msg, verbatim};

/// The bare result of a sheet, without labels: what a bench, a statistic or a chart needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// The total; absent when too much is blank.
    pub total: Option<Points>,
    /// Bit n: item n+1 should have been answered and was not.
    pub missing: u64,
    /// Blanks were replaced by the mean of the answered.
    pub prorated: bool,
    /// Position of the band in the leading set.
    pub band: Option<usize>,
    /// Bit n: critical rule n fires.
    pub critical: u64,
    /// Bit n: norm n of the total is positive.
    pub positive: u64,
}

/// Lowest and highest possible sum of these items for a sex.
pub fn span(i: &Instrument, items: &[usize], multiplier: i32, sex: Sex) -> (i32, i32) {
    let asked = items.iter().map(|&p| &i.items[p - 1]).filter(|it| it.only_sex.is_none_or(|s| s == sex));
    asked.fold((0, 0), |(lo, hi), it| {
        let set = i.set_of(it);
        (lo + set.min() * it.weight * multiplier, hi + set.max() * it.weight * multiplier)
    })
}

impl Condition {
    /// Counts over raw answers; a blank never counts.
    pub fn holds(&self, answers: &[Option<i32>]) -> bool {
        let counts = |&&p: &&usize| {
            let Some(a) = answers.get(p - 1).copied().flatten() else { return false };
            let own = if self.at_least_by_item.is_empty() { None } else { self.at_least_by_item.get(&p.to_string()) };
            a >= own.copied().unwrap_or(self.at_least) && self.at_most.is_none_or(|top| a <= top)
        };
        let n = self.items.iter().filter(counts).count();
        n >= self.count && self.count_max.is_none_or(|most| n <= most)
    }
}

impl Algorithm {
    /// The first outcome that holds; the loader has seen to it that the last one does.
    fn find(&self, answers: &[Option<i32>]) -> Option<&Outcome> {
        self.outcome.get(self.position(answers)?)
    }

    /// The place, from 0, of the first outcome that holds.
    pub fn position(&self, answers: &[Option<i32>]) -> Option<usize> {
        self.outcome.iter().position(|o| {
            o.all.iter().all(|c| c.holds(answers)) && (o.any.is_empty() || o.any.iter().any(|c| c.holds(answers)))
        })
    }
}

struct Sum {
    points: Option<Points>,
    prorated: bool,
}

impl Instrument {
    /// Scores a sheet: validity, total, parts, bands, norms, rules and critical items. Blanks follow the
    /// instrument's own rule and give `valid: false` at worst; answers that cannot be are errors.
    pub fn score(&self, answers: &Answers, context: &Context) -> Result<Score, ScoreError> {
        let tally = self.tally(&answers.0, context.sex)?;
        let lang = context.lang;
        let mut score = self.report(tally.total, context);
        score.prorated = tally.prorated;
        score.missing = (0..self.items.len()).filter(|n| tally.missing >> n & 1 == 1).map(|n| n + 1).collect();
        for (n, c) in self.critical.iter().enumerate() {
            let answer = answers.0.get(c.item - 1).copied().flatten();
            let asked = self.items.get(c.item - 1).is_some_and(|item| self.asked(item, &answers.0, context.sex));
            let again = score.critical.iter().any(|f| f.item == c.item && f.answer.is_none());
            if tally.critical >> n & 1 == 1 || answer.is_none() && asked && !again {
                score.critical.push(CriticalFound {
                    item: c.item,
                    answer,
                    opens: c.opens.clone(),
                    reason: c.reason.pick(lang).to_owned(),
                });
            }
        }
        for part in &self.subscales {
            // Too many blanks for the sheet are too many for its parts, where a blank otherwise counts nothing.
            let void = self.scoring.missing == MissingRule::Zero && !score.valid;
            let points = self.sum(&answers.0, &part.items, part.multiplier, context.sex).points.filter(|_| !void);
            let band = points.and_then(|p| {
                self.bands.iter().find(|b| b.scale.as_ref() == Some(&part.id)).and_then(|b| found(b, p, lang))
            });
            let title = part.title.pick(lang).to_owned();
            let reported = PartScore { title, score: points, min: part.min, max: part.max, band };
            score.subscales.insert(part.id.clone(), reported);
            if let Some(p) = points {
                score.norms.extend(self.norms_of(Some(&part.id), p, context));
            }
        }
        for a in &self.algorithms {
            // A rule over an incomplete sheet could only say too little.
            if !score.valid && self.scoring.method != Method::Outcome {
                break;
            }
            if let Some(o) = a.find(&answers.0) {
                score.outcomes.push(OutcomeFound {
                    algorithm: a.id.clone(),
                    outcome: o.id.clone(),
                    label: o.label.pick(lang).to_owned(),
                    source: a.source.clone(),
                });
            }
        }
        Ok(score)
    }

    /// Takes a total that was worked out elsewhere, for instruments whose items may not be held.
    pub fn score_total(&self, total: i32, context: &Context) -> Result<Score, ScoreError> {
        if !self.totals_only() {
            return Err(ScoreError::AnswersOnly { id: self.id.clone() });
        }
        let (min, max) = (self.scoring.min, self.scoring.max);
        if total < min || total > max {
            return Err(ScoreError::TotalOutOfRange { id: self.id.clone(), min, max });
        }
        let mut score = self.report(Some(Points::whole(total)), context);
        score.entered_as_total = true;
        Ok(score)
    }

    /// The bare figures of a sheet, without labels.
    pub fn tally(&self, answers: &[Option<i32>], sex: Option<Sex>) -> Result<Tally, ScoreError> {
        self.admit(answers, sex)?;
        let missing = self.missing(answers, sex);
        let (total, prorated) = match self.scoring.method {
            Method::Outcome => {
                let rank = self.algorithms.first().and_then(|a| a.find(answers)).map(|o| Points::whole(o.rank));
                (rank.filter(|_| missing == 0), false)
            }
            _ => {
                let sum = if self.scoring.items.is_empty() {
                    self.sum_scored(answers, sex)
                } else {
                    self.sum(answers, &self.scoring.items, self.scoring.multiplier, sex)
                };
                (sum.points, sum.prorated)
            }
        };
        let leading = self.leading_bands(sex);
        let band = total.and_then(|p| leading.and_then(|set| set.list.iter().rposition(|b| b.from <= p.floor())));
        let fires = |at: usize, least: i32| answers.get(at - 1).copied().flatten().is_some_and(|a| a >= least);
        let critical =
            self.critical.iter().enumerate().fold(0, |bits, (n, c)| bits | u64::from(fires(c.item, c.at_least)) << n);
        let positive =
            total.map_or(0, |p| {
                self.norms.iter().take(64).enumerate().fold(0, |bits, (n, norm)| {
                    bits | u64::from(norm.scale.is_none() && side(norm.side, p, norm.cut)) << n
                })
            });
        Ok(Tally { total, missing, prorated, band, critical, positive })
    }

    fn admit(&self, answers: &[Option<i32>], sex: Option<Sex>) -> Result<(), ScoreError> {
        if self.totals_only() {
            return Err(ScoreError::TotalOnly { id: self.id.clone(), why: verbatim(self.licence.reason(Lang::En)) });
        }
        let (fewest, most) = (self.fewest_answers(), self.items.len());
        if answers.len() < fewest || answers.len() > most {
            let takes = if fewest == most {
                msg("score-counting-answers").with("n", most)
            } else {
                msg("score-counting-answers-2").shown("low", fewest).shown("high", most)
            };
            return Err(ScoreError::Count { id: self.id.clone(), takes, given: answers.len() });
        }
        for (n, (item, answer)) in self.items.iter().zip(answers).enumerate() {
            let Some(a) = answer else { continue };
            let set = self.set_of(item);
            if !set.values.contains(a) {
                let allowed: Vec<String> = set.values.iter().map(i32::to_string).collect();
                let allowed = allowed.join(", ");
                return Err(ScoreError::OutOfRange { id: self.id.clone(), position: n + 1, allowed });
            }
            if item.only_sex.is_some() && sex.is_some() && item.only_sex != sex {
                return Err(ScoreError::OtherSex { id: self.id.clone(), position: n + 1 });
            }
        }
        Ok(())
    }

    fn asked(&self, item: &Item, answers: &[Option<i32>], sex: Option<Sex>) -> bool {
        item.only_sex.is_none_or(|own| sex.is_none_or(|s| s == own))
            && item.ask_if.as_ref().is_none_or(|c| c.holds(answers))
    }

    /// Whether the item at this position, from 1, is asked, given the answers before it; false where there is none.
    pub fn asks(&self, position: usize, answers: &[Option<i32>], sex: Option<Sex>) -> bool {
        let item = position.checked_sub(1).and_then(|n| self.items.get(n));
        item.is_some_and(|item| self.asked(item, answers, sex))
    }

    /// The values that the item at this position, from 1, takes.
    pub fn values(&self, position: usize) -> &[i32] {
        let item = position.checked_sub(1).and_then(|n| self.items.get(n));
        item.map_or(&[], |item| &self.set_of(item).values)
    }

    fn missing(&self, answers: &[Option<i32>], sex: Option<Sex>) -> u64 {
        let blank = |n: usize, item: &Item| {
            answers.get(n).copied().flatten().is_none() && !item.optional && self.asked(item, answers, sex)
        };
        self.items.iter().enumerate().fold(0, |bits, (n, item)| bits | u64::from(blank(n, item)) << n)
    }

    fn worth(&self, position: usize, answer: i32) -> i64 {
        let item = &self.items[position - 1];
        let set = self.set_of(item);
        let turned = if self.scoring.reverse.contains(&position) { set.min() + set.max() - answer } else { answer };
        i64::from(turned) * i64::from(item.weight)
    }

    fn sum_scored(&self, answers: &[Option<i32>], sex: Option<Sex>) -> Sum {
        let scored = self.items.iter().enumerate().filter(|(_, it)| it.scored).map(|(n, _)| n + 1);
        self.sum_over(answers, scored, self.scoring.multiplier, sex)
    }

    fn sum(&self, answers: &[Option<i32>], items: &[usize], multiplier: i32, sex: Option<Sex>) -> Sum {
        self.sum_over(answers, items.iter().copied(), multiplier, sex)
    }

    /// Sums answered items; an item that is not asked counts nothing and is no blank.
    fn sum_over(
        &self,
        answers: &[Option<i32>],
        items: impl Iterator<Item = usize>,
        multiplier: i32,
        sex: Option<Sex>,
    ) -> Sum {
        let (mut sum, mut answered, mut blank) = (0i64, 0i64, 0i64);
        for p in items {
            match answers.get(p - 1).copied().flatten() {
                Some(a) => {
                    sum += self.worth(p, a);
                    answered += 1;
                }
                None if self.asked(&self.items[p - 1], answers, sex) && !self.items[p - 1].optional => blank += 1,
                None => {}
            }
        }
        let most = i64::try_from(self.scoring.max_blank).unwrap_or(0);
        let sum = sum * i64::from(multiplier);
        let points = match self.scoring.missing {
            _ if blank == 0 => Some(Points::ratio(sum, 1)),
            MissingRule::Zero if blank <= most => Some(Points::ratio(sum, 1)),
            MissingRule::Prorate if blank <= most && answered > 0 => {
                Some(Points::ratio(sum * (answered + blank), answered))
            }
            _ => None,
        };
        Sum { prorated: points.is_some() && blank > 0 && self.scoring.missing == MissingRule::Prorate, points }
    }

    /// The first band set of the total that fits the sex; one of a sex only fits when the sex is known.
    pub fn leading_bands(&self, sex: Option<Sex>) -> Option<&BandSet> {
        self.bands.iter().find(|b| b.scale.is_none() && (b.sex.is_none() || b.sex == sex))
    }

    fn report(&self, total: Option<Points>, context: &Context) -> Score {
        let lang = context.lang;
        let fits = |b: &&BandSet| b.scale.is_none() && (b.sex.is_none() || b.sex == context.sex);
        let mut bands = self.bands.iter().filter(fits).filter_map(|b| total.and_then(|p| found(b, p, lang)));
        let band = bands.next();
        let norms = total.map_or_else(Vec::new, |p| self.norms_of(None, p, context));
        let percentiles = total.map_or_else(Vec::new, |p| self.percentiles_of(p, context));
        Score {
            schema: SCHEMA.to_owned(),
            instrument: self.id.clone(),
            version: self.version.clone(),
            valid: total.is_some(),
            score: total,
            min: self.scoring.min,
            max: self.max_for(context.sex),
            direction: self.direction,
            subscales: Default::default(),
            band,
            other_bands: bands.collect(),
            norms,
            percentiles,
            outcomes: Vec::new(),
            critical: Vec::new(),
            change: None,
            missing: Vec::new(),
            prorated: false,
            entered_as_total: false,
        }
    }

    /// Highest possible total for a sex.
    pub fn max_for(&self, sex: Option<Sex>) -> i32 {
        match sex {
            Some(Sex::Male) => self.scoring.max_male.unwrap_or(self.scoring.max),
            _ => self.scoring.max,
        }
    }

    fn norms_of(&self, scale: Option<&String>, p: Points, context: &Context) -> Vec<NormFound> {
        let fits = |n: &&Norm| n.scale.as_ref() == scale && n.sex.is_none_or(|s| context.sex.is_none_or(|c| c == s));
        let lang = context.lang;
        let report = |n: &Norm| NormFound {
            id: n.id.clone(),
            scale: n.scale.clone(),
            cut: n.cut,
            above: p.value() >= n.cut,
            positive: side(n.side, p, n.cut),
            side: n.side,
            population: n.population.pick(lang).to_owned(),
            country: n.country.clone(),
            points_at: n.points_at.pick(lang).to_owned(),
            sex: n.sex,
            sensitivity: n.sensitivity,
            specificity: n.specificity,
            n: n.n,
            source: n.source.clone(),
        };
        self.norms.iter().filter(fits).map(report).collect()
    }

    fn percentiles_of(&self, p: Points, context: &Context) -> Vec<PercentileFound> {
        let fits = |t: &&Percentiles| {
            t.sex.is_none_or(|s| context.sex == Some(s))
                && context.age.is_some_and(|a| a >= t.age_from && a <= t.age_to)
        };
        let at = |t: &Percentiles| {
            let n = usize::try_from(p.floor() - self.scoring.min).ok()?;
            Some(PercentileFound {
                id: t.id.clone(),
                population: t.population.pick(context.lang).to_owned(),
                at_or_below: *t.at_or_below.get(n)?,
                source: t.source.clone(),
            })
        };
        self.percentiles.iter().filter(fits).filter_map(at).collect()
    }

    /// Positions of the items that make the total, from 1.
    pub fn items_of_total(&self) -> Vec<usize> {
        self.total_items()
    }
}

fn side(side: Side, p: Points, cut: f64) -> bool {
    match side {
        Side::AtLeast => p.value() >= cut,
        Side::AtMost => p.value() <= cut,
    }
}

fn found(set: &BandSet, p: Points, lang: Lang) -> Option<BandFound> {
    let b = set.list.iter().rev().find(|b| b.from <= p.floor())?;
    Some(BandFound { id: b.id.clone(), label: lang.pick(&b.ko, &b.en).to_owned(), source: set.source.clone() })
}
