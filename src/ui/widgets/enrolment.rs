//! What is asked of whoever gets a key: a role, and a passphrase that is good enough.

use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::texts::Message;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Whether the passphrase is good enough, and the words of one that was made.
pub fn strength(
    frame: &mut Frame<'_>,
    inside: Rect,
    y: u16,
    made: Option<&str>,
    judged: Option<&Result<(), Message>>,
    lang: Lang,
    theme: Theme,
) {
    let buf = frame.buffer_mut();
    if let Some(made) = made {
        let text = format!("{} {made}", T::PassphraseMade.text(lang));
        put_wrapped(buf, inside, y, &text, theme.of(Mean::Strong));
        return;
    }
    match judged {
        Some(Ok(())) => put_wrapped(buf, inside, y, T::PassphraseStrong.text(lang), theme.of(Mean::Good)),
        Some(Err(why)) => put_wrapped(buf, inside, y, &format!("! {}", why.text(lang)), theme.of(Mean::Warn)),
        None => put_wrapped(buf, inside, y, T::PassphraseHow.text(lang), theme.of(Mean::Quiet)),
    };
}

/// The roles on one line, and under it what the chosen one does.
pub fn role(frame: &mut Frame<'_>, place: Rect, chosen: Role, focus: bool, lang: Lang, theme: Theme) {
    let buf = frame.buffer_mut();
    let style = theme.of(if focus { Mean::Focus } else { Mean::Quiet });
    let mut x = put(buf, place.x, place.y, place.right(), if focus { "▸ " } else { "  " }, style);
    x = put(buf, x, place.y, place.right(), T::RoleField.text(lang), style) + 2;
    for role in Role::ALL {
        let glyph = if role == chosen { "●" } else { "○" };
        let style = theme.of(if role == chosen { Mean::Strong } else { Mean::Quiet });
        x = put(buf, x, place.y, place.right(), &format!("{glyph} {}", role.label(lang)), style) + 1;
    }
    let how = match chosen {
        Role::Counsellor => T::RoleCounsellorHow,
        Role::Supervisor => T::RoleSupervisorHow,
        Role::Admin => T::RoleAdminHow,
    };
    put(buf, place.x + 4, place.y + 1, place.right(), how.text(lang), theme.of(Mean::Quiet));
}
