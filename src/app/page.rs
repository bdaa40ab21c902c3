//! What every screen says of itself: who has it, its commands, what it does with a command and with typed text.

use crate::app::command::Command;
use crate::app::command::Row;
use crate::app::editor::NoteText;
use crate::app::effect::Effect;
use crate::app::field::Edit;
use crate::app::model::Model;
use crate::domain::practice::member::Role;

/// Who may see a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Whoever stands before the terminal: nobody has unlocked, or the client has been handed the screen.
    Anyone,
    /// Members of these roles, after unlocking.
    Members(&'static [Role]),
}

/// Every role.
pub const EVERYBODY: Audience = Audience::Members(&Role::ALL);
/// Who works with the client.
pub const COUNSELLOR: Audience = Audience::Members(&[Role::Counsellor]);
/// Who may read what was said and written.
pub const READERS: Audience = Audience::Members(&[Role::Counsellor, Role::Supervisor]);

impl Audience {
    /// True when a member of this role has the screen; `None` is nobody unlocked.
    pub fn has(self, role: Option<Role>) -> bool {
        match (self, role) {
            (Audience::Anyone, _) => true,
            (Audience::Members(roles), Some(role)) => roles.contains(&role),
            (Audience::Members(_), None) => false,
        }
    }

    /// The roles for which the screen is drawn; `None` where nobody has unlocked.
    pub fn roles(self) -> Vec<Option<Role>> {
        match self {
            Audience::Anyone => vec![None],
            Audience::Members(roles) => roles.iter().copied().map(Some).collect(),
        }
    }
}

/// Where the key of a command stands in the status line, which has no room for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// It is what the mark is about now: before the others.
    First,
    /// In the order of the page.
    InOrder,
    /// It would do nothing now: not there, and still in help.
    Left,
}

/// A screen as the program sees it. `PAGE` of its file in `app::pages`.
pub struct Page {
    /// Who has it.
    pub audience: Audience,
    /// Its commands, in the order of help and of the status line.
    pub commands: &'static [&'static [Row]],
    /// Where the key of a command stands in the status line now.
    pub key_place: fn(&Model, Command) -> KeyPlace,
    /// The key and name with which every screen that `leads_on` leads here; none where only another screen leads here.
    pub way: Option<&'static Row>,
    /// Screens with a `way` can be gone to from here.
    pub leads_on: bool,
    /// A wheel moves the mark; in a form it would move the caret away from what is typed.
    pub scrolls: bool,
    /// What is done whenever it comes to be shown.
    pub entered: fn(&mut Model) -> Vec<Effect>,
    /// What it does with a command of its own rows.
    pub step: fn(&mut Model, Command) -> Vec<Effect>,
    /// What was typed to be found has changed.
    pub found: fn(&mut Model),
    /// Letters are text and not commands.
    pub typing: fn(&Model) -> bool,
    /// What is typed now is not to be seen: a passphrase.
    pub secret: fn(&Model) -> bool,
    /// What it does with typed text.
    pub typed: fn(&mut Model, &Edit) -> Vec<Effect>,
    /// The text in sections that is read or written on it, where parts of it can be selected.
    pub text: for<'a> fn(&'a Model) -> Option<&'a NoteText>,
}

impl Page {
    /// A page that nobody typed into and that asks nothing when shown; the other fields are for each to say.
    pub const PLAIN: Page = Page {
        audience: EVERYBODY,
        commands: &[],
        key_place: |_, _| KeyPlace::InOrder,
        way: None,
        leads_on: true,
        scrolls: true,
        entered: |_| Vec::new(),
        step: |_, _| Vec::new(),
        found: |_| (),
        typing: |_| false,
        secret: |_| false,
        typed: |_, _| Vec::new(),
        text: |_| None,
    };

    /// A page on which letters are always text.
    pub const FORM: Page = Page { typing: |_| true, scrolls: false, ..Page::PLAIN };
}
