/** Lines of JSON as one array, in the form in which the command line writes JSON. */
export async function* jsonArray(lines: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let separator = '[\n';
  const take = (text: string) => {
    const all = (rest + text).split('\n');
    rest = all.pop() ?? '';
    return all.filter((line) => line !== '');
  };
  for await (const chunk of lines) {
    const whole = take(decoder.decode(chunk, { stream: true }));
    if (whole.length === 0) continue;
    yield separator + whole.join(',\n');
    separator = ',\n';
  }
  const last = [...take(decoder.decode()), rest].filter((line) => line !== '');
  if (last.length > 0) {
    yield separator + last.join(',\n');
    separator = ',\n';
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n';
}
