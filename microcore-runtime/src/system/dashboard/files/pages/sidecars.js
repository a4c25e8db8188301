// Guests: plugins in other languages, each a process beside the application, and how it is.
import { bytes, count, html, link, micros, setQuery, useApi } from '../base.js';
import { Command, Empty, Search, Shown, State, Table, Title, Waiting } from '../parts.js';

const KINDS = { ready: 'good', paused: 'late', restarting: 'late', off: 'off', failed: 'bad' };
const SAID = {
  paused: 'It failed five times in a row and is left alone for 30 seconds',
  restarting: 'Its process died, and is begun anew',
  off: 'Its process died five times within a minute; it is begun anew when its folder changes',
  failed: 'Its folder is not loaded',
};

export function Sidecars({ query }) {
  const { data, error, again } = useApi('sidecars', 2000);
  if (!data) return html`<${Title} title="Guests" /><${Waiting} error=${error} again=${again} />`;
  if (!data.length) {
    return html`<${Title} title="Guests" /><${Empty} title="No guest yet"><p>A folder <code>src/domains/…/sidecars/…/</code> with a <code>plugin.toml</code> is one, and so is a folder in <code>SIDECARS_DIR</code>.</p><//>`;
  }
  const shown = data.filter((guest) => !query.q || `${guest.name} ${guest.state}`.toLowerCase().includes(query.q.toLowerCase()));
  return html`
    <${Title} title="Guests" about="Plugins in other languages, each a process beside the application" />
    <div class="filters">
      <${Search} value=${query.q} onInput=${(q) => setQuery({ q })} label="Filter by name or state" />
      <${Shown} shown=${shown.length} all=${data.length} one="guest" />
    </div>
    <${Table} caption="Guests" columns=${[['Guest'], ['Kind'], ['Generation', 'number'], ['State'], ['Calls', 'number'], ['Failures', 'number'], ['p99', 'number'], ['Memory', 'number'], ['Last error', 'wide']]}>
      ${shown.map((guest) => html`<tr key=${guest.name}>
        <td><a class="name" href=${link('logs', { q: guest.name })}>${guest.name}</a></td>
        <td>${guest.kind}</td>
        <td class="number">${guest.generation || '–'}</td>
        <td title=${SAID[guest.state]}><${State} kind=${KINDS[guest.state] ?? 'off'}>${guest.state}<//></td>
        <td class="number">${count(guest.calls)}</td>
        <td class="number ${guest.failures > 0 ? 'bad' : ''}">${count(guest.failures)}</td>
        <td class="number">${guest.p99 == null ? '–' : micros(guest.p99 * 1e6)}</td>
        <td class="number">${guest.memory == null ? '–' : bytes(guest.memory)}</td>
        <td class="wide quiet">${guest.last_error ?? ''}</td></tr>`)}<//>
    ${!shown.length && html`<${Empty} title="Nothing matches" />`}
    <p class="hint quiet">Calls and failures are those of the generation that runs. The same in a terminal: <${Command}>${'cargo run -- sidecars'}<//></p>`;
}
