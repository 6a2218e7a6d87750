import { main } from '@trainyard/service';
import { standaloneGatewayModule } from './module.js';

await main({ name: 'gateway', port: standaloneGatewayModule.port, modules: [standaloneGatewayModule] });
