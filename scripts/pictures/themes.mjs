// Colours of the pictures: `sgr` by the number that selects a foreground colour in a terminal (ECMA-48, 30 to 37 and 39). Every text has
// a contrast of at least 4.5 to 1 against its page (WCAG 2.2, 1.4.3).
export const THEMES = {
  light: {
    name: 'light',
    page: '#ffffff',
    frame: '#d0d7de',
    text: '#1f2328',
    faint: '#59636e',
    bar: '#0969da',
    over: '#9a6700',
    sgr: { 31: '#cf222e', 32: '#116329', 33: '#7d4e00', 34: '#0550ae', 35: '#8250df', 36: '#1b7c83' },
  },
  dark: {
    name: 'dark',
    page: '#0d1117',
    frame: '#3d444d',
    text: '#e6edf3',
    faint: '#9198a1',
    bar: '#4493f8',
    over: '#d29922',
    sgr: { 31: '#ff7b72', 32: '#56d364', 33: '#e3b341', 34: '#79c0ff', 35: '#d2a8ff', 36: '#56d4dd' },
  },
};

export const escapeXml = (text) =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char]);
