import packageJson from '../package.json' with { type: 'json' };

/** Written into every manifest: the name and version of the program that made it. */
export const createdBy: string = ['polyhead', packageJson.version].join(' ');
