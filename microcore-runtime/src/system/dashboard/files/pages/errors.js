// Errors: failures in groups, each with samples that lead to what happened.
import { count, exactly, html, lasting, link, many, setQuery, useApi } from '../base.js';
import { useLive } from '../live.js';
import { Choice, Empty, Search, Section, Shown, State, Title, Waiting } from '../parts.js';

export function Errors({ query }) {
  const { status } = useLive();
  const { data, error, again } = useApi('errors', 2000);
  if (!data) return html`<${Title} title="Errors" /><${Waiting} error=${error} again=${again} />`;
  const q = (query.q ?? '').toLowerCase();
  const shown = data.filter((own) => (!query.plugin || own.plugin === query.plugin) && (!q || `${own.plugin} ${own.handler} ${own.code} ${own.kind}`.toLowerCase().includes(q)));
  const total = data.reduce((sum, own) => sum + own.count, 0);
  const plugins = [...new Set(data.map((own) => own.plugin).filter(Boolean))].sort();
  return html`
    <${Title} title="Errors" about="What was answered with 500 or more, and deliveries that failed for good" />
    ${!data.length
      ? html`<${Empty} title="No failure since the start"><p>${status && `That was ${lasting(status.now - status.started)} ago.`}</p><//>`
      : html`
    <div class="filters">
      <${Search} value=${query.q} onInput=${(q) => setQuery({ q })} label="Filter by plugin or error" />
      <${Choice} label="Plugin" value=${query.plugin} options=${plugins} onChange=${(plugin) => setQuery({ plugin })} />
      <${Shown} shown=${shown.length} all=${data.length} one="group" />
    </div>
    <${Section} title="Groups" note=${many(total, 'failure')}>
      ${shown.length ? html`<ul class="letters">${shown.map((group) => html`<${Group} key=${`${group.plugin} ${group.handler} ${group.code} ${group.kind}`} group=${group} />`)}</ul>` : html`<${Empty} title="Nothing matches" />`}
    <//>`}`;
}

const Group = ({ group }) => html`<li><details>
  <summary><${State} kind="bad" bare>failed<//> <b class="name">${group.kind}</b>
    <span class="quiet name">${[group.plugin, group.handler].filter(Boolean).join('.') || 'no plugin'}</span>
    <span class="quiet">${count(group.count)} × ${group.code}, last ${lasting(Date.now() - group.last)} ago</span></summary>
  <dl class="facts">
    <div><dt>First</dt><dd>${exactly(group.first)}</dd></div>
    <div><dt>Last</dt><dd>${exactly(group.last)}</dd></div>
    ${group.samples.map((sample) => html`<div key=${sample.id}><dt>${exactly(sample.time)}</dt><dd><span class="why">${sample.chain}</span><br /><a href=${link('request', { id: sample.id })}>What happened</a> <code class="quiet">${sample.id}</code></dd></div>`)}
  </dl></details></li>`;
