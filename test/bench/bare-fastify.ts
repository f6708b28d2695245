import { fastify } from 'fastify';

/** One route that takes JSON and answers JSON: `bare-fastify.ts <answer>`. Tells its parent the port. */
const answer = JSON.parse(process.argv[2]!) as object;
const application = fastify();
application.post('/authenticate', () => answer);
const address = await application.listen({ port: 0, host: '127.0.0.1' });
process.send!({ url: `${address}/authenticate` });
process.on('disconnect', () => process.exit());
