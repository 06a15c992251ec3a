// Hashes and random names. Plain http has no crypto.subtle, so SHA-256 is here in full.
(function (pencilmark) {
  'use strict';

  // The first 32 bits of the fractional parts of the roots of primes, as the standard derives them.
  function primes(count) {
    const found = [];
    for (let n = 2; found.length < count; n++) if (found.every((p) => n % p)) found.push(n);
    return found;
  }
  const fraction = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
  const ROUND = primes(64).map((p) => fraction(Math.cbrt(p)));
  const START = primes(8).map((p) => fraction(Math.sqrt(p)));

  function sha256Plain(bytes) {
    const padded = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 536870912));
    view.setUint32(padded.length - 4, bytes.length << 3);
    const turn = (x, n) => (x >>> n) | (x << (32 - n));
    const hash = START.slice();
    const w = new Int32Array(64);
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 64; i++) {
        if (i < 16) { w[i] = view.getInt32(at + i * 4); continue; }
        const a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
      }
      const h = hash.slice();
      for (let i = 0; i < 64; i++) {
        const one = h[7] + (turn(h[4], 6) ^ turn(h[4], 11) ^ turn(h[4], 25)) + ((h[4] & h[5]) ^ (~h[4] & h[6])) + ROUND[i] + w[i];
        const two = (turn(h[0], 2) ^ turn(h[0], 13) ^ turn(h[0], 22)) + ((h[0] & h[1]) ^ (h[0] & h[2]) ^ (h[1] & h[2]));
        h.pop();
        h.unshift((one + two) | 0);
        h[4] = (h[4] + one) | 0;
      }
      for (let i = 0; i < 8; i++) hash[i] = (hash[i] + h[i]) | 0;
    }
    return hash.map((word) => ('0000000' + (word >>> 0).toString(16)).slice(-8)).join('');
  }

  // Lower-case hexadecimal SHA-256 of a text's UTF-8 bytes.
  async function sha256(text) {
    const bytes = new TextEncoder().encode(text);
    if (typeof crypto === 'undefined' || !crypto.subtle) return sha256Plain(bytes);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return Array.from(digest, (byte) => ('0' + byte.toString(16)).slice(-2)).join('');
  }

  function randomHex(bytes) {
    return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (b) => ('0' + b.toString(16)).slice(-2)).join('');
  }

  Object.assign(pencilmark, { sha256, sha256Plain, randomHex });
})(window.pencilmark = window.pencilmark || {});
