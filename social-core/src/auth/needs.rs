//! Which scopes purposes need, and which of them are missing.

use super::scope::Purpose;
use super::sign_in::SignIn;

impl SignIn {
    /// The scopes that these purposes need, each once, in the record's order. A purpose that the
    /// record does not know needs none.
    #[must_use]
    pub fn scopes_for(&self, purposes: &[Purpose]) -> Vec<&'static str> {
        let mut scopes = Vec::new();
        for scope in self.scopes.iter().filter(|group| purposes.contains(&group.purpose)).flat_map(|group| group.scopes)
        {
            if !scopes.contains(scope) {
                scopes.push(*scope);
            }
        }
        scopes
    }

    /// The purposes of which the record says what they need, each once.
    #[must_use]
    pub fn purposes(&self) -> Vec<Purpose> {
        let mut purposes = Vec::new();
        for group in self.scopes {
            if !purposes.contains(&group.purpose) {
                purposes.push(group.purpose);
            }
        }
        purposes
    }

    /// The purpose of this word, if the record says what it needs.
    #[must_use]
    pub fn purpose(&self, word: &str) -> Option<Purpose> {
        self.scopes.iter().map(|group| group.purpose).find(|purpose| purpose.as_str() == word)
    }

    /// The scopes that these purposes need and that were not granted.
    #[must_use]
    pub fn missing_scopes(&self, purposes: &[Purpose], granted: &[impl AsRef<str>]) -> Vec<&'static str> {
        let mut missing = self.scopes_for(purposes);
        missing.retain(|scope| !self.is_granted(scope, granted));
        missing
    }

    /// Whether a scope was granted: by its name, by an older name, or by a scope that covers it.
    #[must_use]
    pub fn is_granted(&self, scope: &str, granted: &[impl AsRef<str>]) -> bool {
        granted.iter().any(|granted| self.grants(granted.as_ref(), scope))
    }

    fn grants(&self, granted: &str, scope: &str) -> bool {
        let now = self.renamed.iter().find(|(old, _)| *old == granted).map_or(granted, |(_, new)| *new);
        now == scope || self.covers.iter().any(|(wide, narrow)| *wide == now && narrow.contains(&scope))
    }

    /// Granted scopes that have another name now, each with the new one.
    #[must_use]
    pub fn renamed_scopes(&self, granted: &[impl AsRef<str>]) -> Vec<(&'static str, &'static str)> {
        let is_granted = |old: &str| granted.iter().any(|granted| granted.as_ref() == old);
        self.renamed.iter().filter(|(old, _)| is_granted(old)).copied().collect()
    }
}
