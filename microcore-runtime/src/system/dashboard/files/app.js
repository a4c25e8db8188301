// The frame: the list of pages, the keys, light and dark, and what is said aloud. The page in the middle is a module of
// its own, chosen by what stands behind `#`.
import { address, html, lasting, link, many, render, useEffect, useRef, useState } from './base.js';
import { live, start, useLive } from './live.js';
import { Database } from './pages/database.js';
import { Errors } from './pages/errors.js';
import { Fleet } from './pages/fleet.js';
import { Flow } from './pages/flow.js';
import { Logs } from './pages/logs.js';
import { MapPage } from './pages/map.js';
import { Now } from './pages/now.js';
import { Plugins } from './pages/plugins.js';
import { Queues } from './pages/queues.js';
import { OneRequest } from './pages/request.js';
import { Requests } from './pages/requests.js';
import { Schedule } from './pages/schedule.js';
import { Settings } from './pages/settings.js';
import { Sidecars } from './pages/sidecars.js';

/** Name, key behind `g`, component, whether it needs a bus. */
const PAGES = {
  now: ['Now', 'n', Now],
  map: ['Map', 'm', MapPage],
  flow: ['Flow', 'f', Flow, true],
  requests: ['Requests', 'r', Requests],
  plugins: ['Plugins', 'p', Plugins],
  sidecars: ['Guests', 'g', Sidecars],
  queues: ['Queues', 'q', Queues, true],
  schedule: ['Schedule', 't', Schedule],
  database: ['Database', 'd', Database],
  errors: ['Errors', 'e', Errors],
  logs: ['Logs', 'l', Logs],
  fleet: ['Fleet', 'o', Fleet],
  settings: ['Settings', 's', Settings],
};

/** Pages that others lead to, and under which of these they are. */
const BELOW = { request: ['requests', OneRequest] };

const THEMES = { system: 'System', light: 'Light', dark: 'Dark' };

function Theme() {
  const [theme, setTheme] = useState(document.documentElement.dataset.theme ?? 'system');
  const choose = (theme) => {
    setTheme(theme);
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem('microcore.theme', theme);
    } catch {
      // It lasts as long as the page, then.
    }
  };
  return html`<label class="choice"><span class="unseen">Light or dark</span>
    <select value=${theme} onChange=${(event) => choose(event.currentTarget.value)}>
      ${Object.entries(THEMES).map(([key, name]) => html`<option value=${key} selected=${key === theme}>${name}</option>`)}
    </select></label>`;
}

const SAID = { connecting: 'Connecting …', live: 'Live', reconnecting: 'Reconnecting …', hidden: 'Paused' };

/** New failures are said, at most every five seconds. */
function Said() {
  const { failures, connection } = useLive();
  const [said, say] = useState('');
  const told = useRef({ failures: 0, at: 0 });
  useEffect(() => {
    const timer = setInterval(() => {
      const news = live.failures - told.current.failures;
      if (news > 0) {
        told.current = { failures: live.failures, at: Date.now() };
        say(`${many(news, 'delivery', 'deliveries')} failed`);
      }
    }, 5000);
    return () => clearInterval(timer);
  }, []);
  return html`<div class="unseen" aria-live="polite" role="status">${connection === 'reconnecting' ? 'Reconnecting to the application' : said}</div>`;
}

function Keys({ open, onClose }) {
  const dialog = useRef();
  useEffect(() => {
    if (open && !dialog.current.open) dialog.current.showModal();
  }, [open]);
  return html`<dialog ref=${dialog} onClose=${onClose} aria-label="Keys">
    <form method="dialog">
      <h2>Keys</h2>
      <dl class="keys">
        ${Object.values(PAGES).map(([name, key]) => html`<div><dt><kbd>g</kbd> <kbd>${key}</kbd></dt><dd>${name}</dd></div>`)}
        <div><dt><kbd>/</kbd></dt><dd>Filter</dd></div>
        <div><dt><kbd>Esc</kbd></dt><dd>Close, or leave the filter</dd></div>
        <div><dt><kbd>?</kbd></dt><dd>This list</dd></div>
      </dl>
      <p class="tools"><button class="main">Close</button></p>
    </form>
  </dialog>`;
}

function useKeys(showKeys) {
  useEffect(() => {
    let last = '';
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const writes = event.target.closest('input, select, textarea');
      if (event.key === 'Escape' && writes) writes.blur();
      if (writes || document.querySelector('dialog[open]')) return;
      if (event.key === '/') {
        document.querySelector('[data-search]')?.focus();
        event.preventDefault();
      } else if (event.key === '?') {
        showKeys();
      } else if (last === 'g') {
        const found = Object.entries(PAGES).find(([, [, key]]) => key === event.key);
        if (found) location.hash = link(found[0]);
      }
      last = event.key;
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

function App() {
  const { status, connection, lost, restarted, queues, error } = useLive();
  const [place, setPlace] = useState(address());
  const [keys, setKeys] = useState(false);
  const heading = useRef();
  useEffect(() => {
    const go = () => setPlace(address());
    addEventListener('hashchange', go);
    return () => removeEventListener('hashchange', go);
  }, []);
  useKeys(() => setKeys(true));
  const [above, Below] = BELOW[place.page] ?? [];
  const known = PAGES[above ?? place.page] ? (above ?? place.page) : 'now';
  const [name, , Own] = PAGES[known];
  const Page = Below ?? Own;
  useEffect(() => {
    document.title = `${name} · ${status?.name ?? 'System'}`;
    document.querySelector('nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [name, status?.name]);
  const dead = (queues ?? []).flatMap((event) => event.subscribers).reduce((sum, own) => sum + own.dead, 0);
  const off = status ? [...status.tools, ...status.plugins].filter((part) => part.off).length : 0;
  const badge = { queues: dead, now: off };
  const pages = Object.entries(PAGES).filter(([key, [, , , needsBus]]) => (!needsBus || status?.bus !== false) && (key !== 'schedule' || status?.schedules > 0) && (key !== 'sidecars' || status?.tools.some((tool) => tool.name === 'sidecars')));
  return html`
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); heading.current.focus(); }}>Skip to the page</a>
    <aside>
      <div class="brand">
        <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true"><path class="wire" d="M4 8L12 4M4 8l8 4" /><circle class="hub" cx="4" cy="8" r="3" /><circle cx="12" cy="4" r="2.4" /><circle cx="12" cy="12" r="2.4" /></svg>
        <div><b>${status?.name ?? 'System'}</b><span class="quiet">${status ? `${status.version}${status.debug ? ', debug' : ''}` : '\u00a0'}</span></div>
      </div>
      <nav aria-label="Pages"><ul>
        ${pages.map(([key, [name]]) => html`<li><a href=${link(key)} aria-current=${key === known ? 'page' : undefined}>${name}${badge[key] > 0 && html`<span class="badge" aria-label=${key === 'now' ? `${badge[key]} off` : `${badge[key]} dead`}>${badge[key]}</span>`}</a></li>`)}
        ${status?.docs && html`<li><a href="/system/docs/">API</a></li>`}
      </ul></nav>
      <footer>
        <span class="connection ${connection}">${SAID[connection]}</span>
        <${Theme} />
        <button class="plain" onClick=${() => setKeys(true)} aria-label="Keys"><kbd>?</kbd></button>
        ${status?.session && html`<form method="post" action="/system/sign-out"><button class="plain">Sign out</button></form>`}
      </footer>
    </aside>
    <main id="main" ref=${heading} tabindex="-1">
      ${lost > 0 && html`<p class="banner">${many(lost, 'record')} ${lost === 1 ? 'was' : 'were'} lost: more happened than the application keeps. What is below is not everything.</p>`}
      ${restarted && html`<p class="banner">The application was started again ${lasting(Date.now() - restarted)} ago.</p>`}
      ${error && !status && html`<p class="banner" role="alert">${error.message}</p>`}
      <${Page} query=${place.query} />
    </main>
    <${Said} />
    <${Keys} open=${keys} onClose=${() => setKeys(false)} />`;
}

render(html`<${App} />`, document.getElementById('app'));
start();
