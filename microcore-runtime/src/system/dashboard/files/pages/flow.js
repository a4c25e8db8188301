// Flow: what is published and handled, as it happens; and what one request or event led to.
import { at, domainOf, html, link, lasting, micros, setQuery, useApi, useState } from '../base.js';
import { live, useLive } from '../live.js';
import { Choice, Empty, Search, Section, State, Title, Waiting } from '../parts.js';
import { Example } from './now.js';
import { Row } from './row.js';

/** Rows that are drawn. */
const DRAWN = 500;

export function Flow({ query }) {
  const { records, connection, since } = useLive();
  const [held, hold] = useState(null);
  const all = held ?? records;
  const newer = held ? records.filter((record) => !held.at(-1) || record.time > held.at(-1).time || record.key > held.at(-1).key).length && records.length - records.findIndex((record) => record.key === held.at(-1)?.key) - 1 : 0;
  const shown = all.filter((record) => matches(record, query)).slice(-DRAWN).reverse();
  const options = (pick) => [...new Set(records.map(pick).filter(Boolean))].sort();
  const filters = ['q', 'domain', 'event', 'ending'].some((name) => query[name]);
  const last = records.at(-1);
  return html`
    <${Title} title="Flow" about="Events as they are published and handled, the newest first">
      <button aria-pressed=${held !== null} onClick=${() => hold(held ? null : records)}>${held ? (newer > 0 ? `Go on, ${newer} newer` : 'Go on') : 'Pause'}</button>
    <//>
    ${query.trace && html`<${Trace} id=${query.trace} query=${query} />`}
    <div class="filters">
      <${Search} value=${query.q} onInput=${(q) => setQuery({ q })} label="Filter by name or id" />
      <${Choice} label="Domain" value=${query.domain} options=${options((record) => domainOf(record.subscriber ?? record.emitter))} onChange=${(domain) => setQuery({ domain })} />
      <${Choice} label="Event" value=${query.event} options=${options((record) => record.event)} onChange=${(event) => setQuery({ event })} />
      <${Choice} label="Ending" value=${query.ending} options=${['published', 'delivered', 'failed', 'expired']} onChange=${(ending) => setQuery({ ending })} />
      ${filters && html`<a href=${link('flow', { trace: query.trace })}>Clear</a>`}
    </div>
    ${shown.length
      ? html`<ol class="rows">${shown.map((record) => html`<${Row} key=${record.key} record=${record} chosen=${query.trace === record.origin} />`)}</ol>`
      : filters && records.length
        ? html`<${Empty} title="Nothing matches"><p>${records.length} records are here, and none is as the filter asks.</p><//>`
        : html`<${Empty} title=${connection === 'live' ? 'Listening' : 'Connecting …'}>
            <p>${last ? `Nothing has happened since ${at(last.time)}.` : `Nothing has happened for ${lasting(Date.now() - since)}. An event shows here as soon as a plugin publishes it.`}</p><${Example} /><//>`}`;
}

function matches(record, { q, domain, event, ending }) {
  const text = () => `${record.event} ${record.subscriber ?? ''} ${record.emitter ?? ''} ${record.id} ${record.origin}`;
  return (
    (!ending || record.ending === ending) &&
    (!event || record.event === event) &&
    (!domain || domainOf(record.subscriber ?? record.emitter) === domain) &&
    (!q || text().toLowerCase().includes(q.toLowerCase()))
  );
}

/** What one request or event led to, as a tree. */
function Trace({ id, query }) {
  const { data, error, again } = useApi(`traces/tree?id=${encodeURIComponent(id)}`);
  const close = link('flow', { ...query, trace: '' });
  return html`<div class="panel"><${Section} title="What led to what" note=${html`<code>${id}</code>`} tools=${html`<a href=${link('request', { id })}>With SQL and lines</a><button onClick=${again}>Again</button><a href=${close}>Close</a>`}>
    ${!data ? html`<${Waiting} error=${error} again=${again} />` : data.length ? html`<ul class="tree">${data.map((node) => html`<${Node} node=${node} />`)}</ul>` : html`<${Empty} title="Nothing is known of it any more"><p>The application keeps the latest 1,024 records.</p><//>`}
  <//></div>`;
}

const Node = ({ node }) => html`
  <li>
    <div class="node"><b>${node.event ?? 'request'}</b> <code class="quiet">${node.id}</code> ${node.emitter && html`<span class="quiet">from <span class="name">${node.emitter}</span></span>`}</div>
    <ul>
      ${node.deliveries.map((delivery) => html`<li><div class="node"><${State} kind=${delivery.ending === 'delivered' ? 'good' : delivery.ending === 'failed' ? 'bad' : 'late'}>${delivery.ending}<//> <span class="name">${delivery.subscriber}</span>
        <span class="quiet">${delivery.attempt > 1 ? `attempt ${delivery.attempt}, ` : ''}${micros(delivery.micros)}</span></div></li>`)}
      ${node.children.map((child) => html`<${Node} node=${child} />`)}
    </ul>
  </li>`;
