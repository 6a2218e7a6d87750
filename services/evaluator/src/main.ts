import { main } from '@trainyard/service';
import { evaluatorModule } from './module.js';

await main({ name: 'evaluator', port: evaluatorModule.port, modules: [evaluatorModule] });
