import { createVitestConfig } from '../vitest.shared.ts';

export default createVitestConfig({ include: ['**/*.test.ts'], testTimeout: 300_000 });
