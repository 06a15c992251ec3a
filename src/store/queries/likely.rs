//! What rests on a decision that somebody made because it was likely.

use std::collections::HashSet;

use crate::pairing::links::{Confidence, Decision, Links};
use crate::store::{StoreError, StoredLink};

use super::family::{animal_of, code_of};
use super::{Conn, links};

/// Responses and people that rest on one.
#[derive(Default)]
pub struct Likely {
    responses: HashSet<String>,
    /// People whose way to whom they count as leads through one, wherever on the way it stands.
    people: HashSet<i64>,
}

impl Likely {
    /// Reads the decisions that stand.
    pub async fn read(conn: &mut Conn) -> Result<Likely, StoreError> {
        let decided = links::stored(conn).await?;
        if decided.iter().all(|link| link.confidence != Confidence::Likely) {
            return Ok(Likely::default());
        }
        let sure = decided.iter().filter(|link| link.confidence != Confidence::Likely);
        let (all, sure) = (Links::of(decisions(&decided)), Links::of(decisions(sure)));
        let people: Vec<(i64, String, String)> =
            sqlx::query_as("select id, card_code, animal from person where counts_as is not null order by id")
                .fetch_all(&mut *conn)
                .await?;
        let mut likely = Likely::default();
        for (id, card, animal) in people {
            let key = (code_of(&card)?, animal_of(&animal)?);
            if all.end(&key) != sure.end(&key) {
                likely.people.insert(id);
            }
        }
        likely.responses.extend(decided.into_iter().filter_map(|link| match link.decision {
            Decision::Move { response, .. } if link.confidence == Confidence::Likely => Some(response),
            _ => None,
        }));
        Ok(likely)
    }

    /// Whether a response, sent as somebody, does.
    pub fn is(&self, response: &str, sent_as: Option<i64>) -> bool {
        self.responses.contains(response) || sent_as.is_some_and(|person| self.people.contains(&person))
    }
}

fn decisions<'a>(links: impl IntoIterator<Item = &'a StoredLink>) -> Vec<Decision> {
    links.into_iter().map(|link| link.decision.clone()).collect()
}
