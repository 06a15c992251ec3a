//! How often children came, session by session, and what went with how many came.

use super::{Line, text, why};
use crate::report::visits::Dose;
use crate::report::{Figure, Report};

fn line(id: String, group: &str, statistic: &str) -> Line {
    Line { id, group: text(group), who: "child", statistic: statistic.to_owned(), ..Line::default() }
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
    lines.push(line("visits.newcomers".to_owned(), "", "first_visits").share(&report.delivery.newcomers));
}

/// Children at each session of the projects it tells of.
pub(super) fn of_projects(report: &Report, lines: &mut Vec<Line>) {
    for project in &report.visits.projects {
        let id = format!("visits.project.{}", project.id);
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
            lines.extend([
                line(id.clone(), &project.name, "first_third").number(&Figure::Shown(trend.first.clone())),
                line(id.clone(), &project.name, "last_third").number(&Figure::Shown(trend.last.clone())),
                line(id, &project.name, "attendance_change").number(&trend.change),
            ]);
        }
    }
}
