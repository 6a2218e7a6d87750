/** How often each thing goes wrong, as probabilities for each step it can happen at. */
export interface FaultRates {
  /** A process dies before or after a step; nothing it held in memory survives. */
  readonly crash: number;
  /** A process stands still for longer than its leases, then goes on as if nothing had been. */
  readonly pause: number;
  /** The store, bus or artifact store answers with an outage, the operation not done. */
  readonly outage: number;
  /** The operation is done but its answer is lost. */
  readonly lostAnswer: number;
  /** A delivery does not arrive and is made again later. */
  readonly drop: number;
  /** A delivery that was handled is made again. */
  readonly repeat: number;
  /** A message of long ago is delivered again, out of order. */
  readonly reorder: number;
}

export type Fault = keyof FaultRates;

export const defaultFaults: FaultRates = {
  crash: 0.0015,
  pause: 0.0004,
  outage: 0.01,
  lostAnswer: 0.006,
  drop: 0.05,
  repeat: 0.08,
  reorder: 0.05,
};

export const noFaults: FaultRates = { crash: 0, pause: 0, outage: 0, lostAnswer: 0, drop: 0, repeat: 0, reorder: 0 };

/** An outage as the adapters report one. */
export class SimulatedOutage extends Error {
  override readonly name = 'SimulatedOutage';
  readonly code = 'UNAVAILABLE';
  readonly retriable = true;
}
