// Requests: every route with how often, how it ended and how long it took.
import { at, count, exactly, html, link, many, micros, setQuery, useApi } from '../base.js';
import { Choice, Empty, Search, Section, Shown, State, Table, Title, Waiting } from '../parts.js';
import { Example } from './now.js';

const SORTS = { requests: (own) => own.count, failed: (own) => own.failed, refused: (own) => own.refused, p99: (own) => own.p99 ?? 0, total: (own) => own.total };

export function Requests({ query }) {
  const { data, error, again } = useApi('meters', 2000);
  if (!data) return html`<${Title} title="Requests" /><${Waiting} error=${error} again=${again} />`;
  const sort = SORTS[query.sort] ?? SORTS.requests;
  const q = (query.q ?? '').toLowerCase();
  const has = (own) => !q || `${own.method} ${own.path} ${own.plugin ?? ''}`.toLowerCase().includes(q);
  const shown = data.routes.filter(has).sort((a, b) => sort(b) - sort(a));
  const total = data.routes.reduce((sum, own) => sum + own.count, 0);
  const chosen = data.routes.find((own) => name(own) === query.route);
  return html`
    <${Title} title="Requests" about=${`Since the start: ${many(total, 'request')}`} />
    ${!data.observed
      ? html`<${Empty} title="Nothing is measured"><p>The application is built without the feature <code>observe</code>.</p><//>`
      : !total
        ? html`<${Empty} title="No request yet"><p>Try:</p><${Example} /><//>`
        : html`
    ${chosen && html`<${Route} own=${chosen} bounds=${data.bounds} query=${query} />`}
    <div class="filters">
      <${Search} value=${query.q} onInput=${(q) => setQuery({ q })} label="Filter by path or plugin" />
      <${Choice} label="Sort" none="requests" value=${query.sort} options=${Object.keys(SORTS).slice(1)} onChange=${(sort) => setQuery({ sort })} />
      <${Shown} shown=${shown.length} all=${data.routes.length} one="route" />
    </div>
    <${Table} caption="Requests by route" columns=${[['Route'], ['How long'], ['Requests', 'number'], ['Refused', 'number'], ['Failed', 'number'], ['Half within', 'number'], ['95 %', 'number'], ['99 %', 'number']]}>
      ${shown.map((own) => html`<tr key=${name(own)} class=${own === chosen ? 'chosen' : ''}>
        <td><a class="name" href=${link('requests', { ...query, route: name(own) })}>${own.method && html`<span class="method">${own.method}</span> `}<code>${own.path}</code></a>${BESIDE[own.path] && html` <span class="quiet">${BESIDE[own.path]}</span>`}</td>
        <td><${Bars} grid=${own.grid} /></td>
        ${[['count', ''], ['refused', ''], ['failed', 'bad']].map(([field, tone]) => html`<td class="number ${own[field] ? tone : 'quiet'}">${count(own[field])}</td>`)}
        ${['p50', 'p95', 'p99'].map((field) => html`<td class="number ${own[field] == null ? 'quiet' : ''}">${own[field] == null ? '–' : micros(own[field])}</td>`)}
      </tr>`)}<//>
    <${Latest} query=${query} />`}`;
}

const WHY = { failed: 'failed', slow: 'slow', led: 'led to something', sampled: 'sampled', debug: 'debug build' };

/** The requests that are recorded, each of which leads to what happened in it. */
function Latest({ query }) {
  const filter = new URLSearchParams(Object.entries({ route: query.route, status: query.status, slow: query.slow }).filter(([, value]) => value));
  const { data, error, again } = useApi(`requests?${filter}`, 2000);
  return html`<${Section} title="Recorded" note="the latest first">
    <div class="filters">
      <${Choice} label="Status" value=${query.status} options=${['2xx', '3xx', '4xx', '5xx']} onChange=${(status) => setQuery({ status })} />
      <${Choice} label="Milliseconds" none="any" value=${query.slow} options=${['1', '10', '100', '1000']} onChange=${(slow) => setQuery({ slow })} />
    </div>
    ${!data
      ? html`<${Waiting} error=${error} again=${again} />`
      : data.length
        ? html`<${Table} caption="Recorded requests" columns=${[['When'], ['Status'], ['Request'], ['Took', 'number'], ['Bytes', 'number'], ['Why']]}>
            ${data.map((own) => html`<tr key=${own.id}>
              <td><time title=${exactly(own.time)}>${at(own.time)}</time></td>
              <td><${State} kind=${own.status >= 500 ? 'bad' : own.status >= 400 ? 'late' : 'good'}>${own.status}<//></td>
              <td><a class="name" href=${link('request', { id: own.id })}>${own.method && html`<span class="method">${own.method}</span> `}<code>${own.path}</code></a></td>
              <td class="number">${micros(own.micros)}</td><td class="number quiet">${count(own.bytes)}</td><td class="quiet">${WHY[own.reason]}</td></tr>`)}<//>`
        : html`<${Empty} title="None is recorded"><p>Recorded are requests that fail, are slow or lead to something, and one in 64 of the others.</p><//>`}
  <//>`;
}

/** What no route of the application has. */
const BESIDE = { '(no route)': 'unknown paths, files, these pages', '(edge)': 'refused before the application was asked' };

const name = (own) => `${own.method} ${own.path}`.trim();

/** The places from the first to the last that has anything. */
function filled(grid) {
  const first = grid.findIndex((value) => value > 0);
  return first < 0 ? [] : grid.map((value, place) => [place, value]).slice(first, grid.findLastIndex((value) => value > 0) + 1);
}

/** How many took how long, as small bars on the one grid that all routes share. */
function Bars({ grid }) {
  const most = Math.max(1, ...grid);
  return html`<svg class="bars" width="132" height="20" viewBox="0 0 132 20" aria-hidden="true">
    ${grid.map((value, place) => value > 0 && html`<rect x=${place * 3} y=${19 - Math.max(2, (value / most) * 18)} width="2.2" height=${Math.max(2, (value / most) * 18)} />`)}
    <path d="M0 19.5H132" /></svg>`;
}

function Route({ own, bounds, query }) {
  const places = filled(own.grid);
  const most = Math.max(1, ...own.grid);
  const bound = (place) => (place < bounds.length ? `to ${micros(bounds[place])}` : 'longer');
  return html`<div class="panel"><${Section} title=${name(own)} note=${own.handler && `${own.plugin}.${own.handler}`} tools=${html`<a href=${link('requests', { ...query, route: '' })}>Close</a>`}>
    <dl class="facts">
      <div><dt>Answers</dt><dd>${own.statuses.length ? own.statuses.map((ends) => html`<span class="status">${ends.outcome === '0' ? 'given up' : ends.outcome}: ${count(ends.count)}</span> `) : html`<span class="quiet">none yet</span>`}</dd></div>
      <div><dt>In flight</dt><dd>${count(own.in_flight)}</dd></div>
      ${own.slowest != null && html`<div><dt>Slowest</dt><dd>${micros(own.slowest)}</dd></div>`}
      ${own.plugin && html`<div><dt>Plugin</dt><dd><a href=${link('map', { around: `plugin:${own.plugin}` })}>${own.plugin}</a></dd></div>`}
    </dl>
    ${places.length > 0 && html`<table class="histogram"><caption class="unseen">How many took how long</caption><tbody>
      ${places.map(([place, value]) => html`<tr><th scope="row">${bound(place)}</th><td class="bar"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width=${(value / most) * 100} height="8" rx="1" /></svg></td><td class="number">${count(value)}</td></tr>`)}
    </tbody></table>`}
  <//></div>`;
}
