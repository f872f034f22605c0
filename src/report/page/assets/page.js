// Runs in the page of a report: buttons that copy, and everything unfolded on paper.
const told = document.querySelector('.told');

async function copy(text, code) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages from plain http have no clipboard of their own.
    getSelection().selectAllChildren(code);
    if (!document.execCommand('copy')) throw new Error('not copied');
    getSelection().removeAllRanges();
  }
}

for (const button of document.querySelectorAll('button.copy')) {
  const code = button.parentElement.querySelector('code');
  button.hidden = false;
  button.addEventListener('click', async () => {
    try {
      await copy(code.textContent, code);
      button.textContent = 'Copied';
      told.textContent = 'Copied to the clipboard';
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = 'Selected';
      told.textContent = 'Selected: copy it with the keyboard';
    }
    setTimeout(() => {
      button.textContent = 'Copy';
      told.textContent = '';
    }, 2000);
  });
}

let folded = [];
addEventListener('beforeprint', () => {
  folded = [...document.querySelectorAll('details:not([open])')];
  for (const one of folded) one.open = true;
});
addEventListener('afterprint', () => {
  for (const one of folded) one.open = false;
});
