import { createTsupConfig, type TsupConfig } from '../../tsup.shared.ts';

const config: TsupConfig = createTsupConfig(['index', 'session-worker']);

export default config;
