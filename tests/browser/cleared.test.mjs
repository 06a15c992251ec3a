// Somebody clears a tablet's browser before what was answered on it could be sent: it is gone, and the leader is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, openPage } from './support/browser.mjs';
import { answer, come, remembered } from './support/family.mjs';
import { until } from './support/server.mjs';
import { pairedTablet } from './support/staff.mjs';
import { standAtShort } from './support/standing.mjs';

const { browser, session, cards } = await standAtShort();

test('a tablet that was cleared before it could send is never called empty, and the light stays off', { timeout: 120_000 }, async () => {
  const leader = await openPage(browser, { viewport: PHONE });
  const red = await pairedTablet(browser, session, leader, 'Red');
  await red.route(/\/r\/[0-9a-f]{32}$/, (route) => route.abort());
  await come(red, session, cards[0], { animal: 'Fox', year: 'Year 1' });
  await answer(red, {}, { connected: false });
  await red.getByText('Saved on this tablet').waitFor();
  await leader.goto(session.replace('/s/', '/sessions/') + '/closure');
  const line = leader.locator('.tablets li', { hasText: /^Red\b/ });
  await line.getByText(/\b1\b/).first().waitFor();

  const devtools = await red.context().newCDPSession(red);
  await red.goto('about:blank');
  await devtools.send('Storage.clearDataForOrigin', { origin: new URL(session).origin, storageTypes: 'all' });
  await red.unroute(/\/r\/[0-9a-f]{32}$/);
  await red.goto(session);
  await red.locator('[data-open]').waitFor();
  assert.equal(await remembered(red), '0 drafts, 0 waiting', 'nothing is left of it');
  assert.equal(await red.getByText('Red tablet').isVisible(), false, 'it is another tablet now');

  // Everything that can still speak says that it is empty.
  await leader.getByRole('button', { name: 'Collect the tablets' }).click();
  await red.getByText('That is all for today').waitFor({ timeout: 45_000 });
  await leader.getByText('Not safe to pack away yet').waitFor();
  await until('the leader to hear of the tablet that is there', async () => (await leader.locator('.tablets li').count()) >= 1);
  assert.doesNotMatch(await line.innerText(), /everything is here/);
  assert.equal(await leader.getByText('✓ Safe to pack away').count(), 0);
  await leader.getByRole('button', { name: 'Close the session' }).click();
  await leader.getByRole('alert').getByText('Say why').waitFor();
});
