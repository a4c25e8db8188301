// The parts that pages are made of.
import { html, many, useEffect, useRef, useState } from './base.js';

/** A page's title, with what belongs at its side. */
export const Title = ({ title, children, about }) => html`
  <header class="title">
    <div><h1>${title}</h1>${about && html`<p class="quiet">${about}</p>`}</div>
    <div class="tools">${children}</div>
  </header>`;

/** A part of a page with a heading. */
export const Section = ({ title, note, tools, children }) => html`
  <section class="section">
    <header><h2>${title}</h2>${note && html`<span class="quiet">${note}</span>`}<div class="tools">${tools}</div></header>
    ${children}
  </section>`;

/** What is said where there is nothing: that, and what to do. */
export const Empty = ({ title, children }) => html`
  <div class="empty"><p class="lead">${title}</p>${children && html`<div class="quiet">${children}</div>`}</div>`;

/** While something is asked for, and where it could not be had. */
export const Waiting = ({ error, again }) =>
  error
    ? html`<div class="empty" role="alert">
        <p class="lead">That could not be read</p>
        <p class="quiet">${error.message}</p>
        ${again && html`<p><button onClick=${again}>Try again</button></p>`}
      </div>`
    : html`<div class="empty waiting"><p class="quiet">Loading …</p></div>`;

/** A table that scrolls by itself where it is too wide. `columns`: [title, class] pairs. */
export const Table = ({ columns, caption, children }) => html`
  <div class="scroll" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption class="unseen">${caption}</caption>
      <thead><tr>${columns.map(([title, kind]) => html`<th scope="col" class=${kind}>${title}</th>`)}</tr></thead>
      <tbody>${children}</tbody>
    </table>
  </div>`;

const SHAPES = {
  good: html`<circle cx="6" cy="6" r="3.2" />`,
  bad: html`<path d="M3 3l6 6M9 3l-6 6" />`,
  off: html`<rect x="3" y="3" width="6" height="6" />`,
  late: html`<path d="M6 2l4.6 8H1.4z" />`,
  sent: html`<path d="M2 6h7M6 3l3 3-3 3" />`,
};

/** A state as a shape with a word: never by its colour alone. */
export const State = ({ kind, children, bare }) => html`
  <span class="state ${kind}"><svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">${SHAPES[kind]}</svg
    ><span class=${bare ? 'unseen' : ''}>${children}</span></span>`;

/** A number that matters, with how it went lately. */
export const Figure = ({ label, value, unit, series, note, tone, href }) => html`
  <div class="figure ${tone ?? ''}">
    <h3>${href ? html`<a href=${href}>${label}</a>` : label}</h3>
    <p class="value">${value}${unit && html`<small>${unit}</small>`}</p>
    <p class="quiet note">${note ?? '\u00a0'}</p>
    ${series && html`<${Spark} values=${series} label=${label} />`}
  </div>`;

/** A small line, and the numbers for those who do not see it. */
export function Spark({ values, label }) {
  const [width, height] = [240, 36];
  const most = Math.max(1e-9, ...values);
  const step = width / Math.max(1, values.length - 1);
  const points = values.map((value, place) => `${(place * step).toFixed(1)},${(height - 2 - (value / most) * (height - 6)).toFixed(1)}`);
  const few = values.filter((_, place) => place % Math.ceil(values.length / 12) === 0);
  return html`
    <svg class="spark" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
      ${values.length > 1 && html`<path class="area" d="M0,${height}L${points.join('L')}L${width},${height}z" /><path class="stroke" d="M${points.join('L')}" />`}
    </svg>
    <div class="unseen"><table><caption>${label}, lately</caption><tbody><tr>${few.map((value) => html`<td>${Math.round(value * 10) / 10}</td>`)}</tr></tbody></table></div>`;
}

/** A command that can be copied. */
export function Command({ children }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard?.writeText(children).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  return html`<span class="command"><code>${children}</code><button class="plain" onClick=${copy} aria-label="Copy the command">${copied ? 'Copied' : 'Copy'}</button></span>`;
}

/** A field that filters as one types; `/` goes there. */
export const Search = ({ value, onInput, label = 'Filter' }) => html`
  <input type="search" class="search" data-search placeholder="${label} …" aria-label=${label} value=${value ?? ''}
    onInput=${(event) => onInput(event.currentTarget.value)} />`;

/** One of several, `All` being none. */
export const Choice = ({ label, value, options, onChange, none = 'all' }) => html`
  <label class="choice"><span class="unseen">${label}</span>
    <select value=${value ?? ''} onChange=${(event) => onChange(event.currentTarget.value)}>
      <option value="">${label}: ${none}</option>
      ${options.map((option) => html`<option value=${option} selected=${option === value}>${option}</option>`)}
    </select></label>`;

/** Asks before something is done to many; a large number must be typed. */
export function Confirm({ open, title, children, number, action, danger, onDone, onClose }) {
  const dialog = useRef();
  const [typed, setTyped] = useState('');
  const mustType = number > 100;
  useEffect(() => {
    if (open && !dialog.current.open) {
      setTyped('');
      dialog.current.showModal();
    }
    if (!open && dialog.current.open) dialog.current.close();
  }, [open]);
  const submit = (event) => {
    event.preventDefault();
    onDone();
  };
  return html`<dialog ref=${dialog} onClose=${onClose} aria-label=${title}>
    <form onSubmit=${submit}>
      <h2>${title}</h2>
      ${children}
      ${mustType && html`<p><label>Type ${number} to go on <input inputmode="numeric" value=${typed} onInput=${(event) => setTyped(event.currentTarget.value)} /></label></p>`}
      <p class="tools">
        <button type="button" onClick=${onClose}>Cancel</button>
        <button class=${danger ? 'danger' : 'main'} disabled=${mustType && typed.trim() !== String(number)}>${action}</button>
      </p>
    </form>
  </dialog>`;
}

/** How many of how many are shown. */
export const Shown = ({ shown, all, one }) =>
  html`<span class="quiet">${shown === all ? many(all, one) : `${shown} of ${many(all, one)}`}</span>`;
