import { defineConfig } from 'vite';

/** The gateway that `npm run dev` talks to; the built pages talk to the one that serves them. */
const gateway = 'http://127.0.0.1:8080';

export default defineConfig({
  esbuild: { jsx: 'automatic' },
  build: {
    // The gateway's policy lets no inline script run, and no data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  server: { proxy: { '/api': gateway, '/docs': gateway } },
});
