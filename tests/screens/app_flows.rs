//! Scripts of messages, and the effects they must have.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage;
use gyeot::texts::{msg, verbatim};

use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::msg::{Answer, Asked, Msg};
use gyeot::app::notice::Say;
use gyeot::app::pages::new_client::NewClientForm;
use gyeot::app::pages::unlock::UnlockForm;
use gyeot::app::screen::Screen;
use gyeot::app::session_event::{Decision, SessionCommand, SessionEvent};
use gyeot::app::state::live::Phase;
use gyeot::app::state::overlay::Question;
use gyeot::app::state::sound_input::InputForm;
use gyeot::app::views::{LineOrigin, SoundInput, VaultState};
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::practice::consent::Scope;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::transcript::Speaker;
use secrecy::ExposeSecret;
use stage::*;

#[test]
fn a_machine_without_a_vault_is_led_through_making_one_and_the_passphrases_must_agree() {
    let mut m = started(Lang::Ko);
    play(&mut m, [Msg::Answer(Answer::Vault(VaultState::Missing))]);
    assert_eq!(m.screen, Screen::FirstRun);
    for text in ["마음결 상담소", "이상담", "", "긴 암호문 하나", "다른 암호문"] {
        type_text(&mut m, text);
        assert!(does(&mut m, &[Command::Open]).is_empty());
    }
    assert_eq!(m.notice.as_ref().unwrap().say, Say::PassphrasesDiffer);
    type_text(&mut m, "긴 암호문 하나");
    let effects = does(&mut m, &[Command::Open]);
    let [Effect::MakeVault { centre, member, passphrase, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((centre.as_str(), member.as_str()), ("마음결 상담소", "이상담"));
    assert_eq!(passphrase.expose_secret(), "긴 암호문 하나");
}

#[test]
fn a_wrong_passphrase_empties_the_field_and_says_so_and_nothing_shows_it() {
    let mut m = started(Lang::Ko);
    play(&mut m, [Msg::Answer(Answer::Vault(VaultState::Locked { members: vec!["이상담".into()] }))]);
    type_text(&mut m, "틀린 비밀");
    let effects = does(&mut m, &[Command::Open]);
    assert!(matches!(&effects[..], [Effect::Unlock { .. }]));
    assert!(!format!("{effects:?} {m:?}").contains("틀린"));
    assert!(does(&mut m, &[Command::Open]).is_empty(), "not twice while it is being opened");
    let fault = ErrorReport::failed(verbatim("the passphrase opens no key"), verbatim("try again"));
    play(&mut m, [Msg::Answer(Answer::Failed { asked: Asked::Vault, fault })]);
    assert!(!m.busy && m.pages.read::<UnlockForm>().passphrase.text().is_empty());
    assert_eq!(m.screen, Screen::Unlock);
}

#[test]
fn a_client_needs_a_name_and_a_birth_date_that_is_one() {
    let mut m = signed_in(Lang::Ko);
    does(&mut m, &[Command::AddClient]);
    assert!(does(&mut m, &[Command::Open; 5]).is_empty());
    assert_eq!(m.notice.as_ref().unwrap().say, Say::FieldMissing);
    assert_eq!(m.pages.read::<NewClientForm>().focus, 0);
    type_text(&mut m, "\u{1100}\u{1175}\u{11b7}");
    does(&mut m, &[Command::Open]);
    type_text(&mut m, "1990-13-40");
    does(&mut m, &[Command::Open; 4]);
    assert_eq!(m.notice.as_ref().unwrap().say, Say::BirthDate);
    m.pages.with(|form: &mut NewClientForm| {
        form.fields[1].clear();
        form.focus = 1;
    });
    type_text(&mut m, "2990-03-15");
    does(&mut m, &[Command::Open; 4]);
    assert_eq!(m.notice.as_ref().unwrap().say, Say::BirthDateToCome);
    m.pages.with(|form: &mut NewClientForm| {
        form.fields[1].clear();
        form.focus = 4;
    });
    let effects = does(&mut m, &[Command::Open]);
    let [Effect::AddClient(new)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(new.name.reveal(), "김", "typed text is composed");
}

#[test]
fn no_session_begins_without_consent_to_service_and_recording() {
    for scopes in [&[][..], &[Scope::Service], &[Scope::Recording], &[Scope::Service, Scope::Ai]] {
        let mut m = at_client(Lang::Ko, scopes);
        assert!(does(&mut m, &[Command::BeginSession]).is_empty());
        assert_eq!(m.screen, Screen::Client, "{scopes:?}");
        assert_eq!(m.notice.as_ref().unwrap().say, Say::NeedConsent);
    }
}

#[test]
fn consent_to_the_service_asks_whether_the_limits_were_explained_and_only_a_yes_records_it() {
    let mut m = at_client(Lang::Ko, &[]);
    assert!(does(&mut m, &[Command::ToggleConsent]).is_empty());
    assert_eq!(confirmed(&m), Some(&Question::GiveConsent(Scope::Service)));
    assert!(does(&mut m, &[Command::No]).is_empty());
    let effects = does(&mut m, &[Command::ToggleConsent, Command::Yes]);
    assert!(
        matches!(&effects[..], [Effect::SetConsent { scope: Scope::Service, given: true, limits_explained: true, .. }]),
        "{effects:?}"
    );
    play(&mut m, [Msg::Answer(Answer::Client(Box::new(file(&[Scope::Service]))))]);
    assert_eq!(m.notice.as_ref().unwrap().say, Say::ConsentGiven(Scope::Service), "said when done, not before");
}

#[test]
fn a_session_is_heard_in_the_clients_last_language_unless_another_is_chosen_for_it() {
    let begun = |m: &mut gyeot::app::model::Model, keys: &[Command]| {
        let effects = does(m, keys);
        let [Effect::BeginSession { lang, .. }] = &effects[..] else { panic!("{effects:?}") };
        *lang
    };
    for (screens, last, expected) in [
        (Lang::Ko, None, Lang::Ko),
        (Lang::En, None, Lang::En),
        (Lang::Ko, Some(Lang::En), Lang::En),
        (Lang::En, Some(Lang::Ko), Lang::Ko),
    ] {
        let mut m = at_client(screens, &CONSENTED);
        m.client.as_mut().unwrap().file.sessions.iter_mut().for_each(|s| s.language = last);
        does(&mut m, &[Command::BeginSession]);
        assert_eq!(begun(&mut m, &[Command::Open]), expected, "{screens:?} {last:?}");

        let mut m = at_client(screens, &CONSENTED);
        m.client.as_mut().unwrap().file.sessions.iter_mut().for_each(|s| s.language = last);
        does(&mut m, &[Command::BeginSession, Command::SpokenLanguage]);
        assert_eq!(begun(&mut m, &[Command::Open]), expected.other(), "{screens:?} {last:?}");
        assert_eq!(m.pages.read::<InputForm>().language, None, "chosen for that session alone");
    }
}

#[test]
fn a_file_is_played_and_its_path_must_be_there() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    does(&mut m, &[Command::BeginSession, Command::Down]);
    assert!(does(&mut m, &[Command::Open]).is_empty());
    type_text(&mut m, "/tmp/회기.flac");
    let effects = does(&mut m, &[Command::Open]);
    let [Effect::BeginSession { input, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(input, &SoundInput::File("/tmp/회기.flac".into()));
    assert_eq!(m.screen, Screen::Live);
    let fault = ErrorReport::failed(verbatim("no such file"), verbatim("check the path"));
    play(&mut m, [Msg::Answer(Answer::Failed { asked: Asked::Begin, fault })]);
    assert_eq!(m.screen, Screen::Input, "a session that could not begin leaves one where the path can be mended");
    assert_eq!(m.pages.read::<InputForm>().path.text(), "/tmp/회기.flac");
    assert!(m.live.is_none());
}

#[test]
fn model_text_gets_into_the_note_by_accepting_and_in_no_other_way() {
    let mut m = talking(Lang::Ko);
    assert!(m.note.is_none());
    does(&mut m, &[Command::Note]);
    assert!(m.note.as_ref().unwrap().page.is_blank(), "opening the note takes nothing in");
    does(&mut m, &[Command::Back, Command::NextPane]);
    let effects = does(&mut m, &[Command::Accept]);
    let [Effect::Session(SessionCommand::Decide { technique, decision })] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((technique.as_str(), *decision), ("behavioural-activation", Decision::Accepted));
    let draft = m.note.as_ref().unwrap().page.draft();
    let lines: Vec<_> = draft.sections.iter().flat_map(|(k, l)| l.iter().map(move |l| (k.as_str(), l))).collect();
    let [(section, line)] = &lines[..] else { panic!("one line") };
    assert_eq!(*section, "next", "what comes next, in the form that is the default");
    assert_eq!(line.origin, LineOrigin::Accepted { technique: technique.clone(), edited: false });
    assert_eq!(line.evidence[0].quote.reveal(), "아무것도 하기 싫어요");
    let dismissed = does(&mut m, &[Command::Dismiss]);
    assert!(matches!(&dismissed[..], [Effect::Session(SessionCommand::Decide { decision: Decision::Dismissed, .. })]));
    assert_eq!(m.note.as_ref().unwrap().page.draft(), draft, "putting away adds nothing");
}

#[test]
fn new_advice_keeps_what_was_decided_and_the_mark_on_the_same_direction() {
    let mut m = talking(Lang::Ko);
    does(&mut m, &[Command::NextPane, Command::Down]);
    assert_eq!(m.live.as_ref().unwrap().marked_suggestion().unwrap().technique.as_str(), "stimulus-control");
    let mut new = directions(Lang::Ko);
    new.insert(0, suggestion("grief", "애도", "", 1, "싫어요"));
    play(&mut m, [Msg::Session(SESSION, advice(new))]);
    assert_eq!(m.live.as_ref().unwrap().marked_suggestion().unwrap().technique.as_str(), "stimulus-control");
    does(&mut m, &[Command::Dismiss]);
    play(&mut m, [Msg::Session(SESSION, advice(directions(Lang::Ko)))]);
    let open: Vec<_> = m.live.as_ref().unwrap().open_suggestions().map(|s| s.technique.to_string()).collect();
    assert_eq!(open, ["behavioural-activation"]);
}

#[test]
fn a_suggestion_without_evidence_is_not_shown() {
    let mut m = live(Lang::Ko);
    let mut bare = suggestion("grief", "애도", "", 1, "x");
    bare.evidence.clear();
    play(&mut m, [Msg::Session(SESSION, advice(vec![bare]))]);
    assert_eq!(m.live.as_ref().unwrap().open_suggestions().count(), 0);
}

#[test]
fn a_risk_cue_cannot_be_put_away() {
    let mut m = talking(Lang::Ko);
    does(&mut m, &[Command::PrevPane]);
    assert!(does(&mut m, &[Command::Dismiss]).is_empty());
    assert_eq!(m.live.as_ref().unwrap().cues.len(), 1);
    does(&mut m, &[Command::Accept]);
    assert_eq!(m.screen, Screen::Assessment);
    assert_eq!(m.sheet.as_ref().unwrap().instrument.as_str(), "cssrs-screener");
    assert!(m.recording(), "the session goes on behind the screener");
}

#[test]
fn mark_off_record_pause_and_flip_are_told_to_the_session() {
    let mut m = talking(Lang::Ko);
    let effects = does(&mut m, &[Command::Mark, Command::OffRecord, Command::OffRecord, Command::Pause, Command::Flip]);
    let told: Vec<_> = effects
        .iter()
        .map(|e| match e {
            Effect::Session(c) => c.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    let last = gyeot::domain::practice::ids::UtteranceId(4);
    assert_eq!(
        told,
        [
            SessionCommand::Mark,
            SessionCommand::OffRecord(true),
            SessionCommand::OffRecord(false),
            SessionCommand::Pause(true),
            SessionCommand::Flip(last)
        ]
    );
    assert_eq!(m.live.as_ref().unwrap().script.get(last).unwrap().speaker, Speaker::Counsellor);
}

#[test]
fn ending_and_quitting_while_recording_ask_first_and_quitting_waits_for_the_end() {
    let mut m = talking(Lang::Ko);
    assert!(does(&mut m, &[Command::Stop]).is_empty());
    assert_eq!(confirmed(&m), Some(&Question::EndSession));
    assert!(does(&mut m, &[Command::No, Command::Quit]).is_empty());
    assert_eq!(confirmed(&m), Some(&Question::QuitWhileRecording));
    let effects = does(&mut m, &[Command::Yes]);
    assert!(matches!(&effects[..], [Effect::Session(SessionCommand::Stop)]), "{effects:?}");
    let effects = play(&mut m, [Msg::Session(SESSION, SessionEvent::Ended { saved: true })]);
    assert!(matches!(&effects[..], [Effect::Quit]), "{effects:?}");
}

#[test]
fn a_signal_ends_the_session_before_the_program() {
    let mut m = talking(Lang::Ko);
    let effects = play(&mut m, [Msg::Terminate]);
    assert!(matches!(&effects[..], [Effect::Session(SessionCommand::Stop)]));
    let effects = play(&mut m, [Msg::Session(SESSION, SessionEvent::Ended { saved: false })]);
    assert!(matches!(&effects[..], [Effect::Quit]));
    assert!(matches!(&play(&mut signed_in(Lang::Ko), [Msg::Terminate])[..], [Effect::Quit]));
}

#[test]
fn locking_leaves_nothing_of_a_client_in_memory_but_the_running_session() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let effects = does(&mut m, &[Command::Lock]);
    assert!(matches!(&effects[..], [Effect::Lock, Effect::LookForVault]));
    assert!(m.client.is_none() && m.caseload.is_empty() && m.past.is_none() && m.sheet.is_none());
    assert_eq!(m.screen, Screen::Unlock);

    let mut m = talking(Lang::Ko);
    does(&mut m, &[Command::Lock]);
    assert!(m.recording());
    play(&mut m, [Msg::Session(SESSION, SessionEvent::Heard(said(5, 1_500_000, Speaker::Client, "잠긴 뒤의 말")))]);
    play(
        &mut m,
        [Msg::Answer(Answer::Unlocked(gyeot::app::views::SignedIn {
            member: "이".into(),
            role: Role::Counsellor,
            nobody_before: true,
            centre: "센".into(),
            standing: msg("integrity-complete"),
            concerns: Vec::new(),
        }))],
    );
    assert_eq!(m.screen, Screen::Live);
    assert_eq!(m.live.as_ref().unwrap().script.entries().len(), 5);
}

#[test]
fn a_session_that_ends_behind_the_lock_leaves_nothing_in_memory() {
    let mut m = talking(Lang::Ko);
    does(&mut m, &[Command::Lock]);
    play(&mut m, [Msg::Session(SESSION, SessionEvent::Ended { saved: true })]);
    assert!(m.live.is_none());
}

#[test]
fn saved_is_said_only_when_the_answer_says_so_and_later_typing_is_unsaved_again() {
    let mut m = talking(Lang::Ko);
    does(&mut m, &[Command::Note]);
    type_text(&mut m, "잠을 못 잔다고 함");
    let effects = does(&mut m, &[Command::Save]);
    let [Effect::KeepNote { edits, draft, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(draft.sections[0].1[0].text.reveal(), "잠을 못 잔다고 함");
    assert!(m.note.as_ref().unwrap().unsaved());
    type_text(&mut m, "!");
    play(&mut m, [Msg::Answer(Answer::NoteKept { session: SESSION, edits: *edits })]);
    assert!(m.note.as_ref().unwrap().unsaved(), "what was typed while it was being sealed is not saved");
    let effects = does(&mut m, &[Command::Save]);
    let [Effect::KeepNote { edits, .. }] = &effects[..] else { panic!("{effects:?}") };
    play(&mut m, [Msg::Answer(Answer::NoteKept { session: SESSION, edits: *edits })]);
    assert!(!m.note.as_ref().unwrap().unsaved());
}

#[test]
fn leaving_an_unsaved_note_asks_but_during_its_session_it_just_stays() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let effects = does(&mut m, &[Command::Note]);
    assert!(matches!(&effects[..], [Effect::OpenSession { .. }]));
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(past(Lang::Ko))))]);
    assert_eq!(m.screen, Screen::Note);
    type_text(&mut m, "가");
    does(&mut m, &[Command::Back]);
    assert_eq!(confirmed(&m), Some(&Question::LeaveNote));
    does(&mut m, &[Command::No]);
    assert_eq!(m.screen, Screen::Note);

    let mut m = talking(Lang::Ko);
    does(&mut m, &[Command::Note]);
    type_text(&mut m, "가");
    does(&mut m, &[Command::Back]);
    assert_eq!((m.screen, m.overlay.is_none()), (Screen::Live, true));
    does(&mut m, &[Command::Note]);
    assert!(!m.note.as_ref().unwrap().page.is_blank());
}

#[test]
fn withdrawing_recording_while_it_runs_ends_the_session() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    m.client.as_mut().unwrap().consent = 1;
    does(&mut m, &[Command::BeginSession, Command::Open]);
    play(&mut m, [Msg::Session(SESSION, SessionEvent::Started { session: SESSION, started: NOW })]);
    does(&mut m, &[Command::Consents]);
    assert_eq!(m.screen, Screen::Client, "the consents are one key away from the session");
    assert!(does(&mut m, &[Command::ToggleConsent, Command::Yes]).is_empty());
    assert_eq!(confirmed(&m), Some(&Question::EraseOpenSession(Scope::Recording)), "what was recorded is asked about");
    let mut keeps = m.clone();
    let effects = does(&mut keeps, &[Command::No]);
    assert!(
        matches!(&effects[..], [Effect::SetConsent { scope: Scope::Recording, given: false, erase: false, .. }]),
        "{effects:?}"
    );
    assert!(keeps.live.is_some());
    let effects = does(&mut m, &[Command::Yes]);
    assert!(
        matches!(&effects[..], [Effect::SetConsent { scope: Scope::Recording, given: false, erase: true, .. }]),
        "{effects:?}"
    );
    assert!(m.live.is_some(), "nothing is forgotten before the key is destroyed");
    let mut fails = m.clone();
    let fault = ErrorReport::failed(msg("runtime-effects-session-runs"), msg("runtime-effects-session-runs.hint"));
    play(&mut fails, [Msg::Answer(Answer::Failed { asked: Asked::Consent, fault })]);
    assert!(fails.live.as_ref().unwrap().running(), "where it could not be written the session goes on");
    play(&mut fails, [Msg::Answer(Answer::Client(Box::new(file(&CONSENTED))))]);
    assert!(fails.live.is_some(), "and nothing later says that it was done");
    let effects = play(&mut m, [Msg::Answer(Answer::Client(Box::new(file(&[Scope::Service]))))]);
    assert!(effects.iter().any(|e| matches!(e, Effect::Session(SessionCommand::Stop))), "{effects:?}");
    assert!(m.live.is_none() && m.note.is_none(), "its words leave the memory too");
    play(&mut m, [Msg::Session(SESSION, SessionEvent::Ended { saved: false })]);
    assert!(!matches!(m.notice.as_ref().unwrap().say, gyeot::app::notice::Say::SessionNotSaved), "that is no loss");
}

#[test]
fn after_a_lock_the_consents_of_the_running_session_are_read_again_and_shown() {
    let mut m = talking(Lang::Ko);
    m.client = None;
    let effects = does(&mut m, &[Command::Consents]);
    assert!(matches!(&effects[..], [Effect::OpenClient(CLIENT)]), "{effects:?}");
    play(&mut m, [Msg::Answer(Answer::Client(Box::new(file(&CONSENTED))))]);
    assert_eq!(m.screen, Screen::Client);
    assert_eq!(m.client.as_ref().unwrap().pane, gyeot::app::state::client::Pane::Consents);
    does(&mut m, &[Command::Back]);
    assert_eq!(m.screen, Screen::Live, "back leads to the session");
}

#[test]
fn what_is_decided_after_the_session_has_ended_is_kept_too() {
    let mut m = talking(Lang::Ko);
    play(&mut m, [Msg::Session(SESSION, SessionEvent::Ended { saved: true })]);
    let effects = does(&mut m, &[Command::NextPane, Command::Accept]);
    let [Effect::KeepDecision { session, technique, decision }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((*session, technique.as_str()), (SESSION, "behavioural-activation"));
    assert_eq!(*decision, Decision::Accepted);
    let effects = does(&mut m, &[Command::Dismiss]);
    assert!(matches!(&effects[..], [Effect::KeepDecision { decision: Decision::Dismissed, .. }]), "{effects:?}");
}

#[test]
fn leaving_a_session_that_has_ended_seals_its_note_as_it_stands() {
    let mut m = talking(Lang::Ko);
    does(&mut m, &[Command::NextPane, Command::Accept]);
    play(&mut m, [Msg::Session(SESSION, SessionEvent::Ended { saved: true })]);
    let effects = does(&mut m, &[Command::Stop]);
    assert!(matches!(&effects[..], [Effect::KeepNote { session: SESSION, .. }]), "{effects:?}");
    assert!(m.live.is_none() && m.note.is_none());
}

#[test]
fn no_message_or_model_shows_a_clients_words_when_debugged() {
    let m = talking(Lang::Ko);
    let shown = format!("{m:?}");
    for word in ["싫어요", "새벽", "없어졌으면", "아이가", "서연"] {
        assert!(!shown.contains(word), "{word}");
    }
}

#[test]
fn a_notice_goes_away_by_itself_and_then_nothing_wakes_the_loop_but_the_lock() {
    let mut m = at_client(Lang::Ko, &[]);
    does(&mut m, &[Command::BeginSession]);
    assert!(m.wakes_at().unwrap().0 < NOW.0 + 60_000);
    play(&mut m, [Msg::Clock(gyeot::domain::practice::time::Timestamp(NOW.0 + 60_000))]);
    assert!(m.notice.is_none());
    assert_eq!(m.wakes_at(), m.locks_at(), "nothing wakes it but the lock");
    assert_eq!(started(Lang::Ko).wakes_at(), None);
}

#[test]
fn an_unattended_screen_locks_after_ten_minutes_with_the_note_sealed_but_never_during_a_session() {
    use gyeot::domain::practice::time::Timestamp;
    let late = Timestamp(NOW.0 + 10 * 60_000);
    let mut m = at_client(Lang::Ko, &CONSENTED);
    does(&mut m, &[Command::Note]);
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(past(Lang::Ko))))]);
    type_text(&mut m, "가");
    let kept = play(&mut m, [Msg::Clock(Timestamp(NOW.0 + 2_000))]);
    assert!(matches!(&kept[..], [Effect::KeepTyping { .. }]), "{kept:?}");
    assert!(play(&mut m, [Msg::Clock(Timestamp(late.0 - 1))]).is_empty());
    let effects = play(&mut m, [Msg::Clock(late)]);
    assert!(matches!(&effects[..], [Effect::KeepNote { .. }, Effect::Lock, Effect::LookForVault]), "{effects:?}");
    assert_eq!(m.screen, Screen::Unlock);

    let mut m = talking(Lang::Ko);
    assert!(play(&mut m, [Msg::Clock(Timestamp(NOW.0 + 60 * 60_000))]).is_empty());
    assert_eq!(m.screen, Screen::Live);
}

#[test]
fn what_an_erased_session_still_says_does_not_touch_the_next_one() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    does(&mut m, &[Command::BeginSession, Command::Open]);
    let (old, new) = (gyeot::domain::practice::ids::SessionId([99; 16]), SESSION);
    play(&mut m, [Msg::Session(old, SessionEvent::Ended { saved: false })]);
    assert_eq!(m.live.as_ref().unwrap().phase, Phase::Starting, "not even before the next one has begun");
    play(&mut m, [Msg::Session(new, SessionEvent::Started { session: new, started: NOW })]);
    let late = said(5, 1_500_000, Speaker::Client, "지워진 회기의 말");
    play(
        &mut m,
        [
            Msg::Session(old, SessionEvent::Heard(late)),
            Msg::Session(old, SessionEvent::Started { session: old, started: NOW }),
            Msg::Session(old, SessionEvent::Ended { saved: false }),
        ],
    );
    let live = m.live.as_ref().unwrap();
    assert_eq!((live.phase, live.session), (Phase::Running, Some(new)));
    assert!(live.script.chosen_utterance().is_none(), "no word of it is shown");
    play(&mut m, [Msg::Session(new, SessionEvent::Ended { saved: true })]);
    assert_eq!(m.live.as_ref().unwrap().phase, Phase::Ended { saved: true });
}

#[test]
fn the_mirror_leads_from_a_number_to_its_words_and_from_there_into_the_transcript() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(past(Lang::Ko))))]);
    does(&mut m, &[Command::Mirror, Command::Open, Command::GoToQuote]);
    assert_eq!(m.screen, Screen::Mirror, "a session of a minute has no numbers, so nothing counted");
    let mut file = past(Lang::Ko);
    let mirrored = mirrors(Lang::Ko).pop().unwrap();
    file.transcript = mirrored.transcript.clone();
    does(&mut m, &[Command::Back, Command::Back]);
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(file)))]);
    does(&mut m, &[Command::Mirror]);
    does(&mut m, &[Command::Down; 10]);
    does(&mut m, &[Command::Open, Command::Down, Command::GoToQuote]);
    assert_eq!(m.screen, Screen::Past);
    let chosen = m.past.as_ref().and_then(|p| p.script.chosen_utterance()).map(|u| u.id);
    let second = mirrored.mirror.numbers[10].counted[1].utterances[0];
    assert_eq!(chosen, Some(second));
}

#[test]
fn a_mirror_that_was_read_for_a_client_that_was_left_meanwhile_is_not_shown() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let effects = does(&mut m, &[Command::Mirror]);
    assert!(matches!(effects.as_slice(), [Effect::ReadMirrors(CLIENT)]), "{effects:?}");
    does(&mut m, &[Command::Back]);
    play(&mut m, [Msg::Answer(Answer::Mirrors(CLIENT, mirrors(Lang::Ko)))]);
    assert_eq!(m.screen, Screen::Caseload);
    assert!(m.pages.get::<gyeot::app::pages::mirror::MirrorPage>().is_none());
}

#[test]
fn the_mirror_goes_with_the_lock() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    play(&mut m, [Msg::Do(Command::Mirror), Msg::Answer(Answer::Mirrors(CLIENT, mirrors(Lang::Ko)))]);
    assert_eq!(m.screen, Screen::Mirror);
    does(&mut m, &[Command::Lock]);
    assert!(m.pages.get::<gyeot::app::pages::mirror::MirrorPage>().is_none());
}
