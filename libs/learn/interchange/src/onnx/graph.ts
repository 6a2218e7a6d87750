import { ATTRIBUTE_TYPE, ELEMENT_TYPE, type ElementType, encodeModel } from './proto.js';

/** The name of a tensor in the graph. */
export type Value = string;

/** A node's attribute: exactly one kind of content. */
export type Attribute =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly string: string }
  | { readonly graph: Message }
  | { readonly floats: ArrayLike<number> }
  | { readonly ints: ArrayLike<number> }
  | { readonly strings: readonly string[] };

export type Attributes = Readonly<Record<string, Attribute>>;

/** The domain of the operators for classical machine learning. */
export const ML = 'ai.onnx.ml';

const IR_VERSION = 8;
const OPSETS = { '': 17, [ML]: 3 } as const;

type Message = Record<string, unknown>;

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8');

function attributeMessage(name: string, attribute: Attribute): Message {
  if ('float' in attribute) return { name, f: attribute.float, type: ATTRIBUTE_TYPE.float };
  if ('int' in attribute) return { name, i: attribute.int, type: ATTRIBUTE_TYPE.int };
  if ('string' in attribute) return { name, s: bytesOf(attribute.string), type: ATTRIBUTE_TYPE.string };
  if ('graph' in attribute) return { name, g: attribute.graph, type: ATTRIBUTE_TYPE.graph };
  if ('floats' in attribute) return { name, floats: Array.from(attribute.floats), type: ATTRIBUTE_TYPE.floats };
  if ('ints' in attribute) return { name, ints: Array.from(attribute.ints), type: ATTRIBUTE_TYPE.ints };
  return { name, strings: attribute.strings.map(bytesOf), type: ATTRIBUTE_TYPE.strings };
}

const dimension = (size: number | string): Message =>
  typeof size === 'number' ? { dimValue: size } : { dimParam: size };

function valueInfo(name: string, type: ElementType, shape: readonly (number | string)[]): Message {
  return { name, type: { tensorType: { elemType: ELEMENT_TYPE[type], shape: { dim: shape.map(dimension) } } } };
}

/** Collects the nodes of an ONNX graph. Rows are the dimension "N" of every input and output. */
export class OnnxGraph {
  private nodes: Message[] = [];
  private readonly constants: Message[] = [];
  private readonly inputs: Message[] = [];
  private readonly outputs: Message[] = [];
  private readonly taken = new Set<string>();

  /** An input column `N x 1`. */
  input(name: string, type: ElementType): Value {
    this.taken.add(name);
    this.inputs.push(valueInfo(name, type, ['N', 1]));
    return name;
  }

  /** Gives a value to the outside, under this name or, when an input has it, under `<name>_out`. */
  output(value: Value, name: string, type: ElementType, shape: readonly (number | string)[]): void {
    const free = this.unique(name, '_out');
    this.nodes.push({ input: [value], output: [free], opType: 'Identity', domain: '' });
    this.outputs.push(valueInfo(free, type, shape));
  }

  /** Adds a node with one output. */
  node(opType: string, inputs: readonly Value[], attributes: Attributes = {}, domain = ''): Value {
    return this.nodeWith(1, opType, inputs, attributes, domain)[0]!;
  }

  /** Adds a node with several outputs. */
  nodeWith(count: number, opType: string, inputs: readonly Value[], attributes: Attributes = {}, domain = ''): Value[] {
    const output = Array.from({ length: count }, () => this.unique(`${opType}_${this.nodes.length}`, '_'));
    const attribute = Object.entries(attributes).map(([name, value]) => attributeMessage(name, value));
    this.nodes.push({ input: inputs, output, name: output[0], opType, domain, attribute });
    return output;
  }

  /**
   * Changes a double `N x width` state by the nodes that `body` adds, at most `most` times and as long as its `goesOn`, a bool
   * without dimensions, is true. The body may use any value from outside.
   */
  loop(
    most: number,
    state: Value,
    width: number,
    body: (state: Value) => { readonly state: Value; readonly goesOn: Value },
  ): Value {
    const outside = this.nodes;
    const shape = ['N', width];
    const [iteration, before, carried] = ['iteration', 'goes_on', 'state'].map((name) => this.unique(name, '_'));
    this.nodes = [];
    const after = body(carried!);
    const graph = {
      name: this.unique('body', '_'),
      node: this.nodes,
      input: [valueInfo(iteration!, 'int64', []), valueInfo(before!, 'bool', []), valueInfo(carried!, 'double', shape)],
      output: [valueInfo(after.goesOn, 'bool', []), valueInfo(after.state, 'double', shape)],
    };
    this.nodes = outside;
    return this.node('Loop', [this.ints([most]), '', state], { body: { graph } });
  }

  cast(value: Value, to: ElementType): Value {
    return this.node('Cast', [value], { to: { int: ELEMENT_TYPE[to] } });
  }

  floats(values: ArrayLike<number>, ...dims: number[]): Value {
    return this.constant('float', Float32Array.from(values), dims);
  }

  doubles(values: ArrayLike<number>, ...dims: number[]): Value {
    return this.constant('double', Float64Array.from(values), dims);
  }

  ints(values: readonly number[], ...dims: number[]): Value {
    return this.constant('int64', BigInt64Array.from(values, BigInt), dims);
  }

  /** The columns of an `N x f` value with these indices, in this order. */
  columns(value: Value, indices: readonly number[]): Value {
    return this.node('Gather', [value, this.ints(indices, indices.length)], { axis: { int: 1 } });
  }

  /** Values `N x ...` side by side. */
  beside(values: readonly Value[]): Value {
    return values.length === 1 ? values[0]! : this.node('Concat', values, { axis: { int: 1 } });
  }

  /** The whole model in the ONNX format. */
  encode(name: string, metadata: Readonly<Record<string, string>>): Uint8Array {
    return encodeModel({
      irVersion: IR_VERSION,
      producerName: 'trainyard',
      producerVersion: '0.1.0',
      opsetImport: Object.entries(OPSETS).map(([domain, version]) => ({ domain, version })),
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: { name, node: this.nodes, initializer: this.constants, input: this.inputs, output: this.outputs },
    });
  }

  private constant(type: ElementType, values: Float32Array | Float64Array | BigInt64Array, dims: number[]): Value {
    const name = this.unique(`constant_${this.constants.length}`, '_');
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    this.constants.push({ name, dims, dataType: ELEMENT_TYPE[type], rawData });
    return name;
  }

  private unique(name: string, suffix: string): string {
    let free = name;
    while (this.taken.has(free)) free += suffix;
    this.taken.add(free);
    return free;
  }
}
