// A wide table scrolls inside its region, and browsers take a control of which a hair's breadth can be seen for visible:
// what has the focus is brought into the region whole.
document.addEventListener('focusin', ({ target }) => {
  if (target.closest?.('.scroll') && !target.matches('.scroll')) target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
});
