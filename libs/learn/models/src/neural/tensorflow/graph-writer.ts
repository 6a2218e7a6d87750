import type { Shape } from '../graph/graph.js';
import { DATA_TYPE, type NodeAttribute, type NodeDefinition, shapeProto } from './saved-model.js';

const FLOAT = { type: DATA_TYPE.float } as const;

/** Collects the nodes of a TensorFlow graph. References are `name` or `name:output`. */
export class GraphWriter {
  readonly nodes: NodeDefinition[] = [];
  private readonly shared = new Map<string, string>();

  op(op: string, input: readonly string[], attr: Readonly<Record<string, NodeAttribute>>, name?: string): string {
    const unique = name ?? `${op}_${this.nodes.length}`;
    this.nodes.push({ name: unique, op, input, attr });
    return unique;
  }

  /** An operation on float32 whose only type attribute is `T`. */
  float(op: string, input: readonly string[], attr: Readonly<Record<string, NodeAttribute>> = {}): string {
    return this.op(op, input, { T: FLOAT, ...attr });
  }

  constant(values: Float32Array | Int32Array | BigInt64Array, shape: Shape): string {
    const dtype =
      values instanceof Float32Array
        ? DATA_TYPE.float
        : values instanceof Int32Array
          ? DATA_TYPE.int32
          : DATA_TYPE.int64;
    const tensorContent = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const tensor = { dtype, tensorShape: shapeProto(shape), tensorContent };
    return this.op('Const', [], { dtype: { type: dtype }, value: { tensor } });
  }

  /** A vector of int32, one node for equal ones. */
  ints(values: readonly number[]): string {
    const key = values.join(',');
    const present = this.shared.get(key);
    if (present) return present;
    const made = this.constant(Int32Array.from(values), [values.length]);
    this.shared.set(key, made);
    return made;
  }

  placeholder(name: string, shape: Shape, dtype: number): string {
    return this.op('Placeholder', [], { dtype: { type: dtype }, shape: { shape: shapeProto(shape) } }, name);
  }

  /** A variable of float32; the reference is its handle. */
  variable(name: string, shape: Shape): string {
    const text = (value: string) => ({ s: Buffer.from(value) });
    const attr = { dtype: FLOAT, shape: { shape: shapeProto(shape) }, shared_name: text(name), container: text('') };
    return this.op('VarHandleOp', [], attr);
  }

  /** Something to fetch that comes after these operations have run. */
  after(operations: readonly string[], name: string): string {
    const done = this.constant(Float32Array.of(0), []);
    return this.op('Identity', [done, ...operations.map((operation) => `^${operation}`)], { T: FLOAT }, name);
  }
}
