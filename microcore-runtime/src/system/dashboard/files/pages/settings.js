// Settings: what each is now and where that came from, and what `check` says.
import { html, many, setQuery, useApi } from '../base.js';
import { useLive } from '../live.js';
import { Choice, Empty, Search, Section, Shown, State, Table, Title, Waiting } from '../parts.js';

export function Settings({ query }) {
  const { status } = useLive();
  const { data, error, again } = useApi('settings');
  const findings = useApi('findings');
  if (!data) return html`<${Title} title="Settings" /><${Waiting} error=${error} again=${again} />`;
  const q = (query.q ?? '').toLowerCase();
  const from = { set: (own) => own.set, default: (own) => !own.set };
  const all = data.filter((own) => !own.waits_for);
  const shown = all.filter((own) => (!q || `${own.name} ${own.doc}`.toLowerCase().includes(q)) && (!query.from || from[query.from]?.(own)));
  return html`
    <${Title} title="Settings" about="From the environment and .env, read once at the start" />
    ${findings.data?.length > 0 && html`<${Section} title="Findings" note=${html`what <code>check</code> says`}>
      <ul class="findings">${findings.data.map((finding) => html`<li><${State} kind="late" bare>warning<//> ${finding}</li>`)}</ul><//>`}
    <${Section} title="Values" tools=${html`<${Shown} shown=${shown.length} all=${all.length} one="setting" />`}>
      <div class="filters">
        <${Search} value=${query.q} onInput=${(q) => setQuery({ q })} label="Filter by name or meaning" />
        <${Choice} label="From" value=${query.from} options=${['set', 'default']} onChange=${(from) => setQuery({ from })} />
      </div>
      ${shown.length
        ? html`<${Table} caption="Settings" columns=${[['Name'], ['Value'], ['From'], ['Meaning', 'wide']]}>
            ${shown.map((own) => html`<tr key=${own.name}>
              <td><code>${own.name}</code></td>
              <td><${Value} own=${own} /></td>
              <td class="quiet">${own.set ? html`<b class="set">set</b>` : own.value != null || own.default != null ? 'default' : 'unset'}</td>
              <td class="wide quiet">${own.doc}</td></tr>`)}<//>`
        : html`<${Empty} title="Nothing matches" />`}
    <//>
    ${status && html`<${Section} title="Build"><dl class="facts">
      <div><dt>Application</dt><dd>${status.name} ${status.version}, ${status.debug ? 'compiled for debugging' : 'a release build'}</dd></div>
      <div><dt>MicroCore</dt><dd>${status.microcore}</dd></div>
      <div><dt>Process</dt><dd><code>${status.process}</code></dd></div></dl><//>`}`;
}

const Value = ({ own }) =>
  own.secret
    ? own.set
      ? html`<code>${own.value}</code>`
      : html`<span class="quiet">not set</span>`
    : own.value == null
      ? html`<span class="quiet">–</span>`
      : html`<code>${own.value}</code>`;
