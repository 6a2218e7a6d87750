import { main } from '@trainyard/service';
import { registryModule } from './module.js';

await main({ name: 'registry', port: registryModule.port, modules: [registryModule] });
