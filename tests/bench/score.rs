//! How fast sheets are scored and charts are drawn, on one core: `cargo bench --no-default-features --bench score`.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

use gyeot::adapters::instruments;
use gyeot::domain::assessment::chart::Chart;
use gyeot::domain::assessment::score::{Answers, Context, Points};
use gyeot::domain::assessment::trajectory::{Point, alert};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::time::Timestamp;
use std::hint::black_box;
use std::time::Instant;

const SHEETS: usize = 1_000_000;
const REPORTS: usize = 100_000;
const ADMINISTRATIONS: usize = 500;
const DRAWN: usize = 200;

fn main() {
    let library = instruments::shipped().unwrap();
    let phq9 = library.get(&"phq-9".into()).unwrap();
    let sheets: Vec<Answers> = (0..4096_i32)
        .map(|n| Answers((0..9).map(|k| Some((n.wrapping_mul(2_654_435) >> (k * 3)).rem_euclid(4))).collect()))
        .collect();
    let from = Instant::now();
    let sum: i64 = (0..SHEETS)
        .map(|n| i64::from(black_box(phq9.tally(&sheets[n % sheets.len()].0, None)).unwrap().total.unwrap().floor()))
        .sum();
    let s = from.elapsed().as_secs_f64();
    println!("tally    {SHEETS} PHQ-9 sheets in {s:.3} s: {:.0} a second (checksum {sum})", SHEETS as f64 / s);

    let from = Instant::now();
    for n in 0..REPORTS {
        black_box(phq9.score(&sheets[n % sheets.len()], &Context::default()).unwrap());
    }
    let s = from.elapsed().as_secs_f64();
    println!("report   {REPORTS} full reports in {s:.3} s: {:.0} a second", REPORTS as f64 / s);

    let points: Vec<Point> = (0..ADMINISTRATIONS)
        .map(|n| Point {
            at: Timestamp(1_700_000_000_000 + n as i64 * 604_800_000),
            session: Some(n as u32 + 1),
            score: Points::whole((n * 7 % 28) as i32),
            critical: Vec::new(),
        })
        .collect();
    let mut times: Vec<f64> = (0..DRAWN)
        .map(|_| {
            let from = Instant::now();
            let told = alert(phq9, &points, false, Lang::Ko);
            black_box(Chart::new(phq9, points.clone(), told, None, Lang::Ko).draw(120, 28));
            from.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "chart    {ADMINISTRATIONS} administrations: median {:.3} ms, worst {:.3} ms",
        times[DRAWN / 2],
        times[DRAWN - 1]
    );
}
