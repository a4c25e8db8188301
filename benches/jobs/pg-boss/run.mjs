// pg-boss in one process of Node: `node run.mjs <url>`. Version 10 is the last one for Node 20.
// It looks for jobs every half second at the fastest, so its time to start is no figure of the database.
import PgBoss from 'pg-boss';

const [TASKS, EACH, STOCK, PINGS] = [64, 100, 5_000, 10];
const boss = new PgBoss({ connectionString: process.argv[2], max: 20 });
await boss.start();
await boss.createQueue('work');
const until = async (condition) => { while (!condition()) await new Promise((go) => setTimeout(go, 1)); };
const rate = (name, jobs, begun) => console.log(name, Math.round(jobs / ((performance.now() - begun) / 1000)));

let begun = performance.now();
await Promise.all(Array.from({ length: TASKS }, async () => {
  for (let number = 0; number < EACH; number++) await boss.send('work', { number });
}));
rate('enqueue', TASKS * EACH, begun);

for (let from = 0; from < STOCK; from += 1000) {
  await boss.insert(Array.from({ length: 1000 }, (_, number) => ({ name: 'work', data: { number: from + number } })));
}
let done = 0, last = 0;
const all = STOCK + TASKS * EACH;
begun = performance.now();
for (let worker = 0; worker < 4; worker++) {
  await boss.work('work', { batchSize: 1000, pollingIntervalSeconds: 0.5 }, async (jobs) => {
    last = performance.now();
    done += jobs.length;
  });
}
await until(() => done >= all);
rate('worked', all, begun);

const times = [];
for (let number = 0; number < PINGS; number++) {
  const before = done, sent = performance.now();
  await boss.send('work', { number });
  await until(() => done > before);
  times.push(last - sent);
}
times.sort((a, b) => a - b);
console.log('start', times[times.length >> 1].toFixed(2));
process.exit(0);
