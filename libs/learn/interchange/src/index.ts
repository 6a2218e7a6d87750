export type { ImportedModel, ImportOptions } from './import-options.js';
export { importedPipeline } from './imported-pipeline.js';
export { fromLightGBMText } from './lightgbm/read.js';
export { toLightGBMText } from './lightgbm/write.js';
export { hasOnnxExporter } from './onnx/models/index.js';
export { type OnnxSource, toOnnx } from './onnx/write.js';
export { fromXGBoostJson } from './xgboost/read.js';
export { toXGBoostJson } from './xgboost/write.js';
