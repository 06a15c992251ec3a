//! Whether tablets and phones can open the address that cards and pages show, and what to do where they cannot.

use std::net::{IpAddr, SocketAddr};

use maud::{Markup, html};

use super::App;
use super::authority::may_address;

/// What the program was told to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listening {
    /// The address and port that it got.
    pub on: SocketAddr,
    /// How it was told.
    pub told: Told,
}

/// How the program was told what to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// By `--listen`, or by nothing.
    Flag,
    /// By `PENCILMARK_LISTEN`.
    Environment,
}

impl Listening {
    /// What to type so that tablets reach it, and what that stands instead of.
    pub fn to_be_reached(self) -> (String, String) {
        let with = |address: SocketAddr| match self.told {
            Told::Flag => format!("--listen {address}"),
            Told::Environment => format!("PENCILMARK_LISTEN={address}"),
        };
        (with(SocketAddr::from(([0, 0, 0, 0], self.on.port()))), with(self.on))
    }
}

/// Whether an address names the machine it is opened on, so that a tablet would look at itself.
pub fn only_here(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    ["localhost", "127.", "[::1]"].iter().any(|own| host.starts_with(own))
}

/// Whether an address can be opened from a family's home: a name of the internet, or a number of it.
pub fn opens_at_home(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = match rest.strip_prefix('[') {
        Some(v6) => v6.split(']').next(),
        None => rest.split([':', '/']).next(),
    }
    .unwrap_or_default();
    match host.parse::<IpAddr>() {
        Ok(number) => !may_address(&number) && !number.is_unspecified(),
        Err(_) => {
            let of_a_house = [".local", ".lan", ".home", ".internal", ".localdomain", ".home.arpa"];
            host.contains('.') && !of_a_house.iter().any(|end| host.ends_with(end))
        }
    }
}

/// What to do so that tablets and phones can open the address; nothing where they can.
pub fn unreached(app: &App) -> Option<Markup> {
    if !only_here(app.address()) {
        return None;
    }
    let stop = html! { li { "Stop Pencilmark: in the window that it runs in, press Ctrl and C together." } };
    Some(match app.listening() {
        _ if app.is_behind_proxy() => html! {
            p { "Pencilmark was told to call itself " code { (app.address()) } ", and that leads to this machine only. Whoever set it up gives it another " code { "--url" } "." }
        },
        Some(one) if !one.on.ip().is_loopback() => html! {
            p { "This machine is on no network now, so nothing else can find it." }
            ol {
                li { "Join the hall’s wifi, or switch on this machine’s own hotspot." }
                (stop)
                li { "Start it as you did, and open this page again." }
            }
        },
        one => {
            let usual = Listening { on: SocketAddr::from(([127, 0, 0, 1], 8080)), told: Told::Flag };
            let (new, old) = one.unwrap_or(usual).to_be_reached();
            html! {
                p { "Pencilmark listens to this machine only. To let tablets in:" }
                ol {
                    (stop)
                    li { "Start it as you did, but type " code { (new) } " instead of " code { (old) } "." }
                    li { "Open this page again." }
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_the_machine_itself_is_no_use_to_tablets() {
        let only_here = |host: &str| only_here(&format!("http://{host}:8080/s/abcd2346"));
        assert!(only_here("127.0.0.1") && only_here("localhost") && only_here("[::1]"));
        assert!(!only_here("192.168.1.20") && !only_here("pencil.example.org"));
    }

    #[test]
    fn only_an_address_of_the_internet_opens_at_home() {
        for (scheme, host, opens) in [
            ("https", "pencil.example.org", true),
            ("https", "pencil.example.org:8443/x", true),
            ("http", "203.0.113.7:8080", true),
            ("http", "[2001:db8::1]:8080", true),
            ("http", "192.168.1.20:8080", false),
            ("http", "10.0.0.4", false),
            ("http", "169.254.1.1:8080", false),
            ("http", "[fd00::1]:8080", false),
            ("http", "127.0.0.1:8080", false),
            ("http", "0.0.0.0:8080", false),
            ("http", "localhost:8080", false),
            ("https", "laptop.local:8443", false),
            ("http", "hall:8080", false),
        ] {
            let address = format!("{scheme}://{host}");
            assert_eq!(opens_at_home(&address), opens, "{address}");
        }
    }

    #[test]
    fn what_to_type_keeps_the_port_and_the_way_it_was_told() {
        let on: SocketAddr = "127.0.0.1:19090".parse().expect("an address");
        let typed = |told| Listening { on, told }.to_be_reached();
        assert_eq!(typed(Told::Flag), ("--listen 0.0.0.0:19090".to_owned(), "--listen 127.0.0.1:19090".to_owned()));
        assert_eq!(typed(Told::Environment).0, "PENCILMARK_LISTEN=0.0.0.0:19090");
    }
}
