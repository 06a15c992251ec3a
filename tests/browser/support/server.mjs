// A Pencilmark server of a test's own: spare port, empty data folder, gone afterwards.
import { spawn, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HALL } from './browser.mjs';
import { assertNoAddressTells, assertNothingSaid } from './canaries.mjs';

/** The program under test: what `./test` built, or the debug build of this clone. */
export const BINARY = process.env.PENCILMARK_BINARY || debugBuild();

function debugBuild() {
  const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../../..');
  const metadata = execFileSync('cargo', ['metadata', '--no-deps', '--format-version', '1'], { cwd: root });
  const binary = path.join(JSON.parse(metadata).target_directory, 'debug', 'pencilmark');
  if (!existsSync(binary)) throw new Error(`${binary} is not there: run \`cargo build\` first`);
  return binary;
}

/**
 * Only what the program needs of our surroundings, so that nobody's own settings reach a test. It writes down all it
 * can: whatever families and the team do in any test is searched for in that when the server ends.
 */
function surroundings(data) {
  const { PATH, HOME, LANG, TZ } = process.env;
  return { PATH, HOME, LANG, TZ, PENCILMARK_DATA: data, PENCILMARK_LOG: 'trace' };
}

/** Runs one command of the program to its end and gives its standard output. */
export function pencilmark(data, ...args) {
  return execFileSync(BINARY, args, { env: surroundings(data), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** An empty data folder. */
export function dataFolder() {
  return mkdtempSync(path.join(tmpdir(), 'pencilmark-data-'));
}

/**
 * Starts `pencilmark serve` and resolves once it answers.
 *
 * Gives `{ url, data, output(), stop(), off() }`; `stop` ends the server and removes its data folder, `off`
 * kills it at once and leaves the folder for the next one. Both fail where it wrote down what it must not, or where a
 * page put any of that into an address.
 */
export async function startServer({ data = dataFolder(), args = [], port = 0 } = {}) {
  const child = spawn(BINARY, ['serve', '--listen', `127.0.0.1:${port}`, '--name', HALL, ...args], {
    env: surroundings(data),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // A server that a failed test has left behind keeps nobody waiting, and goes with whoever started it.
  for (const held of [child, child.stdout, child.stderr]) held.unref();
  const leave = () => child.kill('SIGKILL');
  process.once('exit', leave);
  ended.then(() => process.off('exit', leave));
  const stop = async () => {
    child.ref();
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await ended;
    clearTimeout(timer);
    rmSync(data, { recursive: true, force: true });
    assertNothingSaid(output);
    assertNoAddressTells();
  };
  const off = async () => {
    child.ref();
    child.kill('SIGKILL');
    await ended;
    assertNothingSaid(output);
    assertNoAddressTells();
  };
  try {
    const url = await until('the server to print its address and answer', async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
      const port = /http:\/\/localhost:(\d+)/.exec(output)?.[1];
      const address = port && `http://127.0.0.1:${port}`;
      return address && (await fetch(address).then(() => address, () => null));
    });
    return { url, data, output: () => output, stop, off };
  } catch (error) {
    await stop().catch(() => {});
    throw new Error(`${error.message}; it said:\n${output.slice(-20_000)}`);
  }
}

/** Tries every 20 ms, for at most 15 seconds unless said, until `attempt` gives something. */
export async function until(what, attempt, patienceMs = 15_000) {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const value = await attempt();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited ${patienceMs / 1000} seconds for ${what}`);
}
