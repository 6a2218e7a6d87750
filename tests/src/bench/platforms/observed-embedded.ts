import type { ServiceModule } from '@trainyard/service';
import { main } from '@trainyard/service';
import { observe } from './observer.js';

// `npm start` without the example, plus one listener: the embedded bus cannot be heard from outside its process.
process.env.LOG_LEVEL ||= 'warn';
const folder = new URL('../../../../embedded/dist/', import.meta.url);
const { modules } = (await import(new URL('modules.js', folder).href)) as { modules: readonly ServiceModule[] };
const { platform } = await main({ name: 'trainyard', port: 8080, modules });
await observe(platform.bus, platform.codec, (observed) => console.log(`observed ${JSON.stringify(observed)}`));
console.log('observing');
