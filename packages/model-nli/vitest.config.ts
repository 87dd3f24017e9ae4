import type { ViteUserConfig } from 'vitest/config';
import { createVitestConfig } from '../../vitest.shared.ts';

const config: ViteUserConfig = createVitestConfig();

export default config;
