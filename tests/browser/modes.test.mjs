// The three ways of running it, each from the first account to a family's withdrawal, in a real browser: plain http in a
// hall, https with a certificate of one's own, https under the authority that the laptop makes, and behind a proxy.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate, createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { after, test } from 'node:test';
import { HALL, LAPTOP, launch, openPage } from './support/browser.mjs';
import { hold, answer, come } from './support/family.mjs';
import { httpsFront } from './support/https.mjs';
import { startServer } from './support/server.mjs';
import { day, look } from './support/staff.mjs';

const PASSWORD = 'gull tractor sock';

const folder = mkdtempSync(path.join(tmpdir(), 'pencilmark-modes-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What a browser is told so that it trusts whoever has this key, and nobody else. */
function trusting(certificate) {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`;
}

/** A certificate for the hall's name, in two files. */
function ownCertificate() {
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', `/CN=${HALL}`, '-addext', `subjectAltName=DNS:${HALL}`, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key, cert };
}

/** The server's certificate, where the laptop's authority vouches for it: for names and addresses of a hall alone. */
async function vouchedFor(authority, port) {
  const socket = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', ca: authority.toString() });
  await new Promise((resolve, reject) => { socket.once('secureConnect', resolve); socket.once('error', reject); });
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return raw;
}

/** A port that nobody has now. */
async function sparePort() {
  const server = http.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A programme, a project, a session and cards, by the forms of the team's pages. Their looks are held elsewhere. */
async function setUp(page) {
  const send = (path, form) => page.evaluate(async ([path, form]) => {
    const stamp = document.querySelector('[name="form-token"]').value;
    const sent = await fetch(path, { method: 'POST', body: new URLSearchParams({ 'form-token': stamp, ...form }) });
    if (!sent.redirected) throw new Error(`${path}: ${sent.status} ${await sent.text()}`);
    return new URL(sent.url).pathname;
  }, [path, form]);
  const programme = await send('/programmes', { name: 'Bright Futures', starts_on: day(-7), ends_on: day(90), awareness_target: '50' });
  const project = await send(`${programme}/projects`, {
    name: 'Job Trail', delivery_model: 'school', design: 'one_off', target_children: '20', award: '10', established: 'yes',
  });
  const session = await send(`${project}/sessions`, { held_on: day(0), place: 'Hall', role: 'single' });
  const sheet = await send(`${project}/cards`, { cards: '8' });
  const cards = await page.evaluate(async (sheet) => (await fetch(sheet)).text(), sheet);
  const code = /\b[234679ACDEFHJKMNPRTVWXY]{3}-[234679ACDEFHJKMNPRTVWXY]{3}\b/.exec(cards)[0];
  return { programme, session, start: session.replace('/sessions/', '/s/'), code };
}

// Each gives { server, url, trust, secure, done }: `url` is the address that tablets and the team elsewhere use.
const MODES = {
  'plain http in a hall': async () => {
    const server = await startServer();
    return { server, url: server.url.replace('127.0.0.1', HALL), secure: false };
  },
  'https with a certificate of one’s own': async () => {
    const { key, cert } = ownCertificate();
    const server = await startServer({ args: ['--tls-certificate', cert, '--tls-key', key] });
    return { server, url: `https://${HALL}:${new URL(server.url).port}`, trust: trusting(readFileSync(cert)), secure: true };
  },
  'https under the laptop’s own authority': async () => {
    const server = await startServer({ args: ['--https'] });
    const authority = new X509Certificate(Buffer.from(await (await fetch(`${server.url}/trust/authority.crt`)).arrayBuffer()));
    const { port } = new URL(server.url);
    return { server, url: `https://localhost:${port}`, trust: trusting(await vouchedFor(authority, port)), secure: true, helps: true };
  },
  'behind a proxy with https': async () => {
    // The address is part of what the server is told, so that the proxy is there first.
    const port = await sparePort();
    const front = await httpsFront(`http://127.0.0.1:${port}`);
    const server = await startServer({ port, args: ['--url', front.url] });
    return { server, url: front.url, trust: front.trust, secure: true, token: true, done: front.stop };
  },
};

for (const [name, serve] of Object.entries(MODES)) {
  test(`${name}: from the first account to a family’s withdrawal`, async () => {
    const { server, url, trust, secure, helps, token, done } = await serve();
    const browser = await launch(trust ? [trust] : []);
    try {
      // The machine itself sets sign-in up, or whoever has the link that was printed.
      const printed = /Set up sign-in\s+(\S+)/.exec(server.output())[1];
      const anna = await openPage(browser, { viewport: LAPTOP });
      await anna.goto(token ? url + new URL(printed).pathname + new URL(printed).search : printed);
      await look(anna, 'setting sign-in up');
      await anna.getByLabel('Your name or e-mail address').fill('Anna');
      await anna.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await anna.getByLabel('The same once more').fill(PASSWORD);
      await anna.getByRole('button', { name: 'Make my account' }).click();
      await anna.getByRole('heading', { name: 'The team' }).waitFor();
      const { programme, session, start, code } = await setUp(anna);

      // From elsewhere: the warning above the password, or none; and the cookie that the mode allows.
      const elsewhere = await openPage(browser, { viewport: LAPTOP });
      if (helps) {
        await elsewhere.goto(url.replace('https:', 'http:') + '/trust');
        await look(elsewhere, 'help with trusting the laptop');
      }
      await elsewhere.goto(`${url}/sign-in`);
      await look(elsewhere, 'signing in');
      const warned = /not encrypted/i.test(await elsewhere.locator('main').innerText());
      assert.equal(warned, !secure, 'what is at risk is said on plain http alone');
      await elsewhere.getByLabel('Name or e-mail address').fill('Anna');
      await elsewhere.getByLabel('Password').fill(PASSWORD);
      await elsewhere.getByRole('button', { name: 'Sign in' }).click();
      await elsewhere.getByRole('heading', { name: 'Programmes' }).first().waitFor();
      const cookie = (await elsewhere.context().cookies(url)).find((one) => /pencilmark$/.test(one.name));
      assert.deepEqual([cookie.name, cookie.secure, cookie.httpOnly, cookie.sameSite],
        [secure ? '__Host-pencilmark' : 'pencilmark', secure, true, 'Lax']);

      // A family answers on a tablet while the board is looked at.
      await elsewhere.goto(`${url}${session}/board`);
      const tablet = await openPage(browser);
      await come(tablet, url + start, code, { animal: 'Sun' });
      await answer(tablet, {});
      await elsewhere.getByText(code).first().waitFor();
      await look(elsewhere, 'the board');
      await elsewhere.goto(`${url}${session}`);
      await elsewhere.getByRole('link', { name: 'Close the session' }).first().waitFor();

      // The family takes its answers out again, the session is closed, and the report still opens.
      const family = await openPage(browser);
      await family.goto(url + start);
      await family.getByRole('link', { name: /Take our answers out/ }).click();
      await family.getByRole('heading', { name: 'Take our answers out' }).waitFor();
      await family.waitForTimeout(350); // past the guard against double taps
      await family.getByLabel(/six letters/).fill(code);
      await family.getByRole('button', { name: 'Go on' }).click();
      await family.getByRole('heading', { name: 'Shall we delete everything?' }).waitFor();
      await family.waitForTimeout(350);
      await hold(family, family.getByRole('button', { name: 'Yes, delete everything' }));
      await family.getByRole('heading', { name: 'Your answers are gone' }).waitFor();
      await look(family, 'gone');
      await elsewhere.getByRole('link', { name: 'Close the session' }).first().click();
      await look(elsewhere, 'closing');
      await elsewhere.goto(`${url}${programme}/report`);
      await look(elsewhere, 'the report');
      await elsewhere.getByRole('button', { name: 'Sign out' }).click();
      await elsewhere.getByRole('heading', { name: 'Sign in' }).waitFor();
    } finally {
      await browser.close();
      await server.stop();
      await done?.();
    }
  });
}
