//! Change, alerts and charts: the published arithmetic, the disagreement of sources shown, colours that explain themselves.
#![allow(clippy::unwrap_used, missing_docs)]

use gyeot::adapters::instruments;
use gyeot::domain::assessment::administration::{Administration, Mode, Occasion, Sheet, points};
use gyeot::domain::assessment::change::{Class, criterion_c, rci95};
use gyeot::domain::assessment::chart::{Chart, item_table};
use gyeot::domain::assessment::instrument::{Instrument, Library};
use gyeot::domain::assessment::score::{Answers, Context, Points};
use gyeot::domain::assessment::trajectory::{Alert, Colour, Point, Reason, alert, corridor};
use gyeot::domain::practice::ids::MemberId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::time::Timestamp;
use unicode_width::UnicodeWidthStr;

const WEEK: i64 = 7 * 24 * 3600 * 1000;

fn library() -> Library {
    instruments::shipped().unwrap()
}

fn get<'a>(library: &'a Library, id: &str) -> &'a Instrument {
    library.get(&id.into()).unwrap()
}

fn weekly(scores: &[i32]) -> Vec<Point> {
    let point = |(n, &s): (usize, &i32)| Point {
        at: Timestamp(1_700_000_000_000 + n as i64 * WEEK),
        session: Some(n as u32 + 1),
        score: Points::whole(s),
        critical: Vec::new(),
    };
    scores.iter().enumerate().map(point).collect()
}

fn told(i: &Instrument, scores: &[i32]) -> Alert {
    alert(i, &weekly(scores), false, Lang::En)
}

fn class(i: &Instrument, from: i32, to: i32) -> Class {
    i.change(None, Points::whole(from), Points::whole(to)).unwrap().class
}

#[test]
fn reliable_change_from_published_inputs_gives_the_published_values() {
    for (sd, r, ceil) in [(6.1, 0.89, 6.0), (6.1, 0.84, 7.0), (5.84, 0.73, 9.0), (4.7, 0.92, 4.0), (4.7, 0.83, 6.0)] {
        assert_eq!(rci95(sd, r).ceil(), ceil, "SD {sd} r {r}");
    }
    assert!((rci95(6.1, 0.89) - 5.608).abs() < 0.001);
    assert!((criterion_c([17.1, 6.1], [3.3, 3.8]) - 8.597).abs() < 0.001);
}

#[test]
fn a_change_is_reliable_at_the_figure_and_not_one_point_before() {
    let library = library();
    let i = get(&library, "phq-9");
    assert_eq!(class(i, 20, 15), Class::Unchanged);
    assert_eq!(class(i, 20, 14), Class::Improved);
    assert_eq!(class(i, 20, 26), Class::Deteriorated);
    assert_eq!(class(i, 15, 9), Class::Recovered);
    assert_eq!(class(i, 9, 3), Class::Improved);
}

#[test]
fn better_is_upwards_where_a_higher_score_is_better() {
    let library = library();
    let i = get(&library, "who-5");
    assert_eq!(class(i, 40, 52), Class::Improved);
    assert_eq!(class(i, 52, 40), Class::Deteriorated);
    assert_eq!(told(i, &[52, 40]).colour, Colour::Red);
}

#[test]
fn the_four_and_six_points_of_gad_7_disagree_openly() {
    let library = library();
    let c = get(&library, "gad-7").change(None, Points::whole(14), Points::whole(9)).unwrap();
    assert_eq!((c.class, c.rci, c.agree), (Class::Improved, 4.0, false));
    assert_eq!((c.others[0].class, c.others[0].rci), (Class::Unchanged, 6.0));
    assert!(c.source.contains("NHS") && c.others[0].source.contains("Bischoff"));
}

#[test]
fn response_is_half_and_remission_is_below_five() {
    let library = library();
    let i = get(&library, "phq-9");
    let of = |from, to| {
        let c = i.change(None, Points::whole(from), Points::whole(to)).unwrap();
        (c.response, c.remission)
    };
    assert_eq!(of(18, 9), (Some(true), Some(false)));
    assert_eq!(of(18, 10), (Some(false), Some(false)));
    assert_eq!(of(8, 4), (Some(true), Some(true)));
    assert_eq!(of(0, 0), (None, Some(true)));
}

#[test]
fn pcl_5_recovers_at_28_and_not_at_29() {
    let library = library();
    let i = get(&library, "pcl-5");
    assert_eq!(class(i, 50, 28), Class::Recovered);
    assert_eq!(class(i, 50, 29), Class::Improved);
}

#[test]
fn fewer_than_two_scores_are_grey() {
    let library = library();
    let i = get(&library, "phq-9");
    for scores in [&[][..], &[20][..]] {
        let a = told(i, scores);
        assert_eq!((a.colour, a.reasons), (Colour::Grey, vec![Reason::TooFew]));
    }
}

#[test]
fn reliable_worsening_is_red_and_says_from_where_to_where() {
    let library = library();
    let a = told(get(&library, "phq-9"), &[10, 12, 16]);
    assert_eq!(a.colour, Colour::Red);
    assert!(a.reasons[0].say(Lang::En).contains("10 to 16") && a.reasons[0].say(Lang::Ko).contains("10에서 16"));
}

#[test]
fn a_critical_answer_is_red_even_when_everything_improves() {
    let library = library();
    let i = get(&library, "phq-9");
    let mut p = weekly(&[20, 8]);
    let s = i.score(&Answers::read("1,1,1,1,1,1,1,0,1").unwrap(), &Context::default()).unwrap();
    p[1].critical = s.critical;
    let a = alert(i, &p, false, Lang::Ko);
    assert_eq!(a.colour, Colour::Red);
    assert!(matches!(a.reasons[0], Reason::Critical { item: 9, .. }));
    assert!(a.reasons.iter().any(|r| matches!(r, Reason::Improved { .. })), "the improvement is still told");
}

#[test]
fn a_past_critical_answer_alone_is_not_red() {
    let library = library();
    let i = get(&library, "phq-9");
    let mut p = weekly(&[12, 12]);
    p[0].critical = i.score(&Answers::read("1,1,1,1,1,1,1,0,1").unwrap(), &Context::default()).unwrap().critical;
    assert_eq!(alert(i, &p, false, Lang::En).colour, Colour::Grey);
}

#[test]
fn two_in_a_row_beyond_the_corridor_are_amber_and_one_is_not() {
    let library = library();
    let i = get(&library, "phq-9");
    assert_eq!(told(i, &[10, 15, 15]).colour, Colour::Amber);
    assert_eq!(told(i, &[10, 12, 15]).colour, Colour::Grey);
    assert_eq!(told(i, &[10, 15, 14]).colour, Colour::Grey);
}

#[test]
fn an_alliance_drop_is_amber() {
    let library = library();
    let i = get(&library, "phq-9");
    assert_eq!(alert(i, &weekly(&[12, 11]), true, Lang::En).colour, Colour::Amber);
}

#[test]
fn likely_non_response_follows_the_published_weeks_and_scores() {
    let library = library();
    let i = get(&library, "phq-9");
    let at = |weeks: usize, last: i32| {
        let mut scores = vec![20; weeks + 1];
        scores[weeks] = last;
        told(i, &scores).reasons.iter().any(|r| matches!(r, Reason::NonResponse { .. }))
    };
    assert!(!at(3, 27));
    for (week, cut) in [(4, 17), (8, 17), (9, 13), (13, 13), (14, 9), (30, 9)] {
        assert!(at(week, cut) && !at(week, cut - 1), "week {week}");
    }
}

#[test]
fn before_session_six_being_off_track_is_said_with_its_caution() {
    let library = library();
    let i = get(&library, "phq-9");
    assert!(told(i, &[20, 20, 20, 20, 20]).caution.unwrap().contains("PMC6428692"));
    assert_eq!(told(i, &[20, 20, 20, 20, 20, 20]).caution, None);
}

#[test]
fn leaving_the_clinical_range_reliably_is_white_and_staying_in_it_is_green() {
    let library = library();
    let i = get(&library, "phq-9");
    assert_eq!(told(i, &[18, 9]).colour, Colour::White);
    assert_eq!(told(i, &[22, 12]).colour, Colour::Green);
    assert_eq!(told(i, &[18, 14]).colour, Colour::Grey);
}

#[test]
fn an_instrument_without_a_published_figure_says_so_and_claims_nothing() {
    let library = library();
    let a = told(get(&library, "audit"), &[30, 2]);
    assert_eq!((a.colour, a.reasons), (Colour::Grey, vec![Reason::NoBasis]));
}

fn administered(i: &Instrument, week: i64, answers: &str) -> Administration {
    let sheet = Sheet::Answers(Answers::read(answers).unwrap());
    let occasion = Occasion {
        given_at: Timestamp(1_700_000_000_000 + week * WEEK),
        by: MemberId([7; 16]),
        mode: Mode::Kiosk,
        session: None,
    };
    Administration::new(i, sheet, &Context::default(), occasion).unwrap()
}

#[test]
fn an_administration_survives_its_own_writing_and_shows_no_answer_when_debugged() {
    let library = library();
    let i = get(&library, "phq-9");
    let a = administered(i, 0, "3,2,3,2,3,2,3,2,1");
    let text = serde_json::to_string(&a).unwrap();
    let back: Administration = serde_json::from_str(&text).unwrap();
    assert_eq!(a, back);
    assert!(format!("{:?}", a.sheet).contains("withheld"));
}

#[test]
fn points_are_in_order_of_time_and_leave_sheets_without_a_score_out() {
    let library = library();
    let i = get(&library, "phq-9");
    let all = vec![
        administered(i, 2, "1,1,1,1,1,1,1,1,0"),
        administered(i, 0, "3,3,3,3,3,3,3,3,0"),
        administered(i, 1, "-,3,3,3,3,3,3,3,0"),
        administered(get(&library, "gad-7"), 1, "0,0,0,0,0,0,0"),
    ];
    let scores: Vec<f64> = points(&all, &i.id).iter().map(|p| p.score.value()).collect();
    assert_eq!(scores, [24.0, 8.0]);
}

fn drawn(i: &Instrument, scores: &[i32], lang: Lang) -> Vec<String> {
    let p = weekly(scores);
    let a = alert(i, &p, false, lang);
    Chart::new(i, p, a, None, lang).draw(80, 20)
}

#[test]
fn a_chart_shows_points_bands_corridor_dates_and_the_alert() {
    let library = library();
    let lines = drawn(get(&library, "phq-9"), &[20, 18, 12, 7], Lang::Ko);
    let all = lines.join("\n");
    assert_eq!(all.matches('●').count(), 4);
    for part in ["심함", "최소", "╌", "2023-11-14", "흰색", "14–26"] {
        assert!(all.contains(part), "{part} is not in\n{all}");
    }
    assert!(lines.iter().take(22).all(|l| l.width() <= 80), "{all}");
}

#[test]
fn a_chart_of_nothing_of_one_and_of_five_hundred_points_is_drawn() {
    let library = library();
    let i = get(&library, "phq-9");
    for n in [0, 1, 2, 500] {
        let scores: Vec<i32> = (0..n).map(|k| k * 7 % 28).collect();
        assert!(drawn(i, &scores, Lang::En).len() > 20);
    }
}

#[test]
fn the_highest_and_lowest_score_stand_on_the_outermost_rows() {
    let library = library();
    let lines = drawn(get(&library, "phq-9"), &[27, 0], Lang::En);
    assert!(lines[1].trim_start().starts_with("27") && lines[1].contains('●'), "{}", lines[1]);
    assert!(lines[20].trim_start().starts_with('0') && lines[20].contains('●'), "{}", lines[20]);
}

#[test]
fn the_corridor_stays_within_the_scale() {
    let library = library();
    let i = get(&library, "phq-9");
    assert_eq!(corridor(i, Points::whole(2)), Some((0.0, 8.0)));
    assert_eq!(corridor(i, Points::whole(25)), Some((19.0, 27.0)));
    assert_eq!(corridor(get(&library, "audit"), Points::whole(2)), None);
}

#[test]
fn the_item_table_has_a_row_an_item_and_the_total_last() {
    let library = library();
    let i = get(&library, "phq-9");
    let (a, b) = (administered(i, 0, "3,3,3,3,3,3,3,3,0"), administered(i, 1, "1,-,1,1,1,1,1,1,0"));
    let table = item_table(i, &[&a, &b], 12, Lang::En);
    assert_eq!(table.len(), 1 + i.items.len() + 1);
    assert!(table[2].ends_with("3     -") && table[11].ends_with("24     –"), "{table:#?}");
}
