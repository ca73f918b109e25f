// The process of the page server: told by its parent what to serve, and gone when its parent is.
import { listen, type PageServerOptions } from './server.js';

process.once('message', (options) => {
  // The parent is `startPageServer`, which sends just this.
  listen(options as PageServerOptions).then(
    ({ endpoint }) => process.send?.({ endpoint }),
    (error: unknown) => process.send?.({ failure: String(error) }),
  );
});
process.once('disconnect', () => process.exit());
