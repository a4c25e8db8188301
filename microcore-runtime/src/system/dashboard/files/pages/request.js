// One request, event or trace: everything that it led to, each with a bar for when and how long.
import { exactly, html, link, many, micros, setQuery, useApi } from '../base.js';
import { Choice, Empty, Section, State, Title, Waiting } from '../parts.js';

const SHAPES = { delivered: 'good', ok: 'good', failed: 'bad', expired: 'late', published: 'sent' };
const KINDS = ['statement', 'line', 'call', 'work', 'wait'];

export function OneRequest({ query }) {
  const { data, error, again } = useApi(`requests/${encodeURIComponent(query.id ?? '')}`);
  const back = html`<a href=${link('requests')}>All requests</a>`;
  if (!data && error?.status === 404) {
    return html`<${Title} title="Request">${back}<//><${Empty} title="Nothing is known of it any more"><p>The application keeps the latest requests that failed, were slow or led to something, and one in 64 of the others.</p><//>`;
  }
  if (!data) return html`<${Title} title="Request">${back}<//><${Waiting} error=${error} again=${again} />`;
  const first = data.steps[0];
  const hidden = (query.without ?? '').split(',').filter(Boolean);
  const steps = data.steps.filter((step) => !hidden.includes(step.kind));
  const of = (kind) => data.steps.filter((step) => step.kind === kind);
  const sql = of('statement').reduce((sum, step) => sum + step.micros, 0);
  const failed = data.steps.filter((step) => step.failed);
  return html`
    <${Title} title=${first?.kind === 'request' || first?.kind === 'run' ? first.name : 'Trace'} about=${html`${exactly(data.time)}, ${micros(data.micros)} to the last end`}><button onClick=${again}>Again</button>${back}<//>
    <dl class="facts">
      <div><dt>Answer</dt><dd>${first?.outcome ? html`<${State} kind=${first.failed ? 'bad' : 'good'}>${first.outcome}<//> after ${micros(first.micros)}` : 'not recorded'}</dd></div>
      <div><dt>In it</dt><dd>${[many(of('statement').length, 'statement') + (sql ? ` for ${micros(sql)}` : ''), many(of('event').length, 'event'), many(of('delivery').length, 'delivery', 'deliveries'), many(of('line').length, 'line')].join(', ')}${failed.length > 0 && html`, <span class="bad">${many(failed.length, 'failure')}</span>`}</dd></div>
      <div><dt>Trace</dt><dd><code>${data.trace}</code></dd></div>
    </dl>
    <${Section} title="What happened" tools=${html`<a href=${link('logs', { id: data.origin })}>Its lines</a><a href=${link('flow', { trace: data.origin })}>In the flow</a>`}>
      <div class="filters"><${Choice} label="Without" none="all is shown" value=${query.without} options=${KINDS} onChange=${(without) => setQuery({ without })} /></div>
      <div class="scroll" tabindex="0" role="region" aria-label="What happened">
        <table class="waterfall"><caption class="unseen">Steps in the order in which they began</caption>
          <thead><tr><th scope="col">Step</th><th scope="col">When</th><th scope="col" class="number">Began</th><th scope="col" class="number">Took</th></tr></thead>
          <tbody>${steps.map((step, place) => html`<${Step} key=${place} step=${step} all=${Math.max(1, data.micros)} />`)}</tbody>
        </table>
      </div>
    <//>`;
}

const Step = ({ step, all }) => html`<tr class="${step.kind} ${step.failed ? 'failed' : ''}">
  <td class="step"><span class="depth depth-${Math.min(step.depth, 9)}"><${Named} step=${step} /></span></td>
  <td class="bar"><svg viewBox="0 0 200 10" width="200" height="10" aria-hidden="true"><path d="M0 5H200" /><rect x=${(step.start / all) * 200} width=${Math.max(1.5, (step.micros / all) * 200)} y="1" height="8" rx="1" /></svg></td>
  <td class="number quiet">+${micros(step.start)}</td>
  <td class="number">${step.kind === 'line' || step.kind === 'event' ? '' : micros(step.micros)}</td>
</tr>`;

function Named({ step }) {
  const kind = step.kind === 'line' ? ({ ERROR: 'bad', WARN: 'late' }[step.outcome] ?? 'sent') : step.failed ? 'bad' : (SHAPES[step.outcome] ?? 'good');
  const word = step.kind === 'line' ? step.outcome.toLowerCase() : step.outcome || step.kind;
  if (step.kind === 'wait') return html`<${State} kind="late" bare>wait<//> <span class="quiet">${step.name}</span>`;
  const name = ['statement'].includes(step.kind) ? html`<code>${step.name}</code>` : step.kind === 'line' ? html`<span>${step.name}</span>` : html`<b>${step.name}</b>`;
  return html`<${State} kind=${kind} bare=${word === 'ok' || word === 'published'}>${word}<//> ${name} <span class="quiet">${step.attempt > 1 && step.kind === 'delivery' ? `attempt ${step.attempt}` : ''} ${step.kind === 'event' ? `from ${step.detail}` : step.kind === 'delivery' ? '' : step.detail}</span>`;
}
