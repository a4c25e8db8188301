// Queues: how the subscribers stand, and what failed for good: looked at, delivered again, or forgotten, one or all that
// match. Many are done a hundred at a time, so that it can be stopped.
import { act, count, exactly, html, lasting, link, many, micros, useApi, useRef, useState } from '../base.js';
import { useLive } from '../live.js';
import { Confirm, Empty, Section, State, Table, Title, Waiting } from '../parts.js';

export function Queues({ query }) {
  const { queues, status } = useLive();
  const subscribers = (queues ?? []).flatMap((event) => event.subscribers);
  const meters = useApi('meters', 3000);
  const timed = (own) => meters.data?.subscribers.find((meter) => meter.name === own.subscriber && meter.event === own.event);
  return html`
    <${Title} title="Queues" about="Every subscriber has a queue of its own" />
    <${Section} title="Subscribers" note=${subscribers.length ? many(subscribers.length, 'subscriber') : ''}>
      ${!queues
        ? html`<${Waiting} />`
        : subscribers.length
          ? html`<${Table} caption="Subscribers" columns=${[['Subscriber'], ['Event'], ['State'], ['Waiting', 'number'], ['In flight', 'number'], ['Delayed', 'number'], ['Dead', 'number'], ['Delivered', 'number'], ['Half within', 'number'], ['99 %', 'number'], ['Waited, 99 %', 'number']]}>
              ${subscribers.map((own) => html`<tr key=${own.event + own.subscriber}>
                <td><a class="name" href=${link('flow', { q: own.subscriber })}>${own.subscriber}</a></td><td><a class="name" href=${link('flow', { event: own.event })}>${own.event}</a></td>
                <td>${own.paused ? html`<${State} kind="late">paused<//>` : html`<${State} kind="good">hears<//>`}</td>
                ${['lag', 'in_flight', 'delayed', 'dead', 'delivered'].map((name) => html`<td class="number ${name === 'dead' && own.dead ? 'bad' : ''} ${own[name] ? '' : 'quiet'}">${count(own[name])}</td>`)}
                ${['p50', 'p99', 'wait_p99'].map((name) => html`<td class="number quiet">${timed(own)?.[name] == null ? '–' : micros(timed(own)[name])}</td>`)}
              </tr>`)}<//>`
          : html`<${Empty} title="Nobody hears anything"><p>A method with <code>#[on(…)]</code> in a plugin is a subscriber.</p><//>`}
    <//>
    <${Dead} query=${query} acts=${status?.acts} total=${subscribers.reduce((sum, own) => sum + own.dead, 0)} />`;
}

function Dead({ query, acts, total }) {
  const filter = new URLSearchParams(['subscriber', 'event', 'kind', 'after'].flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
  const { data, error, again } = useApi(`dead?${filter}`, 5000);
  const [asked, ask] = useState(null);
  const [work, setWork] = useState(null);
  const stopped = useRef(false);
  if (!data) return html`<${Section} title="Dead letters"><${Waiting} error=${error} again=${again} /><//>`;
  const one = async (letter, what) => {
    try {
      await act(`dead/${letter.id}/${what}`);
      setWork({ said: `Dead letter ${letter.id} is ${what === 'replay' ? 'delivered again' : 'discarded'}.` });
    } catch (error) {
      setWork({ said: error.message, bad: true });
    }
    again();
  };
  const all = async ({ what, group, number }) => {
    ask(null);
    stopped.current = false;
    const { subscriber, event, kind } = group ?? query;
    const wanted = Object.entries({ subscriber, event, kind, through: data.last }).filter(([, value]) => value != null);
    let done = 0;
    let left = number;
    try {
      while (left > 0 && !stopped.current) {
        setWork({ done, of: done + left, what });
        const part = await act(`dead/${what}?${new URLSearchParams(wanted)}`);
        done += part.done;
        left = part.left;
        if (part.problem) throw new Error(`${part.problem} (after ${done})`);
        if (!part.done) break;
      }
      setWork({ said: `${many(done, 'dead letter')} ${what === 'replay' ? 'delivered again' : 'discarded'}.` });
    } catch (error) {
      setWork({ said: error.message, bad: true });
    }
    again();
  };
  const filtered = query.subscriber || query.event || query.kind;
  const amount = data.more ? '10,000+' : count(data.total);
  return html`
    <${Section} title="Dead letters" note=${data.total ? amount : ''} tools=${filtered && html`<a href=${link('queues')}>Show all</a>`}>
      ${work && html`<p class="banner ${work.bad ? 'bad' : ''}" role="status">${work.said ?? `${work.what === 'replay' ? 'Delivering again' : 'Discarding'}: ${work.done} of ${work.of}`} ${!work.said && html`<button onClick=${() => (stopped.current = true)}>Stop</button>`}</p>`}
      ${!data.total
        ? html`<${Empty} title="Nothing is dead"><p>Deliveries that fail for good wait here until somebody delivers them again or discards them.</p><//>`
        : html`
          ${!acts && html`<p class="quiet">Here one may look and not act: <code>SYSTEM_ACTIONS</code> is false.</p>`}
          <ul class="groups">${data.groups.map((group) => html`<li key=${group.subscriber + group.event + group.kind} class=${group.kind === query.kind && group.subscriber === query.subscriber ? 'chosen' : ''}>
            <div><a href=${link('queues', { subscriber: group.subscriber, event: group.event, kind: group.kind })}><b>${count(group.count)}</b> <span class="name">${group.subscriber}</span></a> <span class="quiet">of ${group.event}, the last ${lasting(Date.now() - group.last)} ago</span><p class="why">${group.kind}</p></div>
            ${acts && html`<div class="tools">
              <button onClick=${() => ask({ what: 'replay', group, number: group.count })}>Replay ${group.count > 1 ? 'all' : ''}</button>
              <button onClick=${() => ask({ what: 'discard', group, number: group.count })}>Discard ${group.count > 1 ? 'all' : ''}</button></div>`}
          </li>`)}</ul>
          <ol class="letters">${data.letters.map((letter) => html`<${Letter} key=${letter.id} letter=${letter} acts=${acts} onAct=${one} />`)}</ol>
          ${data.letters.length < data.matching && html`<p><a href=${link('queues', { ...query, after: data.letters.at(-1)?.id })}>Later ones</a></p>`}`}
      <${Confirm} open=${asked !== null} number=${asked?.number ?? 0} danger=${asked?.what === 'discard'} onClose=${() => ask(null)} onDone=${() => all(asked)}
        title=${asked?.what === 'discard' ? `Discard ${many(asked.number, 'dead letter')}?` : `Deliver ${many(asked?.number ?? 0, 'dead letter')} again?`}
        action=${asked?.what === 'discard' ? 'Discard' : 'Replay'}>
        <p class="quiet">${asked?.group?.subscriber}<br />${asked?.group?.kind}</p>
        <p>${asked?.what === 'discard' ? 'They can not be brought back.' : 'Each has all its attempts again.'}</p>
      <//>
    <//>`;
}

const Letter = ({ letter, acts, onAct }) => html`
  <li><details>
    <summary><span class="number quiet">${letter.id}</span> <span class="name">${letter.subscriber}</span> <span class="why">${letter.error}</span></summary>
    <dl class="facts">
      <div><dt>Event</dt><dd>${letter.event} <code>${letter.event_id}</code></dd></div>
      <div><dt>Published</dt><dd>${exactly(letter.published)}${letter.emitter ? ` by ${letter.emitter}` : ''}</dd></div>
      <div><dt>Given up</dt><dd>${exactly(letter.failed)}, after ${many(letter.attempts, 'attempt')}</dd></div>
      <div><dt>Chain</dt><dd><a href=${link('flow', { trace: letter.origin })}>what led to what</a></dd></div>
      <div><dt>Error</dt><dd class="why">${letter.error}</dd></div>
      <div><dt>Fields</dt><dd><pre tabindex="0">${pretty(letter.payload)}</pre>${!letter.values && html`<span class="quiet">Types only: <code>SYSTEM_PAYLOADS</code> shows the values.</span>`}</dd></div>
    </dl>
    ${acts && html`<p class="tools"><button onClick=${() => onAct(letter, 'replay')}>Replay</button><button onClick=${() => onAct(letter, 'discard')}>Discard</button></p>`}
  </details></li>`;

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
