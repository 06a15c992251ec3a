//! How often children came, session by session, and what went with how many came.

use super::{Line, why};
use crate::report::visits::Dose;
use crate::report::{Figure, NotedRow, Report, Talk};

fn line(id: String, group: &str, statistic: &str) -> Line {
    Line { id, group: group.to_owned(), who: "child", statistic: statistic.to_owned(), ..Line::default() }
}

/// All of it.
pub(super) fn lines(report: &Report, lines: &mut Vec<Line>) {
    let dose = |dose: &Dose| {
        let more = if dose.or_more { " or more" } else { "" };
        line(format!("dose.{}", dose.sessions), &format!("{}{more}", dose.sessions), "children_by_sessions")
            .share(&dose.children)
    };
    lines.extend(report.visits.doses.iter().map(dose));
    of_projects(report, lines);
    for lever in &report.delivery.levers {
        for row in &lever.rows {
            let id = format!("lever.{}.{}", lever.key, row.key);
            let cells = lever.columns.iter().zip(&row.cells);
            lines.extend(cells.map(|((code, _), cell)| line(id.clone(), &row.name, code).number(cell)));
        }
    }
    // Of levers within projects the sentence says how many projects there are; a line of all together is none.
    for lever in report.delivery.levers.iter().filter(|lever| !lever.rows.is_empty()) {
        if lever.columns.iter().all(|(code, _)| *code != "projects") {
            let projects = lever.rows.iter().filter(|row| row.key != "all").count();
            let projects = Figure::Shown(i64::try_from(projects).unwrap_or(i64::MAX));
            lines.push(line(format!("lever.{}.all", lever.key), "", "projects").count(&projects));
        }
    }
    lines.push(line("visits.newcomers".to_owned(), "", "first_visits").share(&report.delivery.newcomers));
    let Talk { heard, topics, .. } = &report.delivery.talk;
    for (key, noted, statistic) in [("heard", heard, "sessions_by_talk"), ("topic", topics, "sessions_by_topic")] {
        let of_row =
            |row: &NotedRow| Line::plain(format!("talk.{key}.{}", row.key), statistic, &row.name).share(&row.sessions);
        lines.extend(noted.rows.iter().map(of_row));
    }
}

/// Children at each session of the projects it tells of.
pub(super) fn of_projects(report: &Report, lines: &mut Vec<Line>) {
    for project in &report.visits.projects {
        let id = format!("visits.project.{}", project.number);
        match &project.sessions {
            Figure::Shown(points) => lines.extend(points.iter().enumerate().map(|(place, point)| {
                let statistic = format!("children_at_session_{}", place + 1);
                line(id.clone(), &project.name, &statistic).count(&Figure::Shown(point.children))
            })),
            hidden => {
                lines.push(Line { shown: why(hidden), ..line(id.clone(), &project.name, "children_at_sessions") })
            }
        }
        if let Figure::Shown(trend) = &project.trend {
            let sessions = project.sessions.shown().and_then(|points| i64::try_from(points.len()).ok());
            let line = |id: String, group: &str, statistic: &str| Line { n: sessions, ..line(id, group, statistic) };
            lines.extend([
                line(id.clone(), &project.name, "first_third").number(&Figure::Shown(trend.first.clone())),
                line(id.clone(), &project.name, "last_third").number(&Figure::Shown(trend.last.clone())),
                line(id, &project.name, "attendance_change").number(&trend.change),
            ]);
        }
    }
}
