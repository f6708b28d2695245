// The configuration of the reverse proxy, from the route table.

/** `:organization_id` is one segment of a path, whatever it holds. */
const pattern = (path) =>
  path.includes(':') ? `~^${path.replaceAll('.', String.raw`\.`).replaceAll(/:[a-z_]+/g, '[^/]+')}$` : path;

/**
 * Each path once, with the service that owns it.
 * @throws Error where methods of one path belong to different services: a proxy decides by path alone
 */
export const ownersByPath = (routes) => {
  const owners = new Map();
  for (const { path, service } of routes) {
    const known = owners.get(path);
    if (known && known !== service) throw new Error(`${path} belongs to ${known} and to ${service}`);
    owners.set(path, service);
  }
  return owners;
};

/** Words before parameters: `/members/search` is not a member called so. */
const specificFirst = ([one], [other]) => Number(one.includes(':')) - Number(other.includes(':'));

const upstream = (service) => {
  const name = `MUSTER_${service.toUpperCase()}`;
  return `	@${service} vars {service} ${service}
	handle @${service} {
		reverse_proxy {
			dynamic a {
				name {$${name}_HOST:${service}}
				port {$${name}_PORT:4100}
				refresh 5s
			}
			import upstream
		}
	}`;
};

const unavailable = ({ unavailable: [status_code, error_message] }) =>
  JSON.stringify({ status_code, request_id: '', error_type: 'unavailable', error_message, error_url: '' });

export const caddyfile = ({ routes, serviceNames, wireErrors }) => {
  const rows = [...ownersByPath(routes)].toSorted(specificFirst);
  return `# Made from libs/contracts/src/routes.ts: npm run deploy:routes. Do not edit.
#   MUSTER_SITE               what is served: a domain name (with a certificate of its own), or http://:8080
#   MUSTER_<SERVICE>_HOST     a name of the DNS whose addresses are the replicas; _PORT: 4100
{
	admin off
	servers {
		timeouts {
			read_header 10s
			idle 2m
		}
	}
}

# Replicas take turns. A request that reached nobody is tried elsewhere; one that was sent is not sent twice: the caller
# repeats it, with its Idempotency-Key.
(upstream) {
	lb_policy round_robin
	lb_try_duration 5s
	lb_try_interval 100ms
	fail_duration 5s
	transport http {
		dial_timeout 2s
		response_header_timeout 60s
	}
}

# For this proxy's own probe: a port that nobody publishes.
http://:{$MUSTER_PROXY_HEALTH_PORT:8081} {
	respond /healthz 200
}

{$MUSTER_SITE:localhost} {
	header -Server

	# Of a process, and no business of those outside.
	@internal path /healthz /readyz /metrics
	handle @internal {
		respond 404
	}

	# Whose a path is. What nobody owns goes to organization, which says so in the words of the API.
	map {path} {service} {
${rows.map(([path, service]) => `\t\t${pattern(path)} ${service}`).join('\n')}
		~^/docs(/.*)?$ operations
		/openapi.json operations
		default organization
	}

${serviceNames.map(upstream).join('\n')}

	# No replica can be reached: what a service says itself when one it needs does not answer.
	handle_errors {
		@unreachable expression \`{http.error.status_code} >= 502\`
		handle @unreachable {
			header Retry-After 1
			header Content-Type application/json
			respond \`${unavailable(wireErrors)}\` ${wireErrors.unavailable[0]}
		}
	}
}
`;
};
