import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type Express, type Response } from 'express';

const folder = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const OWN_PAGES = folder('../../pages/');
export const CONSOLE = folder('../../../console/dist/');

const NOT_BUILT = 'Trainyard is running. Its web console is not built here; /docs shows the calls.\n';
/** Paths that are calls: a wrong one is a problem, not a page. */
const CALLS = /^\/(api|ml|schemas|health|metrics|docs|pages|openapi\.json)(\/|$)/;

/** The pages: the calls at /docs, the playground of a model, and the console everywhere else. */
export function mountPages(app: Express, consoleFolder: string = CONSOLE): void {
  const send = (response: Response, file: string) => {
    response.setHeader('cache-control', 'no-cache');
    response.sendFile(file, { root: OWN_PAGES, cacheControl: false });
  };
  app.use('/pages', express.static(OWN_PAGES, { index: false, setHeaders: revalidate, cacheControl: false }));
  app.get('/docs', (_request, response) => send(response, 'docs.html'));
  app.get('/api/v1/models/:id/playground', (_request, response) => send(response, 'playground.html'));
  mountConsole(app, consoleFolder);
}

/** The built files have their content's hash in their names, so they are kept for ever; the page that names them is not. */
function mountConsole(app: Express, consoleFolder: string): void {
  const index = path.join(consoleFolder, 'index.html');
  const pages = express.Router();
  pages.use(
    '/assets',
    express.static(path.join(consoleFolder, 'assets'), { index: false, immutable: true, maxAge: '1y' }),
  );
  pages.use(express.static(consoleFolder, { index: false, setHeaders: revalidate, cacheControl: false }));
  pages.get(/.*/, (request, response, next) => {
    if (request.path !== '/' && path.extname(request.path) !== '') return next();
    response.setHeader('cache-control', 'no-cache');
    if (existsSync(index)) response.sendFile('index.html', { root: consoleFolder, cacheControl: false });
    else response.type('text/plain').send(NOT_BUILT);
  });
  app.use((request, response, next) => (CALLS.test(request.path) ? next() : pages(request, response, next)));
}

function revalidate(response: { setHeader(name: string, value: string): unknown }): void {
  response.setHeader('cache-control', 'no-cache');
}
