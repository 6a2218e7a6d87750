export { isLoopback, requireApiKey } from './auth.js';
export { type BootOptions, boot, main, type Running } from './boot.js';
export { ConfigurationError, type PlatformSettings, platformSettings, readSettings, setting } from './config.js';
export { type Call, type Endpoint, endpoint, routerOf } from './endpoint.js';
export type { ServiceContext, ServiceModule, ServiceParts } from './module.js';
export { openApiDocument, pathsOf } from './openapi.js';
export { openPlatform, type Platform } from './platform.js';
export { Problem, type ProblemBody, problemHandler, problemOf } from './problem.js';
export { HttpServer } from './server.js';
