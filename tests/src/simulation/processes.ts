import { builtinSchemas, EventCodec, type EventInput, type TrainRequested } from '@trainyard/contracts';
import { createEvaluatorDefinition } from '@trainyard/evaluator-service';
import { Flow, type FlowPorts, RunningService, type ServiceDefinition } from '@trainyard/flow';
import type { SimulatedPorts, Simulation } from '@trainyard/flow/simulator';
import { createGatewayDefinition, jobView } from '@trainyard/gateway-service';
import { createOptimizerDefinition } from '@trainyard/optimizer-service';
import { createRegistryDefinition } from '@trainyard/registry-service';
import { createServingDefinition } from '@trainyard/serving-service';
import { createTrainingDefinition } from '@trainyard/training-service';
import { type Ledger, SimulatedExecutor } from './executors.js';

export const LEASE_MS = 2000;
const defaults = { experiment: 'default', tags: {}, task: 'auto', model: 'auto', params: {}, gates: [], seed: 7 };
const codec = new EventCodec(builtinSchemas());
const silent = {
  info: () => {},
  warn: process.env.SIMULATION_LOG ? (fields: object, message: string) => console.error(message, fields) : () => {},
  error: () => {},
};

/** How clients reach the gateway's present life. */
export interface GatewayDoor {
  submit?: (jobId: string, request: EventInput['TrainRequested']) => Promise<unknown>;
}

type Define = (flow: Flow, ports: SimulatedPorts, worker: string) => ServiceDefinition;

/** Every service's real definition; only what computes outside the platform (training, scoring, loading) is simulated. */
export function addServices(simulation: Simulation, ledger: Ledger, gateway: GatewayDoor): void {
  const timing = { leaseMs: LEASE_MS, pollMs: 200 };
  const services: Record<string, Define> = {
    gateway: (flow) => {
      gateway.submit = (jobId, request) => {
        const complete = { ...defaults, ...request } as TrainRequested;
        return flow.handle(jobView, jobId, { type: 'Submit', request: complete, fingerprint: jobId, keyed: false });
      };
      return createGatewayDefinition({ hear: () => {} });
    },
    registry: () => createRegistryDefinition(),
    optimizer: () => createOptimizerDefinition(),
    'training-1': training,
    'training-2': training,
    evaluator: (flow, ports, worker) =>
      createEvaluatorDefinition(flow, { run: () => score(ports) }, { ...timing, worker, slots: 2 }),
    serving: (_flow, ports, worker) =>
      createServingDefinition(
        (artifact) => ports.artifacts.get(artifact),
        { run: () => Promise.reject(new Error('no batches')) },
        { ...timing, worker, batchSlots: 0 },
      ),
  };
  function training(flow: Flow, ports: SimulatedPorts, worker: string): ServiceDefinition {
    return createTrainingDefinition(flow, new SimulatedExecutor(ports, ledger), {
      ...timing,
      worker,
      slots: { cpu: 2 },
    });
  }
  for (const [name, define] of Object.entries(services)) {
    simulation.addProcess(name, async (ports) => {
      const service = name.replace(/-\d+$/, '');
      const { store, bus, clock } = ports;
      const flowPorts: FlowPorts = { service, store, bus, codec, clock, log: silent };
      const flow = new Flow(flowPorts);
      const definition = define(flow, ports, `${name}.${ports.life}`);
      await new RunningService({ ...definition, tickMs: 500 }, flowPorts, flow).start();
    });
  }
}

async function score({ clock, random, artifacts }: SimulatedPorts) {
  await clock.sleep(random.between(5, 100));
  const { digest } = await artifacts.put(Buffer.from('report'));
  return { metrics: { accuracy: 0.9, log_loss: 0.3 }, report: digest };
}

export { codec };
