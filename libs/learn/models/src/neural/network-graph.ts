import type { ModelArtifact } from '../artifact.js';
import { Graph, type Value } from './graph/graph.js';
import { buildNetwork } from './layers/network.js';
import { mlpArchitecture } from './mlp.js';
import { type Architecture, type FittedNetwork, type NeuralParams, readNetwork } from './neural-model.js';
import { gruArchitecture, lstmArchitecture, rnnArchitecture } from './recurrent.js';
import { tcnArchitecture } from './tcn.js';
import { transformerArchitecture } from './transformer.js';

/** Every architecture, by the name of its model. */
const ARCHITECTURES: Readonly<Record<string, Architecture<never>>> = Object.fromEntries(
  [mlpArchitecture, lstmArchitecture, gruArchitecture, rnnArchitecture, tcnArchitecture, transformerArchitecture].map(
    (architecture) => [architecture.name, architecture],
  ),
);

/** A fitted network as plain operations, for those who write it down in another form. */
export interface NetworkGraph extends Pick<FittedNetwork, 'classes' | 'shape' | 'scale' | 'weights'> {
  readonly graph: Graph;
  /** `batch x outputs`: scores of the classes, or the scaled value. */
  readonly outputs: Value;
}

/** The network of an artifact for batches of `batch` rows. Its input is `x`, time-major. Throws ARTIFACT_INVALID. */
export function networkGraph(artifact: ModelArtifact, batch: number): NetworkGraph {
  const name = String(artifact.manifest.model);
  const { params, fitted } = readNetwork<NeuralParams>(artifact, name);
  const architecture = ARCHITECTURES[name] as Architecture<NeuralParams>;
  const graph = new Graph('plain');
  const { shape } = fitted;
  const { outputs } = buildNetwork(architecture.network(params, shape), graph, { ...shape, batch });
  return { ...fitted, graph, outputs };
}
