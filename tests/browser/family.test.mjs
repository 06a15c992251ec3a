// The whole journey: a family of three answers before and after on a tablet, and the evaluator reads
// what changed.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { LAPTOP, openPage } from './support/browser.mjs';
import { answer, come } from './support/family.mjs';
import { pencilmark, until } from './support/server.mjs';
import { addSession, day, look, printCards, setUpProject } from './support/staff.mjs';
import { stand } from './support/standing.mjs';

const { browser, server } = await stand();

// A child of Year 1, one of Year 5 and a parent. The children know twice as many jobs afterwards, say
// yes to having a job one day, and talk about it at home with a grown-up who says the same.
const KS1_JOBS = { 'K1-AW1': ['vet', 'chef', 'teacher'], 'K1-AW2': ['doctor'] };
const KS2_JOBS = ['vet', 'chef', 'farmer', 'plumber', 'engineer', 'librarian', 'paramedic', 'scientist'];
const FAMILY = [
  {
    who: { animal: 'Fox', year: 'Year 1' },
    before: { 'K1-AW1': ['vet'], 'K1-AW2': ['doctor'], 'K1-CF1': 2, 'K1-TK1': 1 },
    after: { ...KS1_JOBS, 'K1-CF1': 3, 'K1-TK1': 3 },
  },
  {
    who: { animal: 'Owl', year: 'Year 5' },
    before: { 'K2-AW1': KS2_JOBS.slice(0, 4), 'K2-CF1': 2, 'K2-TK1': 0 },
    after: { 'K2-AW1': KS2_JOBS, 'K2-CF1': 4, 'K2-TK1': 2 },
  },
  { who: { animal: 'Sun' }, before: { 'PA-TK1': 0 }, after: { 'PA-TK1': 4 } },
];

/** What another family's tablet sends: the same, with a card and an id of its own, and `also` answered. */
async function sendAs(card, envelope, also) {
  const id = randomBytes(16).toString('hex');
  const answers = { ...envelope.answers, ...also };
  const body = JSON.stringify({ ...envelope, id, card: card.replace('-', ''), answers });
  const response = await fetch(`${server.url}/r/${id}`, { method: 'PUT', body });
  assert.equal(response.status, 201, await response.text());
  return answers;
}

/** Jobs a child knows, in percent of those on the list; those nobody has are not on it. */
function percentKnown(answers) {
  const madeUp = /\.(zibber|frelder|quostrist)$/;
  const jobs = Object.keys(answers).filter((field) => /^(K1-AW[12]|K2-AW1)\./.test(field) && !madeUp.test(field));
  return (100 * jobs.filter((field) => answers[field] === 1).length) / jobs.length;
}

const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

test('a family of three answers before and after, and the evaluator reads what changed', async () => {
  const staff = await openPage(browser, { viewport: LAPTOP });
  const project = await setUpProject(staff, server.url, {
    programme: 'Riverside Futures',
    project: 'Job Trail North',
    design: 'Several sessions with the same families',
  });
  const first = await addSession(staff, { heldOn: day(-35), place: 'St Mark’s Hall', role: 'First of several' });
  await staff.goto(project);
  const last = await addSession(staff, { heldOn: day(0), place: 'St Mark’s Hall', role: 'Last of several' });
  await staff.goto(project);
  const cards = await printCards(staff);
  assert.equal(cards.length, 16, 'a sheet of cards');

  const tablet = await openPage(browser);
  const sent = [];
  for (const [wave, address] of [['before', first], ['after', last]]) {
    for (const person of FAMILY) {
      const check = wave === 'before';
      const headings = await come(tablet, address, cards[0].toLowerCase(), { ...person.who, check });
      assert.equal(headings.at(-1), `This is ${person.who.animal}’s ${wave}`);
      const { envelope } = await answer(tablet, person[wave], { check });
      await look(tablet, 'pass it on');
      sent.push({ wave, animal: person.who.animal, envelope });
    }
  }
  const asked = (wave, animal) => Object.keys(sent.find((one) => one.wave === wave && one.animal === animal).envelope.answers);
  assert.ok(asked('after', 'Owl').includes('K2-TK1'), 'five weeks later a frequency at home may be asked');

  // Three people are too few to say what changed.
  await staff.goto(server.url);
  await staff.getByRole('link', { name: 'What changed' }).first().click();
  await look(staff, 'the evaluator’s page of one family');
  const summary = staff.locator('#summary');
  assert.match(await summary.innerText(), /Too few to say\s+Do children know more job roles\?/);

  // Nine more families answer, some with a job or two more afterwards.
  const known = { before: [], after: [] };
  const more = [
    {},
    { 'K1-AW1.engineer': 1, 'K2-AW1.physio': 1 },
    { 'K1-AW1.engineer': 1, 'K1-AW2.farmer': 1, 'K2-AW1.physio': 1, 'K2-AW1.architect': 1 },
  ];
  for (const { wave, envelope } of sent) {
    const own = envelope.answers;
    const all = [own];
    for (const [index, card] of cards.slice(1, 10).entries()) {
      const asked = Object.entries(wave === 'after' ? more[index % 3] : {}).filter(([field]) => field in own);
      all.push(await sendAs(card, envelope, Object.fromEntries(asked)));
    }
    if (envelope.role === 'child') known[wave].push(...all.map(percentKnown));
  }
  assert.equal(known.after.length, 20);

  // Now the page says by how much, of how many, and the file says the same.
  const rise = `+${(100 * (mean(known.after) / mean(known.before) - 1)).toFixed(1)}%`;
  await until('the answers to be scored and paired', async () => {
    await staff.reload();
    return /20 matched of 20 registered/.test(await summary.innerText());
  });
  await look(staff, 'the evaluator’s page of ten families');
  const read = await summary.innerText();
  assert.ok(read.includes(rise), `${rise} more jobs known, in: ${read}`);
  assert.match(read, /Confidence in getting a job they like rose from 0% to 100%/);
  assert.match(await staff.locator('main').innerText(), /Talking about jobs at home/);
  assert.doesNotMatch(await staff.locator('main').innerText(), /\b(caused|proved|thanks to)\b/);
  const csv = pencilmark(server.data, 'report', '--format', 'csv');
  assert.ok(csv.split('\n').some((row) => /,AWR,/.test(row) && row.includes(rise)), `${rise} in the file too`);

  await staff.getByRole('link', { name: 'For the funder' }).first().click();
  await look(staff, 'the funder’s page');
  assert.match(await staff.locator('main').innerText(), /\b20\b/);
});
