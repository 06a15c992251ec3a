// Each role of the team in a real browser: what it is shown, and what it is kept from.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LAPTOP, PHONE, openPage } from './support/browser.mjs';
import { startShort } from './support/family.mjs';
import { takeTurn } from './support/kiosk.mjs';
import { CANARY } from './support/nothing.mjs';
import { until } from './support/server.mjs';
import { addSession, day, look, printCards, setUpProject } from './support/staff.mjs';
import { stand } from './support/standing.mjs';

const PASSWORD = 'gull tractor sock';

const { browser, server } = await stand({ serve: () => startShort() });
const anna = await openPage(browser, { viewport: LAPTOP });
const project = await setUpProject(anna, server.url, { programme: 'Bright Futures', project: 'Job Trail', design: 'One-off sessions: before and after on the day' });
const address = await addSession(anna, { heldOn: day(0), place: 'Hall', role: 'One-off: before and after on the same day' });
const session = '/sessions/' + new URL(address).pathname.split('/').pop();
await anna.goto(project);
const programme = await anna.getByRole('link', { name: 'Bright Futures' }).first().getAttribute('href');

async function shoot(page, name) {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
}

test('the first account is set up on the machine itself, and from then on everybody signs in', async () => {
  await anna.goto(server.url);
  await anna.getByRole('link', { name: 'Set up sign-in' }).click();
  await look(anna, 'setting sign-in up');
  await shoot(anna, 'first');
  await anna.getByLabel('Your name or e-mail address').fill('Anna');
  await anna.getByLabel('Password', { exact: true }).fill('password1234');
  await anna.getByLabel('The same once more').fill('password1234');
  await anna.getByRole('button', { name: 'Make my account' }).click();
  await look(anna, 'a password on every list');
  assert.match(await anna.getByRole('alert').innerText(), /tried first/);
  await anna.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await anna.getByLabel('The same once more').fill(PASSWORD);
  await anna.getByRole('button', { name: 'Make my account' }).click();
  await anna.getByRole('heading', { name: 'The team' }).waitFor();
  await look(anna, 'the team');
  await shoot(anna, 'team');
  await anna.getByRole('link', { name: 'Anna' }).first().click();
  await look(anna, 'the own account');
  await shoot(anna, 'account');
  await anna.getByRole('link', { name: 'Turn it on' }).click();
  await look(anna, 'a second step');
  await shoot(anna, 'second-step');
  for (const viewport of [LAPTOP, PHONE]) {
    const other = await openPage(browser, { viewport });
    await other.goto(server.url + programme);
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    await look(other, `signing in at ${viewport.width}`);
    await shoot(other, `sign-in-${viewport.width}`);
    await other.getByLabel('Name or e-mail address').fill('anna');
    await other.getByLabel('Password').fill('not the password');
    await other.getByRole('button', { name: 'Sign in' }).click();
    await look(other, 'a wrong password');
    await other.getByLabel('Password').fill(PASSWORD);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.getByRole('heading', { name: 'Bright Futures' }).waitFor();
    assert.equal(new URL(other.url()).pathname, programme, 'led on to where they were going');
    await other.getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.context().close();
  }
});

/** Somebody new, added by Anna and let in by a link. Gives their page, signed in. */
async function come(name, role, given) {
  await anna.goto(`${server.url}/people/new`);
  await look(anna, 'somebody new');
  await anna.getByLabel('Their name or e-mail address').fill(name);
  await anna.getByLabel(role, { exact: true }).check();
  await anna.getByLabel(given).check();
  await shoot(anna, 'new');
  await anna.getByRole('button', { name: 'Add them' }).click();
  await look(anna, 'a link to hand over');
  await shoot(anna, 'link');
  const link = new URL(await anna.locator('.one-line code').innerText());
  const page = await openPage(browser, { viewport: LAPTOP });
  await page.goto(server.url + link.pathname);
  await look(page, 'choosing a password');
  await shoot(page, 'welcome');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('The same once more').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in with it' }).click();
  await page.getByText('Sign out').waitFor();
  await look(page, `the first page of ${role}`);
  await shoot(page, `home-${role.replace(/ /g, '-')}`);
  return page;
}

/** The page's status, as this member. */
const status = async (page, path) => (await page.request.get(server.url + path, { maxRedirects: 0 })).status();

const PAGES = [
  ['the programme', () => programme],
  ['its figures', () => `${programme}/report`],
  ['the funder’s page', () => `${programme}/funder`],
  ['answers row by row', () => `${programme}/downloads`],
  ['the session', () => session],
  ['families’ rights', () => '/rights'],
  ['the log', () => '/audit'],
  ['the team', () => '/people'],
];

/** Sends a form as a page of theirs would, token and origin and all: what keeps it out can only be their role. */
async function send(page, path, form) {
  const stamp = await page.locator('[name="form-token"]').first().getAttribute('value');
  const sent = await page.request.post(server.url + path, {
    form: { 'form-token': stamp, ...form }, headers: { origin: server.url }, maxRedirects: 0,
  });
  return sent.status();
}

/** What is written in the log now, the newest first. */
async function log() {
  const page = await anna.request.get(`${server.url}/audit`);
  return page.text();
}

// One thing each of them does, by its own buttons, and one they may not.
const DEEDS = {
  'Project manager': {
    does: async (page) => {
      await page.goto(`${server.url}${programme}/safeguarding`);
      await page.getByLabel('Mara').check();
      await page.getByLabel('Whom a leader turns to on the day').fill('Mara, 01632 960123');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.goto(server.url + session);
      await page.getByText('Mara, 01632 960123').waitFor();
      return 'Named who reads what families write';
    },
    refused: () => ['/people', { name: 'Eve', role: 'administrator' }],
  },
  'Session leader': {
    does: async (page) => {
      await page.goto(`${server.url}${session}/notes`);
      await page.locator('[name="children"]').fill('24');
      await page.getByRole('button', { name: 'Save and go on' }).click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      return 'Noted a session’s day';
    },
    refused: () => [`${programme}/safeguarding`, { contact: 'Nobody' }],
  },
  Evaluator: {
    does: async (page) => {
      await page.goto(`${server.url}${programme}/funder/links`);
      await page.getByLabel('Who it is for').fill('Hill Trust');
      await page.getByLabel('Why, for the log').fill('the trust asked');
      await page.getByRole('button', { name: 'Make a link' }).click();
      const link = new URL(await page.locator('.one-line code').innerText());
      assert.equal(await status(page, link.pathname), 200);
      await page.goto(`${server.url}${programme}/funder/links`);
      const back = page.locator('form[action$="/revocation"]').first();
      await back.getByRole('button').click();
      assert.equal(await status(page, link.pathname), 200, 'the browser itself asks why first');
      await back.getByLabel('Why, for the log').fill('sent to the wrong address');
      await back.getByRole('button').click();
      await back.waitFor({ state: 'detached' });
      assert.equal(await status(page, link.pathname), 410, 'they took it back');
      return 'Took a funder’s link back';
    },
    refused: () => [`${session}/closure`, {}],
  },
  Funder: {
    does: async (page) => {
      const paper = await page.request.get(`${server.url}${programme}/funder.pdf`);
      assert.equal(paper.headers()['content-type'], 'application/pdf');
      return null; // looking is not a deed
    },
    refused: () => [`${programme}/funder/links`, { label: 'Me', days: '30' }],
  },
};

for (const [name, role, given, open] of [
  ['Mara', 'Project manager', 'All of it', ['the programme', 'its figures', 'the session', 'families’ rights']],
  ['Leo', 'Session leader', 'Project Job Trail', ['the programme', 'the session', 'families’ rights']],
  ['Eve', 'Evaluator', 'All of it', ['the programme', 'its figures', 'the funder’s page', 'answers row by row']],
  ['Fay', 'Funder', 'All of it', ['the funder’s page']],
]) {
  test(`what a ${role.toLowerCase()} can and cannot do`, async () => {
    const page = await come(name, role, given);
    for (const [what, path] of PAGES) {
      assert.equal(await status(page, path()), open.includes(what) ? 200 : 403, `${role} at ${what}`);
    }
    // Nothing is offered that would be refused.
    const links = await page.locator('a[href^="/"]').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    for (const href of new Set(links)) {
      assert.notEqual(await status(page, href), 403, `${role} is offered ${href}`);
    }
    const [path, form] = DEEDS[role].refused();
    const before = await log();
    assert.equal(await send(page, path, form), 403, `${role} sends ${path}`);
    assert.equal(await log(), before, `${role} was refused, and nothing is noted`);
    const deed = await DEEDS[role].does(page);
    if (deed) assert.ok((await log()).includes(deed), `the log says that ${role}: ${deed}`);
    if (role === 'Session leader') {
      await page.goto(server.url + session);
      await look(page, 'the session, as its leader');
      await page.getByRole('link', { name: 'Close the session' }).first().waitFor();
    }
    await page.context().close();
  });
}

test('what an administrator can do: everything', async () => {
  for (const [what, path] of PAGES) assert.equal(await status(anna, path()), 200, `an administrator at ${what}`);
  for (const page of ['In their own words', 'How long answers are kept']) {
    await anna.goto(server.url + programme);
    await anna.getByRole('link', { name: page }).click();
    await anna.getByRole('heading', { name: page, level: 1 }).waitFor();
    await look(anna, page);
  }
});

/** The form that makes a link for the funder. */
const newLink = (page) => page.locator('form').filter({ has: page.getByRole('button', { name: 'Make a link' }) });

test('what is done without a word of why is asked for it, keeps what was typed, and is done once', async () => {
  const links = `${server.url}${programme}/funder/links`;
  await anna.goto(links);
  await anna.getByLabel('Who it is for').fill('Harbour & “Quay” Trust');
  await anna.getByLabel('Three months').check();
  await anna.getByRole('button', { name: 'Make a link' }).click();
  const asked = anna.getByRole('heading', { name: 'Say why', exact: true });
  for (const [why, wrong] of [['', 'Say why, in a few words'], ['the family of PEN-C4T', 'Leave the card’s code out']]) {
    await asked.waitFor();
    await anna.getByRole('alert').getByText(wrong).waitFor();
    await look(anna, `say why: ${wrong}`);
    assert.equal(await anna.getByLabel('Why, for the log').inputValue(), why, 'what was said is kept');
    await anna.getByLabel('Why, for the log').fill(why ? 'the quay pays for it' : 'the family of PEN-C4T');
    assert.ok(!(await log()).includes('Harbour'), 'nothing was done yet');
    await anna.getByRole('button', { name: 'Go on' }).click();
  }
  await anna.getByRole('heading', { name: 'A link for Harbour & “Quay” Trust' }).waitFor();
  await anna.goto(links);
  const made = anna.getByRole('row', { name: /Harbour/ });
  assert.equal(await made.count(), 1);
  assert.ok(new Date(await made.getByRole('cell').nth(1).innerText()) > Date.now() + 80 * 86_400_000, 'for three months');
  await anna.goto(`${server.url}/audit`);
  const line = anna.getByRole('row', { name: /Harbour/ });
  assert.equal(await line.count(), 1, 'one line');
  await line.getByText('the quay pays for it').waitFor();
  // A file is asked for the same, and comes once it was said.
  await anna.goto(`${server.url}${programme}/downloads`);
  await anna.getByRole('link', { name: 'Download everything (.zip)' }).click();
  await asked.waitFor();
  await anna.getByLabel('Why, for the log').fill('for the yearly report');
  const [pack] = await Promise.all([anna.waitForEvent('download'), anna.getByRole('button', { name: 'Go on' }).click()]);
  assert.match(pack.suggestedFilename(), /\.zip$/);
  assert.ok((await log()).includes('for the yearly report'));
});

test('a funder’s link shows its page to a browser that never signed in, until it is taken back', async () => {
  await anna.goto(`${server.url}${programme}/funder`);
  await anna.getByRole('link', { name: 'Share this page by a link' }).click();
  await look(anna, 'links for the funder');
  await anna.getByLabel('Who it is for').fill('River Trust');
  await newLink(anna).getByLabel('Why, for the log').fill('the trust asked');
  await anna.getByRole('button', { name: 'Make a link' }).click();
  await look(anna, 'a link to send');
  const link = new URL(await anna.locator('.one-line code').innerText());
  const page = await openPage(browser, { viewport: LAPTOP });
  await page.goto(server.url + link.pathname);
  await look(page, 'the funder’s page by a link');
  await shoot(page, 'funder-by-link');
  const ways = page.locator('a[href^="/"]').filter({ hasNotText: 'Pencilmark' });
  const others = (all, own) => all.map((way) => way.pathname).filter((way) => !way.startsWith(own));
  assert.deepEqual(await ways.evaluateAll(others, link.pathname), [], 'no way on but to the same page on paper');
  await anna.getByRole('link', { name: 'Back to the links' }).click();
  await shoot(anna, 'links');
  const taken = anna.getByRole('row', { name: /River Trust/ });
  await taken.getByLabel('Why, for the log').fill('the grant is over');
  await taken.getByRole('button', { name: /Take back/ }).click();
  await anna.getByRole('row', { name: /River Trust/ }).getByText('taken back').waitFor();
  assert.equal(await ways.count(), 1, 'the page on paper');
  await page.reload();
  await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
});

// The last of all: no link goes to a funder while a text waits to be read.
test('what a tablet can do: ask families, and read nothing of what they answered', async () => {
  const tablet = await openPage(browser);
  const start = session.replace('/sessions/', '/s/');
  await tablet.goto(server.url + start);
  await tablet.getByLabel(/six letters/).waitFor();
  await look(tablet, 'a tablet of the hall');
  for (const [what, path] of PAGES) assert.equal(await status(tablet, path()), 303, `a tablet at ${what} is asked to sign in`);
  await anna.goto(project);
  const [card] = await printCards(anna);
  await tablet.goto(server.url + start);
  const sending = tablet.waitForRequest((request) => request.method() === 'PUT' && request.postData()?.includes(CANARY));
  await takeTurn(tablet, { card, animal: 'fox', year: 1 }, { text: CANARY });
  await sending;
  let taken = '';
  await until('the answer to be judged', async () => {
    taken = await (await tablet.request.get(`${server.url}${start}/kit`)).text();
    return taken.includes('"wave"');
  });
  assert.ok(!taken.includes(CANARY), 'nothing that was answered');
  const kit = JSON.parse(taken);
  const keys = (thing) => Object.keys(thing).sort();
  assert.deepEqual(keys(kit), ['afters', 'cards', 'open', 'session', 'shell'], 'what it takes along');
  const families = Object.values(kit.cards);
  for (const family of families) assert.deepEqual(keys(family), ['people', 'permitted'], 'of a family');
  const [person, ...others] = families.flatMap((family) => family.people);
  assert.deepEqual(others, [], 'one has answered');
  assert.deepEqual(keys(person), ['animal', 'attended', 'school_year', 'visits'], 'of a person');
  assert.deepEqual(person.visits, [{ wave: 'pre', days_ago: 0, survey: 'short' }], 'of a visit');
  const changed = await tablet.request.post(`${server.url}${session}/closure`, { form: {}, headers: { origin: server.url }, maxRedirects: 0 });
  assert.equal(changed.status(), 403, 'it closes no session');
  await tablet.context().close();
});
