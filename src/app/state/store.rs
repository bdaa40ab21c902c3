//! What single screens remember, by the type of it: a page keeps its own state here and the model need not know it.
//! All of it goes when the screen is locked.

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

/// The states of the pages, at most one of each type.
#[derive(Debug, Default)]
pub struct PageStates(BTreeMap<TypeId, Box<dyn Kept>>);

impl Clone for PageStates {
    fn clone(&self) -> Self {
        // Through the box: the box itself is `Kept` as well.
        PageStates(self.0.iter().map(|(id, kept)| (*id, kept.as_ref().copy())).collect())
    }
}

impl PageStates {
    /// The state of this type, if it was kept.
    pub fn get<T: Any>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>()).and_then(|kept| kept.as_ref().any().downcast_ref())
    }

    /// The state of this type, to change it, if it was kept.
    pub fn get_mut<T: Any>(&mut self) -> Option<&mut T> {
        self.0.get_mut(&TypeId::of::<T>()).and_then(|kept| kept.as_mut().any_mut().downcast_mut())
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
        self.0.insert(TypeId::of::<T>(), Box::new(state));
    }

    /// Takes the state of this type away.
    pub fn take<T: Any + Clone>(&mut self) -> Option<T> {
        let kept = self.0.remove(&TypeId::of::<T>())?;
        kept.as_ref().any().downcast_ref::<T>().cloned()
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
