// What somebody types comes back as text: hostile strings go into every field of the team's forms and into what
// families write, and every page that shows them is opened.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { LAPTOP, assertKeptToItself, openPage } from './support/browser.mjs';
import { day } from './support/staff.mjs';
import { stand } from './support/standing.mjs';

/** Each fits a line of a form. Whatever runs one of them opens a dialog. */
const HOSTILE = [
  `<script>alert(1)</script><img src=x onerror=alert(1)>"'><svg/onload=alert(1)> ' onmouseover='alert(1)`,
  '</title></textarea></option></script><script>alert(1)</script>{{constructor.constructor("alert(1)")()}}${alert(1)}',
  '=HYPERLINK("javascript:alert(1)";"x") javascript:alert(1)//\u202egnp.exe\u2028\u2029\ufeff &lt;script&gt; \u{ff1d}1+1',
  `@SUM(1)${'W'.repeat(50)}<a href=javascript:alert(1)>${'W'.repeat(28)}`,
];

const { browser, server } = await stand();
const page = await openPage(browser, { viewport: LAPTOP });
await page.goto(`${server.url}/programmes/new`);
let token = await page.locator('input[name="form-token"]').first().getAttribute('value');

const filled = new Set(); // names of fields that took a hostile text
const fields = new Map(); // names of all fields that take a text → a page that has it

const TEXTS = 'input:not([type]), input[type=text], input[type=search], input[type=email], textarea';

/** Posts a form of the team's. Gives the path that it leads to. */
async function post(path, typed, status = 303) {
  const form = { 'form-token': token, ...typed };
  for (const [name, text] of Object.entries(typed)) if (HOSTILE.some((one) => text.includes(one.slice(0, 40)))) filled.add(name);
  const answer = await page.request.post(server.url + path, { form, headers: { origin: server.url }, maxRedirects: 0 });
  assert.equal(answer.status(), status, `${path}: ${(await answer.text()).replace(/<[^>]*>/g, ' ').slice(0, 1500)}`);
  return status === 303 ? answer.headers().location : answer.text();
}

/** A programme in which everything is called like this, with a child that writes it too. Gives its card and pages. */
async function programmeOf(text) {
  const programme = await post('/programmes', { name: text, funder: text, grant_reference: text, starts_on: '', ends_on: '', awareness_target: '50' });
  await post(`${programme}/areas`, { area: text });
  await post(`${programme}/organisations`, { organisation: text });
  const project = await post(`${programme}/projects`, {
    name: text, area: text, organisation: text, established: 'yes', delivery_model: 'school', design: 'one_off', target_children: '20', award: '1000',
  });
  const session = await post(`${project}/sessions`, { held_on: day(0), place: text, role: 'single' });
  const notes = { children: '1', adults: '1', other_topic: text, visitors: '1', visitors_who: text, disruption: text, note: text };
  await post(`${session}/notes`, notes);
  await post(`${programme}/safeguarding`, { contact: text });
  const sheet = await post(`${project}/cards`, { cards: '4' });
  const cards = await (await page.request.get(server.url + sheet)).text();
  const code = /[234679ACDEFHJKMNPRTVWXY]{3}-[234679ACDEFHJKMNPRTVWXY]{3}/.exec(cards)[0];
  const key = session.split('/').pop();
  const asked = await page.request.post(`${server.url}/s/${key}`, { form: { code, animal: 'fox', school_year: '4', permission: 'yes', assent: 'yes' } });
  const { answers, ...envelope } = JSON.parse(/name="envelope" value="([^"]+)"/.exec(await asked.text())[1].replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
  const said = { ...answers, 'K2-AS1': text };
  const stored = await page.request.put(`${server.url}/r/${envelope.id}`, { data: { ...envelope, answers: said } });
  assert.equal(stored.status(), 201);
  // What stands beside the figures, and why things were done.
  await post(`${programme}/report/texts`, { about: text });
  await post(`${programme}/report/learning`, { kind: 'worked', note: text, action: text, theme: text, noted_on: day(0) });
  await post(`${programme}/report/costs`, { strand_0: text, budget_0: '5', total: '5', log_why: text });
  await post(`${programme}/report/quotes`, { said: text, speaker: 'adult', consent: '2' });
  await post(`${programme}/data-protection`, { ground: 'public_task', decided_by: text, decided_on: '', written_in: text, contact: text });
  await post(`${programme}/complaints`, { received_on: day(0), about: text });
  await post(`${programme}/hold`, { why: text });
  await post('/rights/protection', { code, kind: 'restriction', why: text }, 200);
  await post(`${session}/links`, { response: envelope.id, animal: '', reason: text });
  return { code, programme, project, session, envelope };
}

/** The doors that show something, as the program's own table has them. */
function doors() {
  const table = readFileSync(new URL('../../src/web/doors.rs', import.meta.url), 'utf8');
  const rows = table.matchAll(/(?:look|look_in_part|hand_out)\(\s*"([^"]+)"|(?:family|guest)\("GET", "([^"]+)"/g);
  return [...rows].map((row) => row[1] ?? row[2]);
}

// Not pages: files of ours, a stream that never ends (the board draws it), what wants the laptop's own https, and the
// second half of a sign-in, which shows nothing that anybody typed.
const NO_PAGES = ['/static/{hash}/{*name}', '/audio/{file}', '/sw.js', '/trust', '/trust/authority.crt', '/sessions/{session}/live', '/sessions/{session}/now', '/s/{key}/kit', '/sign-in/second-step'];

test('nothing that was typed runs on any page that shows it', { timeout: 300_000 }, async () => {
  const dialogs = [];
  page.on('dialog', async (dialog) => {
    dialogs.push(`${dialog.type()} on ${page.url()}`);
    await dialog.dismiss();
  });
  const read = []; // pages on which a text came back
  const doorsLeft = new Set(doors());
  assert.ok(doorsLeft.size > 60, 'the table of doors was not understood');
  const visited = (path) => {
    for (const door of doorsLeft) if (new RegExp(`^${door.replace(/\{\*?\w+\}/g, '[^/]+')}$`).test(path)) doorsLeft.delete(door);
  };
  const open = async (path, text) => {
    visited(path);
    const answer = await page.goto(server.url + path);
    assert.equal(answer.status(), 200, path);
    assertKeptToItself(page);
    assert.deepEqual(dialogs, []);
    const start = text.slice(0, 20).replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    if ((await answer.text()).includes(start)) read.push(path.replace(/(programmes|projects)\/\d+/, '$1/N').replace(/(sessions|s|funder)\/[0-9a-z]{8,}/, '$1/KEY').replace(/at=\w+/, 'at=KEY'));
    for (const name of await page.locator(TEXTS).evaluateAll((all) => all.map((one) => one.name)))
      if (!path.startsWith('/s/')) fields.set(name, path); // a tablet's page takes a code by script, which others take by a form
    assert.equal(await page.locator('main script, main svg[onload], main [onerror], main a[href^="javascript"]').count(), 0, path);
  };
  for (const text of HOSTILE) {
    const { code, programme, project, session } = await programmeOf(text);
    const links = await post(`${programme}/funder/links`, { label: text, days: '7', log_why: text }, 422);
    assert.match(links, /not been read/, 'what the child wrote is read first');
    for (const path of [
      '/', programme, `${programme}/edit`, `${programme}/report`, `${programme}/funder`, `${programme}/downloads`, `${programme}/safeguarding`,
      `${programme}/retention`, `${programme}/funder/links`, project, `${project}/edit`, `${project}/cards`, `${project}/sessions/new`, session,
      `${session}/edit`, `${session}/board`, `${session}/notes`, `${session}/closure`, `${session}/find`, `${session}/links`, `${session}/paper`,
      `${session}/permission`, `${session}/tablets`, `/s/${session.split('/').pop()}`, '/troubles', '/privacy',
      `${programme}/report/texts`, `${programme}/report/learning`, `${programme}/report/costs`, `${programme}/report/quotes`,
      `${programme}/data-protection`,
    ]) await open(path, text);
    const noted = await page.request.get(`${server.url}${programme}/data-protection`);
    await open(new RegExp(`${programme}/complaints/\\d+`).exec(await noted.text())[0], text);
    await open(`/privacy?at=${session.split('/').pop()}`, text);
    // Pages that only a form leads to.
    await page.goto(`${server.url}/rights`);
    await page.getByLabel('The code on the family’s card').fill(code);
    await page.getByRole('button', { name: 'Find the card' }).click();
    await page.locator('form[action="/rights/answers"]').getByLabel('Why, for the log').fill(text);
    await page.getByRole('button', { name: 'Show the answers' }).click();
    await page.getByRole('heading', { name: /^Fox, before/ }).waitFor();
    const told = await page.locator('main').innerText();
    assert.ok(told.includes(text.slice(0, 30)) || /[\u2028\ufeff]/.test(text), `the answer is told as it was written: ${text}`);
    assertKeptToItself(page);
    assert.deepEqual(dialogs, []);
    const id = await page.request.get(`${server.url}${programme}/safeguarding`);
    const response = /name="response" value="([0-9a-f]{32})"/.exec(await id.text())[1];
    await post(`${programme}/safeguarding/read`, { response });
    const made = await post(`${programme}/funder/links`, { label: text, days: '7', log_why: text }, 200);
    await open(`/funder/${/\/funder\/([0-9a-f]{64})/.exec(made)[1]}`, text);
    await open('/audit', text);
    if (text === HOSTILE.at(-1)) await everywhereElse(text, { code, programme, project, session });
  }
  /** The rest of the doors, in the last programme; then somebody is called like this, too. */
  async function everywhereElse(text, { code, programme, project, session }) {
    const key = session.split('/').pop();
    const found = await (await page.request.get(`${server.url}${session}/find`)).text();
    const [, family] = /families\/(\d+)\/spare/.exec(found);
    const [sheet] = new RegExp(`${project}/cards/\\d+`).exec(await (await page.request.get(`${server.url}${project}/cards`)).text());
    for (const path of [
      '/programmes/new', `${programme}/projects/new`, sheet, '/guide', '/rescue', '/rights', '/account', '/people', '/people/new', '/people/first',
      `${session}/families/${family}`, `${session}/families/${family}/spare`, `${session}/afters`, `${session}/paper/ks2/pre`,
      `${session}/keying/ks2/pre`, `${session}/keying/ks2/pre/again`, '/card', '/card/withdrawal', `/c/${code}`, `/s/${key}/home`, `/s/${key}/pass`, `/s/${key}/withdrawal`,
    ]) await open(path, text);
    const made = await post(`${programme}/funder/links`, { label: text, days: '7', log_why: text }, 200);
    const link = /\/funder\/[0-9a-f]{64}/.exec(made)[0];
    for (const file of [`${programme}/report.pdf`, `${programme}/funder.pdf`, `${link}/page.pdf`, `${programme}/downloads/long.csv`, `${programme}/downloads/pack.zip`, `${programme}/downloads/pack.zip/progress`]) {
      const answer = await page.request.get(server.url + file, { params: { why: text } });
      assert.ok(answer.ok() && !/html/.test(answer.headers()['content-type']), `${file} is a file and no page`);
      visited(file);
    }
    // Names of the team stand on their pages, in the log and beside whatever they did.
    const name = text.slice(0, 100);
    await page.goto(`${server.url}/people/first`);
    await page.locator('[name="name"]').fill(name);
    await page.locator('[name="password"]').fill('gull tractor sock');
    await page.locator('[name="again"]').fill('gull tractor sock');
    await page.getByRole('button', { name: 'Make my account' }).click();
    await page.getByRole('heading', { name: 'The team' }).waitFor();
    token = await page.locator('input[name="form-token"]').first().getAttribute('value');
    const somebody = /\/people\/\d+/.exec(await (await page.request.get(`${server.url}/people`)).text())[0];
    const guest = await post('/people', { name: `2 ${name}`, role: 'administrator' }, 200);
    await post(`${programme}/hold`, { why: text }, 422);
    for (const path of ['/', '/people', somebody, '/account', '/account/second-step', '/audit', `${programme}/safeguarding`, `${programme}/report/sign-off`])
      await open(path, name);
    assert.ok(read.includes('/people'), 'the name was seen');
    const other = await openPage(browser, { viewport: LAPTOP });
    other.on('dialog', (dialog) => dialogs.push(dialog.type()));
    for (const path of [/\/welcome\/[0-9a-f]{64}/.exec(guest)[0], '/sign-in']) {
      await other.goto(server.url + path);
      assertKeptToItself(other);
      visited(path);
    }
    assert.deepEqual(dialogs, []);
    await other.context().close();
  }
  // Whatever field is left takes one, too, each form at its page as it stands: most want a number, and show it again.
  const left = () => [...fields].filter(([name]) => !filled.has(name));
  for (const path of new Set(left().map(([, path]) => path))) {
    const forms = page.locator('form[method=post]');
    for (let at = 0; at === 0 || at < await forms.count(); at += 1) {
      await page.goto(server.url + path);
      const names = await forms.nth(at).evaluate((form, [texts, text]) => {
        const all = Array.from(form.querySelectorAll(texts));
        for (const one of all) one.value = text;
        form.noValidate = true;
        return all.map((one) => one.name);
      }, [TEXTS, HOSTILE[0]]);
      if (names.length === 0) continue;
      const [answer] = await Promise.all([page.waitForNavigation(), forms.nth(at).evaluate((form) => form.requestSubmit(form.querySelector('button[type=submit]')))]);
      assert.ok(answer.status() < 500, `${path}: ${answer.status()}`);
      assertKeptToItself(page);
      assert.deepEqual(dialogs, [], path);
      for (const name of names) filled.add(name);
      await page.goto(server.url + path);
    }
  }
  assert.deepEqual(left(), [], 'every field that takes a text took a hostile one');
  const never = [...doorsLeft].filter((door) => !NO_PAGES.includes(door));
  assert.deepEqual(never, [], 'every door that shows something was looked through');
  for (const needed of ['/', '/programmes/N', '/programmes/N/safeguarding', '/projects/N', '/sessions/KEY', '/sessions/KEY/notes', '/audit', '/programmes/N/funder/links', '/programmes/N/report/learning', '/programmes/N/report/quotes', '/programmes/N/data-protection', '/programmes/N/retention', '/programmes/N/report', '/privacy?at=KEY', '/sessions/KEY/links', '/people'])
    assert.ok(read.includes(needed), `no hostile text was seen on ${needed}: ${[...new Set(read)].join(' ')}`);
});
