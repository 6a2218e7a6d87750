import { TensorMemory } from '@trainyard/kernels';
import { ADAM, type Executable, type Feed, type Program, type WeightUpdate } from '../backend/backend.js';
import { type Graph, type GraphNode, sizeOf, type Value } from '../graph/graph.js';
import { nodesFor } from '../graph/nodes-for.js';
import { OPERATIONS, type Operation, scratchOf } from './operations.js';
import { type Placement, placeValues } from './placement.js';

interface Ready {
  readonly program: Program;
  readonly operations: readonly Operation[];
}

/**
 * Runs a graph with our own kernels, on this thread, operation after operation: what predicts everywhere, and what learns where
 * there is no TensorFlow. The same numbers on every machine.
 */
export class DirectProgram implements Executable {
  private readonly memory: TensorMemory;
  /** Of the memory's start, in entries. */
  private readonly base: number;
  private readonly placement: Placement;
  private readonly programs = new Map<string, Ready>();
  private readonly weights = new Map<string, { at: number; size: number }>();
  private readonly inputs = new Map<string, { at: number; size: number }>();
  private readonly ints = new Map<string, Int32Array>();
  /** What Adam remembers of the gradients, by weight. */
  private readonly moments = new Map<string, Float32Array>();

  constructor(graph: Graph, programs: Readonly<Record<string, Program>>) {
    const results = Object.values(programs).flatMap(({ outputs, updates = [] }) => [
      ...outputs,
      ...updates.map(({ gradient }) => gradient),
    ]);
    const nodes = nodesFor(graph, results);
    this.placement = placeValues(graph, nodes, new Set(results));
    const scratch = Math.max(0, ...nodes.map(scratchOf));
    this.memory = new TensorMemory(4 * (this.placement.size + scratch + 16));
    this.base = this.memory.start / 4;
    this.fill(graph);
    for (const [name, program] of Object.entries(programs)) {
      const wanted = [...program.outputs, ...(program.updates ?? []).map(({ gradient }) => gradient)];
      const operations = nodesFor(graph, wanted).flatMap((node) => this.operationOf(node));
      this.programs.set(name, { program, operations });
    }
  }

  write(weights: ReadonlyMap<string, Float32Array>): void {
    for (const [name, values] of weights) {
      const place = this.weights.get(name);
      if (place) this.memory.floats.set(values, place.at);
      else this.moments.set(name, values.slice());
    }
  }

  read(names: readonly string[]): Map<string, Float32Array> {
    const present = (name: string) => {
      const place = this.weights.get(name);
      return place ? this.memory.floats.slice(place.at, place.at + place.size) : this.moments.get(name)!.slice();
    };
    return new Map(names.map((name) => [name, present(name)]));
  }

  run(name: string, feeds: Readonly<Record<string, Feed>>): Float32Array[] {
    const { program, operations } = this.programs.get(name)!;
    const floats = this.memory.floats;
    for (const [input, values] of Object.entries(feeds)) {
      const place = this.inputs.get(input);
      if (values instanceof Int32Array) this.ints.set(input, values);
      else if (place) floats.set(values, place.at);
    }
    for (const operation of operations) operation(floats);
    for (const update of program.updates ?? []) this.adam(update, feeds);
    return program.outputs.map((output) => {
      const at = this.placeOf(output);
      return floats.slice(at, at + sizeOf(output.shape));
    });
  }

  close(): void {
    this.memory.free();
  }

  private placeOf(value: Value): number {
    return this.base + this.placement.offsets.get(value)!;
  }

  private fill({ nodes }: Graph): void {
    for (const { op, attributes, outputs } of nodes) {
      if (op !== 'weight' && op !== 'input' && op !== 'constant') continue;
      const at = this.placeOf(outputs[0]!);
      const size = sizeOf(outputs[0]!.shape);
      if (op === 'weight') this.weights.set(attributes.name as string, { at, size });
      else if (op === 'input') this.inputs.set(attributes.name as string, { at, size });
      else this.memory.floats.set(attributes.values as Float32Array, at);
    }
  }

  private operationOf(node: GraphNode): Operation[] {
    const { op, inputs, outputs, attributes } = node;
    if (['weight', 'input', 'constant', 'reshape', 'identity'].includes(op)) return [];
    if (op === 'slice' && attributes.axis === 0) return [];
    const make = OPERATIONS[op];
    if (make === undefined) throw new TypeError(`our kernels are not told how to do "${op}"`);
    const operation = make(node, {
      kernels: this.memory.kernels,
      inputs: inputs.map((input) => this.placeOf(input)),
      outputs: outputs.map((output) => this.placeOf(output)),
      scratch: this.base + Math.ceil(this.placement.size / 16) * 16,
      ints: (name) => this.ints.get(name)!,
    });
    return [operation];
  }

  /** As TensorFlow's ResourceApplyAdam, after the decay of AdamW. */
  private adam({ name, gradient, decay }: WeightUpdate, feeds: Readonly<Record<string, Feed>>): void {
    const { beta1, beta2, epsilon } = ADAM;
    const [rate, power1, power2] = ['rate', 'beta1_power', 'beta2_power'].map((key) => feeds[key]![0]!) as [
      number,
      number,
      number,
    ];
    const step = (rate * Math.sqrt(1 - power2)) / (1 - power1);
    const { at, size } = this.weights.get(name)!;
    const from = this.placeOf(gradient);
    const floats = this.memory.floats;
    const m = this.moments.get(`${name}/m`)!;
    const v = this.moments.get(`${name}/v`)!;
    for (let i = 0; i < size; i++) {
      const g = floats[from + i]!;
      m[i]! += (1 - beta1) * (g - m[i]!);
      v[i]! += (1 - beta2) * (g * g - v[i]!);
      floats[at + i]! -= rate * decay * floats[at + i]! + (step * m[i]!) / (Math.sqrt(v[i]!) + epsilon);
    }
  }
}
