// What every module begins with: templates, hooks, asking the server, the address, and how numbers and times are written.
import { h, render, Fragment } from './vendor/preact.mjs';
import { useEffect, useMemo, useRef, useState } from './vendor/hooks.mjs';
import htm from './vendor/htm.module.js';

export const html = htm.bind(h);
export { Fragment, render, useEffect, useMemo, useRef, useState };

/** Asks the API; a refusal is an error with the server's sentence. */
export async function api(path, options) {
  const response = await fetch(`/system/api/${path}`, { headers: { accept: 'application/json' }, ...options });
  const body = response.status === 204 ? null : await response.json().catch(() => null);
  if (response.ok) return body?.data ?? null;
  const error = new Error(body?.error?.message ?? `the server answers ${response.status}`);
  error.status = response.status;
  throw error;
}

/** Does something; the header is what no page of another site can set. */
export const act = (path) => api(path, { method: 'POST', headers: { 'x-requested-with': 'fetch' } });

/** What the API says, with `again` to ask anew; `every` milliseconds while the page is seen. */
export function useApi(path, every) {
  const [told, tell] = useState({ path, data: null, error: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let current = true;
    const ask = () =>
      api(path).then(
        (data) => current && tell({ path, data, error: null }),
        (error) => current && tell((last) => ({ path, data: last.path === path ? last.data : null, error })),
      );
    ask();
    const timer = every && setInterval(() => document.hidden || ask(), every);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [path, turn, every]);
  const again = () => setTurn((turn) => turn + 1);
  return told.path === path ? { ...told, again } : { path, data: null, error: null, again };
}

/** The page and its parameters, as they stand behind `#`. */
export function address() {
  const [page, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { page: page || 'now', query: Object.fromEntries(new URLSearchParams(query)) };
}

export function link(page, query = {}) {
  const pairs = Object.entries(query).filter(([, value]) => value !== '' && value != null);
  const text = new URLSearchParams(pairs).toString();
  return `#/${page}${text ? `?${text}` : ''}`;
}

/** Changes parameters of this page: a filter is in the address, so it can be sent to somebody and survives a reload. */
export function setQuery(change) {
  const { page, query } = address();
  history.replaceState(null, '', link(page, { ...query, ...change }));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const count = (value) => (value >= 100000 ? compact.format(value) : number.format(value));

export function micros(value) {
  if (value < 1000) return `${Math.round(value)} µs`;
  if (value < 1e6) return `${number.format(value / 1000)} ms`;
  return `${number.format(value / 1e6)} s`;
}

export function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  while (value >= 1024 && unit < 3) {
    value /= 1024;
    unit += 1;
  }
  return { value: number.format(value), unit: units[unit] };
}

export function lasting(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

export const at = (time) => clock.format(time);
export const exactly = (time) => day.format(time);
export const many = (number, one, more = `${one}s`) => `${count(number)} ${number === 1 ? one : more}`;
export const domainOf = (name) => (name ?? '').split('.')[0];
