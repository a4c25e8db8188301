// Plugins: what each serves, hears, tells and touches.
import { html, link, many, setQuery, useApi } from '../base.js';
import { useLive } from '../live.js';
import { Choice, Empty, Search, Section, Shown, State, Title, Waiting } from '../parts.js';

export function Plugins({ query }) {
  const { data, error, again } = useApi('plugins', 10000);
  const meters = useApi('meters', 2000).data?.own ?? [];
  if (!data) return html`<${Title} title="Plugins" /><${Waiting} error=${error} again=${again} />`;
  const domains = [...new Set(data.map((plugin) => plugin.domain))];
  const shown = data.filter((plugin) => matches(plugin, query));
  if (!data.length) {
    return html`<${Title} title="Plugins" /><${Empty} title="No plugin yet"><p>A file in <code>src/domains/…/plugins/</code> is a plugin.</p><//>`;
  }
  return html`
    <${Title} title="Plugins" about="One file is one feature" />
    <div class="filters">
      <${Search} value=${query.q} onInput=${(q) => setQuery({ q })} label="Filter by name, route, event or table" />
      <${Choice} label="Domain" value=${query.domain} options=${domains} onChange=${(domain) => setQuery({ domain })} />
      <${Shown} shown=${shown.length} all=${data.length} one="plugin" />
    </div>
    ${domains.map((domain) => {
      const own = shown.filter((plugin) => plugin.domain === domain);
      return own.length > 0 && html`<${Section} title=${domain} note=${many(own.length, 'plugin')}>
        <div class="cards">${own.map((plugin) => html`<${Card} key=${plugin.name} plugin=${plugin} own=${meters.filter((meter) => meter.plugins.includes(plugin.name))} />`)}</div><//>`;
    })}
    ${!shown.length && html`<${Empty} title="Nothing matches" />`}`;
}

function matches(plugin, { q, domain }) {
  const words = [plugin.name, plugin.doc, ...plugin.routes.map((route) => `${route.method} ${route.path}`), ...plugin.hears.map((heard) => heard.event), ...plugin.publishes, ...plugin.reads, ...plugin.writes, ...plugin.tools];
  return (!domain || plugin.domain === domain) && (!q || words.join(' ').toLowerCase().includes(q.toLowerCase()));
}

const Names = ({ title, children }) => html`<div><dt>${title}</dt><dd>${children}</dd></div>`;
const list = (names, page, key) => names.map((name) => html`<a class="name" href=${link(page, { [key]: name })}>${name}</a> `);

/** A meter of the plugin's own: of a histogram how many, and how large on average. */
function Counted({ meter }) {
  const unit = meter.unit && ` ${meter.unit}`;
  const shown = (one) => one.sum == null ? `${one.value.toLocaleString()}${unit}` : `${one.value.toLocaleString()}, ${(one.sum / one.value).toLocaleString()}${unit} each`;
  return html`<div title=${meter.help}>${meter.name}${!meter.series.length && html` <span class="quiet">nothing yet</span>`}
    ${meter.series.map((one) => html`<div class="quiet">${one.labels && `${one.labels}: `}<b>${shown(one)}</b></div>`)}</div>`;
}

function Card({ plugin, own }) {
  return html`<article class="card">
    <h3><a href=${link('map', { around: `plugin:${plugin.name}` })}>${plugin.name}</a> ${plugin.off && html`<${State} kind="off">off<//>`}</h3>
    ${plugin.off && html`<p class="why">${plugin.off}</p>`}
    ${plugin.doc && html`<p class="quiet">${plugin.doc}</p>`}
    <dl>
      ${plugin.routes.length > 0 && html`<${Names} title="serves">${plugin.routes.map((route) => html`<div class="route"><span class="method">${route.method}</span> <code>${route.path}</code></div>`)}<//>`}
      ${plugin.hears.length > 0 && html`<${Names} title="hears">${plugin.hears.map((heard) => html`<div><a class="name" href=${link('flow', { event: heard.event })}>${heard.event}</a> <span class="quiet">${heard.inline ? 'inline' : many(heard.retries, 'retry', 'retries')}</span></div>`)}<//>`}
      ${plugin.schedules.length > 0 && html`<${Names} title="runs">${plugin.schedules.map((schedule) => html`<div>${schedule.when}</div>`)}<//>`}
      ${plugin.answers.length > 0 && html`<${Names} title="answers">${list(plugin.answers, 'flow', 'event')}<//>`}
      ${plugin.publishes.length > 0 && html`<${Names} title="tells">${list(plugin.publishes, 'flow', 'event')}<//>`}
      ${plugin.interceptors.length > 0 && html`<${Names} title="runs around">${plugin.interceptors.join(', ')}<//>`}
      ${plugin.writes.length > 0 && html`<${Names} title="writes">${list(plugin.writes, 'database', 'q')}<//>`}
      ${plugin.reads.length > 0 && html`<${Names} title="reads">${list(plugin.reads, 'database', 'q')}<//>`}
      ${own.length > 0 && html`<${Names} title="counts">${own.map((meter) => html`<${Counted} key=${meter.name} meter=${meter} />`)}<//>`}
      ${plugin.settings.length > 0 && html`<${Names} title="settings">${list(plugin.settings, 'settings', 'q')}<//>`}
      ${plugin.tools.length > 0 && html`<${Names} title="tools"><span class="quiet">${plugin.tools.join(', ')}</span><//>`}
    </dl>
    <p class="place"><code>${plugin.file}</code></p>
  </article>`;
}
