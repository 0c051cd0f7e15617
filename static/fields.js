// What is shared, kept or printed says only what was chosen: a field without a value does not enter the address, and
// boxes that are all ticked choose nothing.
document.addEventListener('formdata', (event) => {
  const form = event.target;
  if (!form.matches('form.filters, form.measure')) return;
  for (const name of new Set(event.formData.keys())) {
    const boxes = [...form.querySelectorAll('input[type="checkbox"]')].filter((box) => box.name === name);
    const isWhole = boxes.length > 1 && boxes.every((box) => box.checked);
    const given = isWhole ? [] : event.formData.getAll(name).filter((value) => value !== '');
    event.formData.delete(name);
    for (const value of given) event.formData.append(name, value);
  }
});
