import { main } from '@trainyard/service';
import { runExample } from './example.js';
import { modules } from './modules.js';

process.env.LOG_LEVEL ||= 'warn';
const started = performance.now();
const running = await main({ name: 'trainyard', port: 8080, modules });
const address = `http://${process.env.HOST ?? '127.0.0.1'}:${running.port}`;
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`Trainyard is ready after ${seconds} s: console ${address}/  API ${address}/docs`);
if (!process.argv.includes('--no-example')) await runExample(address);
