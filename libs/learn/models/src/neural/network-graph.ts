import type { ModelArtifact } from '../artifact.js';
import { autoencoderArchitecture } from './autoencoder.js';
import { type FittedNetwork, readNetwork } from './fitted-network.js';
import { Graph, type Value } from './graph/graph.js';
import { type Head, headOf } from './heads/head.js';
import { MOST_PRECISE, PRECISION_SHIFT } from './heads/precision.js';
import { buildNetwork, type NetworkShape } from './layers/network.js';
import { mlpArchitecture } from './mlp.js';
import type { Architecture, NeuralParams } from './neural-model.js';
import { gruArchitecture, lstmArchitecture, rnnArchitecture } from './recurrent.js';
import { tcnArchitecture } from './tcn.js';
import { transformerArchitecture } from './transformer.js';

/** Every architecture, by the name of its model. */
const ARCHITECTURES: Readonly<Record<string, Architecture<never>>> = Object.fromEntries(
  [
    ...[mlpArchitecture, lstmArchitecture, gruArchitecture, rnnArchitecture, tcnArchitecture, transformerArchitecture],
    autoencoderArchitecture,
  ].map((architecture) => [architecture.name, architecture]),
);

/** A head, with how the deviations of a Gaussian one follow from its outputs: (1 + exp(-(output + shift))) / most. */
export interface NetworkHead extends Head {
  readonly precision: { readonly most: number; readonly shift: number };
}

/** A fitted network as plain operations, for those who write it down in another form. */
export interface NetworkGraph {
  readonly shape: NetworkShape;
  /** What the outputs mean. */
  readonly head: NetworkHead;
  /** Scores above it are anomalies. */
  readonly threshold?: number;
  /** Of each network that answers: their outputs' mean meaning is the answer. */
  readonly members: FittedNetwork['members'];
  readonly graph: Graph;
  /** `batch x outputs`. */
  readonly outputs: Value;
}

/** The network of an artifact for batches of `batch` rows, none with padding. Its input is `x`, time-major. Throws ARTIFACT_INVALID. */
export function networkGraph(artifact: ModelArtifact, batch: number): NetworkGraph {
  const name = String(artifact.manifest.model);
  const { params, task, fitted } = readNetwork<NeuralParams>(artifact, name);
  const architecture = ARCHITECTURES[name] as Architecture<NeuralParams>;
  const graph = new Graph('plain');
  const { shape, classes, outputs: values, scale, members, threshold } = fitted;
  const plain = { ...shape, masked: false };
  const { outputs } = buildNetwork(architecture.network(params, plain), graph, { ...plain, batch });
  const precision = { most: MOST_PRECISE, shift: PRECISION_SHIFT };
  const head = { ...headOf(task, params, classes.length, values?.length ?? 1, scale), precision };
  return { shape, head, members, graph, outputs, ...(threshold === undefined ? {} : { threshold }) };
}
