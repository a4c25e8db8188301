// Database: tables, migrations and the SQL of the plugins, as the compiler saw them.
import { count, html, link, many, micros, setQuery, useApi } from '../base.js';
import { Empty, Search, Section, Title, Waiting } from '../parts.js';

export function Database({ query }) {
  const { data, error, again } = useApi('database');
  const meters = useApi('meters', 3000);
  const timed = (own) => meters.data?.statements.find((meter) => meter.sql === own.sql);
  if (!data) return html`<${Title} title="Database" /><${Waiting} error=${error} again=${again} />`;
  const q = (query.q ?? '').toLowerCase();
  const has = (...words) => !q || words.join(' ').toLowerCase().includes(q);
  const tables = data.tables.filter((table) => has(table.name, table.domain, ...table.columns.map((column) => column.name)));
  const statements = data.statements
    .filter((own) => has(own.sql, own.place, ...own.reads, ...own.writes))
    .sort((a, b) => (timed(b)?.total ?? 0) - (timed(a)?.total ?? 0));
  const migrations = data.migrations.filter((own) => has(own.domain, own.file, own.sql));
  if (!data.tables.length && !data.statements.length && !data.migrations.length) {
    return html`<${Title} title="Database" /><${Empty} title="No table and no SQL"><p>A file <code>src/domains/…/migrations/001_name.sql</code> makes a table; <code>cargo run -- migrate new</code> begins one.</p><//>`;
  }
  return html`
    <${Title} title="Database" about="Tables, migrations and SQL, as the compiler saw them" />
    <div class="filters"><${Search} value=${query.q} onInput=${(q) => setQuery({ q })} label="Filter by table, column or SQL" /></div>
    <${Section} title="Tables" note=${many(tables.length, 'table')}>
      <div class="cards">${tables.map((table) => html`<article class="card" key=${table.name}>
        <h3><a href=${link('map', { around: `table:${table.name}` })}>${table.name}</a> <span class="quiet">${table.domain}</span></h3>
        <ul class="columns">${table.columns.map((column) => html`<li><span class="name">${column.name}</span> <span class="quiet">${column.type}${column.nullable ? ', or null' : ''}${column.primary_key ? ', key' : ''}${column.default ? `, = ${column.default}` : ''}</span></li>`)}</ul>
        ${table.unique.map((columns) => html`<p class="quiet">unique: ${columns.join(', ')}</p>`)}
        ${table.foreign_keys.map(([column, target]) => html`<p class="quiet">${column} → ${target}</p>`)}
      </article>`)}</div>
    <//>
    <${Section} title="Migrations" note="Applied at the start, before anything is served">
      <ul class="plain-list">${migrations.map((own) => html`<li key=${own.domain + own.file}><details><summary><span class="name">${own.domain}/${own.file}</span></summary><pre tabindex="0">${own.sql.trim()}</pre></details></li>`)}</ul>
    <//>
    <${Section} title="Statements" note=${`${many(statements.length, 'statement')}, those with the most time first`}>
      <ul class="statements">${statements.map((own) => html`<li>
        <pre tabindex="0">${own.sql.trim()}</pre>
        <${Times} meter=${timed(own)} />
        <p class="quiet"><span class="name">${own.place}</span> ${own.function}(), ${own.method}${own.writes.length ? html`; writes ${own.writes.join(', ')}` : ''}${own.reads.length ? html`; reads ${own.reads.join(', ')}` : ''}</p></li>`)}</ul>
    <//>`;
}

/** What was measured of a statement. */
const Times = ({ meter }) =>
  meter && meter.count > 0
    ? html`<p><b>${many(meter.count, 'call')}</b>, ${micros(meter.total)} together; half within ${micros(meter.p50)}, 99 % within ${micros(meter.p99)}${meter.failed > 0 && html`; <span class="bad">${count(meter.failed)} failed</span>`}</p>`
    : html`<p class="quiet">Not called yet</p>`;
