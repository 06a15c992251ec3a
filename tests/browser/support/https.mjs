// TLS in front of a server of a test's own, with a certificate made for the day.
import { execFileSync } from 'node:child_process';
import { X509Certificate, createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HALL } from './browser.mjs';

/** A certificate for the hall's name that nobody but this test believes. */
function certificate() {
  const folder = mkdtempSync(path.join(tmpdir(), 'pencilmark-tls-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', `/CN=${HALL}`, '-addext', `subjectAltName=DNS:${HALL}`, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true, force: true });
  return pair;
}

/**
 * Passes everything on to `target`, an http address. Gives `{ url, trust, on(), off(), stop() }`: `trust` is what a
 * browser has to be told to believe the certificate, `off` takes it from the network, `on` brings it
 * back under the same address.
 */
export async function httpsFront(target) {
  const { hostname, port } = new URL(target);
  const pair = certificate();
  const pass = (request, reply) => {
    const { method, url, headers } = request;
    const onward = http.request({ hostname, port, method, path: url, headers }, (answer) => {
      reply.writeHead(answer.statusCode, answer.headers);
      answer.pipe(reply);
    });
    onward.on('error', () => reply.destroy());
    request.pipe(onward);
  };
  let front, at = 0;
  const on = async () => {
    front = https.createServer(pair, pass);
    await new Promise((resolve) => front.listen(at, '127.0.0.1', resolve));
    at = front.address().port;
  };
  await on();
  const off = () => new Promise((resolve) => { front.close(resolve); front.closeAllConnections(); });
  const key = new X509Certificate(pair.cert).publicKey.export({ type: 'spki', format: 'der' });
  const trust = `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`;
  return { url: `https://${HALL}:${at}`, trust, on, off, stop: off };
}
