/** An answer of the wire API. Bodies are compared as they came, hence untyped. */
export type WireAnswer = {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests reach into answers of any shape
  readonly body: any;
  readonly text: string;
};

export type CallOptions = {
  readonly headers?: Readonly<Record<string, string>>;
  /** Session token of the member who acts for themselves. */
  readonly as?: string;
};

/** Plain HTTP against a running server, with the project's secret. Never throws for an error answer. */
export class WireClient {
  constructor(
    private readonly url: () => string,
    private readonly credentials: { readonly projectId: string; readonly secret: string },
  ) {}

  get(path: string, options?: CallOptions): Promise<WireAnswer> {
    return this.send('GET', path, undefined, options);
  }

  post(path: string, body?: unknown, options?: CallOptions): Promise<WireAnswer> {
    return this.send('POST', path, body, options);
  }

  put(path: string, body?: unknown, options?: CallOptions): Promise<WireAnswer> {
    return this.send('PUT', path, body, options);
  }

  delete(path: string, options?: CallOptions): Promise<WireAnswer> {
    return this.send('DELETE', path, undefined, options);
  }

  private async send(
    method: string,
    path: string,
    body: unknown,
    { headers = {}, as }: CallOptions = {},
  ): Promise<WireAnswer> {
    const { projectId, secret } = this.credentials;
    const response = await fetch(`${this.url()}${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${projectId}:${secret}`).toString('base64')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(as === undefined ? {} : { 'x-stytch-member-session': as }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: json ? JSON.parse(text) : undefined,
      text,
    };
  }
}
