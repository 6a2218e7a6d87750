import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const candidates = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const executablePath = candidates.find((path) => path !== undefined && existsSync(path));

/** Why no browser can be started here, or undefined when one can. */
export function whyNoBrowser(): string | undefined {
  return executablePath
    ? undefined
    : 'there is no Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH';
}

/** A browser that asks the network for nothing but the page under test. */
export function startBrowser(): Promise<Browser> {
  const quiet = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  // Chromium has no sandbox for root, and containers run tests as root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox', ...quiet] : quiet;
  return chromium.launch({ executablePath: executablePath as string, args });
}
