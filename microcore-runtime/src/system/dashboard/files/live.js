// What happens in the application, by one stream of events for the whole page. The stream is closed while nobody sees the
// page, since a browser opens six connections to a server and no more, and goes on where it was.
import { api, useEffect, useState } from './base.js';

/** Records that are kept: more than any page shows. */
const KEPT = 2000;
/** Seconds of the small charts. */
export const SPAN = 120;
/** How often pages are drawn anew, in milliseconds. */
const DRAWN = 250;

export const live = {
  /** `connecting`, `live`, `reconnecting` or `hidden`. */
  connection: 'connecting',
  status: null,
  queues: null,
  records: [],
  /** How many records nobody saw. */
  lost: 0,
  /** When the stream was first there: milliseconds since 1970. */
  since: Date.now(),
  /** The requests of the last seconds. */
  beats: [],
  /** Memory, as of the last looks. */
  memory: [],
  /** Failures that were not there when the page was opened, for those who hear the page. */
  failures: 0,
};

const viewers = new Set();
let source = null;
let position = null;
let process = null;
let wait = 500;
let timer = null;
let drawn = null;

function changed() {
  drawn ??= setTimeout(() => {
    drawn = null;
    viewers.forEach((draw) => draw());
  }, DRAWN);
}

function become(connection) {
  if (live.connection === connection) return;
  live.connection = connection;
  viewers.forEach((draw) => draw());
}

/** Draws a component anew as things happen. */
export function useLive() {
  const [, draw] = useState(0);
  useEffect(() => {
    const viewer = () => draw((turn) => turn + 1);
    viewers.add(viewer);
    return () => viewers.delete(viewer);
  }, []);
  return live;
}

function hear(name, heard) {
  source.addEventListener(name, (event) => {
    if (event.lastEventId) position = event.lastEventId;
    heard(JSON.parse(event.data));
    changed();
  });
}

function open() {
  clearTimeout(timer);
  if (source || document.hidden) return;
  const topics = live.status?.bus === false ? 'meters,status' : 'deliveries,meters,queues,status';
  const from = position ? `&from=${encodeURIComponent(position)}` : '';
  source = new EventSource(`/system/api/stream?topics=${topics}${from}`);
  hear('hello', (hello) => {
    if (process && process !== hello.process) {
      // Another process counts anew.
      live.restarted = hello.started;
      live.memory = [];
      live.beats = [];
    }
    process = hello.process;
    live.skew = hello.now - Date.now();
    wait = 500;
    become('live');
  });
  hear('status', (status) => {
    live.status = status;
    if (status.memory != null) live.memory = [...live.memory, status.memory].slice(-SPAN / 2);
  });
  hear('meters', (beat) => (live.beats = [...live.beats, beat].slice(-SPAN)));
  hear('queues', (queues) => (live.queues = queues));
  hear('deliveries', (records) => {
    const own = records.map((record) => ({ ...record, key: `${process}-${record.number}` }));
    live.failures += own.filter((record) => record.ending === 'failed' && record.time > live.since).length;
    live.records = [...live.records, ...own].slice(-KEPT);
  });
  hear('lost', (lost) => (live.lost += lost.count));
  source.onerror = () => {
    close();
    become('reconnecting');
    timer = setTimeout(open, wait);
    wait = Math.min(wait * 1.6, 5000);
  };
}

function close() {
  source?.close();
  source = null;
}

export async function start() {
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      clearTimeout(timer);
      close();
      become('hidden');
    } else {
      become('connecting');
      open();
    }
  });
  addEventListener('pagehide', close);
  try {
    live.status = await api('status');
  } catch (error) {
    live.error = error;
  }
  changed();
  open();
}

/** How many records that `counts` takes happened in each of the last seconds, the oldest first. */
export function perSecond(counts) {
  // The server's clock may be another than this one's.
  const now = Math.floor((Date.now() + (live.skew ?? 0)) / 1000);
  const series = new Array(SPAN).fill(0);
  for (let place = live.records.length - 1; place >= 0; place -= 1) {
    const record = live.records[place];
    const age = now - Math.floor(record.time / 1000);
    if (age >= SPAN) break;
    if (age >= 0 && counts(record)) series[SPAN - 1 - age] += 1;
  }
  return series;
}
