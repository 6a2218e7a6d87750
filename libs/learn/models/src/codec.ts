import { createHash } from 'node:crypto';
import { LearnError } from '@trainyard/data';
import type { ArtifactArray, ModelArtifact } from './artifact.js';

/*
 * The file, all integers little-endian:
 *   8 bytes  magic "TRNYARD\n"
 *   u32      version of this layout (1)
 *   u32      length of the JSON header in bytes
 *   header   UTF-8 JSON {format, version, manifest, arrays: [{name, dtype, length, offset}]}, padded with spaces to 8 bytes
 *   data     the arrays, each at its `offset` from the start of data, which is a multiple of 8
 *   32 bytes SHA-256 of all bytes before it
 */
const MAGIC = Buffer.from('TRNYARD\n', 'latin1');
const LAYOUT_VERSION = 1;
const PREFIX = 16;
const DIGEST = 32;

const ARRAY_TYPES = {
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
  u32: Uint32Array,
  i16: Int16Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const;

type Dtype = keyof typeof ARRAY_TYPES;

interface ArrayEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly length: number;
  readonly offset: number;
}

const roundUp8 = (bytes: number) => (bytes + 7) & ~7;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

function dtypeOf(array: ArtifactArray): Dtype {
  for (const [dtype, type] of Object.entries(ARRAY_TYPES)) if (array instanceof type) return dtype as Dtype;
  throw new TypeError('an artifact array must be one of the typed arrays of ArtifactArray');
}

function layOut(arrays: ModelArtifact['arrays']): { entries: ArrayEntry[]; dataBytes: number } {
  const entries: ArrayEntry[] = [];
  let offset = 0;
  for (const [name, array] of Object.entries(arrays)) {
    entries.push({ name, dtype: dtypeOf(array), length: array.length, offset });
    offset = roundUp8(offset + array.byteLength);
  }
  return { entries, dataBytes: offset };
}

/** A number that JSON cannot hold would come back as null: that is a mistake of the model, found here. */
function refuseNonFinite(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new TypeError(`manifest field "${key}" is ${value}, which JSON cannot hold: put it in an array`);
  }
  return value;
}

/** The artifact as one self-checking binary file. The same artifact always gives the same bytes. */
export function encodeArtifact(artifact: ModelArtifact): Uint8Array {
  const { entries, dataBytes } = layOut(artifact.arrays);
  const { format, version, manifest } = artifact;
  const json = Buffer.from(JSON.stringify({ format, version, manifest, arrays: entries }, refuseNonFinite), 'utf8');
  const headerBytes = roundUp8(json.length);
  const dataStart = PREFIX + headerBytes;
  const file = new Uint8Array(dataStart + dataBytes + DIGEST);
  file.set(MAGIC, 0);
  const view = new DataView(file.buffer);
  view.setUint32(8, LAYOUT_VERSION, true);
  view.setUint32(12, headerBytes, true);
  file.fill(0x20, PREFIX, dataStart);
  file.set(json, PREFIX);
  for (const { name, offset } of entries) {
    const array = artifact.arrays[name]!;
    file.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), dataStart + offset);
  }
  file.set(sha256(file.subarray(0, dataStart + dataBytes)), dataStart + dataBytes);
  return file;
}

function invalid(reason: string): LearnError {
  return new LearnError('ARTIFACT_INVALID', `This is not a readable artifact: ${reason}. Save or fetch it again.`);
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < PREFIX + DIGEST || !MAGIC.equals(bytes.subarray(0, 8))) {
    throw invalid(bytes.length < PREFIX + DIGEST ? 'it is cut short' : 'it does not start with the artifact signature');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const layout = view.getUint32(8, true);
  if (layout !== LAYOUT_VERSION)
    throw invalid(`its layout version is ${layout} and this release reads ${LAYOUT_VERSION}`);
  const body = bytes.subarray(0, bytes.length - DIGEST);
  if (!sha256(body).equals(bytes.subarray(body.length)))
    throw invalid('its checksum does not match (damaged or cut short)');
  const dataStart = PREFIX + view.getUint32(12, true);
  if (dataStart > body.length) throw invalid('its header is longer than the file');
  try {
    return { header: JSON.parse(Buffer.from(bytes.subarray(PREFIX, dataStart)).toString('utf8')), dataStart };
  } catch {
    throw invalid('its header is not JSON');
  }
}

/** Reads what `encodeArtifact` wrote. Throws ARTIFACT_INVALID for anything damaged, cut short or foreign. */
export function decodeArtifact(bytes: Uint8Array): ModelArtifact {
  const { header, dataStart } = readHeader(bytes);
  const { format, version, manifest, arrays: entries } = header;
  if (
    typeof format !== 'string' ||
    typeof version !== 'number' ||
    typeof manifest !== 'object' ||
    !Array.isArray(entries)
  ) {
    throw invalid('its header lacks format, version, manifest or arrays');
  }
  // Typed arrays need aligned starts, which a pooled Buffer need not have: one copy makes it so.
  const data = new Uint8Array(bytes.subarray(dataStart, bytes.length - DIGEST));
  const arrays: Record<string, ArtifactArray> = {};
  for (const { name, dtype, length, offset } of entries as ArrayEntry[]) {
    const type = ARRAY_TYPES[dtype];
    if (type === undefined) throw invalid(`array "${name}" has the unknown type "${dtype}"`);
    if (!(offset >= 0 && length >= 0 && offset + length * type.BYTES_PER_ELEMENT <= data.length && offset % 8 === 0)) {
      throw invalid(`array "${name}" lies outside the file`);
    }
    arrays[name] = new type(data.buffer, data.byteOffset + offset, length);
  }
  return { format, version, manifest: manifest as Record<string, unknown>, arrays };
}
