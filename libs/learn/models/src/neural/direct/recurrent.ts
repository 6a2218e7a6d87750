import type { GraphNode } from '../graph/graph.js';
import type { Operation, Places } from './operations.js';

const round = (size: number) => Math.ceil(size / 16) * 16;

/** All steps of an LSTM: one product for the inputs of all steps, then one a step for what it remembers. */
export function lstmSteps(node: GraphNode, { kernels, inputs, outputs, scratch }: Places): Operation {
  const [rows, units] = node.outputs[0]!.shape as [number, number];
  const features = node.inputs[0]!.shape[1]!;
  const steps = node.attributes.steps as number;
  const batch = rows / steps;
  const [x, kernel, recurrent, bias] = inputs as readonly [number, number, number, number];
  const width = 4 * units;
  const gates = scratch;
  const product = gates + round(rows * width);
  const cell = product + round(batch * width);
  const squashed = cell + round(batch * units);
  return (memory) => {
    kernels.multiplyMatrices(4 * x, 4 * kernel, 4 * gates, rows, features, width);
    for (let i = 0; i < rows * width; i++) memory[gates + i]! += memory[bias + (i % width)]!;
    memory.fill(0, cell, cell + batch * units);
    for (let t = 0; t < steps; t++) {
      const z = gates + t * batch * width;
      const h = outputs[0]! + t * batch * units;
      if (t > 0) {
        kernels.multiplyMatrices(4 * (h - batch * units), 4 * recurrent, 4 * product, batch, units, width);
        kernels.addAll(4 * z, 4 * product, 4 * product, batch * width);
      } else memory.copyWithin(product, z, z + batch * width);
      for (let n = 0, at = product; n < batch; n++, at += width) {
        const c = cell + n * units;
        activateGates(memory, kernels, at, units);
        for (let j = 0; j < units; j++) {
          memory[c + j] = memory[at + 2 * units + j]! * memory[c + j]! + memory[at + j]! * memory[at + units + j]!;
        }
        kernels.tanhAll(4 * c, 4 * squashed, units);
        for (let j = 0; j < units; j++) memory[h + n * units + j] = memory[at + 3 * units + j]! * memory[squashed + j]!;
      }
    }
  };
}

/** Sigmoid of the input, forget and output gates, tanh of the candidate between them. Widths that are no multiple of 4 go one by one. */
function activateGates(memory: Float32Array, kernels: Places['kernels'], at: number, units: number): void {
  if (units % 4 === 0) {
    kernels.sigmoidAll(4 * at, 4 * at, units);
    kernels.tanhAll(4 * (at + units), 4 * (at + units), units);
    kernels.sigmoidAll(4 * (at + 2 * units), 4 * (at + 2 * units), 2 * units);
    return;
  }
  for (let j = 0; j < 4 * units; j++) {
    const z = memory[at + j]!;
    memory[at + j] = j >= units && j < 2 * units ? Math.tanh(z) : 1 / (1 + Math.exp(-z));
  }
}

/** All steps of a GRU. */
export function gruSteps(node: GraphNode, { kernels, inputs, outputs, scratch }: Places): Operation {
  const [rows, units] = node.outputs[0]!.shape as [number, number];
  const features = node.inputs[0]!.shape[1]!;
  const steps = node.attributes.steps as number;
  const batch = rows / steps;
  const [x, gateKernel, gateRecurrent, gateBias, kernel, recurrent, bias] = inputs as readonly number[];
  const gates = scratch;
  const candidates = gates + round(rows * 2 * units);
  const product = candidates + round(rows * units);
  const reset = product + round(batch * 2 * units);
  return (memory) => {
    kernels.multiplyMatrices(4 * x!, 4 * gateKernel!, 4 * gates, rows, features, 2 * units);
    for (let i = 0; i < rows * 2 * units; i++) memory[gates + i]! += memory[gateBias! + (i % (2 * units))]!;
    kernels.multiplyMatrices(4 * x!, 4 * kernel!, 4 * candidates, rows, features, units);
    for (let i = 0; i < rows * units; i++) memory[candidates + i]! += memory[bias! + (i % units)]!;
    for (let t = 0; t < steps; t++) {
      const z = gates + t * batch * 2 * units;
      const c = candidates + t * batch * units;
      const h = outputs[0]! + t * batch * units;
      const before = h - batch * units;
      if (t > 0) {
        kernels.multiplyMatrices(4 * before, 4 * gateRecurrent!, 4 * product, batch, units, 2 * units);
        for (let i = 0; i < batch * 2 * units; i++) memory[z + i]! += memory[product + i]!;
      }
      for (let i = 0; i < batch * 2 * units; i++) memory[z + i] = 1 / (1 + Math.exp(-memory[z + i]!));
      if (t > 0) {
        for (let n = 0; n < batch; n++) {
          for (let j = 0; j < units; j++) {
            memory[reset + n * units + j] = memory[z + n * 2 * units + j]! * memory[before + n * units + j]!;
          }
        }
        kernels.multiplyMatrices(4 * reset, 4 * recurrent!, 4 * product, batch, units, units);
        for (let i = 0; i < batch * units; i++) memory[c + i]! += memory[product + i]!;
      }
      for (let n = 0; n < batch; n++) {
        for (let j = 0; j < units; j++) {
          const update = memory[z + n * 2 * units + units + j]!;
          const kept = t > 0 ? update * memory[before + n * units + j]! : 0;
          memory[h + n * units + j] = kept + (1 - update) * Math.tanh(memory[c + n * units + j]!);
        }
      }
    }
  };
}
