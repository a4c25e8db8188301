//! What a test gets in place of any backend: an index in memory. It is a backend itself, so the battery runs on it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use microcore::lifecycle::Boot;
use microcore::prelude::*;

use super::{Asked, Backend, Fitting, Index, Prepared, SearchError, Term};

/// The index of one test.
#[derive(Debug, Clone, Copy)]
pub struct Fake;

/// Nothing is read.
#[derive(Debug, Settings)]
#[settings(prefix = "SEARCH")]
#[non_exhaustive]
pub struct FakeSettings {}

/// See [`Fake`].
#[derive(Debug, Default)]
pub struct FakeIndex(Mutex<BTreeMap<(String, String), Prepared>>);

impl Backend for Fake {
    type Settings = FakeSettings;
    type Index = FakeIndex;

    async fn open(_: FakeSettings, _: &Boot) -> Result<FakeIndex> {
        Ok(FakeIndex::default())
    }
}

/// How often the words of a term stand in a text.
fn occurrences(term: &Term, words: &[String]) -> usize {
    let last = term.words.len() - 1;
    let fits = |(at, (word, wanted)): (usize, (&String, &String))| {
        word == wanted || (term.prefix && at == last && word.starts_with(wanted.as_str()))
    };
    words.windows(term.words.len()).filter(|window| window.iter().zip(&term.words).enumerate().all(fits)).count()
}

/// How well a document fits; a word of the title counts for eight of the text.
fn score(document: &Prepared, asked: &Asked) -> Option<f64> {
    let mut score = 0;
    for term in &asked.terms {
        let found = 8 * occurrences(term, &document.title) + occurrences(term, &document.text);
        if (found > 0) == term.excluded {
            return None;
        }
        score += found;
    }
    let has = |(name, value): (&String, &String)| document.document.fields.get(name) == Some(value);
    asked.fields.iter().all(has).then(|| f64::from(u32::try_from(score).unwrap_or(u32::MAX)))
}

impl Index for FakeIndex {
    async fn put(&self, document: Prepared) -> Result<(), SearchError> {
        let name = (document.collection.clone(), document.id.clone());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name, document);
        Ok(())
    }

    async fn remove(&self, collection: &str, id: &str) -> Result<(), SearchError> {
        let name = (collection.to_owned(), id.to_owned());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
        Ok(())
    }

    async fn clear(&self, collection: &str) -> Result<(), SearchError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(one, _), _| one != collection);
        Ok(())
    }

    async fn find(&self, asked: Asked) -> Result<(Vec<Fitting>, u64), SearchError> {
        let documents = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_collection = documents.values().filter(|document| document.collection == asked.collection);
        let fitting = of_collection.filter_map(|document| {
            let score = score(document, &asked)?;
            Some(Fitting::of(document.id.clone(), document.document.clone(), score))
        });
        let mut fitting: Vec<Fitting> = fitting.collect();
        fitting.sort_by(|one, other| other.score.total_cmp(&one.score).then_with(|| one.id.cmp(&other.id)));
        let total = fitting.len() as u64;
        let page = fitting.into_iter().skip(asked.offset as usize).take(asked.limit as usize);
        Ok((page.collect(), total))
    }

    async fn check(&self) -> Result<(), SearchError> {
        Ok(())
    }
}
