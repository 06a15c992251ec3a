//! Requests to the whole application without a socket: who asks, from where, and what came back.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, Uri, header};
use pencilmark::account::{Holding, Role, Secret, SignIn};
use pencilmark::store::{NewAccount, Store};
use pencilmark::web::{App, router};
use tower::ServiceExt;

use super::confidence;

/// The address that cards and tablets are told in tests.
pub const ADDRESS: &str = "http://192.168.1.20:8080";

/// The application on a store.
pub fn app(store: &Store) -> App {
    App::new(store.clone(), ADDRESS.to_owned()).expect("randomness for the token")
}

/// What somebody says who has to say why.
pub const WHY: (&str, &str) = ("log_why", "the trust asked");

/// Fields that hold a password: whatever is wrong with it, no page shows it again.
const PASSWORDS: [&str; 3] = ["password", "again", "current"];

/// Remembers the value of a cookie. What a server prints at its start opens nothing once there is an account.
fn keep_cookie(cookie: &str) {
    let first = cookie.split(';').next().unwrap_or_default();
    if let Some((_, value)) = first.split_once('=').filter(|(name, _)| *name != "pencilmark_staff") {
        confidence::keep(value, "a cookie");
    }
}

/// A browser somewhere.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    peer: SocketAddr,
    host: &'static str,
    headers: HeaderMap,
    /// What the forms of its pages carry; nothing on a tablet.
    form_token: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answered {
    /// Where a redirect leads.
    #[track_caller]
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "no redirect but {}: {}", self.status, self.text);
        self.headers[header::LOCATION].to_str().expect("an address is text")
    }
}

impl Answered {
    /// A password of a form that an answer shows again; a short one may be any word.
    pub fn password_again<'a>(&self, fields: &[(&str, &'a str)]) -> Option<&'a str> {
        let passwords = fields.iter().filter(|(name, _)| PASSWORDS.contains(name)).map(|(_, typed)| *typed);
        passwords.filter(|typed| typed.len() >= 8).find(|typed| self.text.contains(*typed))
    }

    /// The secret of a sign-in that came with it.
    pub fn secret(&self) -> Secret {
        let cookie = self.headers[header::SET_COOKIE].to_str().expect("a cookie is text");
        let value = cookie.split(['=', ';']).nth(1).expect("a value");
        Secret::parse(value).unwrap_or_else(|| panic!("no secret in {cookie}"))
    }
}

impl Browser {
    /// On the machine that runs Pencilmark.
    pub fn of_staff(app: &App) -> Browser {
        confidence::search();
        let peer = SocketAddr::from(([127, 0, 0, 1], 40_000));
        Browser {
            router: router(app.clone()),
            peer,
            host: "localhost:8080",
            headers: HeaderMap::new(),
            form_token: app.form_token(),
        }
    }

    /// A tablet in the hall.
    pub fn of_tablet(app: &App) -> Browser {
        confidence::search();
        let peer = SocketAddr::from(([192, 168, 1, 77], 40_000));
        Browser {
            router: router(app.clone()),
            peer,
            host: "192.168.1.20:8080",
            headers: HeaderMap::new(),
            form_token: String::new(),
        }
    }

    /// Somebody elsewhere in the network who has signed in with this secret.
    pub fn signed_in(app: &App, secret: &Secret) -> Browser {
        let cookie = format!("pencilmark={}", secret.as_str());
        Browser { form_token: secret.for_forms(), ..Browser::of_tablet(app).sending("cookie", &cookie) }
    }

    /// The same browser with a form that carries something else.
    pub fn with_form_token(mut self, token: &str) -> Browser {
        self.form_token = token.to_owned();
        self
    }

    /// The same browser, asking under another name.
    pub fn under(mut self, host: &'static str) -> Browser {
        self.host = host;
        self
    }

    /// The same browser, sending one more header with everything.
    pub fn sending(mut self, name: &'static str, value: &str) -> Browser {
        self.headers.insert(name, value.parse().expect("a header value"));
        self
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answered {
        self.send(Request::get(path), Vec::new()).await
    }

    /// Sends a form from one of our own pages, unless an `Origin` was set.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answered {
        let token = ("form-token", self.form_token.as_str());
        [token].iter().chain(fields).for_each(|(name, value)| confidence::keep_field(name, value));
        let body: Vec<String> =
            [token].iter().chain(fields).map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if !self.headers.contains_key(header::ORIGIN) {
            request = request.header(header::ORIGIN, format!("http://{}", self.host));
        }
        let answered = self.send(request, body.join("&").into_bytes()).await;
        let again = answered.password_again(fields);
        assert!(again.is_none(), "a password is shown again at {path}, {again:?}: {}", answered.text);
        answered
    }

    /// Leaves a response, as a tablet with script does.
    pub async fn put(&self, path: &str, body: Vec<u8>) -> Answered {
        let request = Request::put(path).header(header::CONTENT_TYPE, "application/json");
        confidence::keep_message(&body);
        self.send(request, body).await
    }

    /// Posts JSON, as a tablet's script does.
    pub async fn post_json(&self, path: &str, body: String) -> Answered {
        self.post_bytes(path, body.into_bytes()).await
    }

    /// Posts what is said to be JSON.
    pub async fn post_bytes(&self, path: &str, body: Vec<u8>) -> Answered {
        confidence::keep_message(&body);
        self.send(Request::post(path).header(header::CONTENT_TYPE, "application/json"), body).await
    }

    /// Sends a file, as a form with one does.
    pub async fn post_file(&self, path: &str, bytes: &[u8]) -> Answered {
        confidence::keep_message(bytes);
        let part = |name: &str| format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"");
        let (token, file) = (part("form-token"), part("file"));
        let head = format!("{token}\r\n\r\n{}\r\n{file}; filename=\"file.json\"\r\n\r\n", self.form_token);
        let body = [head.as_bytes(), bytes, b"\r\n--part--\r\n"].concat();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part")
            .header(header::ORIGIN, format!("http://{}", self.host));
        self.send(request, body).await
    }

    /// Posts a form that names no page it comes from, as no browser does.
    pub async fn post_from_nowhere(&self, path: &str, kind: &str) -> Answered {
        let body = format!("form-token={}", self.form_token).into_bytes();
        self.send(Request::post(path).header(header::CONTENT_TYPE, kind), body).await
    }

    /// Posts an empty form as another kind of body, from one of our own pages unless an `Origin` was set.
    pub async fn post_as(&self, path: &str, kind: &str) -> Answered {
        let mut request = Request::post(path).header(header::CONTENT_TYPE, kind);
        if !self.headers.contains_key(header::ORIGIN) {
            request = request.header(header::ORIGIN, format!("http://{}", self.host));
        }
        self.send(request, format!("form-token={}", self.form_token).into_bytes()).await
    }

    /// Knocks with any method and an empty form.
    pub async fn send_as(&self, method: &str, path: &str) -> Answered {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if !self.headers.contains_key(header::ORIGIN) {
            request = request.header(header::ORIGIN, format!("http://{}", self.host));
        }
        self.send(request, format!("form-token={}", self.form_token).into_bytes()).await
    }

    async fn send(&self, mut request: axum::http::request::Builder, body: Vec<u8>) -> Answered {
        confidence::keep_address(request.uri_ref().map_or("", Uri::path));
        request = request.header(header::HOST, self.host);
        for (name, value) in &self.headers {
            if name == header::COOKIE {
                keep_cookie(value.to_str().unwrap_or_default());
            }
            request = request.header(name, value);
        }
        let mut request = request.body(Body::from(body)).expect("a request");
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let response = self.router.clone().oneshot(request).await.expect("the router always answers");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            keep_cookie(cookie.to_str().unwrap_or_default());
        }
        if let Some(to) = parts.headers.get(header::LOCATION).and_then(|to| to.to_str().ok()) {
            let told = confidence::told(to);
            assert!(told.is_none(), "an address ends up in histories and in logs of proxies: {told:?} in {to}");
        }
        Answered { status: parts.status, headers: parts.headers, text }
    }
}

/// Somebody new on the team, signed in without a password.
pub async fn member(store: &Store, app: &App, name: &str, role: Role, holdings: Vec<Holding>) -> (i64, Browser) {
    let new = NewAccount { name: name.to_owned(), role, holdings, password: "none".to_owned() };
    let account = store.add_account(new, super::NOW).await.expect("an account");
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("randomness");
    let (secret, now_us) = (Secret::from_bytes(bytes), app.now_us());
    let (digest, browser) = (secret.digest(), "a test".to_owned());
    let sign_in = SignIn { digest, account, half_way: false, begun_us: now_us, used_us: now_us, browser };
    store.begin_sign_in(sign_in).await.expect("signed in");
    (account, Browser::signed_in(app, &secret))
}

/// As a form encodes it.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            b' ' => "+".to_owned(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
