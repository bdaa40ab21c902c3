//! What single screens remember, by the type of it: a page keeps its own state here and the model need not know it.
//! All of it goes when the screen is locked. A form keeps what was typed into it for as long as it is about the same.

use crate::domain::practice::ids::ClientId;
use std::any::{Any, TypeId};
use std::collections::BTreeMap;
use std::fmt::Debug;

trait Kept: Any + Debug + Send {
    fn copy(&self) -> Box<dyn Kept>;
    fn any(&self) -> &dyn Any;
    fn any_mut(&mut self) -> &mut dyn Any;
}

impl<T: Any + Debug + Send + Clone> Kept for T {
    fn copy(&self) -> Box<dyn Kept> {
        Box::new(self.clone())
    }
    fn any(&self) -> &dyn Any {
        self
    }
    fn any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

/// What a form is about: the client whose it is, and which of several of its kind (an instrument, a packet, a paper).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// Whose.
    pub client: Option<ClientId>,
    /// Which.
    pub of: String,
}

impl Subject {
    /// One of several that belong to no client.
    pub fn of(of: impl ToString) -> Self {
        Subject { client: None, of: of.to_string() }
    }
}

/// The states of the pages, at most one of each type.
#[derive(Debug, Default)]
pub struct PageStates {
    kept: BTreeMap<TypeId, Box<dyn Kept>>,
    /// What the forms were filled in about.
    about: BTreeMap<TypeId, Subject>,
}

impl Clone for PageStates {
    fn clone(&self) -> Self {
        // Through the box: the box itself is `Kept` as well.
        let kept = self.kept.iter().map(|(id, kept)| (*id, kept.as_ref().copy())).collect();
        PageStates { kept, about: self.about.clone() }
    }
}

impl PageStates {
    /// The state of this type, if it was kept.
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.kept.get(&TypeId::of::<T>()).and_then(|kept| kept.as_ref().any().downcast_ref())
    }

    /// The state of this type, to change it, if it was kept.
    pub fn get_mut<T: Any>(&mut self) -> Option<&mut T> {
        self.kept.get_mut(&TypeId::of::<T>()).and_then(|kept| kept.as_mut().any_mut().downcast_mut())
    }

    /// A copy of the state of this type, or its default.
    pub fn read<T: Any + Clone + Default>(&self) -> T {
        self.get::<T>().cloned().unwrap_or_default()
    }

    /// Changes the state of this type, which begins as its default.
    pub fn with<T: Any + Debug + Send + Clone + Default, R>(&mut self, change: impl FnOnce(&mut T) -> R) -> R {
        let mut state = self.take::<T>().unwrap_or_default();
        let out = change(&mut state);
        self.put(state);
        out
    }

    /// Keeps a state in the place of the one of its type.
    pub fn put<T: Any + Debug + Send + Clone>(&mut self, state: T) {
        self.kept.insert(TypeId::of::<T>(), Box::new(state));
    }

    /// Takes the state of this type away.
    pub fn take<T: Any + Clone>(&mut self) -> Option<T> {
        let kept = self.kept.remove(&TypeId::of::<T>())?;
        kept.as_ref().any().downcast_ref::<T>().cloned()
    }

    /// A form comes to be shown: as it was left where it is about the same, else made anew. A key that leads elsewhere, and
    /// Esc, are easily pressed; what was done with a form takes it away.
    pub fn fill<T: Any + Debug + Send + Clone>(&mut self, about: Subject, make: impl FnOnce() -> T) {
        let id = TypeId::of::<T>();
        if !(self.kept.contains_key(&id) && self.about.get(&id).is_none_or(|was| *was == about)) {
            self.put(make());
        }
        self.about.insert(id, about);
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.kept.clear();
        self.about.clear();
    }
}
