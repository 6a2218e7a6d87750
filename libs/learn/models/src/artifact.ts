export type ArtifactArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Uint8Array;

/**
 * A saved model: a manifest of plain JSON and named little-endian arrays. No code inside. `format` and `version` say how
 * to read it; every released version stays readable.
 */
export interface ModelArtifact {
  readonly format: string;
  readonly version: number;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly arrays: Readonly<Record<string, ArtifactArray>>;
}
