// Signing out takes what this device keeps of inspections with it, and asks first while something is not uploaded.
(() => {
  const block = document.getElementById('device-out');
  if (!block || !('indexedDB' in window)) return;
  const words = JSON.parse(block.textContent);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const form = [...document.forms].find((one) => new URL(one.action).pathname.endsWith('/sign-out'));
  Device.expire(words.scope).catch(() => {});
  if (!form) return;
  // A browser that does not answer must not keep anybody signed in.
  const soon = (promise) => Promise.race([promise, new Promise((resolve) => { setTimeout(resolve, 3000); })]);
  const leave = async () => {
    await soon(Device.wipe(words.scope)).catch(() => {});
    form.submit();
  };
  const ask = (open) => {
    document.getElementById('device-ask')?.remove();
    const box = document.createElement('div');
    box.id = 'device-ask';
    box.className = 'msg msg--warn';
    box.setAttribute('role', 'alertdialog');
    box.setAttribute('aria-labelledby', 'device-ask-head');
    box.tabIndex = -1;
    const head = document.createElement('h2');
    head.id = 'device-ask-head';
    head.textContent = words.head;
    const text = document.createElement('p');
    text.textContent = fill(words.text, open);
    const buttons = document.createElement('p');
    buttons.className = 'chips';
    const upload = document.createElement('a');
    upload.className = 'btn btn--main';
    upload.href = words.list;
    upload.textContent = words.upload;
    const press = (label, act) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn';
      button.textContent = label;
      button.addEventListener('click', act);
      return button;
    };
    buttons.append(upload, press(words.leave, leave), press(words.stay, () => {
      box.remove();
      form.querySelector('button').focus();
    }));
    box.append(head, text, buttons);
    document.getElementById('main').prepend(box);
    box.focus();
  };
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const open = await soon(Device.unsent()).catch(() => null);
    if (open && (open.fields || open.photos)) ask(open);
    else leave();
  });
})();
