// What a tablet waits for at its first visit, measured as benches/run page does.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { standAtSession } from './support/standing.mjs';

const { server, session, cards } = await standAtSession();
const tool = fileURLToPath(new URL('../../benches/tools/page.mjs', import.meta.url));

test('with an empty cache a tablet loads less than 100 kB in at most six requests, and then nothing again', async (t) => {
  const key = new URL(session).pathname.split('/').pop();
  const { stdout } = await promisify(execFile)(process.execPath, [tool, server.url, key, cards[0].replace('-', '')]);
  const [requests, bytes, againRequests, againBytes] = stdout.trim().split(' ').map(Number);
  t.diagnostic(`${requests} requests, ${bytes} bytes; then ${againRequests} and ${againBytes}`);
  assert.ok(requests >= 5 && requests <= 6, `${requests} requests`);
  assert.ok(bytes > 50_000 && bytes < 100_000, `${bytes} bytes`);
  assert.deepEqual([againRequests, againBytes], [0, 0]);
});
