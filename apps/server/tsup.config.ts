import { createTsupConfig, type TsupConfig } from '../../tsup.shared.ts';

const config: TsupConfig = createTsupConfig(['main', 'worker']);

export default config;
