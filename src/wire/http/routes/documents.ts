import type { FastifyInstance } from 'fastify';
import type { RouteContext } from './route-context.js';
export function addDocumentRoutes(_server: FastifyInstance, _context: RouteContext): void {}
