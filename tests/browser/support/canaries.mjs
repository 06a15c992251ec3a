// What no server may ever write down: everything that browsers of this test sent it in confidence.
import assert from 'node:assert/strict';

const sent = new Map(); // what was sent → what it is

const addresses = new Set(); // what was asked for, whoever may write that down

const CODE = /^[0-9A-Z]{3}-?[0-9A-Z]{3}$/i;

function keep(text, what) {
  if (typeof text !== 'string' || text.length < 6) return;
  sent.set(text, what);
  if (!CODE.test(text)) return;
  const plain = text.replace('-', '').toUpperCase();
  sent.set(plain, what).set(`${plain.slice(0, 3)}-${plain.slice(3)}`, what);
}

/** Remembers the codes, texts, passwords, grants and cookies that pages of a context send. */
export function watch(context) {
  context.on('request', (request) => {
    addresses.add(request.url());
    if (request.method() === 'GET') return;
    const body = request.postData() ?? '';
    const kind = request.headers()['content-type'] ?? '';
    if (kind.startsWith('application/x-www-form-urlencoded')) {
      for (const [name, value] of new URLSearchParams(body)) {
        if (/^(code|password|again|current)$/.test(name)) keep(value, name);
        else if (/\s/.test(value.trim()) && /^[A-Z0-9]+-[A-Z]{2}/.test(name)) keep(value.trim(), 'a text');
      }
    } else if (kind.startsWith('application/json')) {
      let message = {};
      try { message = JSON.parse(body); } catch { /* a test that sends nonsense */ }
      for (const name of ['code', 'card', 'grant', 'token']) keep(message?.[name], name);
      for (const answer of Object.values(message?.answers ?? {})) keep(answer, 'a text');
    }
    context.cookies().then((cookies) => {
      // The token that the server prints at its start opens nothing once there is an account.
      for (const { name, value } of cookies) if (name !== 'pencilmark_staff') keep(value, 'a cookie');
    }, () => {}); // the context may be gone
  });
}

/** Fails when a page put any of that into an address: the square on a card alone leads to one with its code. */
export function assertNoAddressTells() {
  const telling = [...addresses].filter((url) => !/\/c\/[^/]+$/.test(url)).map(inWords);
  const told = [...sent].flatMap(([text, what]) => telling.filter((url) => url.includes(text)).map((url) => `${what} in ${url}`));
  assert.deepEqual(told, [], 'addresses end up in histories and in the logs of proxies');
}

/** An address as it reads; a test may ask for one that no browser would make. */
function inWords(url) {
  const plain = url.replaceAll('+', ' ');
  try { return decodeURIComponent(plain); } catch { return plain; }
}

/** Fails when a server that wrote down everything it can wrote down any of that. */
export function assertNothingSaid(output) {
  const said = [...sent].filter(([text]) => output.includes(text)).map(([text, what]) => {
    const at = output.indexOf(text);
    return `${what}: …${output.slice(Math.max(0, at - 160), at + text.length + 40)}…`;
  });
  assert.equal(said.length, 0, `the server wrote down what it must not:\n  ${said.join('\n  ')}`);
}
