import { type Graph, type GraphNode, sizeOf, type Value } from '../graph/graph.js';

/** Entries are placed at multiples of this many, so that kernels may write whole vectors. */
const ALIGNMENT = 16;

/** What a value shares with the value that it is a part or another shape of: how many entries further on it begins. */
function aliasOffset({ op, inputs, attributes }: GraphNode): number | undefined {
  if (op === 'reshape' || op === 'identity') return 0;
  if (op !== 'slice' || attributes.axis !== 0) return undefined;
  return (attributes.begin as number) * sizeOf(inputs[0]!.shape.slice(1));
}

/** Room for values that are needed at different times. */
class Room {
  size = 0;
  private holes: { at: number; size: number }[] = [];

  take(wanted: number): number {
    const size = Math.ceil(wanted / ALIGNMENT) * ALIGNMENT;
    const index = this.holes.findIndex((hole) => hole.size >= size);
    if (index < 0) {
      this.size += size;
      return this.size - size;
    }
    const { at, size: whole } = this.holes[index]!;
    if (whole === size) this.holes.splice(index, 1);
    else this.holes[index] = { at: at + size, size: whole - size };
    return at;
  }

  give(at: number, given: number): void {
    const size = Math.ceil(given / ALIGNMENT) * ALIGNMENT;
    const next = this.holes.findIndex((hole) => hole.at > at);
    this.holes.splice(next < 0 ? this.holes.length : next, 0, { at, size });
    this.holes = this.holes.reduce<{ at: number; size: number }[]>((merged, hole) => {
      const last = merged.at(-1);
      if (last && last.at + last.size === hole.at) last.size += hole.size;
      else merged.push({ ...hole });
      return merged;
    }, []);
  }
}

export interface Placement {
  /** Where each value begins, in entries. */
  readonly offsets: ReadonlyMap<Value, number>;
  /** Entries in all. */
  readonly size: number;
}

/**
 * Gives every value that the nodes make a place, so that values live at the same place one after the other. Weights, inputs and
 * constants stay where they are, and so do the values of `kept`.
 */
export function placeValues(graph: Graph, nodes: readonly GraphNode[], kept: ReadonlySet<Value>): Placement {
  const offsets = new Map<Value, number>();
  const owner = new Map<Value, Value>();
  const ownerOf = (value: Value) => owner.get(value) ?? value;
  const lastUse = new Map<Value, number>();
  nodes.forEach((node, at) => {
    const offset = aliasOffset(node);
    if (offset !== undefined) owner.set(node.outputs[0]!, ownerOf(node.inputs[0]!));
    for (const value of [...node.inputs, ...node.outputs]) lastUse.set(ownerOf(value), at);
  });
  for (const value of kept) lastUse.set(ownerOf(value), nodes.length);
  const dying = new Map<number, Value[]>();
  const isFixed = ({ node }: Value) => node.inputs.length === 0 && node.op !== 'dropoutMask';
  for (const [value, at] of lastUse) if (!isFixed(value)) dying.set(at, [...(dying.get(at) ?? []), value]);

  const room = new Room();
  for (const { outputs } of graph.nodes.filter((node) => isFixed(node.outputs[0]!))) {
    offsets.set(outputs[0]!, room.take(sizeOf(outputs[0]!.shape)));
  }
  nodes.forEach((node, at) => {
    const shift = aliasOffset(node);
    for (const output of node.outputs) {
      if (offsets.has(output)) continue;
      const place = shift === undefined ? room.take(sizeOf(output.shape)) : offsets.get(node.inputs[0]!)! + shift;
      offsets.set(output, place);
    }
    for (const value of dying.get(at) ?? []) room.give(offsets.get(value)!, sizeOf(value.shape));
  });
  return { offsets, size: room.size };
}
