import { createTsupConfig, type TsupConfig } from '../../tsup.shared.ts';

const config: TsupConfig = createTsupConfig(['main']);

export default config;
