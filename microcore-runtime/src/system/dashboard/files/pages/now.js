// Now: whether all is well, at one look.
import { at, bytes, count, html, lasting, link, many, micros, useApi } from '../base.js';
import { perSecond, SPAN, useLive } from '../live.js';
import { Command, Empty, Figure, Section, State, Title } from '../parts.js';
import { Row } from './row.js';

export function Now() {
  const { status, queues, records, memory, beats, connection } = useLive();
  const health = useApi('health', 15000);
  if (!status) return html`<${Title} title="Now" />`;
  const subscribers = (queues ?? []).flatMap((event) => event.subscribers);
  const sum = (name) => subscribers.reduce((sum, own) => sum + own[name], 0);
  const published = perSecond((record) => record.ending === 'published');
  const failed = perSecond((record) => record.ending === 'failed');
  const lately = (series) => series.reduce((sum, value) => sum + value, 0);
  const size = bytes(status.memory ?? 0);
  const about = html`${status.name} ${status.version} has served for ${lasting(status.now - status.started)}, on MicroCore ${status.microcore}`;
  return html`
    <${Title} title="Now" about=${about} />
    <${Parts} status=${status} health=${health.data ?? []} />
    <div class="figures">
      <${Figure} label="Requests" value=${count(recent(beats, (beat) => beat.count) / Math.max(1, Math.min(10, beats.length)))} unit="/ s" series=${padded(beats.map((beat) => beat.count))}
        note=${beats.length ? `${many(beats.at(-1).requests, 'request')} since the start` : 'measuring'} href=${link('requests')} />
      <${Figure} label="Failed requests" value=${count(all(beats, 'failed'))} tone=${all(beats, 'failed') ? 'bad' : ''} series=${padded(beats.map((beat) => beat.failed))} note=${`${count(all(beats, 'refused'))} refused, in two minutes`} href=${link('requests', { sort: 'failed' })} />
      <${Figure} label="Answered within" ...${within(beats)} href=${link('requests', { sort: 'p99' })} />
      ${status.bus && html`
        <${Figure} label="Events" value=${count(lately(published) / SPAN)} unit="/ s" series=${published} note=${`${many(lately(published), 'event')} in two minutes`} href=${link('flow')} />
        <${Figure} label="Failed attempts" value=${count(lately(failed))} tone=${lately(failed) ? 'bad' : ''} series=${failed} note="in two minutes" href=${link('flow', { ending: 'failed' })} />
        <${Figure} label="Waiting" value=${count(sum('lag') + sum('delayed'))} note=${`${count(sum('in_flight'))} in flight, ${count(sum('delayed'))} delayed`} href=${link('queues')} />
        <${Figure} label="Dead letters" value=${count(sum('dead'))} tone=${sum('dead') ? 'bad' : ''} note=${sum('dead') ? 'wait for somebody to look' : 'nothing failed for good'} href=${link('queues')} />`}
      ${status.memory != null && html`<${Figure} label="Memory" value=${size.value} unit=${size.unit} series=${memory} note="resident" />`}
    </div>
    ${status.bus && html`<${Latest} records=${records} connection=${connection} />`}`;
}

const all = (beats, field) => beats.reduce((sum, beat) => sum + beat[field], 0);
const recent = (beats, pick) => beats.slice(-10).reduce((sum, beat) => sum + pick(beat), 0);
/** As long as the other lines, with nothing before it was watched. */
const padded = (series) => [...new Array(Math.max(0, SPAN - series.length)).fill(0), ...series];

/** The slowest second of the last ten that had requests: half of them, and 99 of 100. */
function within(beats) {
  const busy = beats.filter((beat) => beat.count > 0);
  const last = busy.at(-1);
  if (!last) return { value: '–', note: 'no request while this page is open' };
  const [value, unit] = micros(Math.max(...busy.slice(-10).map((beat) => beat.p50))).split(' ');
  return { value, unit, note: `half of them; 99 % within ${micros(Math.max(...busy.slice(-10).map((beat) => beat.p99)))}`, series: padded(beats.map((beat) => beat.p99 ?? 0)) };
}

/** What is off, and why; or that nothing is. */
function Parts({ status, health }) {
  const off = [
    ...status.tools.filter((part) => part.off).map((part) => ({ what: `tool ${part.name}`, why: part.off })),
    ...status.plugins.filter((part) => part.off).map((part) => ({ what: `plugin ${part.name}`, why: part.off })),
  ];
  const known = new Set(off.map((part) => part.what));
  const ill = health.filter((tool) => !tool.healthy && !known.has(`tool ${tool.tool}`)).map((tool) => ({ what: `tool ${tool.tool}`, why: `${tool.reason ?? 'its check fails'} (since ${at(tool.since)})` }));
  const bad = [...off, ...ill];
  if (!bad.length) {
    return html`<p class="verdict"><${State} kind="good">Everything runs<//><span class="quiet">${many(status.plugins.length, 'plugin')}, ${many(status.tools.length, 'tool')}</span></p>`;
  }
  return html`<section class="alarm" aria-label="What is off">
    ${bad.map((part) => html`<div><${State} kind="off"><b>${part.what}</b> is off<//><p class="quiet">${part.why}</p></div>`)}
  </section>`;
}

function Latest({ records, connection }) {
  const latest = records.slice(-8).reverse();
  return html`<${Section} title="Latest" tools=${html`<a href=${link('flow')}>All of it</a>`}>
    ${latest.length
      ? html`<ol class="rows">${latest.map((record) => html`<${Row} key=${record.key} record=${record} />`)}</ol>`
      : html`<${Empty} title=${connection === 'live' ? 'Nothing has happened yet' : 'Connecting …'}>
          <p>Events show here as they are published and handled. Ask for something:</p><${Example} /><//>`}
  <//>`;
}

/** A request that works: the first route that needs nothing. */
export function Example() {
  const { data } = useApi('plugins');
  const routes = (data ?? []).flatMap((plugin) => plugin.routes);
  const route = routes.find((route) => route.method === 'GET' && route.open && !route.path.includes('{'));
  if (!route) return html`<p>Nothing to ask for without parameters.</p>`;
  return html`<${Command}>${`curl -i ${location.origin}${route.path}`}<//>`;
}
