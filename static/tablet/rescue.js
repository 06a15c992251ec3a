// What waits on this tablet as a file, for the day when sending cannot succeed. Nothing is let go by
// saving it: the server takes the same answers as often as it likes.
(function (pencilmark) {
  'use strict';

  // { pencilmark: 'rescue', version, device, items: [{ id, to, sha256, body }], sha256 } – the last over
  // all items' hashes, so that a file cut short is noticed. It holds what can be read: where the database stays
  // silent for good, that is better than nothing, and the leader has been told.
  async function rescueFile() {
    const items = (await pencilmark.memory.all('outbox'))
      .sort((a, b) => a.sealed_ms - b.sealed_ms)
      .map((record) => ({ id: record.key, to: record.to || '/r/' + record.key, sha256: record.sha256, body: record.body }));
    const tablet = await pencilmark.memory.tablet();
    const sum = await pencilmark.sha256(items.map((item) => item.sha256).join(' '));
    return { pencilmark: 'rescue', version: 1, device: tablet.device, items: items, sha256: sum };
  }

  // Gives the file's name.
  async function saveRescueFile() {
    const file = await rescueFile();
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: 'application/json' }));
    link.download = 'pencilmark-rescue-' + file.device.slice(0, 4) + '-' + new Date().toISOString().slice(0, 10) + '.json';
    document.body.appendChild(link);
    link.click();
    document.body.removeChild(link);
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    return link.download;
  }

  Object.assign(pencilmark, { rescueFile, saveRescueFile });
})(window.pencilmark = window.pencilmark || {});
