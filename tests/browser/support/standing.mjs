// What all tests of a file stand on: there before the first of them, gone after the last.
import { after } from 'node:test';
import { launch, openPage } from './browser.mjs';
import { startShort } from './family.mjs';
import { httpsFront } from './https.mjs';
import { startServer } from './server.mjs';
import { addSession, day, printCards, setUpProject } from './staff.mjs';

/**
 * A browser and a server, which is started by `serve`. With `https` there is a `front` with TLS before it, which the
 * browser believes: "ignoreHTTPSErrors" would let no service worker in.
 *
 * A test that starts another server in its place says so by `stands.server = …`, so that it is stopped, too.
 */
export async function stand({ serve = startServer, https = false } = {}) {
  const stands = {};
  after(async () => {
    await stands.browser?.close();
    await stands.front?.stop();
    await stands.server?.stop();
  });
  if (https) {
    stands.server = await serve();
    stands.front = await httpsFront(stands.server.url);
    stands.browser = await launch([stands.front.trust]);
  } else {
    [stands.browser, stands.server] = await Promise.all([launch(), serve()]);
  }
  return stands;
}

/**
 * The same with a one-off session of today and its cards; with `event` also an event of today, both of one project.
 * `session` and `event` are the addresses for the tablets.
 */
export async function standAtSession(options = {}) {
  const stands = await stand(options);
  return Object.assign(stands, await oneOffSession(stands.browser, stands.server, options));
}

/** The same on the short questionnaire of tests/browser/surveys. */
export function standAtShort(options = {}) {
  return standAtSession({ serve: () => startShort(), ...options });
}

/** A one-off session of today on whatever questionnaires the server has, with its cards. */
export async function oneOffSession(browser, server, { event = false } = {}) {
  const staff = await openPage(browser);
  const project = await setUpProject(staff, server.url, {
    programme: 'Riverside Futures',
    project: 'Job Trail North',
    design: 'One-off sessions: before and after on the day',
  });
  const made = { session: await addSession(staff, { heldOn: day(0), place: 'Hall', role: 'One-off: before and after on the same day' }) };
  await staff.goto(project);
  if (event) {
    made.event = await addSession(staff, { heldOn: day(0), place: 'Fair', role: /^Event/ });
    await staff.goto(project);
  }
  made.cards = await printCards(staff);
  await staff.context().close();
  return made;
}
