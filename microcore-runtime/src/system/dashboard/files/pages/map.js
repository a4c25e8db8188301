// Map: what leads to what. The server lays it out; this draws it, and says the same as a list.
import { html, link, many, setQuery, useApi, useState } from '../base.js';
import { perSecond, useLive } from '../live.js';
import { Empty, Section, State, Table, Title, Waiting } from '../parts.js';

export function MapPage({ query }) {
  const { status, records } = useLive();
  const wanted = new URLSearchParams(['view', 'domain', 'around'].flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
  const { data, error, again } = useApi(`graph?${wanted}`);
  const [hovered, hover] = useState(null);
  if (!data) return html`<${Title} title="Map" /><${Waiting} error=${error} again=${again} />`;
  const { picture, size } = data;
  const off = new Set((status ? [...status.tools.map((part) => ['tool', part]), ...status.plugins.map((part) => ['plugin', part])] : []).filter(([, part]) => part.off).map(([kind, part]) => `${kind}:${part.name}`));
  const lately = new Map();
  for (const record of records.slice(-1000)) if (!record.subscriber) lately.set(record.event, (lately.get(record.event) ?? 0) + 1);
  const events = picture.boxes.some((box) => box.kind === 'event');
  const chosen = picture.boxes.find((box) => box.id === query.around);
  const list = query.as === 'list';
  return html`
    <${Title} title="Map" about=${chosen ? html`Around <b>${chosen.name}</b>, two steps in and out` : 'What leads to what, as the compiler wired it'}>
      ${(query.around || query.domain || query.view) && html`<a href=${link('map', { as: query.as })}>Whole map</a>`}
      ${picture.domains.length > 0 && html`<label class="choice"><span class="unseen">Open a domain</span><select value=${query.domain ?? ''} onChange=${(event) => setQuery({ domain: event.currentTarget.value, around: '' })}><option value="">Domains</option>${picture.domains.map((name) => html`<option value=${name} selected=${name === query.domain}>${name}</option>`)}</select></label>`}
      <button aria-pressed=${list} onClick=${() => setQuery({ as: list ? '' : 'list' })}>${list ? 'Picture' : 'List'}</button>
    <//>
    ${!size
      ? html`<${Empty} title="Nothing to draw yet"><p>A plugin is a box; its events, tables and routes are what it leads to.</p><//>`
      : !picture.boxes.length
        ? html`<${Empty} title="There is no such part"><p><a href=${link('map')}>The whole map</a> has it all.</p><//>`
        : list
          ? html`<${List} picture=${picture} />`
          : html`<${Drawing} picture=${picture} off=${off} lately=${lately} hovered=${hovered} hover=${hover} chosen=${query.around} />`}
    ${!events && size > 0 && !query.around && html`<p class="quiet">No event connects the plugins yet: a plugin publishes one by <code>self.bus.publish(…)</code>, and another hears it by <code>#[on(…)]</code>.</p>`}
    ${chosen && html`<${Facts} box=${chosen} picture=${picture} off=${off} />`}`;
}

function Drawing({ picture, off, lately, hovered, hover, chosen }) {
  const near = new Set(hovered ? picture.lines.filter((line) => line.from === hovered || line.to === hovered).flatMap((line) => [line.from, line.to]) : []);
  const dim = (id) => (hovered && id !== hovered && !near.has(id) ? 'dim' : '');
  return html`<div class="picture scroll" tabindex="0" role="region" aria-label="The map">
    <svg width=${picture.width} height=${picture.height} viewBox="0 0 ${picture.width} ${picture.height}" role="group" aria-label="What leads to what">
      ${picture.columns.map((column) => html`<text class="heading" x=${column.x} y="20">${column.title}</text>`)}
      ${picture.lines.map((line) => {
        const lit = hovered && (line.from === hovered || line.to === hovered);
        const busy = lately.get((line.to.startsWith('event:') ? line.to : line.from).slice(6)) ?? 0;
        return html`<path class="line ${line.kind.split(' ')[0]} ${lit ? 'lit' : hovered ? 'dim' : ''}" d=${line.path} stroke-width=${busy ? 1.2 + Math.min(1.4, Math.log10(busy + 1) / 2) : 1.2} aria-hidden="true" />`;
      })}
      ${picture.boxes.map((box) => html`<${Box} box=${box} off=${off.has(box.id)} count=${box.kind === 'event' ? lately.get(box.name) : 0} dim=${dim(box.id)} chosen=${box.id === chosen} hover=${hover} />`)}
    </svg>
  </div>`;
}

function Box({ box, off, count, dim, chosen, hover }) {
  const { x, y, width, height, kind, name } = box;
  const href = kind === 'domain' ? link('map', { domain: box.domain }) : link('map', { around: box.id });
  const flat = kind === 'route' || kind === 'scope' || kind === 'schedule';
  const space = name.indexOf(' ');
  const room = Math.floor((width - 20) / 6.9);
  const short = name.length > room ? `${name.slice(0, room - 1)}…` : name;
  const middle = y + (kind === 'domain' ? 19 : height / 2 + 4);
  const left = x + (flat ? 2 : 13);
  return html`<a href=${href} class="box ${kind} ${dim} ${off ? 'off' : ''} ${chosen ? 'chosen' : ''}" aria-label=${kind === 'domain' ? undefined : `${kind} ${name}${off ? ', off' : ''}${count ? `, ${count} lately` : ''}`}
      onMouseEnter=${() => hover(box.id)} onMouseLeave=${() => hover(null)} onFocus=${() => hover(box.id)} onBlur=${() => hover(null)}>
    <title>${kind === 'domain' ? `${name}: ${box.doc}` : box.doc || name}</title>
    <rect x=${x} y=${y} width=${width} height=${height} rx=${kind === 'event' ? height / 2 : 5} />
    ${kind === 'table' && html`<path class="edge" d="M${x + 6} ${y}v${height}" />`}
    ${off && html`<circle class="ring" cx=${x + width} cy=${y} r="7" /><path class="cross" d="M${x + width - 3} ${y - 3}l6 6m0 -6l-6 6" />`}
    ${kind === 'route' && space > 0
      ? html`<text x=${left} y=${middle}><tspan class="method">${name.slice(0, space)}</tspan> ${short.slice(space + 1)}</text>`
      : html`<text x=${left} y=${middle}>${short}</text>`}
    ${kind === 'domain' && html`<text class="small" x=${left} y=${middle + 16}>${box.doc}</text>`}
  </a>
  ${count > 0 && html`<text class="small ${dim}" x=${x + width - 9} y=${y - 4} text-anchor="end" aria-hidden="true">${count}</text>`}`;
}

/** What is known of one node, beside its picture. */
function Facts({ box, picture, off }) {
  const name = (id) => picture.boxes.find((other) => other.id === id)?.name ?? id;
  const into = picture.lines.filter((line) => line.to === box.id);
  const out = picture.lines.filter((line) => line.from === box.id);
  const [domain, plugin] = box.name.split('.');
  return html`<div class="panel"><${Section} title=${box.name} note=${box.kind} tools=${off.has(box.id) && html`<${State} kind="off">off<//>`}>
    ${box.doc && html`<p class="doc">${box.doc}</p>`}
    <dl class="facts">
      ${box.kind === 'plugin' && html`<div><dt>File</dt><dd><code>src/domains/${domain}/plugins/${plugin}.rs</code></dd></div>`}
      ${box.domain && html`<div><dt>Domain</dt><dd>${box.domain}</dd></div>`}
      ${into.length > 0 && html`<div><dt>From</dt><dd>${into.map((line) => html`<div><a class="name" href=${link('map', { around: line.from })}>${name(line.from)}</a> <span class="quiet">${line.kind}</span></div>`)}</dd></div>`}
      ${out.length > 0 && html`<div><dt>To</dt><dd>${out.map((line) => html`<div><span class="quiet">${line.kind}</span> <a class="name" href=${link('map', { around: line.to })}>${name(line.to)}</a></div>`)}</dd></div>`}
    </dl>
    ${box.kind === 'event' && html`<p class="more"><a href=${link('flow', { event: box.name })}>Watch it in Flow</a></p>`}
  <//></div>`;
}

const List = ({ picture }) => {
  const name = (id) => picture.boxes.find((box) => box.id === id)?.name ?? id;
  return html`<${Table} caption="What leads to what" columns=${[['From'], [''], ['To']]}>
    ${picture.lines.map((line) => html`<tr><td><a class="name" href=${link('map', { around: line.from })}>${name(line.from)}</a></td><td class="quiet">${line.kind}</td><td><a class="name" href=${link('map', { around: line.to })}>${name(line.to)}</a></td></tr>`)}<//>
    ${picture.boxes.some((box) => !picture.lines.some((line) => line.from === box.id || line.to === box.id)) && html`<p class="quiet">By themselves: ${picture.boxes.filter((box) => !picture.lines.some((line) => line.from === box.id || line.to === box.id)).map((box) => box.name).join(', ')}</p>`}`;
};
