import type { ServiceModule } from '@trainyard/service';
import { createOptimizerDefinition } from './definition.js';
import { studyEndpoints } from './endpoints.js';
import { watchStudies } from './metrics/study-metrics.js';

/** The optimizer: searches hyperparameters by trials that training workers run. */
export const optimizerModule: ServiceModule = {
  name: 'optimizer',
  port: 8082,
  create: ({ flow }) => {
    const stopCounting = watchStudies(flow);
    return {
      definition: createOptimizerDefinition(),
      endpoints: studyEndpoints(flow),
      stop: async () => stopCounting(),
    };
  },
};
