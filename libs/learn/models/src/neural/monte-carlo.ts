import { DirectProgram } from './direct/direct-program.js';
import { Graph } from './graph/graph.js';
import { buildNetwork, inputsOf, type Network, type NetworkShape } from './layers/network.js';
import type { Samples } from './training/samples.js';

/**
 * Monte-Carlo dropout (Gal and Ghahramani 2016): the network's answers with units dropped as while learning, in `passes` passes that
 * the seed decides. A batch holds one row `passes` times, so each pass drops the same units for every row, and a row's answers do not
 * depend on the others. Returns one `count x outputs` a pass.
 */
export function monteCarlo(
  network: Network,
  shape: NetworkShape,
  weights: ReadonlyMap<string, Float32Array>,
  samples: Samples,
  { passes, seed }: { readonly passes: number; readonly seed: number },
): Float32Array[] {
  const { outputs: width, steps } = shape;
  const graph = new Graph('direct');
  const drop = graph.input('seed', [2], 'int');
  const { outputs } = buildNetwork(network, graph, { ...shape, batch: passes, seed: drop });
  const program = new DirectProgram(graph, { forward: { outputs: [outputs] } });
  try {
    program.write(weights);
    const answers = Array.from({ length: passes }, () => new Float32Array(samples.count * width));
    const x = new Float32Array(steps * passes * inputsOf(shape));
    for (let row = 0; row < samples.count; row++) {
      samples.gather(new Uint32Array(passes).fill(row), 0, passes, passes, x);
      const [all] = program.run('forward', { x, seed: Int32Array.of(seed, 0) });
      answers.forEach((answer, pass) => {
        answer.set(all!.subarray(pass * width, (pass + 1) * width), row * width);
      });
    }
    return answers;
  } finally {
    program.close();
  }
}
