import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// What Node makes of the TypeScript files is kept between commands: they start in half the time. In the environment,
// for the processes that a command starts.
process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache');
enableCompileCache();
const { fail, runCommand } = await import('./program.ts');

// A fault that reaches nobody still ends in one line, never in a stack trace.
process.on('uncaughtException', (cause) => process.exit(fail(cause)));

process.exitCode = await runCommand(process.argv.slice(2));
