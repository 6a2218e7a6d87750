// The command of the images: starts the service that the image was built for.
import { existsSync } from 'node:fs';

const service = process.env.SERVICE ?? '';
const folder = service === 'embedded' ? 'embedded' : `services/${service}`;
const main = new URL(`../${folder}/dist/main.js`, import.meta.url);

if (!/^[a-z]+$/.test(service) || !existsSync(main)) {
  console.error(`SERVICE=${service}: there is no ${folder}/dist/main.js; use a folder of services/, or embedded`);
  process.exit(2);
}
if (!process.argv.includes('--check')) await import(main.href);
