//! The README tells of every command and every setting, and of no other; links lead somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pencilmark::store::{Store, Target};
use pencilmark::survey::Library;

const README: &str = include_str!("../README.md");

/// Every `PENCILMARK_…` in a text.
fn settings(text: &str) -> BTreeSet<String> {
    let part = |c: char| c.is_ascii_uppercase() || c == '_';
    text.match_indices("PENCILMARK_")
        .map(|(at, _)| text[at..].chars().take_while(|c| part(*c)).collect::<String>())
        .filter(|name| !name.ends_with('_'))
        .collect()
}

fn settings_in(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("src can be listed") {
        let path = entry.expect("src can be listed").path();
        if path.is_dir() {
            found.extend(settings_in(&path));
        } else {
            found.extend(settings(&fs::read_to_string(&path).expect("source is text")));
        }
    }
    found
}

fn commands_of_the_program() -> BTreeSet<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_pencilmark")).arg("--help").output().expect("the program runs");
    let help = String::from_utf8(help.stdout).expect("help is text");
    let list =
        help.split("Commands:").nth(1).expect("help lists the commands").split("\n\n").next().unwrap_or_default();
    list.lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn commands_of_the_readme() -> BTreeSet<String> {
    README
        .lines()
        .filter_map(|line| line.strip_prefix("| `pencilmark "))
        .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '-').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_setting_is_in_the_readme() {
    let known = settings_in(Path::new("src"));
    assert!(known.contains("PENCILMARK_DATA"), "the settings of src were not understood: {known:?}");
    assert_eq!(settings(README), known);
}

#[test]
fn every_command_is_in_the_readme() {
    assert_eq!(commands_of_the_readme(), commands_of_the_program());
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut dead = Vec::new();
    for folder in [".", "docs", "migrations", "surveys"] {
        for entry in fs::read_dir(folder).expect("a folder of the project") {
            let path = entry.expect("a file of the project").path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let text = fs::read_to_string(&path).expect("a document is text");
                let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
                dead.extend(
                    links
                        .filter(|link| !link.contains("://") && !link.starts_with('#'))
                        .filter(|link| {
                            let file = link.split('#').next().unwrap_or_default();
                            !path.with_file_name(file).exists()
                        })
                        .map(|link| format!("{}: {link}", path.display())),
                );
            }
        }
    }
    assert!(dead.is_empty(), "\n{}", dead.join("\n"));
}

/// All programs below some folders, one after the other.
fn texts(folders: &[PathBuf]) -> String {
    let below = |folder: &PathBuf| {
        let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
        let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
        let known = |path: &&PathBuf| {
            path.extension().is_some_and(|extension| ["rs", "mjs", "cjs"].iter().any(|known| extension == *known))
        };
        let folders: Vec<PathBuf> = folders.into_iter().filter(|folder| !folder.ends_with("node_modules")).collect();
        let text = |path: &PathBuf| std::fs::read_to_string(path).expect("text");
        files.iter().filter(known).map(text).collect::<String>() + &texts(&folders)
    };
    folders.iter().map(below).collect()
}

/// Every test that `docs/reliability.md`, `docs/security.md` and `docs/promises.md` name is there, under that name.
#[test]
fn every_promise_names_a_test_that_exists() {
    let document = |name: &str| std::fs::read_to_string(name).expect("the document");
    let text = ["reliability", "security", "promises"].map(|name| document(&format!("docs/{name}.md"))).concat();
    let tests = texts(&["tests", "src"].map(PathBuf::from));
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
    let quoted = rows.iter().flat_map(|row| row.split('"').skip(1).step_by(2));
    let named =
        rows.iter().flat_map(|row| row.split('`').skip(1).step_by(2)).filter(|name| name.matches('_').count() > 3);
    let mut checked = 0;
    for name in named {
        assert!(tests.contains(&format!("fn {name}(")), "no test is called `{name}`");
        checked += 1;
    }
    for name in quoted {
        // Some browser tests run twice, or as often as they are told.
        let name = name
            .replace("on plain http ", "on ${name} ")
            .replace("on real https a whole", "on ${name} a whole")
            .replace(" 10 random", " ${KILLS} random")
            .replace("… ", "");
        assert!(tests.contains(&name), "no test is called “{name}”");
        checked += 1;
    }
    assert!(checked > 120, "only {checked} names were found");
}

/// Benchmarks run when somebody asks for figures; what they read by its name must not have gone until then.
#[tokio::test]
async fn the_tools_of_the_benchmarks_know_the_tables_that_there_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&Target::in_folder(folder.path()), Library::embedded(), 0).await.expect("an empty store");
    store.close().await.expect("closed");
    let database = folder.path().join("pencilmark.db");
    let tool = |name: &str| {
        let run = Command::new("python3").arg(format!("benches/tools/{name}.py")).arg(&database).output();
        let run = run.expect("python3 runs");
        assert!(run.status.success(), "{name}: {}", String::from_utf8_lossy(&run.stderr));
        let told = String::from_utf8_lossy(&run.stdout);
        told.split_whitespace().map(|word| word.parse().expect("a number")).collect::<Vec<u64>>()
    };
    assert!(matches!(tool("scan")[..], [_, 0, _]), "milliseconds, rows, milliseconds");
    assert_eq!(tool("tenfold"), [0], "responses");
}
