//! What the programme cost, strand by strand. The lines must sum: whatever is divided by people is all of them.

use serde::Serialize;

use super::number::Number;
use super::print;
use super::reach::Reach;
use super::suppression::Figure;
use super::wording::say;

/// A line of what it costs, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostLine {
    /// What it is spent on, in the words of the grant: "Projects", "Staff".
    pub strand: String,
    /// More about it; may be empty.
    pub what: String,
    /// Planned, in pence.
    pub budget_pence: i64,
    /// Spent so far, in pence.
    pub spent_pence: i64,
}

/// What it cost, as a report prints it.
#[derive(Debug, Clone, Serialize)]
pub struct Costs {
    /// Strand by strand, in the order they were typed.
    pub strands: Vec<Strand>,
    /// All strands together.
    pub all: Strand,
    /// All that was spent, divided by children reached.
    pub per_child: Figure<Number>,
    /// The same by children's attendances.
    pub per_attendance: Figure<Number>,
    /// The same by children matched on the first main result.
    pub per_matched_child: Figure<Number>,
    /// Which strands those figures hold.
    pub basis: String,
    /// How the awards of projects stand to the lines, where there are awards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awards: Option<String>,
}

/// One strand.
#[derive(Debug, Clone, Serialize)]
pub struct Strand {
    /// Its name.
    pub name: String,
    /// What its lines are for.
    pub what: Vec<String>,
    /// Planned.
    pub budget: Number,
    /// Spent.
    pub spent: Number,
    /// Spent, of all that was spent.
    pub share: Figure<Number>,
}

impl Costs {
    /// `None` where no line was typed.
    pub(super) fn of(lines: &[CostLine], awarded: i64, reach: &Reach, matched: &Figure<i64>) -> Option<Costs> {
        if lines.is_empty() {
            return None;
        }
        let mut names: Vec<&str> = Vec::new();
        for line in lines {
            if !names.contains(&line.strand.as_str()) {
                names.push(&line.strand);
            }
        }
        let sum = |of: fn(&CostLine) -> i64| -> i64 { lines.iter().map(of).sum() };
        let (budget, spent) = (sum(|line| line.budget_pence), sum(|line| line.spent_pence));
        let strand = |name: &str, lines: &[&CostLine]| {
            let of_strand: i64 = lines.iter().map(|line| line.spent_pence).sum();
            Strand {
                name: name.to_owned(),
                what: lines.iter().map(|line| line.what.clone()).filter(|what| !what.is_empty()).collect(),
                budget: pounds(lines.iter().map(|line| line.budget_pence).sum()),
                spent: pounds(of_strand),
                share: match spent {
                    0 => Figure::Undefined("nothing has been spent yet".to_owned()),
                    all => Figure::Shown(Number::percent(100.0 * of_strand as f64 / all as f64)),
                },
            }
        };
        let of_name = |name: &&str| strand(name, &lines.iter().filter(|line| line.strand == *name).collect::<Vec<_>>());
        let per = |people: &Figure<i64>| {
            people.clone().and_then(|n| match (n, spent) {
                (0, _) => Figure::Undefined("nobody to divide by".to_owned()),
                (_, 0) => Figure::Undefined("nothing has been spent yet".to_owned()),
                (n, _) => Figure::Shown(Number::pounds(spent as f64 / n as f64)),
            })
        };
        let strands: Vec<Strand> = names.iter().map(of_name).collect();
        Some(Costs {
            all: Strand { what: Vec::new(), ..strand("All together", &lines.iter().collect::<Vec<_>>()) },
            per_child: per(&reach.children),
            per_attendance: per(&reach.attendances),
            per_matched_child: per(matched),
            basis: say("costs", "basis", &[("strands", print::listed(&names))]),
            awards: awards(awarded, budget),
            strands,
        })
    }
}

/// A sum that was agreed: exact to the penny, unlike one that was divided.
fn pounds(pence: i64) -> Number {
    let text = match pence % 100 {
        0 => format!("£{}", super::number::count(pence / 100)),
        rest => format!("£{}.{rest:02}", super::number::count(pence / 100)),
    };
    Number { value: pence as f64 / 100.0, text }
}

fn awards(awarded: i64, budget: i64) -> Option<String> {
    let fills = [("awarded", pounds(awarded).text), ("budget", pounds(budget).text)];
    let key = match awarded.cmp(&budget) {
        _ if awarded == 0 => return None,
        std::cmp::Ordering::Equal => "awards_equal",
        std::cmp::Ordering::Less => "awards_within",
        std::cmp::Ordering::Greater => "awards_beyond",
    };
    Some(say("costs", key, &fills))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(strand: &str, budget_pence: i64, spent_pence: i64) -> CostLine {
        CostLine { strand: strand.to_owned(), what: String::new(), budget_pence, spent_pence }
    }

    fn reach(children: i64) -> Reach {
        let shown = Figure::Shown;
        Reach {
            children: shown(children),
            adults: shown(0),
            families: shown(0),
            sessions: 0,
            attendances: shown(children * 2),
            adult_attendances: shown(0),
            areas: 0,
            projects: 0,
        }
    }

    /// £88,680, £49,750 and £10,960 are £149,390; shares 59.4, 33.3 and 7.3 %.
    #[test]
    fn strands_sum_and_every_cost_per_head_holds_all_of_them() {
        let lines = [
            line("Staff", 8_868_000, 8_868_000),
            line("Employers", 4_000_000, 4_000_000),
            line("Events", 1_096_000, 1_096_000),
            line("Employers", 975_000, 975_000),
        ];
        let costs = Costs::of(&lines, 0, &reach(1_200), &Figure::Shown(12)).expect("there are lines");
        assert_eq!(costs.all.budget.text, "£149,390");
        let shares: Vec<&str> = costs.strands.iter().map(|s| s.share.shown().expect("spent").text.as_str()).collect();
        assert_eq!(shares, ["59.4%", "33.3%", "7.3%"]);
        assert_eq!(costs.per_child.shown().expect("children").text, "£124");
        assert_eq!(costs.per_attendance.shown().expect("children").text, "£62.25");
        assert_eq!(costs.per_matched_child.shown().expect("matched").text, "£12,449");
        assert!(costs.basis.contains("Staff, Employers and Events"), "{}", costs.basis);
    }

    #[test]
    fn awards_beyond_the_lines_are_said_and_no_line_is_no_table() {
        let of = |awarded| Costs::of(&[line("Projects", 10_000, 0)], awarded, &reach(3), &Figure::Shown(0));
        let said = |awarded| of(awarded).expect("a line").awards.unwrap_or_default();
        assert!(said(20_000).contains("more than"), "{}", said(20_000));
        assert!(said(0).is_empty());
        assert!(matches!(of(0).expect("a line").per_child, Figure::Undefined(_)), "nothing spent");
        assert!(Costs::of(&[], 100, &reach(3), &Figure::Shown(3)).is_none());
    }
}
