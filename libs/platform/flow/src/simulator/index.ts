export { defaultFaults, type Fault, type FaultRates, noFaults, SimulatedOutage } from './faults.js';
export { SeededRandom } from './random.js';
export { type SimulatedPorts, Simulation, type SimulationOptions } from './simulation.js';
