import { main } from '@trainyard/service';
import { trainingModule } from './module.js';

await main({ name: 'training', port: trainingModule.port, modules: [trainingModule] });
