//! The two yardsticks of `benches/peers/run` that need this library or its CSV parser.
//!
//! ```text
//! cargo bench --bench analyse -- parse FILE.csv   only parses the file, and prints its rows
//! cargo bench --bench analyse -- table            prints the median µs of every statistic of one table of 441
//!                                                 cells, without exact tests (a million people) and with (200
//!                                                 changes), and of a small table for comparison
//! cargo bench --bench analyse -- wide ROWS        writes so many rows of a wide file, for a pipe
//! ```

use std::hint::black_box;
use std::io::{self, BufWriter, Write};
use std::time::Instant;

use anyhow::{Context, bail};
use pencilmark::statistics::{CountTable, PairTable, Paired, Unit, named_paired};

fn main() -> anyhow::Result<()> {
    // Cargo adds `--bench` of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let mut out = io::stdout().lock();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["parse", file] => writeln!(out, "{}", parse(file)?)?,
        ["table"] => {
            writeln!(out, "{:.0} {:.0} {:.0}", time(&table(1_000_000)), time(&table(205)), time(&small()))?;
        }
        ["wide", rows] => wide(rows.parse().context("how many rows")?, &mut BufWriter::new(out))?,
        _ => bail!("parse FILE.csv, table, or wide ROWS"),
    }
    Ok(())
}

/// The loop of the csv crate's own tutorial for speed.
fn parse(file: &str) -> anyhow::Result<u64> {
    let mut reader = csv::Reader::from_path(file).with_context(|| file.to_owned())?;
    let mut record = csv::ByteRecord::new();
    let mut rows = 0;
    while reader.read_byte_record(&mut record)? {
        rows += u64::from(!black_box(&record).is_empty());
    }
    Ok(rows)
}

/// `people` spread over all pairs of scores from 0 to 20.
fn table(people: u64) -> PairTable {
    let cells = (0..21_i64).flat_map(|pre| (0..21_i64).map(move |post| (pre, post)));
    let extra = |at: usize| u64::try_from(at).unwrap_or(0) < people % 441;
    let counts = cells.enumerate().map(|(at, (pre, post))| (pre, post, people / 441 + u64::from(extra(at))));
    PairTable::from_counts(Unit::ONE, counts)
}

/// Five-point answers of forty people.
fn small() -> PairTable {
    let counts = (1..=5).flat_map(|pre| [(pre, pre, 3), (pre, 6 - pre, 2), (pre, 5, 3)]);
    PairTable::from_counts(Unit::ONE, counts)
}

/// Median µs of every statistic.
fn time(table: &PairTable) -> f64 {
    let none = CountTable::from_counts(Unit::ONE, []);
    let mut times: Vec<f64> = (0..51)
        .map(|_| {
            let began = Instant::now();
            let named = named_paired(&Paired { cut: Some(4), ..Paired::new(black_box(table), &none, &none) });
            black_box(named.iter().count());
            began.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Before and after from 0 to 20 in a fixed order that looks like none.
fn wide(rows: u64, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "pre,post,site")?;
    let mut state = 20_240_501_u64;
    for _ in 0..rows {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        writeln!(out, "{},{},site{}", (state >> 33) % 21, (state >> 43) % 21, (state >> 53) % 10)?;
    }
    Ok(())
}
