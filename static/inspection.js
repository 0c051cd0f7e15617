// The sheet of a site inspection works without a network: every change is kept on this device at once, photos too, and
// the page sends them when there is a network again or somebody presses 上传. Without this script it is a plain form.
'use strict';

(() => {
  const block = document.getElementById('inspection-data');
  const form = document.getElementById('sheet');
  if (!block || !form) return;
  const data = JSON.parse(block.textContent);
  const { words } = data;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    if (document.documentElement.lang === 'en' && /[\u3400-\u9fff]/.test(text)) made.lang = 'zh';
    return made;
  };
  const button = (text, act, className = 'btn btn--small') => {
    const made = element('button', className, text);
    made.type = 'button';
    made.addEventListener('click', act);
    return made;
  };
  const status = document.getElementById('device');
  const clock = (moment) => new Date(moment).toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false });
  const day = (moment) => new Date(moment).toLocaleDateString('sv-SE');
  const tell = (parts, isOpen = false) => {
    status.hidden = false;
    status.className = isOpen ? 'device is-open' : 'device';
    status.replaceChildren(...parts.filter(Boolean).map((part, place) => (part.nodeType ? part : element(place ? 'span' : 'b', '', part))));
  };

  // ---- the fields ----
  const seen = JSON.parse(form.elements.seen.value);
  const controls = (name) => [...form.elements].filter((control) => control.name === name && control.type !== 'hidden');
  const read = (name) => {
    const [first] = controls(name);
    if (!first) return undefined;
    if (first.type === 'radio') return controls(name).find((control) => control.checked)?.value ?? '';
    return first.value.replace(/\r\n?/g, '\n');
  };
  const write = (name, text) => {
    for (const control of controls(name)) {
      if (control.type === 'radio') control.checked = control.value === text;
      else control.value = text;
    }
    compare(name);
  };
  const tidy = (text) => text.split('\n').map((line) => line.trim().replace(/\s+/g, ' ')).join('\n').trim();
  const changed = () => Object.keys(seen).filter((name) => {
    const text = read(name);
    return text !== undefined && tidy(text) !== tidy(seen[name]);
  });
  // The difference to what was declared stands beside the figure at once.
  function compare(name) {
    const [input] = controls(name);
    const out = document.querySelector(`[data-out="${name}"]`);
    if (!out || !input) return;
    const typed = input.value.trim().replace(/[,，]/g, '');
    const declared = input.dataset.declared.replace(/,/g, '');
    const by = Number(typed) - Number(declared);
    if (!typed || !declared || Number.isNaN(by)) out.textContent = '';
    else if (by === 0) out.textContent = words.equal;
    else out.textContent = fill(by < 0 ? words.less : words.more, { n: Number(Math.abs(by).toFixed(6)) });
  }

  // ---- what this device keeps ----
  let record = { id: data.id, account: data.account, page: data.page, at: Date.now(), version: data.version, known: {}, changed: {}, downloaded: false };
  let mayStore = true;
  let isForeign = false;
  const keep = async () => {
    record.changed = Object.fromEntries(changed().map((name) => [name, { base: seen[name], value: read(name) }]));
    record.at = Date.now();
    try {
      await Device.put('visits', record);
      mayStore = true;
    } catch {
      mayStore = false;
    }
  };
  const photosHere = async (all = false) => {
    const rows = await Device.all('photos').catch(() => []);
    return rows.filter((photo) => photo.visit === data.id && (all || !photo.sent));
  };
  const report = async (first) => {
    const [fields, photos] = [changed().length, (await photosHere()).length];
    const isOpen = fields > 0 || photos > 0;
    const lines = [first || (isOpen ? fill(words.kept, { time: clock(record.at) }) : '')];
    if (isOpen) lines.push(fill(words.unsent, { fields, photos }), fill(words.until, { day: day(record.at + Device.DAYS * 86_400_000) }));
    if (!mayStore) lines.push(words.noStore);
    if (!window.isSecureContext) lines.push(words.insecure);
    if (isOpen) lines.push(button(words.upload, () => send(true)));
    if (lines.some(Boolean)) tell(lines.filter(Boolean), isOpen);
    // What the server counted as blank no longer holds: the bar, which is always in sight, says what is kept here.
    const state = document.getElementById('sheet-state');
    if (state && isOpen) state.textContent = `${fill(words.kept, { time: clock(record.at) })} · ${fill(words.unsent, { fields, photos })}`;
  };

  // ---- sending ----
  const renewToken = async () => {
    const answer = await fetch(data.page);
    if (!answer.ok || answer.redirected) return 'expired';
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const other = page.getElementById('inspection-data');
    if (!other) return 'expired';
    if (JSON.parse(other.textContent).account !== data.account) return 'other';
    const token = page.querySelector('input[name=csrf_token]').value;
    for (const input of document.querySelectorAll('input[name=csrf_token]')) input.value = token;
    return 'renewed';
  };
  const token = () => form.elements.csrf_token.value;
  // The answer, or a word for what stands in the way.
  const ask = async (request) => {
    let answer = await request();
    if (answer.status === 400 || answer.status === 401) {
      const renewed = await renewToken();
      if (renewed !== 'renewed') return renewed;
      answer = await request();
    }
    return answer;
  };
  const taken = (body, sent) => {
    record.version = body.version;
    form.elements.version.value = body.version;
    const clashing = new Set(body.conflicts.map((clash) => clash.field));
    for (const [name, text] of Object.entries(body.answers)) {
      if (clashing.has(name)) continue;
      // What the other device wrote comes in, unless somebody types here at this moment.
      const isOpen = tidy(read(name) ?? '') !== tidy(sent.has(name) ? sent.get(name) : seen[name]);
      seen[name] = text;
      if (!isOpen) write(name, text);
    }
    record.known = { ...seen };
    form.elements.seen.value = JSON.stringify(seen);
  };
  const sendFields = async () => {
    const names = changed();
    if (!names.length) return 'done';
    const sent = new Map(names.map((name) => [name, read(name)]));
    const answer = await ask(() => fetch(data.sheet, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': token() },
      body: JSON.stringify({ account: data.account, fields: Object.fromEntries(names.map((name) => [name, { base: seen[name], value: sent.get(name) }])) }),
    }));
    if (typeof answer === 'string') return answer;
    const body = await answer.json().catch(() => ({}));
    if (answer.ok || (answer.status === 409 && body.conflicts)) {
      taken(body, sent);
      await keep();
      showClashes(body.conflicts);
      return body.conflicts.length ? 'clash' : 'done';
    }
    return [403, 404, 422].includes(answer.status) ? { closed: body.detail || '' } : 'server';
  };
  const sendPhotos = async () => {
    const every = await photosHere(true);
    let done = every.filter((photo) => photo.sent).length;
    for (const photo of every.filter((one) => !one.sent)) {
      const answer = await ask(() => {
        const body = new FormData();
        for (const name of ['key', 'caption', 'sha256']) body.set(name, photo[name] || '');
        body.set('taken_at', new Date(photo.at).toISOString());
        body.set('account', data.account);
        body.set('csrf_token', token());
        body.set('photo', new File([photo.bytes], photo.name, { type: photo.type }));
        return fetch(data.photos, { method: 'POST', headers: { Accept: 'application/json' }, body });
      });
      if (typeof answer === 'string') return answer;
      if (!answer.ok) {
        const body = await answer.json().catch(() => ({}));
        return [403, 404, 409, 413, 422].includes(answer.status) ? { closed: body.detail || '' } : 'server';
      }
      photo.sent = true;
      done += 1;
      await Device.put('photos', photo);
      tell([fill(words.uploaded, { done, all: every.length })], done < every.length);
      drawWaiting();
    }
    return { done, all: every.length };
  };
  // What was sent is on the server and goes from here; the downloaded page stays, as it is now. A photo that was added
  // meanwhile waits for its turn.
  const finish = async () => {
    for (const photo of await photosHere(true)) if (photo.sent) await Device.remove('photos', photo.key);
    await keep();
    const answer = await fetch(data.page).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const id of ['shots', 'sheet-state']) {
      const fresh = page.getElementById(id);
      if (fresh) document.getElementById(id)?.replaceWith(fresh);
    }
    drawWaiting();
    if (record.downloaded) await Device.keepPage(data.page).catch(() => {});
  };
  const link = () => {
    const made = element('a', '', words.signIn);
    made.href = data.signIn;
    made.target = '_blank';
    made.rel = 'noopener';
    return made;
  };
  const attempt = async () => {
    try {
      tell([words.sending]);
      const fields = await sendFields();
      if (fields !== 'done') return fields;
      const photos = await sendPhotos();
      if (photos.all === undefined) return photos;
      await finish();
      return photos.all ? { uploaded: photos } : 'done';
    } catch {
      return 'offline';
    }
  };
  let running = null;
  const isDone = (result) => result === 'done' || Boolean(result.uploaded);
  const isLeft = async () => changed().length > 0 || (await photosHere()).length > 0;
  const send = async (isAsked = false) => {
    if (isForeign) return 'foreign';
    if (running) {
      // What was written or added while the last was on its way goes after it.
      const result = await running;
      return isDone(result) && (await isLeft()) ? send(isAsked) : result;
    }
    running = (async () => {
      if (!isAsked && !(await isLeft())) return 'nothing';
      const result = await attempt();
      if (isDone(result) && (await isLeft())) await report();
      else if (result === 'done') tell([fill(words.saved, { time: clock(Date.now()) })]);
      else if (result.uploaded) tell([fill(words.uploaded, result.uploaded)]);
      else if (result === 'expired') await report().then(() => status.prepend(element('b', '', words.expired), link()));
      else if (result === 'other') await report(words.other);
      else if (result === 'offline') await report(words.offline);
      else if (result === 'server') await report(words.server);
      else if (result === 'clash') await report();
      else if (result.closed !== undefined) await report(fill(words.closed, { reason: result.closed }));
      return result;
    })().finally(() => { running = null; });
    return running;
  };

  // ---- a field that two people changed ----
  const clashBox = document.getElementById('clashes');
  const shown = (name, text) => {
    const radio = controls(name).find((control) => control.type === 'radio' && control.value === text);
    return radio ? radio.closest('label').textContent.trim() : text || words.empty;
  };
  function showClashes(clashes) {
    clashBox.hidden = !clashes.length;
    if (!clashes.length) {
      clashBox.replaceChildren();
      return;
    }
    clashBox.className = 'msg msg--warn section';
    clashBox.setAttribute('role', 'alert');
    clashBox.replaceChildren(element('h2', '', fill(words.clashHead, { n: clashes.length })));
    const settle = async (row) => {
      row.remove();
      await keep();
      if (clashBox.querySelector('.clash')) return;
      clashBox.hidden = true;
      await send(true);
    };
    for (const clash of clashes) {
      const row = element('div', 'clash');
      row.dataset.field = clash.field;
      row.append(element('h3', '', clash.label));
      row.append(element('p', '', fill(words.mine, { text: shown(clash.field, clash.mine) })));
      const by = { name: clash.by, time: clash.at ? clock(clash.at) : '', text: shown(clash.field, clash.theirs) };
      row.append(element('p', '', fill(words.theirs, by)));
      row.append(button(words.useMine, () => {
        seen[clash.field] = clash.theirs;
        settle(row);
      }), button(words.useTheirs, () => {
        seen[clash.field] = clash.theirs;
        write(clash.field, clash.theirs);
        settle(row);
      }));
      clashBox.append(row);
    }
    clashBox.focus();
  }

  // ---- photos ----
  const photoForm = document.getElementById('photo-form');
  const waiting = document.getElementById('waiting');
  const addresses = new Map();
  async function drawWaiting() {
    const photos = await photosHere(true);
    for (const [key, address] of addresses) {
      if (photos.some((photo) => photo.key === key)) continue;
      URL.revokeObjectURL(address);
      addresses.delete(key);
    }
    waiting.replaceChildren(...photos.map((photo) => {
      if (!addresses.has(photo.key)) addresses.set(photo.key, URL.createObjectURL(new Blob([photo.bytes], { type: photo.type })));
      const figure = element('figure');
      const picture = element('img');
      picture.src = addresses.get(photo.key);
      picture.alt = photo.caption;
      const caption = element('figcaption', '', photo.caption);
      caption.append(element('span', 'note', photo.sent ? words.sent : words.waiting));
      if (!photo.sent) {
        caption.append(button(words.removePhoto, async () => {
          await Device.remove('photos', photo.key);
          await drawWaiting();
          await report();
        }));
      }
      figure.append(picture, caption);
      return figure;
    }));
  }
  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  };
  const digest = async (bytes) => {
    if (!crypto.subtle) return '';
    const counted = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return [...counted].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  };
  photoForm?.addEventListener('submit', async (event) => {
    if (!mayStore || isForeign) return;
    event.preventDefault();
    const said = document.getElementById('photo-said');
    const [chosen] = photoForm.elements.photo.files;
    const caption = photoForm.elements.caption.value.trim();
    said.hidden = Boolean(chosen && caption);
    if (!chosen || !caption) {
      said.textContent = chosen ? words.noCaption : words.noPhoto;
      photoForm.elements[chosen ? 'caption' : 'photo'].focus();
      return;
    }
    // The bytes and not the file: a file of the gallery may be gone when the network is back.
    const bytes = await chosen.arrayBuffer();
    const row = { key: newKey(), visit: data.id, account: data.account, at: Date.now(), name: chosen.name, type: chosen.type, caption, bytes };
    row.sha256 = await digest(bytes);
    try {
      await Device.put('photos', row);
    } catch {
      mayStore = false;
      photoForm.submit();
      return;
    }
    photoForm.reset();
    await keep();
    await drawWaiting();
    await report();
    if (navigator.onLine) send(true);
  });

  // ---- the page ----
  form.addEventListener('input', (event) => {
    const { name, dataset } = event.target;
    compare(name);
    // Whoever types a value means it.
    if (dataset.seen && event.target.value.trim() && read(dataset.seen) !== 'inputs') write(dataset.seen, 'inputs');
    if (!isForeign) keep().then(() => report());
  });
  form.addEventListener('submit', async (event) => {
    if (form.dataset.passing || isForeign || !mayStore) return;
    event.preventDefault();
    const signs = event.submitter?.hasAttribute('formaction');
    await keep();
    const result = await send(true);
    if (!signs) return;
    if (isDone(result)) {
      await Device.remove('visits', data.id).catch(() => {});
      await Device.dropPage(data.page)?.catch(() => {});
      form.dataset.passing = '1';
      form.requestSubmit(event.submitter);
      setTimeout(() => delete form.dataset.passing);
    } else if (result === 'offline') {
      await report(words.notSigned);
    }
  });
  addEventListener('online', () => send());
  addEventListener('focus', () => send());

  const offerDownload = () => {
    const mayDownload = window.isSecureContext && 'serviceWorker' in navigator && 'caches' in window;
    if (!mayDownload || data.closed) return;
    const press = button(words.download, async () => {
      press.disabled = true;
      try {
        await navigator.serviceWorker.register(data.worker, { scope: data.scope });
        await navigator.serviceWorker.ready;
        await Device.keepPage(data.page);
        await Device.keepPage(data.list);
        record.downloaded = true;
        await keep();
        tell([words.downloaded]);
      } catch {
        tell([words.server], true);
      }
      press.disabled = false;
    });
    document.getElementById('device-buttons').append(press);
  };

  // The sheet was closed meanwhile: what this device still holds can be read and copied.
  const showKept = (changes) => {
    tell([fill(words.closed, { reason: data.closed })], true);
    const list = element('dl', 'facts section');
    for (const [name, change] of Object.entries(changes)) {
      list.append(element('dt', '', data.fields[name] || name), element('dd', '', change.value || words.empty));
    }
    clashBox.hidden = false;
    clashBox.replaceChildren(list);
  };

  const begin = async () => {
    let stored;
    try {
      await Device.expire(data.scope);
      stored = await Device.get('visits', data.id);
    } catch {
      mayStore = false;
    }
    isForeign = Boolean(stored && stored.account !== data.account && Object.keys(stored.changed).length);
    if (isForeign) {
      tell([words.foreign], true);
      return;
    }
    if (stored && stored.account === data.account) {
      record = stored;
      // A downloaded page may be older than what this device has sent since.
      if (stored.version > data.version) {
        for (const [name, text] of Object.entries(stored.known)) {
          seen[name] = text;
          write(name, text);
        }
        form.elements.version.value = stored.version;
      } else {
        record.version = data.version;
      }
      if (data.closed && Object.keys(stored.changed).length) {
        showKept(stored.changed);
        return;
      }
      for (const [name, change] of Object.entries(stored.changed)) {
        if (read(name) === undefined) continue;
        seen[name] = change.base;
        write(name, change.value);
      }
      form.elements.seen.value = JSON.stringify(seen);
    }
    for (const name of Object.keys(seen)) compare(name);
    offerDownload();
    await drawWaiting();
    await report();
    await send();
  };
  begin();
})();
