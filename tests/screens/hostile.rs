//! Five hundred strings that somebody means ill with, in every name and word that a screen shows: no control byte comes out, no
//! frame breaks, and nothing is written that the terminal would obey.

use crate::pictures::all;
use crate::shared::hostile::{harmless, hostile};
use crate::stage::*;
use crate::ui_screens::picture;
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::views::{ListOf, Listing, ListingRow};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::{ClientText, clean};
use gyeot::texts::verbatim;
use gyeot::ui::View;
use gyeot::ui::plain;

/// Every list that has a page of its own.
const LISTS: [ListOf; 10] = [
    ListOf::Members,
    ListOf::AccessLog,
    ListOf::Models,
    ListOf::VaultCheck,
    ListOf::Packets,
    ListOf::Inspection,
    ListOf::Readers,
    ListOf::Supervisees,
    ListOf::Deputies,
    ListOf::Hours,
];

#[test]
fn five_hundred_hostile_strings_in_every_name_and_word_leave_every_screen_whole() {
    let strings = hostile();
    assert_eq!(strings.len(), 500);
    let mut models = all(Lang::Ko);
    models.retain(|(_, m)| m.overlay.is_none());
    for (n, string) in strings.iter().enumerate() {
        // Each string on a screen of its own turn, so that all screens and all strings are seen.
        let (name, model) = &models[n % models.len()];
        let mut m = model.clone();
        let text = ClientText::new(string);
        m.caseload.iter_mut().for_each(|row| {
            row.client.name = text.clone();
            if let Some(next) = &mut row.next {
                next.place = Some(text.clone());
            }
        });
        if let Some(page) = &mut m.client {
            page.file.client.name = text.clone();
        }
        if let Some(past) = &mut m.past {
            past.file.transcript.utterances.iter_mut().for_each(|u| u.text = text.clone());
            past.file.client.name = text.clone();
        }
        if let Some(who) = &mut m.signed_in {
            // As the roster keeps names.
            (who.member, who.centre) = (clean(string), clean(string));
        }
        // Names and reasons in the rows of a list, and files of a folder as they are read.
        for of in LISTS {
            let row = ListingRow {
                cells: vec![verbatim(string.as_str()); 5],
                detail: vec![verbatim(string.as_str())],
                grave: false,
                waits: None,
            };
            let told = vec![(verbatim(string.as_str()), true)];
            let listing = Listing { of, told, head: vec![verbatim("-"); 5], rows: vec![row] };
            play(&mut m, [Msg::Answer(Answer::Listing(Box::new(listing)))]);
        }
        m.names_shown = n % 2 == 0;
        if !matches!(m.screen, gyeot::app::screen::Screen::Unlock | gyeot::app::screen::Screen::FirstRun) {
            type_text(&mut m, string);
        }
        for (cols, rows) in [(60, 20), (80, 24), (131, 37)] {
            let drawn = picture(&m, cols, rows).text;
            assert!(harmless(&drawn), "{name} with {string:?}");
            assert_eq!(drawn.lines().count(), usize::from(rows), "{name} with {string:?}");
        }
        let said = plain::lines(&m, &mut View::new(false)).join("\n");
        assert!(harmless(&said), "{name} read out with {string:?}");
    }
}

#[test]
fn five_hundred_hostile_strings_leave_no_control_byte_in_any_form_of_a_transcript() {
    use gyeot::formats::TRANSCRIPTS;
    let mut said = gyeot::domain::transcript::Transcript::empty(Lang::Ko);
    for (n, string) in hostile().into_iter().enumerate() {
        let speaker = gyeot::domain::transcript::Speaker::Client;
        let at = n as u64 * 4_000;
        said.utterances.push(gyeot::domain::transcript::Utterance {
            id: gyeot::domain::practice::ids::UtteranceId(n as u32),
            start_ms: at,
            end_ms: at + 3_000,
            speaker,
            text: ClientText::new(&string),
            confidence: None,
        });
    }
    for form in TRANSCRIPTS {
        let text = String::from_utf8(form.write(&said, Lang::Ko).unwrap()).unwrap();
        assert!(harmless(&text.replace('\t', " ").replace('\r', "")), "{}", form.id());
    }
}
