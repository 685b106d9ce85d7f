// Kernels whose editor was lost, made by a client that speaks to a server and is killed with it.
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';

/** Run a notebook, then lose its server: its kernel waits. */
export async function leaveWaiting(python: string, env: NodeJS.ProcessEnv, program: string): Promise<void> {
  const server = spawn(python, ['-m', 'dap_kernel', 'dap'], { cwd: tmpdir(), env, stdio: ['pipe', 'pipe', 'ignore'] });
  let seq = 0;
  const ask = (command: string, args: object): void => {
    const body = JSON.stringify({ seq: ++seq, type: 'request', command, arguments: args });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  ask('initialize', { adapterID: 'dap-kernel' });
  ask('launch', { program, orphanTimeout: 120 });
  ask('configurationDone', {});
  let told = '';
  for await (const it of server.stdout) {
    told += String(it);
    if (/"reason": ?"idle"/.test(told)) break;
  }
  const gone = new Promise((done) => server.once('exit', done));
  server.kill('SIGKILL');
  await gone;
}
