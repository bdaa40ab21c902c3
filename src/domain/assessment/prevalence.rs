//! Weighted shares of a survey: how many people, each weighted for many, are at a cut or above. Used to check our
//! scoring against published figures of a survey that anyone can download.

use crate::domain::assessment::instrument::{Instrument, Sex};

/// One person of a survey.
#[derive(Debug, Clone, PartialEq)]
pub struct Respondent {
    /// Sex.
    pub sex: Sex,
    /// Age in years.
    pub age: u16,
    /// Survey weight: how many people of the population this one represents.
    pub weight: f64,
    /// Answers; codes that are no answer (refused, do not know) are blanks.
    pub answers: Vec<Option<i32>>,
}

/// A share of a population, each person weighted.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Share {
    /// People whose sheets gave a score.
    pub counted: usize,
    /// Sum of their weights.
    pub weight: f64,
    /// Sum of the weights of those at the cut or above.
    pub at_or_above: f64,
}

impl Share {
    /// The share in per cent, 0 to 100.
    pub fn percent(&self) -> f64 {
        if self.weight > 0.0 { 100.0 * self.at_or_above / self.weight } else { 0.0 }
    }
}

/// The share of people of at least `age` with a score at `cut` or above, of one sex or of all. Sheets without a score
/// do not count.
pub fn share(i: &Instrument, people: &[Respondent], age: u16, sex: Option<Sex>, cut: f64) -> Share {
    let asked = people.iter().filter(|p| p.age >= age && sex.is_none_or(|s| s == p.sex));
    asked.fold(Share::default(), |mut so_far, p| {
        if let Some(total) = i.tally(&p.answers, Some(p.sex)).ok().and_then(|t| t.total) {
            so_far.counted += 1;
            so_far.weight += p.weight;
            so_far.at_or_above += if total.value() >= cut { p.weight } else { 0.0 };
        }
        so_far
    })
}

/// Percentile ranks of a score: per cent of people (weighted) with each score of the scale or less.
pub fn at_or_below(i: &Instrument, people: &[Respondent], ages: std::ops::RangeInclusive<u16>, sex: Sex) -> Vec<f64> {
    (i.scoring.min..=i.scoring.max)
        .map(|score| {
            let within: Vec<Respondent> = people.iter().filter(|p| ages.contains(&p.age)).cloned().collect();
            100.0 - share(i, &within, 0, Some(sex), f64::from(score + 1)).percent()
        })
        .collect()
}

/// Reads a survey: one person a line, the first line names the columns. Weights of several two-year cycles are used as
/// they are, since a common factor changes no share. Returns the line (from 1) of the first fault.
pub fn read_nhanes(text: &str) -> Result<Vec<Respondent>, (usize, &'static str)> {
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().unwrap_or_default().trim().split(',').collect();
    let column = |name: &'static str| head.iter().position(|h| *h == name).ok_or((1, name));
    let (sex, age, weight) = (column("RIAGENDR")?, column("RIDAGEYR")?, column("WTMEC2YR")?);
    let items = ["DPQ010", "DPQ020", "DPQ030", "DPQ040", "DPQ050", "DPQ060", "DPQ070", "DPQ080", "DPQ090"];
    let items = items.into_iter().map(column).collect::<Result<Vec<_>, _>>()?;
    let person = |(n, line): (usize, &str)| {
        let cells: Vec<&str> = line.trim().split(',').collect();
        let number = |at: usize, what: &'static str| -> Result<f64, (usize, &'static str)> {
            cells.get(at).and_then(|c| c.parse().ok()).ok_or((n + 2, what))
        };
        let sex = match number(sex, "RIAGENDR")? {
            1.0 => Sex::Male,
            2.0 => Sex::Female,
            _ => return Err((n + 2, "RIAGENDR")),
        };
        let answer = |at: &usize| {
            let code = cells.get(*at).and_then(|c| c.parse::<f64>().ok())?;
            (0.0..=3.0).contains(&code).then_some(code as i32)
        };
        Ok(Respondent {
            sex,
            age: number(age, "RIDAGEYR")? as u16,
            weight: number(weight, "WTMEC2YR")?,
            answers: items.iter().map(answer).collect(),
        })
    };
    lines.enumerate().filter(|(_, l)| !l.trim().is_empty()).map(person).collect()
}
