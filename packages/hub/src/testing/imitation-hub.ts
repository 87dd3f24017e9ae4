import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small server that answers like the hub, for one model. */
export interface ImitationHub {
  readonly endpoint: string;
  /** `METHOD path range` of every request, `-` for no range. */
  readonly requests: string[];
  /** Authorization headers that reached the file storage, which must never see one. */
  readonly leakedTokens: string[];
  /** Breaks each of the next downloads of this path off after so many bytes. */
  breakOff(path: string, bytes: number, times: number): void;
  /** Answers the next requests with this status. */
  failNext(status: number, times: number): void;
  close(): Promise<void>;
}

/** What the imitation serves. */
export interface ImitationContent {
  readonly id: string;
  readonly commit: string;
  readonly revisions: readonly string[];
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Files that are announced with the checksum of other content. */
  readonly wrongChecksums?: readonly string[];
  /** Answer 401 without this token. */
  readonly token?: string;
  readonly ignoresRanges?: boolean;
  /** What it says that revisions lead to. @default `commit` */
  readonly sha?: string;
}

const isLarge = (path: string): boolean => /\.(?:safetensors|onnx|onnx_data)$/.test(path);

function describeFile(path: string, bytes: Uint8Array, isWrong: boolean): object {
  const content = isWrong ? Buffer.concat([bytes, Buffer.from('x')]) : bytes;
  const git = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
  const sha256 = createHash('sha256').update(content).digest('hex');
  return {
    type: 'file',
    path,
    size: bytes.length,
    oid: git,
    ...(isLarge(path) ? { lfs: { oid: sha256, size: bytes.length, pointerSize: 130 } } : {}),
  };
}

/** Starts the imitation on a free port, with a second port for the files as the hub's storage has its own host. */
export async function startImitationHub(content: ImitationContent): Promise<ImitationHub> {
  const requests: string[] = [];
  const leakedTokens: string[] = [];
  const breaks = new Map<string, { bytes: number; times: number }>();
  let failure = { status: 0, times: 0 };

  const sendJson = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

  const sendFile = (path: string, range: string | undefined, response: ServerResponse): void => {
    const bytes = content.files[path] ?? new Uint8Array();
    const start = content.ignoresRanges === true ? 0 : Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    const rest = bytes.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length });
    const fault = breaks.get(path);
    if (fault === undefined || fault.times === 0) {
      response.end(rest);
      return;
    }
    fault.times--;
    response.write(rest.subarray(0, fault.bytes), () => setTimeout(() => response.destroy(), 20));
  };

  const storage = createServer((request, response) => {
    requests.push(`GET ${request.url ?? ''} ${request.headers.range ?? '-'}`);
    if (request.headers.authorization !== undefined) leakedTokens.push(request.headers.authorization);
    sendFile(decodeURIComponent((request.url ?? '').slice(1)), request.headers.range, response);
  });
  await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve));
  const storageAddress = `http://127.0.0.1:${(storage.address() as AddressInfo).port}`;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname } = new URL(request.url ?? '', 'http://hub');
    requests.push(`GET ${pathname} ${request.headers.range ?? '-'}`);
    if (failure.times > 0) {
      failure.times--;
      response.writeHead(failure.status).end();
      return;
    }
    if (content.token !== undefined && request.headers.authorization !== `Bearer ${content.token}`) {
      sendJson(response, 401, { error: 'Invalid username or password.' });
      return;
    }
    const revision = new RegExp(`^/api/models/${content.id}/revision/(.+)$`).exec(pathname)?.[1];
    if (revision !== undefined && [...content.revisions, content.commit].includes(decodeURIComponent(revision))) {
      sendJson(response, 200, {
        _id: '1',
        id: content.id,
        sha: content.sha ?? content.commit,
        lastModified: '2026-01-01',
      });
      return;
    }
    if (pathname === `/api/models/${content.id}/tree/${content.commit}`) {
      const entries = Object.entries(content.files).map(([path, bytes]) =>
        describeFile(path, bytes, content.wrongChecksums?.includes(path) ?? false),
      );
      sendJson(response, 200, [{ type: 'directory', path: '1_Pooling', size: 0, oid: '' }, ...entries]);
      return;
    }
    const prefix = `/${content.id}/resolve/${content.commit}/`;
    const path = decodeURIComponent(pathname.slice(prefix.length));
    if (!pathname.startsWith(prefix) || content.files[path] === undefined) {
      sendJson(response, 404, { error: 'Repository or revision not found' });
    } else if (isLarge(path)) {
      response.writeHead(302, { location: `${storageAddress}/${encodeURIComponent(path)}` }).end();
    } else {
      sendFile(path, request.headers.range, response);
    }
  };
  const hub = createServer(answer);
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));

  return {
    endpoint: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
    requests,
    leakedTokens,
    breakOff: (path, bytes, times) => void breaks.set(path, { bytes, times }),
    failNext: (status, times) => void (failure = { status, times }),
    close: async () => {
      for (const server of [hub, storage]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}
