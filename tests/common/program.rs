//! The program itself, in a process and a folder of its own.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The program with places of its own for everything: `data`, `tmp` and `log` in its folder.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

/// A command of it that writes down all it can.
pub fn pencilmark(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pencilmark"));
    command
        .env_clear()
        .env("PENCILMARK_LOG", "trace")
        .env("PENCILMARK_DATA", folder.join("data"))
        .env("TMPDIR", folder.join("tmp"))
        .stdin(Stdio::null());
    command
}

impl Program {
    /// Starts a server that writes down all it can, and waits until it answers.
    pub fn start(folder: &Path) -> Program {
        Program::writing_down(folder, "trace")
    }

    /// The same for a server that writes down so much.
    pub fn writing_down(folder: &Path, level: &str) -> Program {
        let spare = std::net::TcpListener::bind("127.0.0.1:0").expect("a spare port");
        let address = spare.local_addr().expect("an address");
        drop(spare);
        let log = fs::OpenOptions::new().create(true).append(true).open(folder.join("log")).expect("a log");
        let child = pencilmark(folder)
            .args(["serve", "--listen", &address.to_string()])
            .env("PENCILMARK_LOG", level)
            .stdout(log.try_clone().expect("the same log"))
            .stderr(log)
            .spawn()
            .expect("the program starts");
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(120), "the program does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Program { child, address }
    }

    /// Sends a request and gives the whole answer.
    pub fn ask(&self, line: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        let request = format!(
            "{line} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nConnection: close\r\nAccept-Encoding: identity\r\n{headers}Content-Length: {1}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Posts a form; `cookie` is a whole line of a header.
    pub fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> String {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
        let headers = format!("Content-Type: application/x-www-form-urlencoded\r\n{cookie}");
        self.ask(&format!("POST {path}"), &headers, &body.join("&"))
    }

    /// Signs somebody in, and gives their secret.
    pub fn signed_in(&self, name: &str, password: &str) -> String {
        let signed_in = self.form("/sign-in", "", &[("name", name), ("password", password)]);
        let cookie = signed_in.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("signed in");
        cookie.split(['=', ';']).nth(1).expect("a value").to_owned()
    }

    /// The most memory it has had, in bytes, where the system says so.
    pub fn peak(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
    }

    /// Ends it as a person does.
    pub fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill is there").success());
        self.child.wait().expect("it ends");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ended_already = self.child.kill().and_then(|()| self.child.wait());
    }
}
