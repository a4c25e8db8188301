// Light or dark as was chosen, before anything is drawn. Not a module: those wait for the page.
try {
  const chosen = localStorage.getItem('microcore.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Without storage it is as the system says.
}
