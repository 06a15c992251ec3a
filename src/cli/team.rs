//! `pencilmark team`

use std::io::Write;
use std::process::ExitCode;

use clap::Subcommand;

use crate::account::{Secret, handle_of};

use super::{Place, audit, now_us};

/// Everybody who can sign in.
#[derive(Subcommand)]
pub enum Team {
    /// List the accounts
    List,
    /// Print a one-time link with which somebody chooses a new password; the way back in when nobody else can make one
    Link {
        /// The name or e-mail address they sign in with
        name: String,
        /// The address that the server is reached at
        #[arg(long, env = "PENCILMARK_URL", default_value = "http://localhost:8080", value_name = "URL")]
        url: String,
        #[command(flatten)]
        why: audit::Why,
    },
}

/// Whoever asks here is at the machine.
const LINK_US: i64 = 3_600 * 1_000_000;

impl Team {
    /// 0 where it was done, 1 where there is nobody of that name.
    pub async fn run(&self, place: &Place) -> anyhow::Result<ExitCode> {
        let store = place.open_existing().await?;
        let accounts = store.accounts().await?;
        let mut out = std::io::stdout();
        match self {
            Team::List => {
                for account in &accounts {
                    let state = if account.closed_us.is_some() { ", off the team" } else { "" };
                    writeln!(out, "{} ({}{state})", account.name, account.role.words())?;
                }
            }
            Team::Link { name, url, why } => {
                let found = accounts.iter().find(|account| handle_of(&account.name) == handle_of(name));
                let Some(account) = found.filter(|account| account.closed_us.is_none()) else {
                    anyhow::bail!("Nobody of the team signs in as {name}. `pencilmark team list` says who does.");
                };
                let mut bytes = [0_u8; 32];
                getrandom::fill(&mut bytes)?;
                let secret = Secret::from_bytes(bytes);
                let line = why.line("Made a link for a new password", account.name.as_str());
                line.over(store.add_password_link(secret.digest(), account.id, now_us() + LINK_US)).await?;
                writeln!(out, "{}/welcome/{}", url.trim_end_matches('/'), secret.as_str())?;
                say!("It works once, within an hour.");
            }
        }
        store.close().await?;
        Ok(ExitCode::SUCCESS)
    }
}
