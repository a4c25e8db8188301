// One record of what happened, as a line.
import { at, exactly, html, link, micros } from '../base.js';
import { State } from '../parts.js';

const ENDINGS = { published: 'sent', delivered: 'good', failed: 'bad', expired: 'late' };

export const Row = ({ record, chosen }) => html`
  <li class="row ${record.ending} ${chosen ? 'chosen' : ''}">
    <time datetime=${new Date(record.time).toISOString()} title=${exactly(record.time)}>${at(record.time)}</time>
    <${State} kind=${ENDINGS[record.ending]}>${record.ending}<//>
    <a class="what" href=${link('flow', { trace: record.origin })}><b>${record.event}</b>
      <span class="quiet">${record.subscriber ? html`to <span class="name">${record.subscriber}</span>` : record.emitter ? html`from <span class="name">${record.emitter}</span>` : ''}</span></a>
    <span class="number quiet tries">${record.attempt > 1 ? `attempt ${record.attempt}` : ''}</span>
    <span class="number took">${record.subscriber ? micros(record.micros) : ''}</span>
  </li>`;
