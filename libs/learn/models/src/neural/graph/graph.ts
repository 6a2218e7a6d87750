/** What an executor can run: TensorFlow's fused kernels, our WASM kernels, or nothing but plain operations. */
export type Flavour = 'tensorflow' | 'direct' | 'plain';

export type Shape = readonly number[];

/** A tensor in a graph: one output of a node. */
export interface Value {
  readonly node: GraphNode;
  readonly index: number;
  readonly shape: Shape;
  /** False for inputs and constants, and for what is made of them alone. */
  readonly trainable: boolean;
}

/** A setting of a TensorFlow kernel, by the field of its protocol buffer: a float, an integer, a flag. */
export type KernelSetting = { readonly f: number } | { readonly i: number } | { readonly b: boolean };

export type Attribute =
  | number
  | boolean
  | string
  | readonly number[]
  | Float32Array
  | Readonly<Record<string, KernelSetting>>;

/**
 * From the derivatives of the loss by a node's outputs (undefined: the loss does not depend on it) to those by its sources.
 * `wanted[i]` says whether that of source i is asked for.
 */
export type Gradient = (
  outputs: readonly (Value | undefined)[],
  wanted: readonly boolean[],
) => readonly (Value | undefined)[];

export interface GraphNode {
  readonly id: number;
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly Value[];
  /** What the gradient leads to: the inputs, or where several nodes have one gradient, what went into the first of them. */
  readonly sources: readonly Value[];
  readonly gradient?: Gradient;
}

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly gradient?: Gradient;
  readonly trainable?: boolean;
  readonly sources?: readonly Value[];
}

export const sizeOf = (shape: Shape): number => shape.reduce((size, dimension) => size * dimension, 1);
export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((size, i) => size === b[i]);

/**
 * A computation of known shapes, as a list of nodes in the order in which they can run. Layers add nodes; executors run them,
 * whole graphs at a time, so that nothing is decided or allocated in JavaScript while a batch is learnt.
 */
export class Graph {
  readonly nodes: GraphNode[] = [];
  private readonly named = new Map<string, Value>();

  constructor(readonly flavour: Flavour) {}

  /** Adds a node with outputs of these shapes. */
  add(op: string, inputs: readonly Value[], shapes: readonly Shape[], options: NodeOptions = {}): readonly Value[] {
    const { attributes = {}, gradient, sources = inputs } = options;
    const trainable = options.trainable ?? sources.some((source) => source.trainable);
    const outputs: Value[] = [];
    const node: GraphNode = {
      ...{ id: this.nodes.length, op, inputs, attributes, outputs, sources },
      ...(gradient ? { gradient } : {}),
    };
    shapes.forEach((shape, index) => {
      outputs.push({ node, index, shape, trainable });
    });
    this.nodes.push(node);
    return outputs;
  }

  /** Adds a node with one output. */
  one(op: string, inputs: readonly Value[], shape: Shape, options?: NodeOptions): Value {
    return this.add(op, inputs, [shape], options)[0]!;
  }

  /** What the caller gives for each run; the same name is the same input. `type`: float32 or int32. */
  input(name: string, shape: Shape, type: 'float' | 'int' = 'float'): Value {
    return this.once(`input ${name}`, () =>
      this.one('input', [], shape, { attributes: { name, type }, trainable: false }),
    );
  }

  /** What the executor keeps between runs and learning changes; the same name is the same weight. */
  weight(name: string, shape: Shape): Value {
    return this.once(`weight ${name}`, () => this.one('weight', [], shape, { attributes: { name }, trainable: true }));
  }

  constant(values: Float32Array, shape: Shape): Value {
    return this.one('constant', [], shape, { attributes: { values }, trainable: false });
  }

  scalar(value: number): Value {
    return this.once(`scalar ${value}`, () => this.constant(Float32Array.of(value), []));
  }

  private once(key: string, make: () => Value): Value {
    const present = this.named.get(key);
    if (present) return present;
    const made = make();
    this.named.set(key, made);
    return made;
  }
}
