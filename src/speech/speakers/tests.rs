//! Lines with made-up voices: what is thought of them in any order, after flips, names and corrections.

use super::*;
use proptest::prelude::*;

const LEN: usize = 64;

/// A direction of a person with some noise, both from a seed; `noise` 0.6 gives a likeness of about 0.9
/// between two lines of one person, as real prints have.
fn print(person: u32, line: u32, noise: f32, ms: u64) -> VoicePrint {
    let number = |seed: u32, i: usize| {
        let mut x =
            u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (i as u64 + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    };
    // As real prints do, two persons share half of their direction.
    let own = |i: usize| number(person, i) + number(999, i) + noise * number(7000 + line, i);
    VoicePrint::new((0..LEN).map(own).collect(), ms).unwrap()
}

fn span(n: u32) -> Span {
    Span { start_ms: u64::from(n) * 5000, end_ms: u64::from(n) * 5000 + 4000 }
}

fn id(n: u32) -> UtteranceId {
    UtteranceId(n)
}

/// Who speaks line `n` of a made-up session in which the first speaker asks.
fn session(lines: &[bool], noise: f32) -> Vec<(UtteranceId, Span, VoicePrint, &'static str)> {
    let line = |(n, first): (usize, &bool)| {
        let n = n as u32;
        let text = if *first { "어떻게 지내셨어요?" } else { "잠을 못 자요." };
        (id(n), span(n), print(if *first { 1 } else { 2 }, n, noise, 4000), text)
    };
    lines.iter().enumerate().map(line).collect()
}

fn all_heard(lines: Vec<(UtteranceId, Span, VoicePrint, &'static str)>) -> Diariser {
    let mut d = Diariser::new();
    for (id, span, print, text) in lines {
        d.hear(id, span, Some(print), text);
    }
    d
}

proptest! {
    #[test]
    fn the_order_of_arrival_changes_nothing(
        order in Just((0..14usize).collect::<Vec<_>>()).prop_shuffle(), noise in 0f32..1.5,
    ) {
        let who: Vec<bool> = (0..14).map(|n| n % 3 != 1).collect();
        let in_time = all_heard(session(&who, noise)).settle();
        let mut lines: Vec<_> = session(&who, noise).into_iter().map(Some).collect();
        let shuffled = order.iter().filter_map(|n| lines[*n].take()).collect();
        prop_assert_eq!(all_heard(shuffled).settle(), in_time);
    }

    #[test]
    fn two_voices_are_told_apart_in_spite_of_noise(
        who in proptest::collection::vec(any::<bool>(), 6..40), noise in 0f32..0.7,
    ) {
        prop_assume!(who.iter().any(|w| *w) && who.iter().any(|w| !*w));
        let settled = all_heard(session(&who, noise)).settle();
        // Only the first speaker asks, so the roles are certain when the first voice is the asking one.
        prop_assume!(who[0]);
        for ((_, speaker, certainty), asks) in settled.iter().zip(&who) {
            prop_assert_eq!(*speaker, if *asks { Speaker::Counsellor } else { Speaker::Client });
            prop_assert!((0.5..=1.0).contains(certainty));
        }
    }

    #[test]
    fn flipping_twice_changes_nothing(
        who in proptest::collection::vec(any::<bool>(), 2..20), noise in 0f32..2.0,
    ) {
        let mut d = all_heard(session(&who, noise));
        d.flip();
        let once = d.settle();
        d.flip();
        d.flip();
        prop_assert_eq!(d.settle(), once);
    }

    #[test]
    fn one_voice_is_never_split_in_two(count in 2u32..40, noise in 0f32..0.5) {
        let mut d = Diariser::new();
        for n in 0..count {
            prop_assert_eq!(d.hear(id(n), span(n), Some(print(1, n, noise, 4000)), "네."), Speaker::Counsellor);
        }
        prop_assert!(d.settle().iter().all(|(_, speaker, _)| *speaker == Speaker::Unknown));
    }
}

const TALK: [bool; 8] = [true, false, true, false, true, true, false, false];

fn speakers(d: &Diariser) -> Vec<Speaker> {
    d.settle().into_iter().map(|(_, speaker, _)| speaker).collect()
}

#[test]
fn the_one_who_asks_is_the_counsellor_even_when_the_client_speaks_first() {
    let mut d = Diariser::new();
    d.hear(id(100), Span { start_ms: 0, end_ms: 4000 }, Some(print(2, 100, 0.3, 4000)), "안녕하세요.");
    for (n, span, print, text) in session(&TALK, 0.3) {
        let span = Span { start_ms: span.start_ms + 5000, end_ms: span.end_ms + 5000 };
        d.hear(n, span, Some(print), text);
    }
    assert_eq!(speakers(&d)[..3], [Speaker::Client, Speaker::Counsellor, Speaker::Client]);
}

#[test]
fn a_flip_holds_for_what_is_still_to_come_whatever_is_asked() {
    let lines = session(&TALK, 0.3);
    let mut d = Diariser::new();
    for (n, (id, span, print, text)) in lines.into_iter().enumerate() {
        let guess = d.hear(id, span, Some(print), text);
        if n == 1 {
            d.flip();
        }
        if n > 1 {
            assert_eq!(guess, if TALK[n] { Speaker::Client } else { Speaker::Counsellor }, "line {n}");
        }
    }
}

#[test]
fn a_flip_while_one_voice_is_known_names_that_voice() {
    let mut d = Diariser::new();
    let mut lines = session(&TALK, 0.3).into_iter();
    let (first, span, print, text) = lines.next().unwrap();
    assert_eq!(d.hear(first, span, Some(print), text), Speaker::Counsellor);
    d.flip();
    assert_eq!(speakers(&d), [Speaker::Client]);
    lines.for_each(|(id, span, print, text)| {
        d.hear(id, span, Some(print), text);
    });
    assert_eq!(speakers(&d)[..3], [Speaker::Client, Speaker::Counsellor, Speaker::Client]);
}

#[test]
fn one_line_set_by_hand_stays_and_turns_no_other_and_two_teach_the_roles() {
    let mut d = all_heard(session(&TALK, 0.3));
    let mut expected = speakers(&d);
    d.set(id(1), Speaker::Counsellor);
    expected[1] = Speaker::Counsellor;
    assert_eq!(speakers(&d), expected);
    assert_eq!(d.settle()[1].2, 1.0, "what a person set is certain");
    d.set(id(3), Speaker::Counsellor);
    assert_eq!(
        speakers(&d)[..5],
        [Speaker::Client, Speaker::Counsellor, Speaker::Client, Speaker::Counsellor, Speaker::Client]
    );
    d.flip();
    assert_eq!(speakers(&d)[..4], [Speaker::Counsellor, Speaker::Counsellor, Speaker::Counsellor, Speaker::Counsellor]);
}

#[test]
fn a_voice_can_be_renamed_and_two_can_be_merged() {
    let mut d = all_heard(session(&TALK, 0.3));
    d.rename(Speaker::Client, Speaker::Other);
    assert_eq!(speakers(&d)[..2], [Speaker::Counsellor, Speaker::Other]);
    d.rename(Speaker::Other, Speaker::Counsellor);
    assert!(speakers(&d).iter().all(|s| *s == Speaker::Counsellor));
}

#[test]
fn a_short_answer_without_a_print_goes_to_the_one_who_was_asked() {
    let mut d = all_heard(session(&TALK, 0.3));
    let answer = Span { start_ms: 20_000 + 4300, end_ms: 20_000 + 4700 };
    assert_eq!(d.hear(id(50), answer, None, "네."), Speaker::Client, "line 4 asked");
    let certainty = d.settle().into_iter().find(|l| l.0 == id(50)).unwrap().2;
    assert!(certainty <= MOST_CERTAIN_UNHEARD, "{certainty}");
}

#[test]
fn a_stretch_that_was_cut_for_its_length_keeps_its_speaker() {
    let mut d = all_heard(session(&TALK, 0.3));
    let rest = Span { start_ms: 35_000 + 4000, end_ms: 35_000 + 4400 };
    assert_eq!(d.hear(id(51), rest, None, "그래서요"), Speaker::Client, "line 7 is the client's");
}

#[test]
fn a_short_line_is_less_certain_than_a_long_one_and_does_not_shape_the_voices() {
    let mut d = all_heard(session(&TALK, 0.3));
    let before = d.settle();
    d.hear(id(52), span(90), Some(print(3, 52, 0.0, 600)), "음");
    let after = d.settle();
    assert_eq!(after[..TALK.len()], before[..]);
    assert!(after[TALK.len()].2 <= MOST_CERTAIN_SHORT);
}

#[test]
fn without_any_print_nobody_is_named() {
    let mut d = Diariser::new();
    assert_eq!(d.hear(id(1), span(1), None, "어떻게 지내셨어요?"), Speaker::Unknown);
    d.flip();
    assert_eq!(d.settle(), [(id(1), Speaker::Unknown, 0.0)]);
}

#[test]
fn what_is_forgotten_leaves_no_line_and_no_voice() {
    let mut d = all_heard(session(&TALK, 0.3));
    d.forget(&(0..8).map(id).collect::<Vec<_>>());
    assert!(d.settle().is_empty());
    assert_eq!(d.hear(id(9), span(9), Some(print(2, 9, 0.3, 4000)), "네."), Speaker::Counsellor);
}

#[test]
fn debug_shows_no_voice() {
    let d = all_heard(session(&TALK, 0.3));
    assert_eq!(format!("{d:?}"), "Diariser(8 lines, voices withheld)");
    assert_eq!(format!("{:?}", print(1, 1, 0.0, 900)), "VoicePrint(900 ms, withheld)");
}

/// Lines of several people in turn, each with their own voice; the first asks.
fn company(people: u32, lines: u32, most: usize) -> Diariser {
    let mut d = Diariser::expecting(most);
    for n in 0..lines {
        let who = (n + n / people) % people;
        let text = if who == 0 { "어떻게 지내셨어요?" } else { "잠을 못 자요." };
        d.hear(id(n), span(n), Some(print(who + 1, n, 0.3, 4000)), text);
    }
    d
}

#[test]
fn three_to_six_voices_are_told_apart_where_so_many_people_were_announced() {
    for people in 3..=6 {
        let d = company(people, 36, people as usize);
        let numbers = d.voice_numbers();
        let voice_of = |who: u32| {
            let voices: std::collections::BTreeSet<_> =
                (0..36).filter(|n| (n + n / people) % people == who).map(|n| numbers[n as usize].1).collect();
            assert_eq!(voices.len(), 1, "{people} people: {who} has one voice");
            *voices.first().unwrap()
        };
        let all: std::collections::BTreeSet<_> = (0..people).map(voice_of).collect();
        assert_eq!(all.len(), people as usize, "each another");
        let named = d.settle();
        let speakers = |s: Speaker| named.iter().filter(|l| l.1 == s).count();
        assert_eq!(speakers(Speaker::Unknown), 0);
        assert!(speakers(Speaker::Counsellor) > 0 && speakers(Speaker::Client) > 0 && speakers(Speaker::Other) > 0);
        let counsellor = (0..36).find(|n| (n + n / people) % people == 0).unwrap();
        assert_eq!(named[counsellor as usize].1, Speaker::Counsellor, "who asks");
    }
}

#[test]
fn two_people_who_were_announced_stay_two_whatever_is_heard() {
    let d = company(4, 40, 2);
    assert!(d.settle().iter().all(|l| l.1 != Speaker::Other));
    assert!(d.voice_numbers().iter().all(|(_, v)| v.is_none_or(|v| v < 2)));
}

#[test]
fn two_people_are_not_made_three_because_three_may_be_there() {
    let mut d = Diariser::expecting(3);
    for (id, span, print, text) in session(&TALK, 0.5) {
        d.hear(id, span, Some(print), text);
    }
    assert!(d.settle().iter().all(|l| l.1 != Speaker::Other));
}

#[test]
fn among_several_one_line_set_by_hand_turns_no_other_and_a_flip_only_the_two() {
    let mut d = company(3, 30, 3);
    let before = d.settle();
    let other = before.iter().position(|l| l.1 == Speaker::Other).unwrap();
    d.set(before[other].0, Speaker::Counsellor);
    for (n, (a, b)) in before.iter().zip(d.settle()).enumerate() {
        assert_eq!(if n == other { Speaker::Counsellor } else { a.1 }, b.1, "line {n}");
    }
    let mut d = company(3, 30, 3);
    d.flip();
    for (a, b) in before.iter().zip(d.settle()) {
        let expected = match a.1 {
            Speaker::Counsellor => Speaker::Client,
            Speaker::Client => Speaker::Counsellor,
            other => other,
        };
        assert_eq!(b.1, expected);
    }
}

#[test]
fn a_voice_like_none_that_is_known_is_unknown_and_not_guessed() {
    use crate::speech::voice_print::Encoder;
    // Voices of this encoder are nearly at right angles.
    let at = |axis: usize, line: u32| {
        let direction = (0..8).map(|i| f32::from(u8::from(i == axis)) + 0.02 * (line % 3) as f32).collect();
        VoicePrint::new(direction, 4000).unwrap().by(Encoder::CamPlus)
    };
    let mut d = Diariser::new();
    for n in 0..12 {
        d.hear(id(n), span(n), Some(at(n as usize % 2, n)), if n % 2 == 0 { "왜요?" } else { "네." });
    }
    d.hear(id(12), span(12), Some(at(5, 12)), "저기요.");
    let settled = d.settle();
    assert_eq!(settled[12].1, Speaker::Unknown);
    assert!(settled[..12].iter().all(|l| l.1 != Speaker::Unknown));
}

/// A line in which two people speak, as its sound tells.
fn of_two(n: u32, one: u32, other: u32) -> Heard {
    let pair = [print(one, n, 0.3, 1600), print(other, n + 500, 0.3, 1600)];
    let between = pair[0].direction().iter().zip(pair[1].direction()).map(|(a, b)| a + b).collect();
    let whole = VoicePrint::new(between, 6000).unwrap();
    Heard { unlike: Some(Box::new(pair)), ..Heard::of(id(n), span(n), Some(whole), "그래요.") }
}

#[test]
fn a_line_in_which_two_people_speak_shapes_no_voice() {
    let alone = all_heard(session(&[true, false, true, false], 0.3));
    let mut with = all_heard(session(&[true, false, true, false], 0.3));
    for n in 4..12 {
        with.take_in(of_two(n, 1, 2));
    }
    let voices = |d: &Diariser| d.voices().iter().map(|v| v.to_vec()).collect::<Vec<_>>();
    assert_eq!(voices(&with), voices(&alone));
    assert_eq!(voices(&alone).len(), 2);
}

#[test]
fn people_who_never_speak_alone_are_known_by_the_windows_that_are_least_alike() {
    let mut d = Diariser::new();
    d.take_in(of_two(0, 1, 2));
    assert_eq!(d.voices().len(), 2);
    d.take_in(of_two(1, 2, 1));
    let voices = d.voices();
    let alike =
        |person: u32| print(person, 77, 0.3, 4000).along(&voices[0]) - print(person, 77, 0.3, 4000).along(&voices[1]);
    assert!(alike(1) > 0.2 && alike(2) < -0.2, "{} {}", alike(1), alike(2));
}

#[test]
fn a_piece_that_was_split_off_because_the_voice_changes_is_not_taken_for_the_same_stretch() {
    let speaker = |turns: bool| {
        let mut d = all_heard(session(&[true, false, true, false], 0.3));
        let end = span(3).end_ms;
        let after = Span { start_ms: end, end_ms: end + 600 };
        d.take_in(Heard { turns, ..Heard::of(id(9), after, None, "네.") });
        d.settle().last().unwrap().1
    };
    assert_eq!((speaker(false), speaker(true)), (Speaker::Client, Speaker::Unknown));
}
