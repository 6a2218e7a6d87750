import protobuf from 'protobufjs/light.js';

const repeated = (type: string, id: number) => ({ rule: 'repeated', type, id });
/** The package's types do not know fields that are maps, which it reads all the same. */
const map = (keyType: string, type: string, id: number): protobuf.IField => ({ keyType, type, id }) as protobuf.IField;

/** The part of tensorflow/core/protobuf/saved_model.proto that a bare graph needs, as protobufjs describes messages. */
const root = protobuf.Root.fromJSON({
  nested: {
    SavedModel: {
      fields: { savedModelSchemaVersion: { type: 'int64', id: 1 }, metaGraphs: repeated('MetaGraphDef', 2) },
    },
    MetaGraphDef: {
      fields: { metaInfoDef: { type: 'MetaInfoDef', id: 1 }, graphDef: { type: 'GraphDef', id: 2 } },
    },
    MetaInfoDef: { fields: { tags: repeated('string', 4) } },
    GraphDef: { fields: { node: repeated('NodeDef', 1), versions: { type: 'VersionDef', id: 4 } } },
    VersionDef: { fields: { producer: { type: 'int32', id: 1 } } },
    NodeDef: {
      fields: {
        name: { type: 'string', id: 1 },
        op: { type: 'string', id: 2 },
        input: repeated('string', 3),
        attr: map('string', 'AttrValue', 5),
      },
    },
    AttrValue: {
      fields: {
        s: { type: 'bytes', id: 2 },
        i: { type: 'int64', id: 3 },
        f: { type: 'float', id: 4 },
        b: { type: 'bool', id: 5 },
        type: { type: 'int32', id: 6 },
        shape: { type: 'TensorShapeProto', id: 7 },
        tensor: { type: 'TensorProto', id: 8 },
      },
    },
    TensorShapeProto: { fields: { dim: repeated('Dim', 2) } },
    Dim: { fields: { size: { type: 'int64', id: 1 } } },
    TensorProto: {
      fields: {
        dtype: { type: 'int32', id: 1 },
        tensorShape: { type: 'TensorShapeProto', id: 2 },
        tensorContent: { type: 'bytes', id: 4 },
      },
    },
  },
});

const savedModel = root.lookupType('SavedModel');

/** The version of graphs that TensorFlow 2.4 and later write. */
const PRODUCER = 561;

/** DataType of types.proto. */
export const DATA_TYPE = { float: 1, int32: 3, int64: 9 } as const;

export type NodeAttribute =
  | { readonly s: Uint8Array }
  | { readonly i: number }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly type: number }
  | { readonly shape: object }
  | { readonly tensor: object };

export interface NodeDefinition {
  readonly name: string;
  readonly op: string;
  /** `node`, `node:output` or, to run after it, `^node`. */
  readonly input: readonly string[];
  readonly attr: Readonly<Record<string, NodeAttribute>>;
}

export const shapeProto = (shape: readonly number[]) => ({ dim: shape.map((size) => ({ size })) });

/** The bytes of saved_model.pb for a graph, tagged `serve`. */
export function encodeSavedModel(node: readonly NodeDefinition[]): Uint8Array {
  const metaGraph = { metaInfoDef: { tags: ['serve'] }, graphDef: { node, versions: { producer: PRODUCER } } };
  return savedModel.encode(savedModel.fromObject({ savedModelSchemaVersion: 1, metaGraphs: [metaGraph] })).finish();
}
