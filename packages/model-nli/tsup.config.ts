import { createTsupConfig, type TsupConfig } from '../../tsup.shared.ts';

const config: TsupConfig = createTsupConfig();

export default config;
