# syntax=docker/dockerfile:1
# Bases are named by version; a release pins them by digest (docs/security.md says how).
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
COPY .ci/node-runtime .ci/node-runtime
# No script of a dependency runs, here or later.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /build
COPY package.json package-lock.json ./
COPY .ci/node-runtime .ci/node-runtime
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM gcr.io/distroless/nodejs24-debian12:nonroot
LABEL org.opencontainers.image.title="Gateway Guard" \
      org.opencontainers.image.description="An admission webhook that stops broken Kong gateway configuration before it exists." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=dependencies /build/node_modules node_modules
COPY --from=build /build/dist dist
# As a number, so that Kubernetes can tell that it is not root.
USER 65532:65532
EXPOSE 8443 8080
ENV NODE_ENV=production
# Half-spaces of 32 MiB keep short-lived lists from growing the heap: 365 MiB instead of 426 at its peak with 100,000 routes.
ENTRYPOINT ["/nodejs/bin/node", "--min-semi-space-size=32", "--max-semi-space-size=32", "dist/main.js"]
CMD ["serve"]
