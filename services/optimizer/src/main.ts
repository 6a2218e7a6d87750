import { main } from '@trainyard/service';
import { optimizerModule } from './module.js';

await main({ name: 'optimizer', port: optimizerModule.port, modules: [optimizerModule] });
