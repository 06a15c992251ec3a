//! Cards and the families who hold them.

use crate::person::CardCode;
use crate::session::Project;

use super::{CardStock, FamilyMember, NewPerson, Store, StoreError, postgres, sqlite};

impl Store {
    /// Issues cards to a project. Codes that exist already or were taken out are left out; returns the codes
    /// that were new.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn issue_cards(
        &self,
        project_id: i64,
        codes: Vec<CardCode>,
        now_us: i64,
    ) -> Result<Vec<CardCode>, StoreError> {
        let mut fresh = Vec::with_capacity(codes.len());
        for code in codes {
            if !self.is_taken_out(&code).await? && !self.is_cut(&code).await? {
                fresh.push(code);
            }
        }
        write!(self, family::issue(project_id, &fresh, now_us))
    }

    /// The cards issued to a project at a moment, or all of them.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn cards(&self, project_id: i64, issued_us: Option<i64>) -> Result<Vec<(CardCode, i64)>, StoreError> {
        read!(self, family::cards(project_id, issued_us))
    }

    /// How many cards of a project have been issued, and how many nobody has used yet.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn card_stock(&self, project_id: i64) -> Result<CardStock, StoreError> {
        read!(self, family::card_stock(project_id))
    }

    /// The project whose card this is.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn project_of_card(&self, code: &CardCode) -> Result<Option<Project>, StoreError> {
        read!(self, family::project_of_card(code))
    }

    /// The people of a family who are known, each with the questionnaires that count for them. No answers.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn family(&self, code: &CardCode) -> Result<Vec<FamilyMember>, StoreError> {
        read!(self, family::members(code))
    }

    /// Every family of a programme that holds a card, known people or none: what sheets of paper are drawn for.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn families(&self, programme_id: i64) -> Result<Vec<(CardCode, Vec<FamilyMember>)>, StoreError> {
        read!(self, family::of_programme(programme_id, None))
    }

    /// The families that one project's sessions expect: who holds one of its cards, and who has come to a session of it
    /// with another card of the programme. What a tablet takes with it.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn families_for(
        &self,
        programme_id: i64,
        project_id: i64,
    ) -> Result<Vec<(CardCode, Vec<FamilyMember>)>, StoreError> {
        read!(self, family::of_programme(programme_id, Some(project_id)))
    }

    /// Makes people known and present at a session; those known already stay as they are.
    ///
    /// # Errors
    /// Where the database fails, or a card does not exist.
    pub async fn register(&self, people: Vec<NewPerson>, now_us: i64) -> Result<(), StoreError> {
        write!(self, family::register(&people, now_us))
    }
}
