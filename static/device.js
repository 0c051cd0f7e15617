// What this device keeps of site inspections until the server has it: changed fields, photos, downloaded pages.
// Nothing leaves the device before everything has been uploaded; it goes when somebody signs out, and after seven days.
'use strict';

const Device = (() => {
  const NAME = 'inspections';
  const DAYS = 7;
  const stores = ['visits', 'photos'];
  let opened;
  const open = () => {
    opened ||= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.addEventListener('upgradeneeded', () => {
        request.result.createObjectStore('visits', { keyPath: 'id' });
        request.result.createObjectStore('photos', { keyPath: 'key' });
      });
      request.addEventListener('success', () => resolve(request.result));
      request.addEventListener('error', () => reject(request.error));
    });
    return opened;
  };
  const run = async (mode, act) => {
    const base = await open();
    return new Promise((resolve, reject) => {
      const transaction = base.transaction(stores, mode);
      const request = act(transaction);
      transaction.addEventListener('complete', () => resolve(request?.result));
      for (const ending of ['abort', 'error']) transaction.addEventListener(ending, () => reject(transaction.error));
    });
  };
  const all = (store) => run('readonly', (transaction) => transaction.objectStore(store).getAll());
  const get = (store, key) => run('readonly', (transaction) => transaction.objectStore(store).get(key));
  const put = (store, row) => run('readwrite', (transaction) => transaction.objectStore(store).put(row));
  const remove = (store, key) => run('readwrite', (transaction) => transaction.objectStore(store).delete(key));

  // ---- downloaded pages ----
  const pages = () => (window.isSecureContext && 'caches' in window ? caches.open(NAME) : null);
  // A page and all that it shows itself with.
  const keepPage = async (address) => {
    const cache = await pages();
    const answer = await fetch(address);
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.clone().text(), 'text/html');
    const parts = [...page.querySelectorAll('script[src]')].map((part) => part.getAttribute('src'));
    parts.push(...[...page.querySelectorAll('link[href]')].map((part) => part.getAttribute('href')));
    await cache.put(address, answer);
    for (const part of parts) if (!(await cache.match(part))) await cache.add(part);
  };
  const dropPage = async (address) => (await pages())?.delete(address, { ignoreSearch: true });
  const forgetPages = async (scope) => {
    if ('caches' in window) await caches.delete(NAME);
    if (!('serviceWorker' in navigator)) return;
    for (const worker of await navigator.serviceWorker.getRegistrations()) {
      if (new URL(worker.scope).pathname === scope) await worker.unregister();
    }
  };

  const unsent = async () => {
    const visits = (await all('visits')).filter((visit) => Object.keys(visit.changed).length);
    const photos = (await all('photos')).filter((photo) => !photo.sent);
    return { fields: visits.reduce((sum, visit) => sum + Object.keys(visit.changed).length, 0), photos: photos.length };
  };
  const wipe = async (scope) => {
    await run('readwrite', (transaction) => {
      for (const store of stores) transaction.objectStore(store).clear();
    });
    await forgetPages(scope);
  };
  const expire = async (scope) => {
    const oldest = Date.now() - DAYS * 86_400_000;
    const kept = await all('visits');
    for (const visit of kept) if (visit.at < oldest) await remove('visits', visit.id);
    for (const photo of await all('photos')) if (photo.at < oldest) await remove('photos', photo.key);
    if (kept.length && kept.every((visit) => visit.at < oldest)) await forgetPages(scope);
  };
  return { DAYS, all, get, put, remove, keepPage, dropPage, unsent, wipe, expire };
})();
