import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADAM, type Executable, type Feed, type Program, type WeightUpdate } from '../backend/backend.js';
import type { Graph, Value } from '../graph/graph.js';
import type { TensorFlowBinding } from './binding.js';
import { GraphWriter } from './graph-writer.js';
import { DATA_TYPE, encodeSavedModel } from './saved-model.js';
import { TRANSLATIONS } from './translate.js';

const FLOAT = { dtype: { type: DATA_TYPE.float } } as const;

interface Variable {
  readonly handle: string;
  readonly read: string;
  readonly shape: readonly number[];
}

/** Writes our graph and its programs as one TensorFlow graph. */
class ProgramWriter {
  readonly writer = new GraphWriter();
  readonly variables = new Map<string, Variable>();
  readonly inputs = new Map<string, Value>();
  readonly fetches = new Map<string, string>();
  private readonly references = new Map<Value, string>();

  constructor(graph: Graph, programs: Readonly<Record<string, Program>>) {
    for (const node of graph.nodes) {
      const { op, attributes } = node;
      const value = node.outputs[0]!;
      if (op === 'weight') {
        this.references.set(value, this.variable(attributes.name as string, value.shape).read);
      } else if (op === 'input') {
        const name = attributes.name as string;
        const type = attributes.type === 'int' ? DATA_TYPE.int32 : DATA_TYPE.float;
        this.inputs.set(name, value);
        this.references.set(value, this.writer.placeholder(`in_${name}`, value.shape, type));
      } else {
        const translation = TRANSLATIONS[op];
        if (translation === undefined) throw new TypeError(`TensorFlow is not told how to do "${op}"`);
        const made = translation(
          this.writer,
          node,
          node.inputs.map((input) => this.references.get(input)!),
        );
        const all = typeof made === 'string' ? [made] : made;
        node.outputs.forEach((output, i) => {
          this.references.set(output, all[i]!);
        });
      }
    }
    for (const [name, { outputs, updates = [] }] of Object.entries(programs)) this.program(name, outputs, updates);
  }

  private program(name: string, outputs: readonly Value[], updates: readonly WeightUpdate[]): void {
    const operations = updates.map((update) => this.adam(update));
    const fetched = outputs.map((output, i) =>
      this.writer.op('Identity', [this.references.get(output)!], { T: FLOAT.dtype }, `out_${name}_${i}`),
    );
    if (operations.length > 0) fetched.push(this.writer.after(operations, `out_${name}_done`));
    this.fetches.set(name, fetched.join(','));
  }

  /** AdamW (Loshchilov and Hutter 2019): the decay of the weight is no part of its gradient. */
  private adam({ name, shape, gradient, decay }: WeightUpdate): string {
    const { writer } = this;
    const [weight, m, v] = [name, `${name}/m`, `${name}/v`].map((each) => this.variable(each, shape));
    const rate = this.scalarInput('rate');
    const before: string[] = [];
    if (decay > 0) {
      const share = writer.float('Mul', [rate, writer.constant(Float32Array.of(decay), [])]);
      const lost = writer.float('Mul', [weight!.read, share]);
      before.push(`^${writer.op('AssignSubVariableOp', [weight!.handle, lost], FLOAT)}`);
    }
    const number = (value: number) => writer.constant(Float32Array.of(value), []);
    const powers = [this.scalarInput('beta1_power'), this.scalarInput('beta2_power')];
    const constants = [number(ADAM.beta1), number(ADAM.beta2), number(ADAM.epsilon)];
    const handles = [weight!.handle, m!.handle, v!.handle];
    const last = this.references.get(gradient)!;
    return writer.float('ResourceApplyAdam', [...handles, ...powers, rate, ...constants, last, ...before]);
  }

  private scalarInput(name: string): string {
    const reference = `in_${name}`;
    if (!this.writer.nodes.some((node) => node.name === reference)) {
      this.writer.placeholder(reference, [], DATA_TYPE.float);
    }
    return reference;
  }

  private variable(name: string, shape: readonly number[]): Variable {
    const present = this.variables.get(name);
    if (present) return present;
    const { writer } = this;
    const index = this.variables.size;
    const handle = writer.variable(name, shape);
    const read = writer.op('ReadVariableOp', [handle], FLOAT, `read_${index}`);
    const given = writer.placeholder(`set_${index}`, shape, DATA_TYPE.float);
    // The variable gets memory of TensorFlow's own: that of JavaScript may be let go on JavaScript's thread alone.
    const copy = writer.op('DeepCopy', [given], { T: FLOAT.dtype });
    writer.after([writer.op('AssignVariableOp', [handle, copy], FLOAT)], `done_${index}`);
    const made = { handle, read, shape };
    this.variables.set(name, made);
    return made;
  }
}

/** A graph in a TensorFlow session of its own. */
export class TensorFlowProgram implements Executable {
  private readonly session: number;
  private readonly plan: ProgramWriter;

  constructor(
    private readonly binding: TensorFlowBinding,
    graph: Graph,
    programs: Readonly<Record<string, Program>>,
  ) {
    this.plan = new ProgramWriter(graph, programs);
    const folder = mkdtempSync(join(tmpdir(), 'trainyard-graph-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), encodeSavedModel(this.plan.writer.nodes));
      this.session = binding.loadSavedModel(folder, 'serve');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  write(weights: ReadonlyMap<string, Float32Array>): void {
    const names = [...this.plan.variables.keys()];
    for (const [name, values] of weights) {
      const variable = this.plan.variables.get(name);
      if (variable === undefined) throw new TypeError(`the graph has no weight "${name}"`);
      const index = names.indexOf(name);
      this.execute([[`set_${index}`, values, variable.shape]], `done_${index}`);
    }
  }

  read(names: readonly string[]): Map<string, Float32Array> {
    const all = [...this.plan.variables.keys()];
    const fetches = names.map((name) => `read_${all.indexOf(name)}`).join(',');
    const values = this.execute([], fetches);
    return new Map(names.map((name, i) => [name, values[i]!]));
  }

  run(program: string, feeds: Readonly<Record<string, Feed>>): Float32Array[] {
    const given = Object.entries(feeds).map(([name, values]): [string, Feed, readonly number[]] => [
      `in_${name}`,
      values,
      this.plan.inputs.get(name)?.shape ?? [],
    ]);
    return this.execute(given, this.plan.fetches.get(program)!);
  }

  close(): void {
    this.binding.deleteSavedModel(this.session);
  }

  private execute(feeds: readonly [string, Feed, readonly number[]][], fetches: string): Float32Array[] {
    const { binding } = this;
    const { TF_FLOAT, TF_INT32 } = binding;
    const tensors = feeds.map(([, values, shape]) =>
      binding.createTensor(shape, values instanceof Float32Array ? TF_FLOAT : TF_INT32, values),
    );
    try {
      const outputs = binding.runSavedModel(this.session, tensors, feeds.map(([name]) => name).join(','), fetches);
      const values = outputs.map(({ id }) => binding.tensorDataSync(id));
      for (const { id } of outputs) binding.deleteTensor(id);
      return values;
    } finally {
      for (const id of tensors) binding.deleteTensor(id);
    }
  }
}
