//! Two hundred columns and sixty rows: what stood one below the other with blank columns beside it stands side by side.

use crate::pictures::all;
use crate::ui_screens::picture;
use gyeot::domain::practice::lang::Lang;

/// Pictures of screens with more than one thing on them, and how many panes stand beside each other.
const BESIDE: [(&str, usize); 9] = [
    ("day-counsellor", 2),
    ("client-counsellor", 3),
    ("client-supervisor", 3),
    ("assigned-queue-supervisor", 2),
    ("centre-admin", 2),
    ("past-counsellor", 3),
    ("live-counsellor", 3),
    ("note-counsellor", 2),
    ("review-supervisor", 2),
];

#[test]
fn on_a_wide_screen_the_parts_of_a_screen_stand_side_by_side() {
    for lang in [Lang::Ko, Lang::En] {
        let pictures = all(lang);
        for (name, panes) in BESIDE {
            let (_, model) = pictures.iter().find(|(n, _)| n == name).unwrap();
            let text = picture(model, 200, 60).text;
            let tops = text.lines().map(|line| line.matches(['┌', '┏']).count()).max();
            assert!(tops >= Some(panes), "{name}: {text}");
        }
        let (_, instruments) = pictures.iter().find(|(n, _)| n == "instruments-counsellor").unwrap();
        let text = picture(instruments, 200, 60).text;
        let all_there = instruments.library.iter().filter(|i| text.contains(i.title.pick(lang))).count();
        assert_eq!(all_there, instruments.library.iter().count(), "every instrument is seen at once: {text}");
    }
}
