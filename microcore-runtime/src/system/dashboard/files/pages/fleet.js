// Fleet: the replicas of the application, as they see each other through the bus.
import { bytes, count, html, lasting, micros, many, useApi } from '../base.js';
import { useLive } from '../live.js';
import { Empty, State, Table, Title, Waiting } from '../parts.js';

export function Fleet() {
  const { status } = useLive();
  const { data, error, again } = useApi('fleet', 5000);
  if (!data) return html`<${Title} title="Fleet" /><${Waiting} error=${error} again=${again} />`;
  const there = data.replicas.filter((own) => !own.silent);
  const versions = new Set(there.map((own) => own.version));
  const rate = there.reduce((sum, own) => sum + own.per_second, 0);
  return html`
    <${Title} title="Fleet" about=${`${many(there.length, 'replica')}, ${count(rate)} requests/s together`} />
    ${data.wanted > there.length && html`<p class="banner" role="alert">${there.length} of ${data.wanted} replicas are there.</p>`}
    ${versions.size > 1 && html`<p class="banner">Several versions run side by side: ${[...versions].join(', ')}.</p>`}
    <${Table} caption="Replicas" columns=${[['Replica'], ['Version'], ['Up', 'number'], ['Requests/s', 'number'], ['Failed', 'number'], ['p99', 'number'], ['Memory', 'number'], ['', 'wide']]}>
      ${data.replicas.map((own) => html`<tr key=${own.process}>
        <td><${State} kind=${own.silent ? 'off' : own.off.length ? 'late' : 'good'} bare>${own.silent ? 'silent' : 'there'}<//> <b class="name">${own.host || own.process}</b> <span class="quiet">${own.pid}${own.process === data.process ? ', this one' : ''}</span></td>
        <td>${own.version}</td>
        <td class="number">${lasting((status?.now ?? Date.now()) - own.started)}</td>
        <td class="number">${count(own.per_second)}</td>
        <td class="number">${own.failed ? html`<span class="bad">${count(own.failed)}</span>` : 0}</td>
        <td class="number">${own.p99 == null ? '' : micros(own.p99)}</td>
        <td class="number">${own.memory == null ? '' : `${bytes(own.memory).value} ${bytes(own.memory).unit}`}</td>
        <td class="wide quiet">${own.silent ? `said nothing for ${lasting(own.age)}` : own.off.length ? `off: ${own.off.join(', ')}` : ''}</td></tr>`)}<//>
    ${!data.reaches && html`<${Empty} title="This replica sees no others"><p>The bus stays in this process. With <code>bus: DurableSqlite</code>, <code>RedisStreams</code> or <code>Stored</code> in <code>app!</code> replicas see each other.</p><//>`}`;
}
