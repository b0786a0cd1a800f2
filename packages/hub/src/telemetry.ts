/**
 * Traces by OpenTelemetry, when `OTEL_EXPORTER_OTLP_ENDPOINT` names where they go. Without it nothing is loaded. Imported before
 * everything else, so that what follows finds the tracer registered.
 */
if (process.env.OTEL_EXPORTER_OTLP_ENDPOINT) {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const sdk = new NodeSDK({ serviceName: 'gnomon', traceExporter: new OTLPTraceExporter() });
  sdk.start();
  process.once('beforeExit', () => void sdk.shutdown());
}
