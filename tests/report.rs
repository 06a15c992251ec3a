//! From counted pairs to printed sentences: one small cohort worked by hand, what is withheld, and the pages.

mod common;

#[path = "report/appendix.rs"]
mod appendix;
#[path = "report/clusters.rs"]
mod clusters;
#[path = "report/cohort.rs"]
mod cohort;
#[path = "report/cohorts.rs"]
mod cohorts;
#[path = "report/comparison.rs"]
mod comparison;
#[path = "report/crossed.rs"]
mod crossed;
#[path = "report/dyads.rs"]
mod dyads;
#[path = "report/figures.rs"]
mod figures;
#[path = "report/flow.rs"]
mod flow;
#[path = "report/lost.rs"]
mod lost;
#[path = "report/method.rs"]
mod method;
#[path = "report/pages.rs"]
mod pages;
#[path = "report/paper.rs"]
mod paper;
#[path = "report/part.rs"]
mod part;
#[path = "report/people.rs"]
mod people;
#[path = "report/reasons.rs"]
mod reasons;
#[path = "report/riverside.rs"]
mod riverside;
#[path = "report/subtraction.rs"]
mod subtraction;
#[path = "report/targets.rs"]
mod targets;
#[path = "report/titles.rs"]
mod titles;
#[path = "report/visits.rs"]
mod visits;
#[path = "report/withheld.rs"]
mod withheld;
