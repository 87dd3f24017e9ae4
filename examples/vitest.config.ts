import type { ViteUserConfig } from 'vitest/config';
import { createVitestConfig } from '../vitest.shared.ts';

const config: ViteUserConfig = createVitestConfig({ include: ['**/*.test.ts'], testTimeout: 300_000 });

export default config;
