// Files of the form: progress of each file, a picture of pictures, another try after a lost connection.
// Without this script the same forms post as they are. A chosen file is kept until it is stored or discarded.
'use strict';

(() => {
  const block = document.getElementById('upload-words');
  const root = document.querySelector('[data-files]');
  if (!block || !root) return;
  const words = JSON.parse(block.textContent);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const element = (tag, className, text) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    // A Chinese name on an English page says so.
    if (document.documentElement.lang === 'en' && /[\u3400-\u9fff]/.test(text)) made.lang = 'zh';
    return made;
  };
  const button = (text, act) => {
    const made = element('button', 'btn btn--small', text);
    made.type = 'button';
    made.addEventListener('click', act);
    return made;
  };
  const unfinished = new Set();
  const parse = (text) => new DOMParser().parseFromString(text, 'text/html');

  // The token of the page may belong to a session that is over; the answer to such a try brings a new one.
  const renewToken = (text) => {
    const fresh = parse(text).querySelector('input[name=csrf_token]')?.value;
    if (!fresh) return false;
    for (const input of document.querySelectorAll('input[name=csrf_token]')) input.value = fresh;
    return true;
  };

  // Draw the lists of files again, as the server writes them. What is being typed or sent stays. Beside the form the
  // list of its parts counts what is missing.
  const refresh = async () => {
    const steps = document.querySelector('.steps');
    const response = await fetch(steps ? location.pathname + location.search : root.dataset.files);
    if (!response.ok) return;
    const page = parse(await response.text());
    const counted = page.querySelector('.steps');
    if (steps && counted) steps.replaceWith(counted);
    for (const fresh of page.querySelectorAll('.filekind')) {
      const shown = document.getElementById(fresh.id);
      if (!shown) continue;
      shown.querySelector('.label').replaceWith(fresh.querySelector('.label'));
      const before = shown.querySelector('.filelist');
      const after = fresh.querySelector('.filelist');
      if (before && after) {
        for (const input of before.querySelectorAll('.file__caption .input')) {
          const same = after.querySelector(`#${input.id}`);
          if (same && input.value !== input.defaultValue) same.value = input.value;
        }
        before.replaceWith(after);
      } else if (before) {
        before.remove();
      } else if (after) {
        shown.querySelector('.label').after(after);
      }
    }
  };

  const sentence = (status, text) => {
    if (status === 0) return words.offline;
    if (status === 401 || status === 400) return words.signIn;
    try {
      return JSON.parse(text).detail || words.failed;
    } catch {
      return words.failed;
    }
  };

  const send = (form, data, onProgress) => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', form.action);
    request.setRequestHeader('Accept', 'application/json');
    if (onProgress) request.upload.addEventListener('progress', onProgress);
    request.addEventListener('loadend', () => resolve({ status: request.status, text: request.responseText }));
    request.send(data);
  });
  const sendTwice = async (form, make, onProgress) => {
    const first = await send(form, make(), onProgress);
    return first.status === 400 && renewToken(first.text) ? send(form, make(), onProgress) : first;
  };

  // ---- one chosen file ----
  class Chosen {
    constructor(form, file, caption) {
      Object.assign(this, { form, file, caption, state: 'waiting' });
      this.row = element('li', 'file');
      if (file.type.startsWith('image/')) {
        const picture = element('img', 'file__picture');
        picture.alt = '';
        this.address = URL.createObjectURL(file);
        picture.addEventListener('error', () => picture.remove());
        picture.src = this.address;
        this.row.append(picture);
      }
      this.about = element('div', 'file__about');
      this.say = element('p', '', words.waiting);
      this.say.setAttribute('role', 'status');
      this.bar = element('progress');
      this.bar.max = 100;
      this.bar.value = 0;
      this.bar.setAttribute('aria-label', fill(words.progress, { name: file.name }));
      this.about.append(element('p', '', file.name), this.bar, this.say);
      this.row.append(this.about);
      unfinished.add(this);
    }

    tell(text, bad = false) {
      this.say.textContent = text;
      this.say.className = bad ? 'err' : 'note';
    }

    fault() {
      const { largest, formats } = this.form.dataset;
      if (this.file.size === 0) return words.empty;
      if (this.file.size > Number(largest) * 1024 * 1024) return fill(words.tooLarge, { n: largest });
      const endings = this.form.querySelector('[type=file]').accept.split(',');
      const fits = endings.some((ending) => this.file.name.toLowerCase().endsWith(ending));
      return fits ? '' : fill(words.wrongType, { formats });
    }

    async start() {
      this.buttons?.remove();
      const fault = this.fault();
      if (fault) {
        this.state = 'refused';
        this.stop(fault, false);
        return;
      }
      this.state = 'sending';
      this.bar.hidden = false;
      const make = () => {
        const data = new FormData();
        data.set('csrf_token', this.form.elements.csrf_token.value);
        data.set('kind', this.form.elements.kind.value);
        data.set('caption', this.caption);
        data.set('file', this.file, this.file.name);
        return data;
      };
      const answer = await sendTwice(this.form, make, (event) => this.progress(event));
      if (answer.status === 200) {
        await this.finish();
        return;
      }
      const final = answer.status === 422 || answer.status === 413;
      this.state = answer.status === 0 ? 'offline' : final ? 'refused' : 'stopped';
      this.stop(answer.status === 413 ? fill(words.tooLarge, { n: this.form.dataset.largest }) : sentence(answer.status, answer.text), !final);
    }

    progress(event) {
      if (!event.lengthComputable) return;
      const done = Math.round((event.loaded / event.total) * 100);
      this.bar.value = done;
      this.tell(done < 100 ? fill(words.sending, { n: done }) : words.checking);
    }

    stop(text, again) {
      this.bar.hidden = true;
      this.tell(text, true);
      this.buttons = element('p', 'place__buttons');
      if (again) this.buttons.append(button(words.retry, () => this.start()));
      this.buttons.append(button(words.discard, () => {
        this.close();
        this.form.querySelector('[type=file]').focus();
      }));
      this.about.append(this.buttons);
    }

    async finish() {
      this.tell(words.done);
      await refresh().catch(() => {});
      this.close();
    }

    close() {
      if (this.address) URL.revokeObjectURL(this.address);
      unfinished.delete(this);
      this.row.remove();
    }
  }

  const rowsOf = (form) => {
    const next = form.nextElementSibling;
    if (next?.classList.contains('uploads')) return next;
    const made = element('ul', 'uploads');
    form.after(made);
    return made;
  };

  // Send the chosen files of one form; true if all of them are stored.
  const upload = async (form) => {
    const input = form.querySelector('[type=file]');
    const caption = form.elements.caption;
    const files = [...input.files];
    const rows = rowsOf(form);
    const lacksCaption = caption.getAttribute('aria-required') === 'true' && !caption.value.trim();
    if (!files.length || lacksCaption) {
      const said = element('li', 'err', files.length ? words.noCaption : words.none);
      said.setAttribute('role', 'alert');
      rows.replaceChildren(...[...rows.children].filter((row) => row.className !== 'err'), said);
      (files.length ? caption : input).focus();
      return false;
    }
    const chosen = files.map((file) => new Chosen(form, file, caption.value));
    for (const row of [...rows.children]) if (row.className === 'err') row.remove();
    rows.append(...chosen.map((one) => one.row));
    input.value = '';
    caption.value = '';
    for (const one of chosen) await one.start();
    return chosen.every((one) => !unfinished.has(one));
  };
  const waiting = () => [...root.querySelectorAll('[data-upload]')].filter((form) => form.querySelector('[type=file]').files.length);

  // Going on without pressing “upload” would forget the chosen files without a word: they are sent first.
  document.addEventListener('submit', async (event) => {
    if (event.target.id !== 'answers' || !waiting().length) return;
    event.preventDefault();
    event.stopPropagation();
    let isStored = true;
    for (const form of waiting()) isStored = (await upload(form)) && isStored;
    if (isStored) event.target.requestSubmit(event.submitter);
  }, true);

  root.addEventListener('submit', async (event) => {
    const form = event.target;
    if (form.matches('[data-upload]')) {
      event.preventDefault();
      await upload(form);
    } else if (form.matches('[data-file-step]')) {
      event.preventDefault();
      const box = form.closest('.filekind');
      const answer = await sendTwice(form, () => new FormData(form));
      box.querySelector('.file-step-error')?.remove();
      if (answer.status === 200) {
        for (const input of form.querySelectorAll('.input')) input.defaultValue = input.value;
        await refresh().catch(() => {});
        box.focus();
        return;
      }
      const said = element('p', 'err file-step-error', sentence(answer.status, answer.text));
      said.setAttribute('role', 'alert');
      form.after(said);
    }
  });

  window.addEventListener('online', () => {
    for (const one of [...unfinished]) if (one.state === 'offline') one.start();
  });
  window.addEventListener('beforeunload', (event) => {
    if (waiting().length || [...unfinished].some((one) => one.state !== 'refused')) event.preventDefault();
  });
})();
