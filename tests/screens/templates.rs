//! The note templates on the screen: looked at, one made of an example's headings that are shown first, one taken away.

use crate::pictures::templates;
use crate::stage::{confirmed, does, play, signed_as, type_text};
use gyeot::app::command::Command;
use gyeot::app::effect::{Effect, TemplateAct};
use gyeot::app::flow::listing;
use gyeot::app::model::Model;
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::pages::template_new::TemplateForm;
use gyeot::app::screen::Screen;
use gyeot::app::state::overlay::Question;
use gyeot::app::views::ListOf;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;

fn at_templates(role: Role) -> Model {
    let mut m = signed_as(Lang::Ko, role);
    does(&mut m, &[Command::Go(Screen::Settings)]);
    let effects = does(&mut m, &[Command::Go(Screen::Templates)]);
    assert!(effects.iter().any(|e| matches!(e, Effect::List(ListOf::Templates))), "{effects:?}");
    play(&mut m, [Msg::Answer(Answer::Listing(Box::new(templates(Lang::Ko))))]);
    m
}

#[test]
fn whoever_unlocked_makes_a_template_of_an_example_and_sees_its_headings_before_it_is_kept() {
    for role in Role::ALL {
        let mut m = at_templates(role);
        does(&mut m, &[Command::NewEntry]);
        assert_eq!(m.screen, Screen::TemplateNew);
        assert!(does(&mut m, &[Command::Save]).is_empty(), "without a name nothing is looked for");
        type_text(&mut m, "우리 일지");
        does(&mut m, &[Command::NextPane]);
        type_text(&mut m, "## 주호소");
        does(&mut m, &[Command::Open]);
        type_text(&mut m, "잠을 못 잔다고 함.");
        let effects = does(&mut m, &[Command::Save]);
        let [Effect::Template(TemplateAct::Look { title, text })] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!((title.as_str(), text.reveal()), ("우리 일지", "## 주호소\n잠을 못 잔다고 함."));

        let headings = vec!["주호소".to_owned()];
        let found = Answer::TemplateFound { title: title.clone(), headings: headings.clone(), named: 0 };
        play(&mut m, [Msg::Answer(found)]);
        assert!(matches!(confirmed(&m), Some(Question::KeepTemplate(_, shown, 0)) if *shown == headings));
        let effects = does(&mut m, &[Command::Yes]);
        let keeps =
            |e: &Effect| matches!(e, Effect::Template(TemplateAct::Keep { headings: kept, .. }) if *kept == headings);
        assert!(effects.iter().any(keeps), "{effects:?}");
        play(&mut m, [Msg::Answer(Answer::TemplatesChanged(Vec::new(), true))]);
        assert_eq!(m.screen, Screen::Templates);
        assert!(m.pages.get::<TemplateForm>().is_none(), "the example is dropped with the form");
    }
}

#[test]
fn only_the_centres_own_template_is_taken_away_and_only_after_a_question() {
    let mut m = at_templates(Role::Counsellor);
    assert!(does(&mut m, &[Command::First, Command::RemoveEntry]).is_empty());
    assert!(confirmed(&m).is_none(), "one that is built in stays");
    does(&mut m, &[Command::Last, Command::RemoveEntry]);
    assert!(matches!(confirmed(&m), Some(Question::RemoveTemplate(id, _)) if id == "own-1"));
    let effects = does(&mut m, &[Command::Yes]);
    assert!(matches!(&effects[..], [Effect::Template(TemplateAct::Remove(id))] if id == "own-1"), "{effects:?}");
}

#[test]
fn a_template_is_found_by_typing_in_the_list() {
    let mut m = at_templates(Role::Counsellor);
    does(&mut m, &[Command::Find]);
    type_text(&mut m, "우리");
    let marked = listing::marked(&m, ListOf::Templates).unwrap();
    assert_eq!(marked.cells[3].text(Lang::Ko), "own-1");
}
