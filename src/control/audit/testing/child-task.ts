/** Where the child records, as JSON on its command line. */
export type ChildTask =
  | { readonly kind: 'file'; readonly name: string; readonly file: string }
  | {
      readonly kind: 'store';
      readonly name: string;
      readonly directory: string;
      readonly databaseUrl: string | undefined;
      /** Key of the sealer, in hexadecimal. */
      readonly key: string;
    };
