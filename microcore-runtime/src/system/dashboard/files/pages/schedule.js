// Schedule: what runs at times. How it went is in the database, which the command `jobs` asks.
import { act, html, link, many, useApi, useState } from '../base.js';
import { useLive } from '../live.js';
import { Command, Empty, Table, Title, Waiting } from '../parts.js';

export function Schedule() {
  const { status } = useLive();
  const { data, error, again } = useApi('plugins');
  const [said, say] = useState(null);
  const does = (own, what) => act(`schedule/${encodeURIComponent(own.name)}/${what}`).then((told) => say(told.said), (error) => say(error.message));
  if (!data) return html`<${Title} title="Schedule" /><${Waiting} error=${error} again=${again} />`;
  const all = data.flatMap((plugin) => plugin.schedules.map((schedule) => ({ ...schedule, plugin: plugin.name, off: plugin.off })));
  if (!all.length) {
    return html`<${Title} title="Schedule" /><${Empty} title="Nothing runs at times"><p>A method with <code>#[cron("30 2 * * *")]</code> or <code>#[every("5m")]</code> in a plugin does.</p><//>`;
  }
  return html`
    <${Title} title="Schedule" about="What runs at times; each tick runs once, in one of the processes" />
    ${said && html`<p class="banner" role="status">${said}</p>`}
    <${Table} caption="Schedules" columns=${[['Schedule'], ['When'], ['Plugin'], ['On failure'], ['', 'wide'], ['', '']]}>
      ${all.map((own) => html`<tr key=${own.name}>
        <td><b>${own.name}</b></td><td>${own.when}</td>
        <td><a class="name" href=${link('map', { around: `plugin:${own.plugin}` })}>${own.plugin}</a>${own.off && html` <span class="bad">is off</span>`}</td>
        <td class="quiet">${own.attempts > 1 ? many(own.attempts - 1, 'retry', 'retries') : 'not repeated'}</td>
        <td class="wide quiet">${own.doc}</td>
        <td class="tools">${status?.acts && html`<button onClick=${() => does(own, 'run')}>Run now</button> <button onClick=${() => does(own, 'pause')}>Pause</button> <button onClick=${() => does(own, 'resume')}>Resume</button>`}</td></tr>`)}<//>
    <p class="hint quiet">The runs are in the database. The last ones of a schedule: <${Command}>${`cargo run -- jobs history ${all[0].name}`}<//></p>`;
}
