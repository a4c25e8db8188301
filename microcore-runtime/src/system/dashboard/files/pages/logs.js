// Logs: the latest lines, the newest first, each with what it belongs to.
import { act, at, exactly, html, link, setQuery, useApi, useState } from '../base.js';
import { useLive } from '../live.js';
import { Choice, Empty, Search, Shown, State, Title, Waiting } from '../parts.js';

const LEVELS = { ERROR: 'bad', WARN: 'late', INFO: 'good', DEBUG: 'sent', TRACE: 'sent' };
/** Rows that are drawn. */
const DRAWN = 500;

export function Logs({ query }) {
  const level = query.level ? `level=${query.level}&` : '';
  const { data, error, again } = useApi(`logs?${level}${query.id ? `id=${encodeURIComponent(query.id)}` : ''}`, 1000);
  const [held, hold] = useState(null);
  const { status } = useLive();
  const [told, tell] = useState('');
  const write = (level) => act(`logs/level${level && `?level=${level}`}`).then(() => tell(level && `For ten minutes: ${level}`), (error) => tell(error.message));
  if (!data) return html`<${Title} title="Logs" /><${Waiting} error=${error} again=${again} />`;
  const all = held ?? data;
  const newer = held ? data.filter((line) => line.number > (held.at(-1)?.number ?? 0)).length : 0;
  const q = (query.q ?? '').toLowerCase();
  const has = (line) => (!query.source || line.source === query.source) && (!q || `${line.message} ${line.source} ${line.fields} ${line.id}`.toLowerCase().includes(q));
  const shown = all.filter(has);
  const sources = [...new Set(data.map((line) => line.source))].sort();
  return html`
    <${Title} title="Logs" about="The latest thousand lines, the newest first">
      ${status?.acts && html`<label class="choice"><span class="quiet">Written</span> <select onChange=${(event) => write(event.currentTarget.value)}><option value="">as set</option><option value="debug">debug</option><option value="trace">trace</option></select></label>`}
      <button aria-pressed=${held !== null} onClick=${() => hold(held ? null : data)}>${held ? (newer ? `Go on, ${newer} newer` : 'Go on') : 'Pause'}</button>
    <//>
    ${told && html`<p class="banner" role="status">${told}</p>`}
    <div class="filters">
      <${Search} value=${query.q} onInput=${(q) => setQuery({ q })} label="Filter by what it says, or by id" />
      <${Choice} label="Level" none="all" value=${query.level} options=${Object.keys(LEVELS).slice(0, 4)} onChange=${(level) => setQuery({ level })} />
      <${Choice} label="From" value=${query.source} options=${sources} onChange=${(source) => setQuery({ source })} />
      <${Shown} shown=${shown.length} all=${all.length} one="line" />
      ${(query.q || query.level || query.source || query.id) && html`<a href=${link('logs')}>Clear</a>`}
    </div>
    ${shown.length
      ? html`<ol class="rows lines">${shown.slice(-DRAWN).reverse().map((line) => html`<${Line} key=${line.number} line=${line} />`)}</ol>`
      : html`<${Empty} title=${all.length ? 'Nothing matches' : 'No line yet'}><p>What plugins write with their <code>logger</code> shows here, and what the application says itself. Requests are on <a href=${link('requests')}>their page</a>.</p><//>`}`;
}

const Line = ({ line }) => html`<li class="row">
  <time datetime=${new Date(line.time).toISOString()} title=${exactly(line.time)}>${at(line.time)}</time>
  <${State} kind=${LEVELS[line.level] ?? 'sent'}>${line.level.toLowerCase()}<//>
  <span class="what"><span class="name">${line.message}</span> <span class="quiet name">${line.source}${line.attempt > 1 ? `, attempt ${line.attempt}` : ''}</span>${line.fields && html` <code class="quiet name">${line.fields}</code>`}</span>
  <span class="tries"></span>
  <span class="took">${line.id && html`<a href=${link('request', { id: line.id })}>Trace</a>`}</span>
</li>`;
