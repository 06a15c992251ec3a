//! Who came, counted one by one from what an evaluator's files are made of.

use std::collections::{BTreeMap, BTreeSet};

use pencilmark::pairing::Why;
use pencilmark::pairing::links::Links;
use pencilmark::person::{Role, SchoolYear};
use pencilmark::report::{DoseCount, SessionVisits};
use pencilmark::session::SessionRole;
use pencilmark::session::protection::ProtectionKind;
use pencilmark::store::{FlowStep, ResponseState, Store};
use pencilmark::survey::Wave;

/// People and visits by project, role and school year, families by project.
type Flow = BTreeMap<(FlowStep, i64, Role, Option<SchoolYear>), i64>;

/// A session somebody came to, after its day and its project.
type Visit<'a> = ((&'a str, i64), i64);

/// Holds the counts that reports read against the people of a programme, one by one.
pub async fn is_right(store: &Store, programme_id: i64, when: &str) {
    let people = store.people_after(programme_id, 0, 10_000).await.expect("people");
    let ids: Vec<i64> = people.iter().map(|person| person.id).collect();
    let sessions = store.sessions(programme_id).await.expect("sessions");
    let days: BTreeMap<i64, (&str, i64)> = sessions
        .iter()
        .filter(|session| session.role != SessionRole::FollowUp)
        .map(|session| (session.id, (session.held_on.as_str(), session.project_id)))
        .collect();
    let mut visits: BTreeMap<i64, BTreeSet<Visit<'_>>> = BTreeMap::new();
    for (person, session) in store.attendance_of(&ids).await.expect("visits") {
        if let Some(day) = days.get(&session) {
            visits.entry(person).or_default().insert((*day, session));
        }
    }
    let roles: BTreeMap<i64, SessionRole> = sessions.iter().map(|session| (session.id, session.role)).collect();
    let families = store.families(programme_id).await.expect("families");
    let answered: BTreeMap<i64, BTreeSet<Wave>> = families
        .iter()
        .flat_map(|(_, members)| members)
        .map(|member| (member.id, member.visits.iter().map(|visit| visit.wave).collect()))
        .collect();
    // Of a wave of which something came and nothing counts, everything was set aside.
    let mut came_of: BTreeMap<(i64, Wave), bool> = BTreeMap::new();
    for response in store.responses_of(&ids).await.expect("responses") {
        *came_of.entry((response.person_id, response.wave)).or_default() |= response.state == ResponseState::Counted;
    }
    let is_aside = |person: i64, wave: Wave| came_of.get(&(person, wave)) == Some(&false);
    let why = |person: i64, came: &BTreeSet<Visit<'_>>| -> Vec<Why> {
        let waves = &answered[&person];
        let has_after = Wave::AFTERS.iter().any(|wave| waves.contains(wave));
        let was_at = |role: SessionRole| came.iter().any(|(_, session)| roles[session] == role);
        let first = came.first().is_some_and(|(_, session)| roles[session].asks_the_after());
        let later = waves.contains(&Wave::Pre) && waves.contains(&Wave::FollowUp);
        let after_aside = Wave::AFTERS.iter().any(|wave| is_aside(person, *wave));
        let reason = match (waves.contains(&Wave::Pre), has_after) {
            (true, false) if after_aside => Some(Why::AfterAside),
            (false, false) if after_aside || is_aside(person, Wave::Pre) => Some(Why::AllAside),
            (true, false) if was_at(SessionRole::Last) => Some(Why::NoAfterLast),
            (true, false) if was_at(SessionRole::Single) => Some(Why::NoAfterOneOff),
            (false, true) if first => Some(Why::CameLate),
            _ => None,
        };
        reason.into_iter().chain(later.then_some(Why::BeforeAndLater)).collect()
    };
    let mut flow = Flow::new();
    let (mut children, mut doses) = (BTreeMap::new(), BTreeMap::new());
    for person in &people {
        let (project, role, year) = (person.project_id, person.role, person.school_year);
        let came = visits.remove(&person.id).unwrap_or_default();
        let times = i64::try_from(came.len()).expect("few");
        *flow.entry((FlowStep::Registered, project, role, year)).or_default() += 1;
        *flow.entry((FlowStep::Attendances, project, role, year)).or_default() += times;
        for why in why(person.id, &came) {
            *flow.entry((FlowStep::Why(why), project, role, year)).or_default() += 1;
        }
        if role == Role::Child && times > 0 {
            *doses.entry((project, times)).or_default() += 1;
            for (nth, (_, session_id)) in came.into_iter().enumerate() {
                let visits =
                    children.entry(session_id).or_insert(SessionVisits { session_id, children: 0, newcomers: 0 });
                visits.children += 1;
                visits.newcomers += i64::from(nth == 0);
            }
        }
    }
    let decided = store.links(programme_id).await.expect("links").into_iter().rev();
    let links = Links::of(decided.filter(|link| link.undone_us.is_none()).map(|link| link.decision));
    let in_use: BTreeSet<_> =
        families.iter().filter(|(_, members)| !members.is_empty()).map(|(card, _)| links.family(card)).collect();
    for family in in_use {
        let protections = store.protections_of(&family).await.expect("protections");
        if protections.iter().any(|one| one.kind == ProtectionKind::Restriction) {
            continue;
        }
        let project = store.project_of_card(&family).await.expect("query").expect("of the programme");
        *flow.entry((FlowStep::Families, project.id, Role::Child, None)).or_default() += 1;
    }
    flow.retain(|_, n| *n != 0);
    let step = |step: &FlowStep| {
        use FlowStep::{Attendances, Families, Registered};
        matches!(step, Registered | Attendances | Families | FlowStep::Why(_))
    };
    let kept: Flow = store
        .flow(programme_id)
        .await
        .expect("flow")
        .into_iter()
        .filter(|row| step(&row.step))
        .map(|row| ((row.step, row.project_id, row.role, row.school_year), row.n))
        .collect();
    assert_eq!(kept, flow, "{when}");
    let attended = store.attended(programme_id).await.expect("visits");
    assert_eq!(attended.sessions, children.into_values().collect::<Vec<_>>(), "{when}");
    let dose = |((project_id, sessions), children)| DoseCount { project_id, sessions, children };
    assert_eq!(attended.doses, doses.into_iter().map(dose).collect::<Vec<_>>(), "{when}");
}
