// Ends a test run: node scripts/count-tests.mjs <Vitest JSON report> <exit status of npm test>
// Prints `N passed, N failed` as the last line, and exits with 0 only when tests ran and nothing at all failed.
import { readFileSync } from 'node:fs';

const [reportFile, statusText] = process.argv.slice(2);
const report = JSON.parse(readFileSync(reportFile, 'utf8'));
const passed = report.numPassedTests;
// A file that cannot even be loaded has no tests to count; it is one failure.
const brokenFiles = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
const failed = report.numFailedTests + brokenFiles.length;
const status = Number(statusText);

if (passed + failed === 0) console.error('No test ran.');
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = status !== 0 ? status : failed > 0 || passed === 0 ? 1 : 0;
