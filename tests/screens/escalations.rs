//! Raising an escalation by keys: how few there are, what is sealed, what is refused; and what is done with a packet.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::*;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::{Effect, OfficeAsk, PacketAct, PaperOut};
use gyeot::app::field::Edit;
use gyeot::app::flow::listing::Listings;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::notice::Say;
use gyeot::app::pages::raise::{Line, RaiseForm};
use gyeot::app::pages::{of_key, typing};
use gyeot::app::screen::Screen;
use gyeot::app::update;
use gyeot::app::views::ListOf;
use gyeot::domain::crisis::course::Found;
use gyeot::domain::crisis::escalation::{Raising, Tier};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;

/// Presses a key as the keymap does: a letter is text where letters are.
fn press(m: &mut Model, key: Key) -> Vec<Effect> {
    match of_key(m, key) {
        Some(command) => update(m, Msg::Do(command)),
        None => panic!("{key:?} does nothing on {:?} (typing: {})", m.screen, typing(m)),
    }
}

fn raised(effects: &[Effect]) -> &Raising {
    match effects {
        [Effect::Raise(client, asked)] if *client == CLIENT => asked,
        other => panic!("{other:?}"),
    }
}

#[test]
fn from_the_cue_to_the_sealed_packet_it_takes_no_more_than_twelve_keys() {
    for lang in [Lang::Ko, Lang::En] {
        let mut m = talking(lang);
        let enter = Key::plain(KeyName::Enter);
        let mut keys = 1;
        let asked = press(&mut m, Key::char('e'));
        assert!(matches!(asked[..], [Effect::PrepareRaise(client)] if client == CLIENT));
        let view = raise_view(&m);
        update(&mut m, Msg::Answer(Answer::RaiseReady(Box::new(view))));
        assert_eq!(m.screen, Screen::Raise);
        let mut effects = Vec::new();
        // Reason, basis, receiver, tier: as they stand. Why it applies: the first sentence. Then to the end.
        for key in [enter, enter, enter, enter, Key::char('1'), enter, enter, enter] {
            assert!(effects.is_empty());
            effects = press(&mut m, key);
            keys += 1;
        }
        let asked = raised(&effects);
        assert_eq!((asked.tier, asked.alone.is_none()), (Tier::Contact, true));
        assert_eq!(asked.reason.as_str(), "suicide-risk");
        assert!(asked.argument.as_ref().unwrap().reveal().chars().count() >= 10);
        assert!(asked.means.is_none() && asked.location.is_none() && asked.summary.is_none());
        assert!(keys <= 12, "{keys} keys");
        update(&mut m, Msg::Answer(Answer::Raised { number: "1f3a9c02".into(), alone: false }));
        assert_eq!((m.screen, m.recording()), (Screen::Live, true), "the session went on");
        assert!(matches!(&m.notice.as_ref().unwrap().say, Say::PacketSealed(n) if n == "1f3a9c02"));
    }
}

fn form(lang: Lang) -> Model {
    let mut m = at_client(lang, &CONSENTED);
    let view = raise_view(&m);
    play(&mut m, [Msg::Answer(Answer::RaiseReady(Box::new(view)))]);
    m
}

fn focus(m: &mut Model, line: Line) {
    let form = m.pages.get_mut::<RaiseForm>().unwrap();
    form.focus = form.lines().iter().position(|l| *l == line).unwrap();
}

#[test]
fn without_a_reason_why_the_basis_applies_nothing_is_raised_and_the_mark_goes_there() {
    let mut m = form(Lang::Ko);
    focus(&mut m, Line::Seal);
    assert!(update(&mut m, Msg::Do(Command::Open)).is_empty());
    assert_eq!(m.pages.get::<RaiseForm>().unwrap().line(), Line::Why);
    assert!(matches!(m.notice.as_ref().unwrap().say, Say::ErrorReport(_)));
    // Typed in one's own words, too short first.
    update(&mut m, Msg::Do(Command::PrevQuestion));
    focus(&mut m, Line::Argument);
    assert!(typing(&m), "letters are text there, e and q too");
    update(&mut m, Msg::Type(Edit::Insert("급함".into())));
    focus(&mut m, Line::Seal);
    assert!(update(&mut m, Msg::Do(Command::Open)).is_empty());
    focus(&mut m, Line::Argument);
    update(&mut m, Msg::Type(Edit::Insert(". 오늘 밤 계획이 있다고 함".into())));
    focus(&mut m, Line::Seal);
    let effects = update(&mut m, Msg::Do(Command::Open));
    assert!(raised(&effects).argument.as_ref().unwrap().reveal().starts_with("급함. 오늘"));
}

#[test]
fn what_was_typed_for_a_higher_tier_does_not_go_out_when_the_tier_is_lowered_again() {
    let mut m = form(Lang::Ko);
    focus(&mut m, Line::Tier);
    update(&mut m, Msg::Do(Command::Answer(3)));
    for (line, text) in [(Line::Location, "한강"), (Line::Means, "약"), (Line::Summary, "요약")] {
        focus(&mut m, line);
        update(&mut m, Msg::Type(Edit::Insert(text.into())));
    }
    focus(&mut m, Line::Why);
    update(&mut m, Msg::Do(Command::Answer(1)));
    let asked = m.pages.get::<RaiseForm>().unwrap().raising(Lang::Ko).unwrap();
    assert_eq!((asked.tier, asked.summary.unwrap().reveal()), (Tier::Summary, "요약"));
    focus(&mut m, Line::Tier);
    update(&mut m, Msg::Do(Command::Answer(1)));
    focus(&mut m, Line::Seal);
    let effects = update(&mut m, Msg::Do(Command::Open));
    let asked = raised(&effects);
    assert!(asked.means.is_none() && asked.location.is_none() && asked.summary.is_none());
}

#[test]
fn a_packet_is_approved_followed_up_closed_and_written_out_by_keys() {
    let mut m = crate::pictures::packets_listed(Lang::Ko, Role::Admin);
    let act = |effects: Vec<Effect>| match &effects[..] {
        [Effect::Packet(number, act)] if number == "1f3a9c02" => act.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(act(press(&mut m, Key::char('a'))), PacketAct::Approve);
    // An after-review says what it found.
    assert!(press(&mut m, Key::char('r')).is_empty());
    assert_eq!(act(press(&mut m, Key::char('1'))), PacketAct::Review(Found::Justified));
    assert!(press(&mut m, Key::char('r')).is_empty());
    assert_eq!(act(press(&mut m, Key::char('2'))), PacketAct::Review(Found::NotJustified));
    press(&mut m, Key::char('r'));
    assert!(press(&mut m, Key::char('3')).is_empty(), "there is no third");
    assert!(press(&mut m, Key::char('f')).is_empty());
    assert_eq!(act(press(&mut m, Key::char('1'))), PacketAct::FollowUp("reached".parse().unwrap()));
    assert!(press(&mut m, Key::char('c')).is_empty());
    assert_eq!(act(press(&mut m, Key::char('2'))), PacketAct::Close("in-care".parse().unwrap()));
    // A number without a question does nothing; Escape takes a question away and stays.
    assert!(press(&mut m, Key::char('2')).is_empty());
    press(&mut m, Key::char('c'));
    press(&mut m, Key::plain(KeyName::Esc));
    assert_eq!(m.screen, Screen::Packets);
    press(&mut m, Key::char('x'));
    assert_eq!(m.screen, Screen::PacketExport);
    let enter = Key::plain(KeyName::Enter);
    press(&mut m, enter);
    update(&mut m, Msg::Type(Edit::Insert("/media/stick".into())));
    press(&mut m, enter);
    press(&mut m, enter);
    assert!(press(&mut m, enter).is_empty(), "a reason is asked for");
    update(&mut m, Msg::Type(Edit::Insert("기관 요청".into())));
    press(&mut m, enter);
    match act(press(&mut m, enter)) {
        PacketAct::Export { folder, reason, alone, .. } => {
            assert_eq!((folder.as_str(), reason.as_str(), alone), ("/media/stick", "기관 요청", None));
        }
        other => panic!("{other:?}"),
    }
    let after = update(&mut m, Msg::Answer(Answer::PacketDone));
    assert!(matches!(after[..], [Effect::List(_), ..]) && m.screen == Screen::Packets);
}

#[test]
fn the_mark_stays_on_its_packet_when_the_list_comes_back_in_another_order() {
    let mut m = crate::pictures::packets_listed(Lang::Ko, Role::Admin);
    let lists: Listings = m.pages.read();
    let listing = lists.get(ListOf::Packets).unwrap().clone();
    assert!(listing.rows.len() > 1, "one alone proves nothing");
    let number = |effects: Vec<Effect>| match &effects[..] {
        [Effect::Packet(number, _)] => number.clone(),
        other => panic!("{other:?}"),
    };
    let first = number(press(&mut m, Key::char('a')));
    // What was done moves it to the end and says so in another cell; then the list is looked at again by its key.
    let mut after = listing.clone();
    after.rows.rotate_left(1);
    let changed = after.rows.last_mut().unwrap();
    changed.cells[3] = gyeot::texts::verbatim("보낼 수 있음");
    update(&mut m, Msg::Answer(Answer::Listing(Box::new(after.clone()))));
    assert_eq!(number(press(&mut m, Key::char('a'))), first);
    does(&mut m, &[Command::Go(Screen::Centre), Command::Go(Screen::Packets)]);
    after.rows.rotate_right(1);
    update(&mut m, Msg::Answer(Answer::Listing(Box::new(after.clone()))));
    assert_eq!(number(press(&mut m, Key::char('a'))), first);
    // Where it is not there any more another one is marked, and none where there is none.
    after.rows.remove(0);
    update(&mut m, Msg::Answer(Answer::Listing(Box::new(after.clone()))));
    assert_ne!(number(press(&mut m, Key::char('a'))), first);
    after.rows.clear();
    update(&mut m, Msg::Answer(Answer::Listing(Box::new(after))));
    assert!(press(&mut m, Key::char('a')).is_empty());
}

#[test]
fn a_receipt_is_typed_or_a_signed_file_and_never_both_or_none() {
    let mut m = crate::pictures::packets_listed(Lang::Ko, Role::Admin);
    let enter = Key::plain(KeyName::Enter);
    press(&mut m, Key::char('t'));
    assert_eq!(m.screen, Screen::PacketReceipt);
    assert!(press(&mut m, enter).is_empty());
    assert!(matches!(m.notice.as_ref().unwrap().say, Say::FieldMissing));
    update(&mut m, Msg::Type(Edit::Insert("당직 김주임".into())));
    match &press(&mut m, enter)[..] {
        [Effect::Packet(number, PacketAct::Receipt { who, file })] => {
            assert_eq!((number.as_str(), who.reveal(), file.as_str()), ("1f3a9c02", "당직 김주임", ""));
        }
        other => panic!("{other:?}"),
    }
    press(&mut m, Key::plain(KeyName::Down));
    update(&mut m, Msg::Type(Edit::Insert("/media/stick/receipt.txt".into())));
    assert!(press(&mut m, enter).is_empty());
    assert!(matches!(m.notice.as_ref().unwrap().say, Say::OneReceipt));
    update(&mut m, Msg::Answer(Answer::PacketDone));
    assert_eq!(m.screen, Screen::Packets);
}

#[test]
fn the_course_opens_by_enter_and_goes_out_on_one_page_with_a_reason() {
    let mut m = crate::pictures::packets_listed(Lang::Ko, Role::Admin);
    let enter = Key::plain(KeyName::Enter);
    let asked = press(&mut m, enter);
    assert!(matches!(&asked[..], [Effect::Office(OfficeAsk::Course(n))] if n == "1f3a9c02"), "{asked:?}");
    update(&mut m, Msg::Answer(Answer::Course(Box::new(crate::pictures::course_view()))));
    press(&mut m, Key::char('p'));
    assert_eq!(m.screen, Screen::PaperOut);
    press(&mut m, enter);
    assert!(press(&mut m, enter).is_empty(), "a reason is asked for");
    update(&mut m, Msg::Type(Edit::Insert("법원 요청".into())));
    press(&mut m, enter);
    match &press(&mut m, enter)[..] {
        [Effect::Office(OfficeAsk::Paper(PaperOut::Course { number, reason, file }, Lang::Ko))] => {
            assert_eq!((number.as_str(), reason.as_str()), ("1f3a9c02", "법원 요청"));
            assert!(file.ends_with(".pdf"));
        }
        other => panic!("{other:?}"),
    }
    assert!(press(&mut m, enter).is_empty(), "it is being written");
    update(&mut m, Msg::Answer(Answer::PaperWritten("course.pdf".into())));
    assert_eq!(m.screen, Screen::Course);
}

#[test]
fn a_month_is_gone_through_by_arrows_not_beyond_the_one_that_runs_and_signed_into_a_file() {
    let mut m = crate::pictures::inspected(Lang::Ko, Role::Admin);
    let month = |effects: Vec<Effect>| match &effects[..] {
        [Effect::Office(OfficeAsk::Month(Some(month)))] => month.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(month(press(&mut m, Key::plain(KeyName::Left))), "2026-09");
    assert_eq!(month(press(&mut m, Key::plain(KeyName::Right))), "2026-11");
    let mut view = crate::pictures::month_view(Lang::Ko);
    view.running = true;
    update(&mut m, Msg::Answer(Answer::Month(Box::new(view))));
    assert!(press(&mut m, Key::plain(KeyName::Right)).is_empty(), "the month that runs is the last");
    press(&mut m, Key::char('p'));
    match &press(&mut m, Key::plain(KeyName::Enter))[..] {
        [Effect::Office(OfficeAsk::Paper(PaperOut::Inspection { month, file }, _))] => {
            assert_eq!((month.to_string().as_str(), file.as_str()), ("2026-10", "inspection-2026-10.pdf"));
        }
        other => panic!("{other:?}"),
    }
    // Written: the month is read again, because it is not overdue any more.
    let after = update(&mut m, Msg::Answer(Answer::PaperWritten("inspection-2026-10.pdf".into())));
    assert_eq!((month(after).as_str(), m.screen), ("2026-10", Screen::Inspection));
}
