// Schedule: what runs at times, when it does next and how it went, and the jobs that wait, run and are dead.
import { act, count, html, lasting, link, many, useApi, useState } from '../base.js';
import { useLive } from '../live.js';
import { Command, Empty, Section, State, Table, Title, Waiting } from '../parts.js';

export function Schedule() {
  const { status } = useLive();
  const plugins = useApi('plugins');
  const board = useApi('schedule', 5000);
  const [said, say] = useState(null);
  const does = async (path) => {
    try {
      say({ text: (await act(path)).said });
    } catch (error) {
      say({ text: error.message, bad: true });
    }
    board.again();
  };
  if (!plugins.data || !board.data) {
    const { error, again } = plugins.data ? board : plugins;
    return html`<${Title} title="Schedule" /><${Waiting} error=${error} again=${again} />`;
  }
  const { now, jobs, dead } = board.data;
  const standing = new Map(board.data.schedules.map((own) => [own.name, own]));
  const all = plugins.data.flatMap((plugin) => plugin.schedules.map((facts) => ({ ...facts, ...standing.get(facts.name), plugin: plugin.name, off: plugin.off })));
  if (!all.length && !jobs.length) {
    return html`<${Title} title="Schedule" /><${Empty} title="Nothing runs at times"><p>A method with <code>#[cron("30 2 * * *")]</code> or <code>#[every("5m")]</code> in a plugin does.</p><//>`;
  }
  const acts = status?.acts;
  return html`
    <${Title} title="Schedule" about="Each tick and each job runs once, in one of the processes" />
    ${said && html`<p class="banner ${said.bad ? 'bad' : ''}" role="status">${said.text}</p>`}
    ${all.length > 0 && html`<${Schedules} ...${{ all, now, acts, does }} />`}
    ${jobs.length > 0 && html`<${Jobs} ...${{ jobs, now }} />`}
    ${dead.length > 0 && html`<${Dead} ...${{ dead, now, acts, does }} />`}`;
}

const Schedules = ({ all, now, acts, does }) => html`
  <${Table} caption="Schedules" columns=${[['Schedule'], ['When'], ['Next'], ['Last'], ['State'], ['Plugin'], ['On failure'], ['', '']]}>
    ${all.map((own) => html`<tr key=${own.name}>
      <td><b>${own.name}</b>${own.doc && html`<br /><span class="quiet">${own.doc}</span>`}</td><td>${own.when}</td>
      <td>${own.next == null ? '–' : html`<span title=${new Date(own.next).toLocaleString()}>in ${lasting(Math.max(0, own.next - now))}</span><br /><span class="quiet">${own.next_there}</span>`}</td>
      <td>${own.last ? html`${lasting(Math.max(0, now - (own.last.ended ?? own.last.began ?? own.last.tick)))} ago<br /><span class=${own.last.failed ? 'bad' : 'quiet'}>${own.last.outcome}</span>` : html`<span class="quiet">never</span>`}</td>
      <td><${State} kind=${own.unserved ? 'bad' : own.paused ? 'late' : own.off ? 'off' : 'good'}>${own.state}<//></td>
      <td><a class="name" href=${link('map', { around: `plugin:${own.plugin}` })}>${own.plugin}</a>${own.off && html` <span class="bad">is off</span>`}</td>
      <td class="quiet">${own.attempts > 1 ? many(own.attempts - 1, 'retry', 'retries') : 'not repeated'}</td>
      <td class="tools">${acts && ['run', own.paused ? 'resume' : 'pause'].map((what) => html`<button key=${what} onClick=${() => does(`schedule/${encodeURIComponent(own.name)}/${what}`)}>${WORDS[what]}</button> `)}</td></tr>`)}<//>
  <p class="hint quiet">The runs of a schedule: <${Command}>${`cargo run -- jobs history ${all[0].name}`}<//></p>`;

const WORDS = { run: 'Run now', pause: 'Pause', resume: 'Resume' };

const Jobs = ({ jobs, now }) => html`
  <${Section} title="Jobs">
    <${Table} caption="Jobs" columns=${[['Job'], ['Waiting', 'number'], ['Running', 'number'], ['Dead', 'number'], ['Oldest waits', 'number']]}>
      ${jobs.map((own) => html`<tr key=${own.name}><td><b>${own.name}</b></td>
        ${['waiting', 'running', 'dead'].map((name) => html`<td key=${name} class="number ${name === 'dead' && own.dead ? 'bad' : ''} ${own[name] ? '' : 'quiet'}">${count(own[name])}</td>`)}
        <td class="number quiet">${own.oldest == null || own.oldest > now ? '–' : lasting(now - own.oldest)}</td></tr>`)}<//>
  <//>`;

const Dead = ({ dead, now, acts, does }) => html`
  <${Section} title="Dead jobs" note=${dead.length < 100 ? '' : 'the last 100'}>
    <${Table} caption="Dead jobs" columns=${[['Job'], ['Id', 'number'], ['Died'], ['Attempts', 'number'], ['Why', 'wide'], ['', '']]}>
      ${dead.map((own) => html`<tr key=${own.id}><td><b>${own.name}</b></td><td class="number">${own.id}</td>
        <td>${own.ended == null ? '–' : `${lasting(Math.max(0, now - own.ended))} ago`}</td><td class="number">${own.attempts}</td><td class="wide">${own.error}</td>
        <td class="tools">${acts && html`<button onClick=${() => does(`jobs/${own.id}/retry`)}>Retry</button> <button onClick=${() => does(`jobs/${own.id}/discard`)}>Discard</button>`}</td></tr>`)}<//>
  <//>`;
