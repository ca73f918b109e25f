// The process of the DynamoDB endpoint: told by its parent where to forward, and gone when its parent is.
import { passOn } from '../../test/support/pass-on.js';
import { openTestEndpoint } from '../../test/support/test-endpoint.js';

process.once('message', (upstream) => {
  openTestEndpoint(passOn(String(upstream)).forward).then(
    ({ url, keys, close }) => {
      process.once('disconnect', () => void close().finally(() => process.exit()));
      process.send?.({ url, keys });
      // Asked by its parent, before and after.
      process.on('message', () => process.send?.(process.cpuUsage()));
    },
    (error: unknown) => process.send?.({ failure: String(error) }),
  );
});
