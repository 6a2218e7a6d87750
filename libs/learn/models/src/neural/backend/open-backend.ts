import { LearnError } from '@trainyard/data';
import { BACKEND_NAMES, type Backend, type BackendName } from './backend.js';
import { locateTensorFlow } from './locate-tensorflow.js';

/** Forces a backend: `tensorflow-gpu`, `tensorflow` or `wasm`. Unset or `auto`: the first of them that is there. */
const SETTING = 'TRAINYARD_NEURAL_BACKEND';

const opened = new Map<BackendName, Promise<Backend>>();

/**
 * The backend that neural models learn with in this process, loaded on first use. `threads` is what it may use; in one process the
 * first fit decides. Throws OPTION_UNSUPPORTED when the one that the environment forces is not there, PARAMETER_INVALID when
 * there is none of that name.
 */
export async function openBackend(threads: number): Promise<Backend> {
  const asked = process.env[SETTING] || 'auto';
  if (asked !== 'auto') return open(nameOf(asked), threads);
  for (const name of BACKEND_NAMES) {
    if (name !== 'wasm' && locateTensorFlow(name === 'tensorflow-gpu') === undefined) continue;
    try {
      return await open(name, threads);
    } catch (error) {
      if (name === 'wasm') throw error;
    }
  }
  throw new Error('unreachable: wasm is always there');
}

function nameOf(asked: string): BackendName {
  if ((BACKEND_NAMES as readonly string[]).includes(asked)) return asked as BackendName;
  const words = `${SETTING} is "${asked}", but must be auto, ${BACKEND_NAMES.join(', ')}.`;
  throw new LearnError('PARAMETER_INVALID', words, { field: SETTING });
}

function open(name: BackendName, threads: number): Promise<Backend> {
  let backend = opened.get(name);
  if (backend === undefined) {
    backend = load(name, threads);
    opened.set(name, backend);
    backend.catch(() => opened.delete(name));
  }
  return backend;
}

async function load(name: BackendName, threads: number): Promise<Backend> {
  if (name === 'wasm') return new (await import('../direct/wasm-backend.js')).WasmBackend();
  const gpu = name === 'tensorflow-gpu';
  const file = locateTensorFlow(gpu);
  const remedy = `run npm run setup:tensorflow${gpu ? ' -- --gpu' : ''}, or unset ${SETTING}`;
  const refuse = (why: string) =>
    new LearnError('OPTION_UNSUPPORTED', `The backend "${name}" ${why}: ${remedy}.`, { field: SETTING });
  if (file === undefined) throw refuse('is not installed');
  const { TensorFlowBackend } = await import('../tensorflow/tensorflow-backend.js');
  try {
    return TensorFlowBackend.load(file, gpu, threads);
  } catch (error) {
    throw refuse(`does not load (${(error as Error).message})`);
  }
}
