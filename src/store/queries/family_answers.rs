//! What children and grown-ups of one family answered to the same question, counted as answers are judged.

use std::collections::{BTreeMap, HashMap};

use crate::pairing::{FamilyAnswers, Pair};
use crate::store::StoreError;

use super::family::role_of;
use super::family_sums::{Member, cuts, members};
use super::list::run_for;
use super::pairs::{self, comparison_of};
use super::{Conn, counts};

const TABLE: counts::Table =
    counts::Table { name: "family_answer", key: "cell", beside: ", project_id, measure, comparison, answers", n: "n" };

type Cuts = HashMap<(String, String), i64>;

/// The counts of a programme.
pub async fn of_programme(conn: &mut Conn, programme_id: i64) -> Result<Vec<FamilyAnswers>, StoreError> {
    let rows: Vec<(i64, String, String, String, i64)> = sqlx::query_as(
        "select f.project_id, f.measure, f.comparison, f.answers, f.n
         from family_answer f join project p on p.id = f.project_id where p.programme_id = $1
         order by f.project_id, f.cell",
    )
    .bind(programme_id)
    .fetch_all(&mut *conn)
    .await?;
    rows.into_iter()
        .map(|(project_id, measure, comparison, answers, families)| {
            let [children, adults] =
                serde_json::from_str(&answers).map_err(|_| StoreError::Unreadable("answers of families"))?;
            let comparison = comparison_of(&comparison)?;
            Ok(FamilyAnswers { project_id, measure, comparison, children, adults, families })
        })
        .collect()
}

/// The counts of the families of some people, as their pairs are stored.
pub async fn of_people(conn: &mut Conn, people: &[i64]) -> Result<Vec<FamilyAnswers>, StoreError> {
    let members = members(conn, people).await?;
    let ids: Vec<i64> = members.iter().map(|person| person.id).collect();
    let pairs = pairs::stored(conn, &ids).await?;
    let cuts = cuts(conn).await?;
    counted(&members, &pairs, &cuts)
}

/// Moves the counts to what people's pairs are now. `members` are all of each family that may have changed, family
/// by family.
pub async fn replace(
    conn: &mut Conn,
    members: &[Member],
    before: &HashMap<i64, Vec<Pair>>,
    now: &HashMap<i64, Vec<Pair>>,
) -> Result<(), StoreError> {
    let changed: Vec<Member> = members
        .chunk_by(of_one_family)
        .filter(|family| family.iter().any(|person| before.get(&person.id) != now.get(&person.id)))
        .flatten()
        .cloned()
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let cuts = cuts(conn).await?;
    let (gone, new) = (counted(&changed, before, &cuts)?, counted(&changed, now, &cuts)?);
    shift(conn, gone.into_iter().map(FamilyAnswers::negated).chain(new)).await
}

fn of_one_family(one: &Member, other: &Member) -> bool {
    one.family == other.family
}

fn counted(members: &[Member], pairs: &HashMap<i64, Vec<Pair>>, cuts: &Cuts) -> Result<Vec<FamilyAnswers>, StoreError> {
    let is_positive =
        |survey: &str, measure: &str, score: i64| Some(score >= *cuts.get(&(survey.to_owned(), measure.to_owned()))?);
    let mut found = Vec::new();
    for family in members.chunk_by(of_one_family) {
        let mut people = Vec::with_capacity(family.len());
        for person in family {
            let of_person = pairs.get(&person.id).map_or(&[][..], Vec::as_slice);
            people.push((role_of(&person.role)?, of_person));
        }
        found.extend(FamilyAnswers::of_family(family[0].project_id, people, is_positive));
    }
    Ok(found)
}

/// Adds counts to those stored; a cell that comes to nothing is taken away, so that rebuilt equals incremental.
pub async fn shift(conn: &mut Conn, moves: impl IntoIterator<Item = FamilyAnswers>) -> Result<(), StoreError> {
    let mut cells: BTreeMap<String, FamilyAnswers> = BTreeMap::new();
    for answers in moves {
        let by = answers.families;
        cells.entry(answers.cell()).and_modify(|cell| cell.families += by).or_insert(answers);
    }
    cells.retain(|_, answers| answers.families != 0);
    let mut moves = Vec::with_capacity(cells.len());
    for (cell, answers) in cells {
        let told = serde_json::to_string(&[answers.children, answers.adults]);
        let told = told.map_err(|_| StoreError::Unreadable("answers of families"))?;
        let by = answers.families;
        moves.push(((cell, told, answers), by));
    }
    counts::shift(conn, &TABLE, &moves, |row, (cell, told, answers)| {
        row.push_bind(cell.clone())
            .push_bind(answers.project_id)
            .push_bind(answers.measure.clone())
            .push_bind(answers.comparison.code())
            .push_bind(told.clone());
    })
    .await?;
    let fallen: Vec<String> = moves.into_iter().filter(|(_, by)| *by < 0).map(|((cell, ..), _)| cell).collect();
    run_for(conn, "delete from family_answer where n = 0 and cell in (", &fallen).await
}
