// The application form saves itself: shortly after typing, on leaving a field, on leaving the page. Until the
// server has confirmed a text, this device keeps a copy of it. Without this script the form saves by its buttons.
'use strict';

(() => {
  const block = document.getElementById('autosave-data');
  const data = block ? JSON.parse(block.textContent) : {};
  const words = data.words || {};
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    // A Chinese name on an English page says so.
    if (document.documentElement.lang === 'en' && /[\u3400-\u9fff]/.test(text)) made.lang = 'zh';
    return made;
  };

  // On phones the progress list is one line: the part at hand is in sight.
  const here = document.querySelector('.steps [aria-current]');
  if (here) here.closest('ol').scrollLeft += here.getBoundingClientRect().left - here.closest('ol').getBoundingClientRect().left - 16;

  // ---- a second click sends nothing a second time ----
  const hold = (form) => {
    if (form.dataset.sent) return false;
    form.dataset.sent = '1';
    // After the browser has read the form: a disabled button would not be sent with it.
    setTimeout(() => {
      for (const button of form.querySelectorAll('button[type=submit]')) button.disabled = true;
    });
    return true;
  };
  const release = () => {
    for (const form of document.querySelectorAll('form[data-sent]')) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll('button[type=submit]')) button.disabled = false;
    }
  };
  for (const form of document.querySelectorAll('form[data-once]')) {
    form.addEventListener('submit', (event) => {
      if (!hold(form)) event.preventDefault();
      else if (event.submitter && words.busy) event.submitter.textContent = words.busy;
    });
  }
  // A page that comes back from the browser's memory is ready to be used again.
  addEventListener('pageshow', (event) => {
    if (event.persisted) release();
  });

  const form = document.getElementById('answers');
  if (!form || !data.autosave) return;
  const status = document.getElementById('save-status');
  const WAIT = 800;
  const RETRY = [3000, 6000, 12000, 30000];

  // ---- what is typed ----
  const fields = JSON.parse(form.elements.seen.value);
  const controls = (name) => [...form.elements].filter((control) => control.name === name && control.type !== 'hidden');
  const read = (name) => {
    const [first] = controls(name);
    if (!first) return undefined;
    if (first.type === 'radio') return controls(name).find((control) => control.checked)?.value ?? '';
    if (first.type === 'checkbox') return first.checked ? first.value : '';
    return first.value.replace(/\r\n?/g, '\n');
  };
  const write = (name, text) => {
    for (const control of controls(name)) {
      if (control.type === 'radio' || control.type === 'checkbox') control.checked = control.value === text;
      else control.value = text;
      control.dispatchEvent(new Event('input', { bubbles: true }));
    }
  };
  // The server tidies blanks; a text that differs in nothing else is saved.
  const tidy = (text) => text.split('\n').map((line) => line.trim().replace(/\s+/g, ' ')).join('\n').trim();
  const same = (one, other) => tidy(one) === tidy(other);
  const unsaved = () => Object.keys(fields).filter((name) => {
    const text = read(name);
    return text !== undefined && !same(text, fields[name]);
  });

  // ---- the copy on this device ----
  const stored = () => {
    try {
      return JSON.parse(localStorage.getItem(data.key)) || { fields: {} };
    } catch {
      return { fields: {} };
    }
  };
  let mayStore = true;
  const store = (copy) => {
    try {
      if (Object.keys(copy.fields).length) localStorage.setItem(data.key, JSON.stringify(copy));
      else localStorage.removeItem(data.key);
    } catch {
      mayStore = false;
    }
  };
  const keepCopy = () => {
    const copy = stored();
    const open = unsaved();
    for (const name of Object.keys(fields)) {
      if (open.includes(name)) copy.fields[name] = { text: read(name), seen: fields[name] };
      else if (!offered.has(name)) delete copy.fields[name];
    }
    if (open.length) copy.at = new Date().toISOString();
    store(copy);
  };
  const dropCopy = (names) => {
    const copy = stored();
    for (const name of names) delete copy.fields[name];
    store(copy);
  };
  const clock = (moment) => new Date(moment).toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false });

  // ---- the status line ----
  const tell = (text, { bad = false, more = '', action } = {}) => {
    const waits = text === words.saving || text === words.unsaved;
    const line = [element('b', bad ? 'is-bad' : waits ? 'is-open' : '', text)];
    if (more) line.push(element('span', '', ` ${more}`));
    if (action) line.push(' ', action);
    status.replaceChildren(...line);
  };
  const signIn = () => {
    const link = element('a', '', words.signIn);
    link.href = data.signIn;
    link.target = '_blank';
    link.rel = 'noopener';
    return link;
  };
  const compare = () => {
    const button = element('button', 'btn btn--small', words.compare);
    button.type = 'submit';
    button.name = 'go';
    button.value = 'stay';
    button.dataset.plain = '1';
    return button;
  };

  // ---- what the server says about the values ----
  const say = (kind, list) => {
    const by = new Map(list.map((item) => [item.field, item.message]));
    for (const name of Object.keys(fields)) {
      const place = document.getElementById(`${name}-${kind}`);
      if (!place) continue;
      // Nobody is corrected in the middle of a word.
      const busy = controls(name).includes(document.activeElement);
      if (busy && by.has(name)) continue;
      place.hidden = !by.has(name);
      place.textContent = by.get(name) || '';
      if (kind !== 'err') continue;
      for (const control of controls(name)) {
        if (by.has(name)) control.setAttribute('aria-invalid', 'true');
        else control.removeAttribute('aria-invalid');
      }
    }
  };
  let said = { doubts: [], faults: [] };
  const sayAll = () => {
    say('doubt', said.doubts);
    say('err', said.faults);
  };
  const showDerived = (derived) => {
    for (const output of form.querySelectorAll('[data-derived]')) {
      const text = derived[output.dataset.derived] || '';
      const cut = text.lastIndexOf(' ') + 1;
      if (text.endsWith('%')) output.replaceChildren(text.slice(0, cut), element('b', '', text.slice(cut)));
      else output.textContent = text || '—';
    }
  };

  // ---- saving ----
  let timer = null;
  let running = null;
  let tries = 0;
  let stopped = false;
  const request = (names, keepalive) => fetch(data.autosave, {
    method: 'POST',
    keepalive,
    headers: { 'Content-Type': 'application/json', 'X-CSRFToken': form.elements.csrf_token.value },
    body: JSON.stringify({
      version: Number(form.elements.version.value),
      answers: Object.fromEntries(names.map((name) => [name, read(name)])),
      seen: Object.fromEntries(names.map((name) => [name, fields[name]])),
    }),
  });
  // The token of this page may belong to a session that is over: the page itself has a fresh one, if whoever is
  // signed in now is the one who typed.
  const renewToken = async () => {
    const answer = await fetch(`${data.page}?section=${form.elements.section.value}`);
    if (!answer.ok || answer.redirected) return 'expired';
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const other = page.getElementById('autosave-data');
    if (!other) return 'closed';
    if (JSON.parse(other.textContent).account !== data.account) return 'other';
    const token = page.querySelector('#answers [name=csrf_token]').value;
    for (const input of document.querySelectorAll('input[name=csrf_token]')) input.value = token;
    return 'renewed';
  };
  // Leaving a field by pressing a button saves at once, and an answer can arrive before the press has ended. A message
  // that appears then moves the button away from under the pointer, and the browser drops the click: answers wait.
  // Not for ever: the end of a press on a list that the system draws may never be told.
  let released = Promise.resolve();
  addEventListener('pointerdown', () => {
    released = new Promise((resolve) => {
      for (const ending of ['pointerup', 'pointercancel', 'dragend']) addEventListener(ending, resolve, { capture: true, once: true });
      setTimeout(resolve, 2000);
    });
  }, true);
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(save, RETRY[Math.min(tries, RETRY.length - 1)]);
    tries += 1;
  };
  const attempt = async (keepalive) => {
    const names = unsaved();
    if (!names.length) return 'nothing';
    keepCopy();
    tell(words.saving);
    const sent = new Map(names.map((name) => [name, read(name)]));
    let answer;
    try {
      answer = await request(names, keepalive);
      if (answer.status === 400) {
        const renewed = await renewToken();
        if (renewed !== 'renewed') return renewed;
        answer = await request(names, false);
      }
      if (answer.status === 401) return 'expired';
      if (answer.status === 409) return 'conflict';
      if (answer.status === 403 || answer.status === 404) return 'closed';
      if (!answer.ok) return 'server';
      const body = await answer.json();
      await released;
      form.elements.version.value = body.version;
      for (const [name, text] of sent) fields[name] = tidy(text);
      form.elements.seen.value = JSON.stringify(fields);
      dropCopy(names.filter((name) => same(read(name), fields[name])));
      showDerived(body.derived);
      said = body;
      sayAll();
      // What was typed while this was on its way is not saved yet; it goes next.
      const told = unsaved().length ? words.unsaved : fill(words.saved, { time: clock(body.saved_at) });
      tell(told, { more: mayStore ? words.copy : words.storage });
      return 'saved';
    } catch {
      return 'offline';
    }
  };
  const REPORTS = {
    expired: () => tell(words.expired, { bad: true, action: signIn() }),
    other: () => tell(words.otherAccount, { bad: true }),
    conflict: () => tell(words.conflict, { bad: true, action: compare() }),
    closed: () => tell(words.closed, { bad: true }),
    server: () => tell(words.server, { bad: true }),
    offline: () => tell(words.offline, { bad: true }),
  };
  function save(keepalive = false) {
    clearTimeout(timer);
    if (running) return running.then((result) => (result === 'saved' && unsaved().length ? save(keepalive) : result));
    running = attempt(keepalive).then((result) => {
      running = null;
      REPORTS[result]?.();
      stopped = result === 'conflict' || result === 'closed';
      if (result === 'saved') tries = 0;
      if (['offline', 'server', 'expired', 'other'].includes(result)) later();
      return result;
    });
    return running;
  }

  form.addEventListener('input', () => {
    keepCopy();
    if (stopped) return;
    if (!running) tell(words.unsaved, { more: mayStore ? words.copy : words.storage });
    clearTimeout(timer);
    timer = setTimeout(save, WAIT);
  });
  form.addEventListener('focusout', async () => {
    if (!stopped && unsaved().length) save();
    else if (said.faults.length || said.doubts.length) {
      await released;
      sayAll();
    }
  });
  addEventListener('online', () => save());
  addEventListener('focus', () => {
    if (!stopped && unsaved().length) save();
  });
  const leave = () => {
    if (stopped || !unsaved().length || form.dataset.sent) return;
    keepCopy();
    save(true);
  };
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') leave();
  });
  addEventListener('pagehide', leave);

  // The buttons save first, so that a lost connection or an expired session leaves everything on this page.
  form.addEventListener('submit', async (event) => {
    const button = event.submitter;
    if (form.dataset.passing || button?.dataset.plain) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    const pending = running || unsaved().length;
    if (!pending && navigator.onLine) return;
    event.preventDefault();
    form.dataset.sent = '1';
    const result = pending ? await save() : 'offline';
    delete form.dataset.sent;
    if (result === 'saved' || result === 'nothing' || result === 'conflict') {
      form.dataset.passing = '1';
      form.requestSubmit(button);
      setTimeout(() => delete form.dataset.passing);
    } else {
      REPORTS[result]?.();
      status.scrollIntoView({ block: 'nearest' });
    }
  });

  // The page behind a link must show what was typed last. A second press goes at once: the copy on this device stays.
  let leaving = false;
  document.addEventListener('click', async (event) => {
    const link = event.target.closest('a[href]');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.defaultPrevented) return;
    const isHere = link.pathname === location.pathname && link.search === location.search && link.hash;
    if (isHere || leaving || stopped || !(running || unsaved().length)) return;
    event.preventDefault();
    leaving = true;
    const result = await save();
    if (result === 'saved' || result === 'nothing') location.assign(link.href);
  });
  form.addEventListener('input', () => {
    leaving = false;
  });

  // ---- counters of long texts ----
  for (const area of form.querySelectorAll('textarea[data-most]')) {
    const counter = form.querySelector(`[data-counter="${area.name}"]`);
    const count = () => {
      counter.textContent = fill(words.letters, { n: [...area.value].length, most: area.dataset.most });
    };
    area.addEventListener('input', count);
    count();
  }

  // ---- a copy that the server does not have ----
  const offered = new Map();
  const box = document.getElementById('restore');
  const offer = () => {
    const copy = stored();
    const elsewhere = new Map();
    for (const [name, kept] of Object.entries(copy.fields)) {
      const shown = name in fields ? fields[name] : undefined;
      if (shown === undefined) {
        const [, section] = data.fields[name] || [];
        if (section) elsewhere.set(section, (elsewhere.get(section) || 0) + 1);
      } else if (same(kept.text, shown)) {
        dropCopy([name]);
      } else {
        offered.set(name, kept.text);
      }
    }
    if (!offered.size && !elsewhere.size) return;
    box.className = 'msg msg--warn restore';
    box.append(element('h2', '', words.restoreHead));
    box.append(element('p', 'small', fill(words.restoreNote, { time: new Date(copy.at).toLocaleString('zh-CN') })));
    const list = element('dl', 'facts');
    for (const [name, text] of offered) {
      const value = element('dd', '');
      value.append(`${words.here}: ${text || words.empty}`, element('br'), `${words.there}: ${fields[name] || words.empty}`);
      list.append(element('dt', '', data.fields[name]?.[0] || name), value);
    }
    if (offered.size) box.append(list);
    for (const [section, n] of elsewhere) {
      const link = element('a', '', fill(words.elsewhere, { section: data.sections[section], n }));
      link.href = `${data.page}?section=${section}`;
      const line = element('p', 'small');
      line.append(link);
      box.append(line);
    }
    const buttons = element('p', 'restore__buttons');
    const press = (text, className, act) => {
      const button = element('button', className, text);
      button.type = 'button';
      button.addEventListener('click', act);
      buttons.append(button);
    };
    if (offered.size) {
      press(words.restore, 'btn btn--main', () => {
        const texts = [...offered];
        offered.clear();
        for (const [name, text] of texts) write(name, text);
        box.hidden = true;
        save();
      });
    }
    press(words.discard, 'btn', () => {
      offered.clear();
      store({ fields: {} });
      box.hidden = true;
      keepCopy();
    });
    box.append(buttons);
    box.hidden = false;
  };
  offer();
})();
