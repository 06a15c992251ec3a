// What a leader does on the machine itself: from an empty database to sessions that families can answer at.
import { assertAccessible, assertKeptToItself, openPage } from './browser.mjs';

/** `2026-11-21`, that many days from today, on this machine's calendar as the server reads it. */
export function day(daysFromToday) {
  const date = new Date();
  date.setDate(date.getDate() + daysFromToday);
  const two = (number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The address of the first programme on the front page: its number is nobody's to guess. */
export async function firstProgramme(url) {
  return /\/programmes\/\d+/.exec(await (await fetch(url)).text())[0];
}

/** Through the five steps of the set-up, by its own links and buttons, to a project's page. */
export async function setUpProject(page, url, { programme, project, design }) {
  await page.goto(url);
  await look(page, 'the two doors');
  await page.getByRole('link', { name: 'Set up my programme' }).click();
  await look(page, 'a new programme');
  await page.getByLabel('Name of the programme').fill(programme);
  await goOn(page);
  await look(page, 'the programme');
  await page.getByRole('link', { name: 'Add a project' }).first().click();
  await look(page, 'a new project');
  await page.getByLabel('Name of the project').fill(project);
  await page.getByLabel('Yes', { exact: true }).check();
  await page.getByLabel('School-based').check();
  await page.getByLabel(design).check();
  await goOn(page);
  await look(page, 'the project');
  return page.url();
}

/** Adds a session to the project whose page is open. Gives the address for the tablets. */
export async function addSession(page, { heldOn, place, role }) {
  await page.getByRole('link', { name: /^Add (a|its first) session/ }).first().click();
  await look(page, 'a new session');
  await page.getByLabel('Day', { exact: true }).fill(heldOn);
  await page.getByLabel(/^Place/).fill(place);
  await page.getByLabel(role).check();
  await goOn(page);
  await look(page, 'the session');
  return page.locator('.address').innerText();
}

/** Issues a sheet of cards to the project whose page is open, and reads their codes off it. */
export async function printCards(page) {
  await page.getByRole('link', { name: 'Print cards' }).first().click();
  await look(page, 'cards to print');
  await page.getByRole('button', { name: 'Make the cards' }).click();
  await page.getByText(/^[0-9A-Z]{3}-[0-9A-Z]{3}$/).first().waitFor();
  await look(page, 'a sheet of cards');
  const codes = (await page.locator('main').innerText()).match(/\b[234679ACDEFHJKMNPRTVWXY]{3}-[234679ACDEFHJKMNPRTVWXY]{3}\b/g);
  return [...new Set(codes)];
}

/** A tablet that a leader has paired by its two words, on the leader's page of the session. */
export async function pairedTablet(browser, session, leader, name) {
  const tablet = await openPage(browser);
  await tablet.goto(session);
  await tablet.locator('[data-pairing-words]').getByText(/\w+ \w+/).waitFor();
  const words = await tablet.locator('[data-pairing-words]').innerText();
  await leader.goto(session.replace('/s/', '/sessions/'));
  await leader.locator('.request', { hasText: words }).getByRole('button', { name: `Yes, it is the ${name} tablet` }).click();
  await tablet.getByText(`${name} tablet`).waitFor();
  return tablet;
}

async function goOn(page) {
  await page.getByRole('button', { name: 'Save and go on' }).click();
}

/** Every page that is passed is held to the same promises. */
export async function look(page, name) {
  await assertAccessible(page, name);
  assertKeptToItself(page);
}
