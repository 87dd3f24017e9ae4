import { createTsupConfig, type TsupConfig } from '../../tsup.shared.ts';

const config: TsupConfig = createTsupConfig(['index', 'testing']);

export default config;
