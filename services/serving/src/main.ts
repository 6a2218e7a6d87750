import { main } from '@trainyard/service';
import { servingModule } from './module.js';

await main({ name: 'serving', port: servingModule.port, modules: [servingModule] });
