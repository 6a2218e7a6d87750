import { evaluatorModule } from '@trainyard/evaluator-service';
import { gatewayModule } from '@trainyard/gateway-service';
import { optimizerModule } from '@trainyard/optimizer-service';
import { registryModule } from '@trainyard/registry-service';
import type { ServiceModule } from '@trainyard/service';
import { servingModule } from '@trainyard/serving-service';
import { trainingModule } from '@trainyard/training-service';

/** The six services; the gateway last, so that the door opens when everything behind it runs. */
export const modules: readonly ServiceModule[] = [
  registryModule,
  servingModule,
  evaluatorModule,
  optimizerModule,
  trainingModule,
  gatewayModule,
];
